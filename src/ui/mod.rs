//! What every page is made of. Knows no feature.

mod assets;
mod fault_page;
mod fields;
mod icons;
mod kept_form;
mod language;
mod layout;
mod reader;
mod render;
pub mod time;

pub use assets::Assets;
pub use fault_page::{InWords, fault_pages, panic_answer};
pub use fields::{
    TextArea, as_typed, field, hidden, is_blank, select, typed, typed_day, typed_time,
};
pub use icons::{Icon, IconName};
pub use kept_form::{KeptForm, keep_form};
pub use language::Language;
pub use layout::{Banner, Posture, Tone, or_empty, table_of};
pub use reader::{Reader, ReaderCell, Theme, read_reader};
pub use render::{Page, page};
