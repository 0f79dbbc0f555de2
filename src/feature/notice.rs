//! What a feature tells people by notifications, as data.

use crate::ui::{Language, Reader};
use std::{borrow::Cow, sync::Arc};

/// A kind of notification, which people choose to have on their devices or not.
pub struct Notice {
    /// As the database has it.
    pub kind: &'static str,
    /// What their settings call it; none for people who are never told.
    pub asked: fn(&Reader) -> Option<Cow<'static, str>>,
    /// Those with less stand first in the settings.
    pub priority: u16,
    /// All that a locked phone may show of it: no name, no finding, no photo. None where staff write each themselves.
    pub texts: fn(Language) -> Vec<String>,
}

/// All kinds, in the order of the settings.
#[derive(Clone)]
pub struct Notices(Arc<[&'static Notice]>);

impl Notices {
    pub fn new(notices: impl IntoIterator<Item = &'static Notice>) -> Self {
        let mut notices: Vec<_> = notices.into_iter().collect();
        notices.sort_by_key(|notice| notice.priority);
        Self(notices.into())
    }

    /// Those that the reader is ever told, and what they are called.
    pub fn asked_of(&self, reader: &Reader) -> Vec<(&'static Notice, String)> {
        let asked = |notice: &&'static Notice| {
            let words = (notice.asked)(reader)?;
            Some((*notice, words.into_owned()))
        };
        self.0.iter().filter_map(asked).collect()
    }
}
