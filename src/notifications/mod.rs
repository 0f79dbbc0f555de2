//! Messages to patients. So far: the reminders that an act on a journey cancels and schedules.

pub mod store;
