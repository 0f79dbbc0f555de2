//! The report as it is sent, with its photos. A report is heard even if a photo of it does not arrive.

use super::wrong::{self, Subject};
use crate::{
    accounts::{Act, Patient, SignedIn, Turned},
    error::Fault,
    ids::PhotoId,
    journeys::{self, model::JourneyId},
    photos,
    platform::Platform,
    practices,
    reports::{
        model::{Kind, PHOTOS},
        service::{self, NotReported, Reporting},
    },
    ui::{self, Reader},
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
    pub photos: Vec<PhotoId>,
    /// What came with the form before and becomes photos.
    pub sent: Vec<Uuid>,
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
                "sent" => typed.sent.push(value.parse().ok()?),
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
    path: Result<Path<JourneyId>, PathRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let signed_in = match who {
        Ok(signed_in) => signed_in,
        Err(turned) => return Ok(photos::turned_away(turned, request).await),
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
    let came = match photos::with_form(&platform, sender, request, PHOTOS).await {
        Ok(came) => came,
        Err(not) => return Ok(not.into_response()),
    };
    let answer = written(&platform, &actor, (&reader, &act), journey, &came).await;
    Ok(came.answered(answer))
}

/// Reports what came, or says why not.
async fn written(
    platform: &Platform,
    patient: &Patient,
    (reader, act): (&Reader, &Act),
    journey: JourneyId,
    came: &photos::Came,
) -> Result<Response, Fault> {
    let mut typed = Typed::of(&came.fields).ok_or(Fault::Malformed)?;
    if let Some(note) = came.cut("note") {
        typed.note = ui::as_typed(note);
    }
    let kind = typed.kind.ok_or(Fault::Malformed)?;
    let mut db = platform.pool.acquire().await?;
    let why = if came.broken_off {
        NotReported::BrokenOff
    } else {
        typed.sent.extend(&came.sent);
        let reporting = Reporting {
            journey,
            kind,
            note: &typed.note,
            photos: &typed.photos,
            sent: &typed.sent,
            key: typed.key.ok_or(Fault::Malformed)?,
        };
        match service::report(&mut db, patient, act, reporting, platform.clock.now()).await {
            Ok(report) => {
                let lost = match came.lost {
                    0 => String::new(),
                    lost => format!("&lost={lost}"),
                };
                return Ok(Redirect::to(&format!("/reports/{report}?sent{lost}")).into_response());
            }
            Err(NotReported::Fault(fault)) => return Err(fault),
            Err(why) => why,
        }
    };
    let (journey, _) = journeys::held(&mut db, journey)
        .await?
        .ok_or(Fault::NotFound)?;
    let treating = practices::treating(&mut db, patient.id()).await?;
    let subject = Subject {
        journey: &journey,
        treating: treating.as_ref(),
        kind,
        saved: false,
        again: None,
    };
    wrong::show(&mut db, reader, subject, &typed, Some(why)).await
}
