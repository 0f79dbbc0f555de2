//! What every page is made of. Knows no feature. Of it the browser's program has what islands draw, too (`shared`), and how they fetch
//! more of a list (`further`).

#[cfg(feature = "ssr")]
mod assets;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod contents;
#[cfg(feature = "ssr")]
mod fault_page;
#[cfg(feature = "ssr")]
mod fields;
pub mod further;
#[cfg(feature = "ssr")]
mod icons;
#[cfg(feature = "ssr")]
mod kept_form;
#[cfg(feature = "ssr")]
mod language;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod modules;
#[cfg(feature = "ssr")]
mod navigation;
#[cfg(feature = "ssr")]
mod position;
#[cfg(feature = "ssr")]
mod printing;
#[cfg(feature = "ssr")]
mod reader;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod scripts;
pub mod shared;
#[cfg(feature = "ssr")]
pub mod telephone;
#[cfg(feature = "ssr")]
pub mod time;

#[cfg(feature = "ssr")]
pub use assets::Assets;
#[cfg(feature = "ssr")]
pub use components::{
    Avatar, Badge, Banner, Button, ButtonKind, CalendarDay, CalendarEntry, CalendarGrid, Card,
    Chip, ChipLink, Chips, Column, Combobox, CommandPalette, Count, DateField, Dialog,
    DialogButton, Direction, EmptyState, ErrorSummary, Facts, FilterBar, Fold, FormCard, KeyHelp,
    Lightbox, LightboxStrip, LightboxTurns, Lines, LinkButton, Menu, Nothing, PageHeader, Pager,
    PaletteLink, PatientBar, PersonLine, Picture, PlaceLink, Places, ProgressBar, Quote,
    RangeField, Rows, ScriptButton, Segmented, Sheet, Shot, SplitPane, StatTile, Stats, Stepper,
    SummaryButton, Switch, Tab, Table, Tabs, TimeField, Toast, Tone, Tooltip, Turn, Viewer,
    ViewerPane, ViewerPicture, Welcome, chart, problems, table_of,
};
#[cfg(feature = "ssr")]
pub use contents::Contents;
#[cfg(feature = "ssr")]
pub use fault_page::{InWords, fault_pages, panic_answer};
#[cfg(feature = "ssr")]
pub use fields::{
    Choice, FieldError, FieldHint, Fields, Picks, TextArea, as_typed, attached, field, hidden,
    is_blank, select, turns_text, typed, typed_day, typed_time, unsent,
};
#[cfg(feature = "ssr")]
pub use icons::{Icon, IconName};
#[cfg(feature = "ssr")]
pub use kept_form::{KeptForm, keep_form};
#[cfg(feature = "ssr")]
pub use language::Language;
#[cfg(feature = "ssr")]
pub use layout::{Posture, or_empty, sign_out};
#[cfg(feature = "ssr")]
pub use modules::{ATTACH, Module, PALETTE, VIEWER, module_routes};
#[cfg(feature = "ssr")]
pub use navigation::{Entries, Entry, Place, Shown, Waiting, Who, nothing_waits};
#[cfg(feature = "ssr")]
pub use position::{Position, begins_anew, mark_of};
#[cfg(feature = "ssr")]
pub use printing::printing;
#[cfg(feature = "ssr")]
pub use reader::{Reader, ReaderCell, Theme, read_reader};
#[cfg(feature = "ssr")]
pub use render::{Page, page};
#[cfg(feature = "ssr")]
pub use scripts::{with_scripts, without_scripts};
pub use shared::Moment;
