//! Saved replies: the list, a new one, and changing or deleting one's own.

use crate::{
    accounts::{Act, Dentist, SignedIn},
    audit,
    error::Fault,
    messages::{
        Action, BODY,
        store::replies::{self as store, Kept, Reply},
    },
    ui::{
        Badge, Banner, Button, ButtonKind, Card, ErrorSummary, IconName, Page, PageHeader, Reader,
        Switch, TextArea, Tone, field, is_blank, or_empty, page, typed,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::{Connection as _, PgConnection};

/// The longest title, in characters.
const TITLE: usize = 80;
const PLACE: &str = "/messages/replies";

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    #[serde(deserialize_with = "typed")]
    title: String,
    #[serde(deserialize_with = "typed")]
    body: String,
    /// Present if everybody at the practice may write with it.
    shared: Option<String>,
}

impl Sent {
    fn of(reply: &Reply) -> Self {
        Self {
            title: reply.title.clone(),
            body: reply.body.clone(),
            shared: reply.shared.then(String::new),
        }
    }

    /// What is to be kept, or what is wrong.
    fn kept(&self) -> Result<Kept<'_>, Vec<Wrong>> {
        let (title, body) = (self.title.trim(), self.body.trim());
        let mut wrong = Vec::new();
        match title.chars().count() {
            _ if is_blank(title) => wrong.push(Wrong::Title),
            length if length > TITLE => wrong.push(Wrong::LongTitle),
            _ => {}
        }
        match body.chars().count() {
            _ if is_blank(body) => wrong.push(Wrong::Body),
            length if length > BODY => wrong.push(Wrong::LongBody),
            _ => {}
        }
        if wrong.is_empty() {
            let shared = self.shared.is_some();
            Ok(Kept {
                title,
                body,
                shared,
            })
        } else {
            Err(wrong)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Title,
    LongTitle,
    Body,
    LongBody,
    /// There are as many as can be kept.
    Many,
    /// There is another one with the same title and text.
    Same,
}

impl Wrong {
    fn words(self, lang: &str) -> (String, String) {
        let (field, words) = match self {
            Self::Title => ("title", t!("reply.wrong.title", locale = lang)),
            Self::LongTitle => (
                "title",
                t!("reply.wrong.title_long", locale = lang, most = TITLE),
            ),
            Self::Body => ("body", t!("reply.wrong.body", locale = lang)),
            Self::LongBody => ("body", t!("message.wrong.long", locale = lang, most = BODY)),
            Self::Same => ("title", t!("reply.wrong.same", locale = lang)),
            Self::Many => (
                "title",
                t!("reply.wrong.many", locale = lang, most = store::MOST),
            ),
        };
        (field.to_owned(), words.into_owned())
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `saved` or `deleted`, after an act.
    done: String,
}

pub async fn list(
    signed_in: SignedIn<Dentist>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let sent = Sent::default();
    show_list(&mut db, &actor, &reader, (&sent, &[]), &asked.done).await
}

pub async fn add(
    signed_in: SignedIn<Dentist>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let wrong = match sent.kept() {
        Ok(kept) => match add_once(&mut db, &actor, &act, &kept).await? {
            true => return Ok(Redirect::to(&format!("{PLACE}?done=saved")).into_response()),
            false => vec![Wrong::Many],
        },
        Err(wrong) => wrong,
    };
    show_list(&mut db, &actor, &reader, (&sent, &wrong), "").await
}

pub async fn one(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let reply = own(&mut db, &actor, &act, id, Action::ChangeReply).await?;
    Ok(show_one(&reader, &reply, &Sent::of(&reply), &[]))
}

pub async fn change(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let reply = own(&mut db, &actor, &act, id, Action::ChangeReply).await?;
    let wrong = match sent.kept() {
        Ok(kept) => match keep(&mut db, &actor, &act, id, &kept).await? {
            Changed::Done => {
                return Ok(Redirect::to(&format!("{PLACE}?done=saved")).into_response());
            }
            Changed::Gone => return Err(Fault::NotFound),
            Changed::Same => vec![Wrong::Same],
        },
        Err(wrong) => wrong,
    };
    Ok(show_one(&reader, &reply, &sent, &wrong))
}

pub async fn delete(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor, act, mut db, ..
    } = signed_in;
    let deleted = Redirect::to(&format!("{PLACE}?done=deleted"));
    // Asked for twice, it is done once.
    if store::reply(&mut db, actor.dentist_id(), id)
        .await?
        .is_none()
        && audit::just_did(
            &mut db,
            act.by.0,
            Action::DeleteReply.into(),
            ("saved_replies", id),
        )
        .await?
    {
        return Ok(deleted.into_response());
    }
    own(&mut db, &actor, &act, id, Action::DeleteReply).await?;
    let mut tx = db.begin().await?;
    if store::delete(&mut tx, actor.dentist_id(), id).await? {
        audit::record(
            &mut tx,
            act.entry(Action::DeleteReply).on("saved_replies", id),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(deleted.into_response())
}

/// One of the dentist's own; another's is none.
async fn own(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    id: i64,
    action: Action,
) -> Result<Reply, Fault> {
    match store::reply(db, dentist.dentist_id(), id).await? {
        Some(reply) => Ok(reply),
        None => {
            let entry = act.entry(action).on("saved_replies", id).refused();
            audit::record(db, entry).await?;
            Err(Fault::NotFound)
        }
    }
}

/// Keeps a new one. Sent twice, or three times at once, it is one; whether it is shared is as it was said last. False: there are too
/// many.
async fn add_once(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    kept: &Kept<'_>,
) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    let dentist = dentist.dentist_id();
    let mut there = store::same(&mut tx, dentist, kept).await?;
    if there.is_none() {
        if let Some(id) = store::add(&mut tx, dentist, kept).await? {
            audit::record(&mut tx, act.entry(Action::AddReply).on("saved_replies", id)).await?;
            tx.commit().await?;
            return Ok(true);
        }
        // Another tap was faster, or there are too many.
        there = store::same(&mut tx, dentist, kept).await?;
    }
    let Some((id, shared)) = there else {
        return Ok(false);
    };
    if shared != kept.shared {
        store::change(&mut tx, dentist, id, kept).await?;
        audit::record(
            &mut tx,
            act.entry(Action::ChangeReply).on("saved_replies", id),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// What became of a change.
enum Changed {
    Done,
    /// There is none of that number any more.
    Gone,
    /// There is another one with the same title and text.
    Same,
}

async fn keep(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    id: i64,
    kept: &Kept<'_>,
) -> Result<Changed, Fault> {
    let mut tx = db.begin().await?;
    match store::change(&mut tx, dentist.dentist_id(), id, kept).await {
        Ok(true) => {}
        Ok(false) => return Ok(Changed::Gone),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Ok(Changed::Same);
        }
        Err(error) => return Err(error.into()),
    }
    audit::record(
        &mut tx,
        act.entry(Action::ChangeReply).on("saved_replies", id),
    )
    .await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

async fn show_list(
    db: &mut PgConnection,
    dentist: &Dentist,
    reader: &Reader,
    (sent, wrong): (&Sent, &[Wrong]),
    done: &str,
) -> Result<Response, Fault> {
    let replies = store::replies(db, dentist.dentist_id()).await?;
    let lang = reader.lang();
    let title = t!("reply.title", locale = lang).into_owned();
    let said = match done {
        "saved" => Some(t!("reply.saved", locale = lang)),
        "deleted" => Some(t!("reply.deleted", locale = lang)),
        _ => None,
    };
    let heading = Page::titled(title.clone()).status(status(wrong));
    Ok(page(reader, heading, || {
        let rows = replies
            .iter()
            .map(|reply| {
                let name = match reply.own {
                    true => {
                        view! { <a href=format!("{PLACE}/{}", reply.id)>{reply.title.clone()}</a> }
                            .into_any()
                    }
                    false => view! { <strong>{reply.title.clone()}</strong> }.into_any(),
                };
                let whose = match (reply.own, reply.shared) {
                    (true, true) => t!("reply.own_shared", locale = lang),
                    (true, false) => t!("reply.own", locale = lang),
                    (false, _) => t!("reply.theirs", locale = lang),
                };
                view! {
                    <li class="reply">
                        <p>{name}" "<Badge>{whose.into_owned()}</Badge></p>
                        <p class="message-body quiet">{reply.body.clone()}</p>
                    </li>
                }
            })
            .collect_view();
        let list = (!replies.is_empty()).then(|| view! { <ul class="card replies">{rows}</ul> });
        let back = (
            "/messages".to_owned(),
            t!("message.title", locale = lang).into_owned(),
        );
        let form = form(reader, PLACE.to_owned(), sent, wrong);
        view! {
            <PageHeader title back lead=t!("reply.lead", locale = lang).into_owned()/>
            {said.map(|said| view! { <Banner tone=Tone::Good><p>{said.into_owned()}</p></Banner> })}
            {or_empty(list, t!("reply.none", locale = lang))}
            <Card heading=t!("reply.new", locale = lang).into_owned() id="new">
                {form}
            </Card>
        }
    }))
}

fn status(wrong: &[Wrong]) -> StatusCode {
    if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn show_one(reader: &Reader, reply: &Reply, sent: &Sent, wrong: &[Wrong]) -> Response {
    let lang = reader.lang();
    let title = t!("reply.change", locale = lang, title = reply.title).into_owned();
    let heading = Page::titled(title.clone()).status(status(wrong));
    let id = reply.id;
    page(reader, heading, || {
        let back = (
            PLACE.to_owned(),
            t!("reply.title", locale = lang).into_owned(),
        );
        let form = form(reader, format!("{PLACE}/{id}"), sent, wrong);
        view! {
            <PageHeader title back/>
            <Card>{form}</Card>
            <Card heading=t!("reply.delete", locale = lang).into_owned() id="delete" tone=Tone::Trouble>
                <p>{t!("reply.delete_effect", locale = lang).into_owned()}</p>
                <form method="post" action=format!("{PLACE}/{id}/delete")>
                    <Button kind=ButtonKind::Danger icon=IconName::Trash>{t!("reply.delete", locale = lang).into_owned()}</Button>
                </form>
            </Card>
        }
    })
}

fn form(reader: &Reader, action: String, sent: &Sent, wrong: &[Wrong]) -> impl IntoView + use<> {
    let lang = reader.lang();
    let errors: Vec<_> = wrong.iter().map(|wrong| wrong.words(lang)).collect();
    let error = |field: &str| {
        let found = errors.iter().find(|(of, _)| of == field);
        found.map(|(_, words)| words.clone())
    };
    let (title, body) = (sent.title.clone(), sent.body.clone());
    let title = field(
        "title",
        t!("reply.field.title", locale = lang),
        None,
        error("title"),
        move |described, invalid| {
            view! { <input class="input" id="title" name="title" maxlength="80" value=title aria-describedby=described aria-invalid=invalid/> }
        },
    );
    let most = u32::try_from(BODY).unwrap_or(u32::MAX);
    let body = field(
        "body",
        t!("reply.field.body", locale = lang),
        None,
        error("body"),
        move |described_by, invalid| {
            view! { <TextArea id="body" name="body" value=body maxlength=most described_by=described_by invalid=invalid/> }
        },
    );
    let summary = t!("reply.wrong.summary", locale = lang).into_owned();
    view! {
        <form method="post" action=action class="stack">
            <ErrorSummary title=summary errors/>
            {title}
            {body}
            <Switch
                id="shared" name="shared" label=t!("reply.field.shared", locale = lang).into_owned()
                hint=t!("reply.field.shared_hint", locale = lang).into_owned() checked=sent.shared.is_some()
            />
            <div class="actions">
                <Button kind=ButtonKind::Primary>{t!("reply.save", locale = lang).into_owned()}</Button>
            </div>
        </form>
    }
}
