//! Reports: a patient's pain, an aligner that does not fit, one that is lost or broken. A report moves nothing by itself; it
//! is seen at the head of a dentist's pages until somebody has acknowledged it.

mod heads;
mod model;
mod pages;
pub mod service;
pub mod store;
mod timeline;
mod view;
pub mod worker;

pub use heads::{heads, heard};
pub use model::{DAILY, Kind, NOTE, PHOTOS, State};
pub use pages::{ARRIVING, intake_routes, routes};
pub use service::hand_over;
pub use timeline::tell;
pub use view::{kind_name, list, office_list, own_card, own_line, state_line};
