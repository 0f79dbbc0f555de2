//! What can be done, as data: each feature has an enum of it.

/// An action of some feature.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// As the database has it, as `journey.progress`: never another for the same action.
    pub code: &'static str,
    /// As the patient reads it whose record it was.
    pub words: fn(&Told) -> String,
}

/// Of an action that is told.
pub struct Told<'a> {
    pub lang: &'a str,
    /// Who did it, as it stands at the head of a sentence.
    pub who: &'a str,
    /// How often, on one day.
    pub times: i64,
}

/// Makes a feature's enum `Action` of what is done there: a name, its code in the database, and the key of the words in which a patient
/// reads of it; with `or` a second key, for more than once on one day. Without words it does not compile.
macro_rules! actions {
    ($($name:ident = $code:literal, said $key:tt $(or $often:tt)?;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action { $($name),+ }

        impl Action {
            /// All of them.
            pub const ALL: &[$crate::audit::Action] = &[$(Self::$name.recorded()),+];

            const fn recorded(self) -> $crate::audit::Action {
                match self {
                    $(Self::$name => $crate::audit::Action {
                        code: $code,
                        words: |told| {
                            $(if told.times != 1 {
                                return rust_i18n::t!($often, locale = told.lang, who = told.who, count = told.times).into_owned();
                            })?
                            rust_i18n::t!($key, locale = told.lang, who = told.who).into_owned()
                        },
                    }),+
                }
            }

            /// As the database has it.
            pub const fn code(self) -> &'static str {
                self.recorded().code
            }
        }

        impl From<Action> for $crate::audit::Action {
            fn from(action: Action) -> Self {
                action.recorded()
            }
        }
    };
}
pub(crate) use actions;
