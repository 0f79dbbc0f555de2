//! What every page is made of. Knows no feature.

mod assets;
mod components;
mod contents;
mod fault_page;
mod fields;
mod icons;
mod kept_form;
mod language;
mod layout;
mod modules;
mod navigation;
mod position;
mod printing;
mod reader;
mod render;
mod scripts;
pub mod telephone;
pub mod time;

pub use assets::Assets;
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
pub use contents::Contents;
pub use fault_page::{InWords, fault_pages, panic_answer};
pub use fields::{
    Choice, FieldError, FieldHint, Fields, Picks, TextArea, as_typed, attached, field, hidden,
    is_blank, select, turns_text, typed, typed_day, typed_time, unsent,
};
pub use icons::{Icon, IconName};
pub use kept_form::{KeptForm, keep_form};
pub use language::Language;
pub use layout::{Posture, or_empty, sign_out};
pub use modules::{ATTACH, Module, PALETTE, VIEWER, module_routes};
pub use navigation::{Entries, Entry, Place, Shown, Waiting, Who, nothing_waits};
pub use position::{Position, begins_anew, mark_of};
pub use printing::printing;
pub use reader::{Reader, ReaderCell, Theme, read_reader};
pub use render::{Page, page};
pub use scripts::{with_scripts, without_scripts};
