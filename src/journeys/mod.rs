//! Treatment journeys: the stage being worn, what moved it, when the next change is due, and what is
//! planned. The rules stand in `model`, which knows no database; `service` carries them out.

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
pub mod agenda;
mod api;
#[cfg(feature = "ssr")]
mod feature;
mod islands;
pub mod line;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod tables;

#[cfg(feature = "ssr")]
pub use actions::Action;
#[cfg(feature = "ssr")]
pub use feature::FEATURE;
#[cfg(feature = "ssr")]
pub use pages::{
    act_path, aftercare_name, person_line, product_name, reason_name, record_of, ring, stage_name,
    take_back, zone_field,
};
#[cfg(feature = "ssr")]
pub use store::{
    By, Course, Event, LONG_PAUSE, PatientHead, course, current, held, hold, last_said, newest,
    set_wear, timeline,
};
