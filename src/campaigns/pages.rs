//! The list of campaigns, the composer, and one campaign.

mod compose;
mod form;
mod list;
mod one;
mod words;

pub use words::standing;

use crate::{
    feature::{Access, Section, act, page},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/campaigns"),
    routes: &[
        page("/campaigns", Access::OFFICE, || get(list::list)),
        page("/campaigns/new", Access::OFFICE, || get(compose::ask)),
        act("/campaigns/new", Access::OFFICE, || post(compose::answer)),
        page("/campaigns/{id}", Access::OFFICE, || get(one::one)),
        act("/campaigns/{id}", Access::OFFICE, || post(one::act)),
        page("/campaigns/{id}/send", Access::OFFICE, || {
            get(one::ask_send)
        }),
        page("/campaigns/{id}/stop", Access::OFFICE, || {
            get(one::ask_stop)
        }),
        page("/campaigns/{id}/edit", Access::OFFICE, || {
            get(compose::ask_again)
        }),
        act("/campaigns/{id}/edit", Access::OFFICE, || {
            post(compose::answer_again)
        }),
    ],
}];
