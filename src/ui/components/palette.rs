//! Going anywhere by a few letters.

use super::Dialog;
use crate::ui::{Contents, Icon, IconName};
use leptos::prelude::*;
use rust_i18n::t;

/// The places of the menu, and a field that narrows them; what is none of them is looked for among the patients. At a desk
/// `PALETTE` opens it by Ctrl+K or ⌘K, fills it from the page's menu, and puts the first few patients below it whom the list of
/// patients shows its reader for what is typed. Its field is a form, so that it also works alone.
#[component]
pub fn CommandPalette(
    lang: &'static str,
    id: &'static str,
    /// Places that stand in it already, each a `PaletteLink`.
    #[prop(optional)]
    children: Option<Contents>,
) -> impl IntoView {
    let (field, hint) = (format!("{id}-field"), format!("{id}-hint"));
    let (labelled, described) = (field.clone(), hint.clone());
    let places = children.map(|children| children.0);
    view! {
        <Dialog id title=t!("palette.title", locale = lang) close=t!("palette.close", locale = lang)>
            <form class="palette" method="get" action="/patients" role="search">
                <label for=labelled>{t!("palette.field", locale = lang).into_owned()}</label>
                <input
                    id=field name="q" type="search" class="input" maxlength="100" autocomplete="off" autofocus
                    aria-describedby=described
                />
                <ul class="palette-places">
                    {places}
                    <li data-finds hidden>
                        <a href="/patients">
                            <Icon name=IconName::Search/>
                            <span>{t!("palette.find", locale = lang).into_owned()}" "<bdi></bdi></span>
                        </a>
                    </li>
                    <li data-found hidden><a><Icon name=IconName::User/><span></span></a></li>
                </ul>
                // For ears: the script puts the number in the place of the sign.
                <p class="visually-hidden" role="status" data-said=t!("palette.found", locale = lang, count = "#").into_owned()></p>
                <p class="field-error" role="alert" data-failed hidden>{t!("palette.failed", locale = lang).into_owned()}</p>
                <p class="quiet field-hint" id=hint>{t!("palette.hint", locale = lang).into_owned()}</p>
            </form>
        </Dialog>
    }
}

/// A place in a CommandPalette.
#[component]
pub fn PaletteLink(
    #[prop(into)] href: String,
    icon: IconName,
    #[prop(into)] words: String,
) -> impl IntoView {
    view! { <li><a href=href><Icon name=icon/><span>{words}</span></a></li> }
}
