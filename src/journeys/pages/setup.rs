//! What a clinic sets up: the plan, the aftercare, the end of a journey, and a new one. Each shows what it
//! will do before it is confirmed.

mod aftercare;
mod new;
mod plan;

pub use aftercare::name as aftercare_name;

use super::journey;
use crate::{
    accounts::{Act, AtDesk},
    error::Fault,
    feature::{Access, Section, act, page, timeline::Timeline},
    journeys::{
        Action,
        model::{JourneyId, Newest, local_day},
        service,
        store::{self, Reached},
    },
    ui::{Place, Reader},
};
use axum::{
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use sqlx::PgConnection;

pub const ROUTES: &[Section] = &[
    Section {
        place: super::TIMELINE,
        routes: &[
            page("/journeys/{id}/plan", Access::DESK_RECORD, || {
                get(plan::ask)
            }),
            act("/journeys/{id}/plan", Access::DESK_RECORD, || {
                post(plan::answer)
            }),
            page("/journeys/{id}/end", Access::DESK_RECORD, || {
                get(plan::ask_end)
            }),
            act("/journeys/{id}/end", Access::DESK_RECORD, || {
                post(plan::answer_end)
            }),
            page("/journeys/{id}/aftercare", Access::DESK_RECORD, || {
                get(aftercare::ask)
            }),
            act("/journeys/{id}/aftercare", Access::DESK_RECORD, || {
                post(aftercare::answer)
            }),
        ],
    },
    Section {
        place: Place::of("/patients"),
        routes: &[
            page("/patients/{id}/journeys", Access::DESK_RECORD, || {
                get(new::ask)
            }),
            act("/patients/{id}/journeys", Access::DESK_RECORD, || {
                post(new::answer)
            }),
        ],
    },
];

/// A journey as these pages show it.
struct Subject {
    reached: Reached,
    newest: Option<Newest>,
    today: NaiveDate,
}

impl Subject {
    async fn load(
        db: &mut PgConnection,
        by: &AtDesk,
        act: &Act,
        reader: &Reader,
        journey: JourneyId,
    ) -> Result<Self, Fault> {
        let reached = service::reach(db, by.participant(), act, journey).await?;
        if reached.own {
            // Nobody sets up their own treatment.
            service::record_not_theirs(db, act, journey, Action::SetUp).await?;
            return Err(Fault::NotFound);
        }
        let newest = store::newest(db, journey).await?;
        let today = local_day(reader.now, reached.patient.zone());
        Ok(Self {
            reached,
            newest,
            today,
        })
    }
}

/// The form came too late.
async fn stale(
    db: &mut PgConnection,
    timeline: &Timeline,
    reader: &Reader,
    reached: Reached,
    note: Option<&str>,
) -> Result<Response, Fault> {
    let note = note.map(ToOwned::to_owned);
    journey::stale(db, timeline, reader, reached, note).await
}

fn to_journey(id: JourneyId) -> Response {
    Redirect::to(&format!("/journeys/{}?saved", id.0)).into_response()
}
