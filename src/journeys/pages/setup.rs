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
    journeys::{
        model::{JourneyId, Newest, local_day},
        service,
        store::{self, Reached},
    },
    platform::Platform,
    ui::Reader,
};
use axum::{
    Router,
    extract::FromRef,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use chrono::NaiveDate;
use sqlx::PgConnection;

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/journeys/{id}/plan", get(plan::ask).post(plan::answer))
        .route(
            "/journeys/{id}/end",
            get(plan::ask_end).post(plan::answer_end),
        )
        .route(
            "/journeys/{id}/aftercare",
            get(aftercare::ask).post(aftercare::answer),
        )
        .route("/patients/{id}/journeys", get(new::ask).post(new::answer))
}

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
            service::record_not_theirs(db, act, journey, "journey.setup").await?;
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
    reader: &Reader,
    reached: Reached,
    note: Option<&str>,
) -> Result<Response, Fault> {
    let note = note.map(ToOwned::to_owned);
    journey::stale(db, reader, reached, note).await
}

fn to_journey(id: JourneyId) -> Response {
    Redirect::to(&format!("/journeys/{}?saved", id.0)).into_response()
}
