//! Saying which view and step a photo shows, where it was sent as another: a form on a page of its own.

use super::{back::Back, gallery, parts};
use crate::{
    accounts::{Participant, SignedIn},
    care::Scope,
    error::Fault,
    ids::PhotoId,
    photos::{
        View,
        service::{self, Place},
        store::{Album, Whole},
    },
    ui::{Button, ButtonKind, LinkButton, Page, PageHeader, Reader, field, hidden, page, select},
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    /// Where the reader came from to the photo.
    back: Option<String>,
    /// What it is to show instead, as far as that is known.
    view: Option<String>,
    stage: Option<i32>,
}

#[derive(Deserialize)]
pub struct Said {
    view: String,
    stage: i32,
    back: Option<String>,
}

pub async fn ask(
    signed_in: SignedIn<Participant>,
    headers: HeaderMap,
    path: Result<Path<PhotoId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let (photo, album) = service::open_in_album(&mut db, scope, &act, id).await?;
    let gallery = format!("/journeys/{}/photos", photo.journey);
    let back = Back::of(&reader, asked.back.as_deref(), &headers, gallery);
    let view = asked.view.as_deref().and_then(View::named);
    Ok(show(&reader, &album, &photo, &back, (view, asked.stage)))
}

pub async fn say(
    signed_in: SignedIn<Participant>,
    headers: HeaderMap,
    path: Result<Path<PhotoId>, PathRejection>,
    form: Result<Form<Said>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let photo = service::open_photo(&mut db, scope, &act, id).await?;
    let Form(said) = form?;
    let view = View::named(&said.view).ok_or(Fault::Malformed)?;
    let gallery = format!("/journeys/{}/photos", photo.journey);
    let back = Back::of(&reader, said.back.as_deref(), &headers, gallery);
    match service::put_right(&mut db, scope, &act, id, (view, said.stage)).await? {
        Place::PutRight => {
            let path = back.keep(&format!("/photos/{id}?placed"));
            Ok(Redirect::to(&path).into_response())
        }
        Place::NotYours => {
            // What it is now, and whose it is to say.
            let (photo, album) = service::open_in_album(&mut db, scope, &act, id).await?;
            Ok(show(&reader, &album, &photo, &back, (None, None)))
        }
    }
}

/// With what is proposed, if anything is.
fn show(
    reader: &Reader,
    album: &Album,
    photo: &Whole,
    back: &Back,
    (view, stage): (Option<View>, Option<i32>),
) -> Response {
    let lang = reader.lang();
    let id = photo.id;
    let may = album.own != photo.decided;
    let title = match (may, album.own) {
        (true, _) => t!("photos.place.title", locale = lang),
        (false, true) => t!("photos.place.decided_title", locale = lang),
        (false, false) => t!("photos.place.undecided_title", locale = lang),
    }
    .into_owned();
    let status = if may {
        StatusCode::OK
    } else {
        StatusCode::CONFLICT
    };
    let to_photo = back.keep(&format!("/photos/{id}"));
    page(reader, Page::titled(title.clone()).status(status), || {
        let views = View::ALL.map(|view| (view.name().to_owned(), parts::view_name(lang, view)));
        let stages = (0..=album.stage)
            .rev()
            .map(|stage| (stage.to_string(), parts::stage_name(lang, stage)));
        // What it looks like is proposed, if nothing else is.
        let view = view.or(photo.looks_like).unwrap_or(photo.view);
        let stage = stage.unwrap_or(photo.stage);
        let form = may.then(|| {
            let views = select("view", views, view.name(), None, None);
            let stages = select("stage", stages, &stage.to_string(), None, None);
            view! {
                <form method="post" action=format!("/photos/{id}/place") class="stack">
                    {hidden("back", back.path().to_owned())}
                    {field("view", t!("photos.place.view", locale = lang), None, None, move |_, _| views)}
                    {field("stage", t!("photos.place.stage", locale = lang), None, None, move |_, _| stages)}
                    <div class="actions">
                        <Button kind=ButtonKind::Primary>{t!("photos.place.button", locale = lang).into_owned()}</Button>
                        <LinkButton href=to_photo.clone()>{t!("photos.place.keep", locale = lang).into_owned()}</LinkButton>
                    </div>
                </form>
            }
        });
        let refused = (!may).then(|| {
            let words = if album.own {
                t!("photos.place.decided", locale = lang)
            } else {
                t!("photos.place.undecided", locale = lang)
            };
            view! { <p>{words.into_owned()}</p> }
        });
        // What can be done in its place.
        let instead = (!may).then(|| {
            let decide = (!album.own)
                .then(|| format!("/journeys/{}/reviews/{}", photo.journey, photo.stage));
            parts::instead(lang, photo, to_photo.clone(), decide)
        });
        view! {
            {(!album.own).then(|| gallery::whose(reader, album))}
            <PageHeader title back=(to_photo, t!("photos.back.photo", locale = lang).into_owned())/>
            {parts::asked_of(reader, photo, view! {
                {form}
                {refused}
            })}
            {instead}
        }
    })
}
