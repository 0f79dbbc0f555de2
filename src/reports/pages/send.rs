//! The report as it is sent, with its photos. A report is heard even if a photo of it does not arrive.

use super::wrong::{self, Subject};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    journeys::{self, model::JourneyId},
    photos,
    platform::Platform,
    practices,
    reports::{
        model::{Kind, PHOTOS},
        service::{self, NotReported, Reporting},
    },
    ui,
};
use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    response::{IntoResponse, Redirect, Response},
};
use uuid::Uuid;

/// What was typed and chosen.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub kind: Option<Kind>,
    pub note: String,
    /// Photos that were there.
    pub photos: Vec<i64>,
    pub key: Option<Uuid>,
}

impl Typed {
    /// None: not from a page of ours.
    fn of(fields: &[(String, String)]) -> Option<Self> {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "kind" => typed.kind = Some(Kind::named(value)?),
                "note" => typed.note = ui::as_typed(value),
                "photo" => typed.photos.push(value.parse().ok()?),
                "key" => typed.key = Some(value.parse().ok()?),
                _ => {}
            }
        }
        typed.photos.sort_unstable();
        typed.photos.dedup();
        Some(typed)
    }
}

pub async fn send(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = signed_in;
    let sender = photos::Sender {
        db,
        patient: &actor,
        act: &act,
        journey,
    };
    let came = photos::with_form(&platform, sender, request, PHOTOS).await?;
    let typed = Typed::of(&came.fields).ok_or(Fault::Malformed)?;
    let (Some(kind), Some(key)) = (typed.kind, typed.key) else {
        return Err(Fault::Malformed);
    };
    let mut db = platform.pool.acquire().await?;
    let reporting = Reporting {
        journey: JourneyId(journey),
        kind,
        note: &typed.note,
        photos: &typed.photos,
        sent: &came.sent,
        key,
    };
    match service::report(&mut db, &actor, &act, reporting, platform.clock.now()).await {
        Ok(report) => {
            let lost = match came.lost {
                0 => String::new(),
                lost => format!("&lost={lost}"),
            };
            Ok(Redirect::to(&format!("/reports/{report}?sent{lost}")).into_response())
        }
        Err(NotReported::Fault(fault)) => Err(fault),
        Err(why) => {
            let (journey, _) = journeys::store::held(&mut db, JourneyId(journey))
                .await?
                .ok_or(Fault::NotFound)?;
            let treating = practices::store::treating(&mut db, actor.id()).await?;
            let subject = Subject {
                journey: &journey,
                treating: treating.as_ref(),
                kind,
                saved: false,
            };
            wrong::show(&mut db, &reader, subject, &typed, Some(why)).await
        }
    }
}
