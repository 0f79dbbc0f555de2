//! The design system: what pages are put together from. Each component writes plain HTML that works
//! without scripts; its look stands in the file of the same name in `style/components/`. The demo shows
//! each in every state at `/demo/components`.

mod avatar;
mod banner;
mod button;
mod calendar;
mod card;
pub mod chart;
mod controls;
mod dialog;
mod filters;
mod fold;
mod header;
mod lightbox;
mod list;
mod menu;
mod palette;
mod panes;
mod progress;
mod stats;
mod table;
mod tabs;
mod text;
mod toast;
mod viewer;

pub use avatar::Avatar;
pub use banner::{Banner, ErrorSummary, Tone, problems};
pub use button::{Button, ButtonKind, LinkButton, ScriptButton, SummaryButton};
pub use calendar::{CalendarDay, CalendarEntry, CalendarGrid};
pub use card::{Card, EmptyState, FormCard};
pub use controls::{Combobox, DateField, RangeField, Segmented, Switch, TimeField};
pub use dialog::{Dialog, DialogButton, KeyHelp, Sheet};
pub use filters::{Chip, ChipLink, Chips, FilterBar};
pub use fold::Fold;
pub use header::{PageHeader, PatientBar, PersonLine};
pub use lightbox::{Lightbox, LightboxStrip, LightboxTurns, Picture, Shot, Turn};
pub use list::{Facts, Lines, Pager, PlaceLink, Places, Rows};
pub use menu::{Menu, Tooltip};
pub use palette::{CommandPalette, PaletteLink};
pub use panes::SplitPane;
pub use progress::{ProgressBar, Stepper};
pub use stats::{Badge, Count, StatTile, Stats};
pub use table::{Column, Direction, Table, table_of};
pub use tabs::{Tab, Tabs};
pub use text::{Nothing, Quote, Welcome};
pub use toast::Toast;
pub use viewer::{Viewer, ViewerPane, ViewerPicture};
