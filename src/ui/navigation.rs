//! What the menus are made of. Which places there are say the features; the layouts show them.

use super::{IconName, Posture, Reader};
use rust_i18n::t;
use std::{borrow::Cow, sync::Arc};

/// A place in a menu.
pub struct Entry {
    /// Where it leads, by which it is also named.
    pub path: &'static str,
    /// What it is called.
    pub words: fn(&Reader) -> Cow<'static, str>,
    pub icon: IconName,
    /// Where it stands, and for whom.
    pub shown: Shown,
    /// Those with less come first.
    pub priority: u16,
    /// What waits there.
    pub waiting: fn(&Reader) -> Waiting,
}

/// In which menu an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In the bar at the bottom, for patients who are nothing else.
    BottomBar,
    /// Beside their name at the top, for the same.
    Top,
    /// In the bar at the side, for some of those at a desk.
    SideBar(Who),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Everybody,
    Dentists,
    Office,
    /// Those who are being treated themselves.
    Patients,
}

/// What waits at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Whether there is something new.
    pub new: bool,
    /// How much there is to do, and what that is called; none for nothing.
    pub count: Option<(i64, String)>,
}

/// Nothing ever waits there.
pub fn nothing_waits(_: &Reader) -> Waiting {
    Waiting::default()
}

/// The place of the menu that a page belongs to, named by its address; which one that is depends on whose menu it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// For patients who are nothing else.
    pub patient: &'static str,
    pub dentist: &'static str,
    /// For staff and administrators who treat nobody.
    pub office: &'static str,
}

impl Place {
    /// No place: of what is no page.
    pub const NONE: Self = Self::of("");

    /// The same for everybody.
    pub const fn of(path: &'static str) -> Self {
        Self::split(path, path)
    }

    /// One for patients, one at a desk.
    pub const fn split(patient: &'static str, desk: &'static str) -> Self {
        Self {
            patient,
            dentist: desk,
            office: desk,
        }
    }
}

/// The entries of all menus, in the order in which they stand.
pub type Entries = Arc<[&'static Entry]>;

impl Reader {
    /// The place of the menu to which the page belongs, by its address. None for an address that no page has.
    pub(super) fn here(&self) -> Option<&'static str> {
        let place = match self.posture {
            Posture::Desk if self.dentist => self.place.dentist,
            Posture::Desk => self.place.office,
            Posture::Patient | Posture::Public => self.place.patient,
        };
        Some(place).filter(|place| !place.is_empty())
    }

    /// The place of the reader's own menu that the page belongs to, and what it is called there.
    pub(super) fn named_place(&self) -> Option<(&'static str, String)> {
        let here = self.here()?;
        let own = match self.posture {
            Posture::Public => Vec::new(),
            Posture::Patient => self.shown(|shown| matches!(shown, Shown::BottomBar | Shown::Top)),
            Posture::Desk => self.side_bar(),
        };
        let own = own.into_iter().find(|entry| entry.path == here)?;
        // Beside a name the words say, too, whether something is new; in a bar they are those of the place alone.
        let in_a_bar = self.entries.iter().find(|entry| {
            own.shown == Shown::Top && entry.shown != Shown::Top && entry.path == here
        });
        let named = in_a_bar.copied().unwrap_or(own);
        Some((here, (named.words)(self).into_owned()))
    }

    /// Where the reader begins, and what that is called on a button.
    pub(super) fn first_place(&self) -> (&'static str, String) {
        let lang = self.lang();
        let (path, words) = match self.posture {
            Posture::Public => ("/", t!("fault.to_start", locale = lang)),
            Posture::Patient => ("/", t!("fault.to_today", locale = lang)),
            Posture::Desk if self.dentist => ("/today", t!("fault.to_today", locale = lang)),
            Posture::Desk if self.office => ("/office", t!("fault.to_office", locale = lang)),
            Posture::Desk => ("/", t!("fault.to_start", locale = lang)),
        };
        (path, words.into_owned())
    }

    /// What the bar at the bottom shows to them, and what is found under "More" behind it.
    pub(super) fn bottom_bar(&self) -> (Vec<&'static Entry>, Vec<&'static Entry>) {
        fitting(self.shown(|shown| shown == Shown::BottomBar))
    }

    pub(super) fn top(&self) -> Vec<&'static Entry> {
        self.shown(|shown| shown == Shown::Top)
    }

    pub(super) fn side_bar(&self) -> Vec<&'static Entry> {
        self.shown(|shown| match shown {
            Shown::SideBar(Who::Everybody) => true,
            Shown::SideBar(Who::Dentists) => self.dentist,
            Shown::SideBar(Who::Office) => self.office,
            Shown::SideBar(Who::Patients) => self.patient,
            Shown::BottomBar | Shown::Top => false,
        })
    }

    /// Whether some menu has such a place: it may be a feature that is not there.
    pub fn has_place(&self, path: &str) -> bool {
        self.entries.iter().any(|entry| entry.path == path)
    }

    fn shown(&self, is: impl Fn(Shown) -> bool) -> Vec<&'static Entry> {
        let entries = self.entries.iter().copied();
        entries.filter(|entry| is(entry.shown)).collect()
    }
}

/// The most places in the bar at the bottom: more would be too small for a thumb.
const FIT: usize = 5;

/// What fits into the bar at the bottom, and the others: behind the last place, which is "More" then.
fn fitting<T>(mut entries: Vec<T>) -> (Vec<T>, Vec<T>) {
    if entries.len() <= FIT {
        return (entries, Vec::new());
    }
    let more = entries.split_off(FIT - 1);
    (entries, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_stands_under_more() {
        assert_eq!(fitting(vec![1, 2, 3, 4, 5]), (vec![1, 2, 3, 4, 5], vec![]));
        assert_eq!(
            fitting(vec![1, 2, 3, 4, 5, 6]),
            (vec![1, 2, 3, 4], vec![5, 6])
        );
    }
}
