//! The inbox, what a patient wants on their device, and the staff's desk.

mod bounces;
mod desk;
mod device;
mod inbox;
mod live;
mod unsubscribe;
mod wishes;
mod words;

pub use device::{Device, Switched, lets_in};
pub use words::{number, outcome, status};

use crate::{
    feature::{Access, Section, act, api, file, page, stream},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[
    Section {
        place: Place::of("/inbox"),
        routes: &[
            page("/inbox", Access::SIGNED_IN, || get(inbox::inbox)),
            stream("/inbox/live", Access::PATIENT, || get(live::live)),
            act("/inbox/{id}", Access::PATIENT_OWN, || post(inbox::open)),
            act("/inbox/read", Access::PATIENT, || post(inbox::read)),
        ],
    },
    Section {
        place: Place::of("/notifications"),
        routes: &[
            page("/notifications", Access::OFFICE, || get(desk::table)),
            page("/notifications/change", Access::OFFICE, || {
                get(desk::ask_change)
            }),
            act("/notifications/change", Access::OFFICE, || {
                post(desk::change)
            }),
            page("/notifications/changed/{request}", Access::OFFICE, || {
                get(desk::changed)
            }),
            file("/notifications/export", Access::OFFICE, || {
                get(desk::export)
            }),
            page("/notifications/new", Access::OFFICE, || {
                get(desk::ask_write)
            }),
            act("/notifications/new", Access::OFFICE, || post(desk::write)),
            page("/notifications/{id}", Access::OFFICE, || get(desk::one)),
        ],
    },
    Section {
        place: Place::of("/settings"),
        routes: &[
            file("/push/OneSignalSDKWorker.js", Access::ANYBODY, || {
                get(device::worker)
            }),
            page("/settings/device", Access::SIGNED_IN, || {
                get(device::device)
            }),
            page("/settings/notifications", Access::SIGNED_IN, || {
                get(wishes::ask)
            }),
            act("/settings/notifications", Access::SIGNED_IN, || {
                post(wishes::answer)
            }),
        ],
    },
    Section {
        // By an address in an e-mail, and by programs: nobody is signed in.
        place: Place::NONE,
        routes: &[
            page("/unsubscribe/{token}", Access::ANYBODY, || {
                get(unsubscribe::ask)
            }),
            act("/unsubscribe/{token}", Access::ANYBODY, || {
                post(unsubscribe::answer)
            }),
            api("/hooks/bounces", Access::ANYBODY, || post(bounces::note)),
        ],
    },
];
