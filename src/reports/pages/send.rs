//! The report as it is sent, with its photos. A report is heard even if a photo of it does not arrive.

use super::wrong::{self, Subject};
use crate::{
    accounts::{Patient, SignedIn, Turned},
    error::Fault,
    journeys::{self, model::JourneyId},
    photos,
    platform::Platform,
    practices,
    reports::{
        model::{Kind, PHOTOS},
        service::{self, NotReported, Reporting},
    },
    ui::{self, KeptForm},
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
    who: Result<SignedIn<Patient>, Turned>,
    path: Result<Path<i64>, PathRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let signed_in = match who {
        Ok(signed_in) => signed_in,
        Err(turned) => return Ok(turned_away(turned, request).await),
    };
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

/// What was written is not lost because the session ended, or the database was away, meanwhile: the page that says so holds it, to be
/// sent again without its photos.
async fn turned_away(turned: Turned, request: Request) -> Response {
    let later = matches!(turned.fault, Fault::SignedOut | Fault::Unavailable);
    let action = request.uri().path().to_owned();
    let mut answer = turned.into_response();
    if later && let Ok(fields) = photos::words_of(request).await {
        answer.extensions_mut().insert(KeptForm { action, fields });
    }
    answer
}
