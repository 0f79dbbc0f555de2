//! What somebody wrote is sent, or they are told why not.

use super::{Part, Sent, Why, show};
use crate::{
    accounts::{Act, Participant, Patient, SignedIn, Turned},
    care::Scope,
    error::Fault,
    journeys::model::JourneyId,
    messages::{
        PHOTOS,
        heads::Heads,
        service::{self, NotSent, Sending},
        store,
    },
    photos,
    platform::Platform,
    ui::{self, Reader},
};
use axum::{
    Form,
    extract::{
        Path, Request, State,
        rejection::{FormRejection, PathRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use sqlx::PgConnection;

pub async fn send(
    State(heads): State<Heads>,
    signed_in: SignedIn<Participant>,
    path: Result<Path<JourneyId>, PathRejection>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(fields) = form?;
    let sent = Sent::of(fields).ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    written(&mut db, heads, (&reader, &act), scope, id, sent).await
}

/// A patient's message with photos that are taken for it. It is sent though one of them does not arrive.
pub async fn send_with_photos(
    State(platform): State<Platform>,
    State(heads): State<Heads>,
    who: Result<SignedIn<Patient>, Turned>,
    path: Result<Path<JourneyId>, PathRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let signed_in = match who {
        Ok(signed_in) => signed_in,
        Err(turned) => return Ok(photos::turned_away(turned, request).await),
    };
    let Path(id) = path?;
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
        journey: id,
    };
    let came = match photos::with_form(&platform, sender, request, PHOTOS).await {
        Ok(came) => came,
        Err(not) => return Ok(not.into_response()),
    };
    let answer = written_with(
        &platform,
        heads,
        (&reader, &act),
        Scope::from(&actor),
        id,
        &came,
    )
    .await;
    Ok(came.answered(answer))
}

/// Sends what came with photos, or says why not.
async fn written_with(
    platform: &Platform,
    heads: Heads,
    (reader, act): (&Reader, &Act),
    scope: Scope,
    id: JourneyId,
    came: &photos::Came,
) -> Result<Response, Fault> {
    let mut sent = Sent::of(came.fields.clone()).ok_or(Fault::Malformed)?;
    sent.sent.extend(&came.sent);
    let mut db = platform.pool.acquire().await?;
    if !came.broken_off {
        return written(&mut db, heads, (reader, act), scope, id, sent).await;
    }
    if let Some(words) = came.cut("body") {
        sent.body = ui::as_typed(words);
    }
    let thread = service::open(&mut db, scope, act, id).await?;
    let why = Why::NotSent(NotSent::BrokenOff);
    show(
        &mut db,
        heads,
        (reader, act, scope),
        &thread,
        Part::NEWEST,
        &sent,
        why,
    )
    .await
}

/// Sends what was written, or says why not.
async fn written(
    db: &mut PgConnection,
    heads: Heads,
    (reader, act): (&Reader, &Act),
    scope: Scope,
    id: JourneyId,
    mut sent: Sent,
) -> Result<Response, Fault> {
    let (dentist, key) = sent.dentist.zip(sent.key).ok_or(Fault::Malformed)?;
    let part = Part {
        case: sent.case,
        ..Part::NEWEST
    };
    if sent.insert {
        let thread = service::open(db, scope, act, id).await?;
        if let Some(dentist) = thread.dentist.filter(|_| !thread.own) {
            let replies = store::replies::replies(db, dentist).await?;
            sent.insert_reply(&replies);
        }
        return show(
            db,
            heads,
            (reader, act, scope),
            &thread,
            part,
            &sent,
            Why::Asked,
        )
        .await;
    }
    let sending = Sending {
        journey: id,
        body: &sent.body,
        photos: &sent.photos,
        sent: &sent.sent,
        dentist,
        key,
        heads: &sent.heads,
        told: Some(heads),
    };
    match service::send(db, scope, act, sending, reader.now).await {
        Ok(()) => {
            let case = sent.case.map(|case| format!("?case={case}"));
            let case = case.unwrap_or_default();
            Ok(Redirect::to(&format!("/journeys/{id}/messages{case}#write")).into_response())
        }
        Err(NotSent::Fault(fault)) => Err(fault),
        Err(why) => {
            let thread = service::open(db, scope, act, id).await?;
            let why = Why::NotSent(why);
            show(db, heads, (reader, act, scope), &thread, part, &sent, why).await
        }
    }
}
