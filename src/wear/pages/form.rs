//! The forms for what was forgotten: a time out that was not timed, and one that was otherwise.

use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    platform::clock::local_moment,
    ui::{
        Banner, Button, ButtonKind, FormCard, LinkButton, Page, PageHeader, Reader, Tone, field,
        page, problems, typed_day, typed_time,
    },
    wear::{
        model::{Interval, Wrong},
        service::{self, Corrected, Said},
        store::{self, Kept},
    },
};
use axum::{
    Form,
    extract::{
        Path,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Days, Utc};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    /// What is said; saved if it is nothing else.
    #[serde(default)]
    r#do: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug)]
enum Fails {
    Unread,
    Wrong(Wrong),
    Stale,
}

impl Typed {
    /// The moments, in the reader's zone. What ends before it begins by the clock ended on the next day.
    fn read(&self, reader: &Reader) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let day = typed_day(&self.day)?;
        let (from, until) = (typed_time(&self.from)?, typed_time(&self.until)?);
        let last = match until < from {
            true => day.checked_add_days(Days::new(1))?,
            false => day,
        };
        Some((
            local_moment(day, from, reader.zone),
            local_moment(last, until, reader.zone),
        ))
    }

    /// The fields that cannot be read.
    fn unread(&self) -> Vec<&'static str> {
        let read = [
            ("day", typed_day(&self.day).is_some()),
            ("from", typed_time(&self.from).is_some()),
            ("until", typed_time(&self.until).is_some()),
        ];
        read.into_iter()
            .filter_map(|(field, read)| (!read).then_some(field))
            .collect()
    }

    fn of(reader: &Reader, interval: &Interval) -> Self {
        let out = interval.out.with_timezone(&reader.zone);
        let clock = |at: DateTime<Utc>| at.with_timezone(&reader.zone).format("%H:%M").to_string();
        Self {
            r#do: String::new(),
            day: out.date_naive().to_string(),
            from: clock(interval.out),
            until: interval.back.map(clock).unwrap_or_default(),
        }
    }
}

pub async fn new(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    service::own(&mut db, actor.id())
        .await?
        .filter(Kept::has_begun)
        .ok_or(Fault::NotFound)?;
    let typed = Typed {
        day: reader.today().to_string(),
        ..Typed::default()
    };
    Ok(show(&reader, None, &typed, None))
}

pub async fn enter(
    signed_in: SignedIn<Patient>,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let kept = service::own(&mut db, actor.id()).await?;
    let kept = kept.ok_or(Fault::NotFound)?;
    let Some(said) = typed.read(&reader) else {
        return Ok(show(&reader, None, &typed, Some(Fails::Unread)));
    };
    let entered = service::enter(&mut db, &actor, &act, kept.journey, said, reader.now).await?;
    Ok(answer(&reader, None, &typed, entered))
}

pub async fn one(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let interval = standing(&mut db, &actor, &act, id, &reader).await?;
    Ok(match interval {
        Some(interval) => show(
            &reader,
            Some(&interval),
            &Typed::of(&reader, &interval),
            None,
        ),
        // Another row stands for it by now: all of them are on the page.
        None => Redirect::to("/wear").into_response(),
    })
}

pub async fn correct(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let interval = standing(&mut db, &actor, &act, id, &reader).await?;
    let Form(typed) = form?;
    let said = match &*typed.r#do {
        "still" => Said::StillOut,
        "never" => Said::Never,
        _ => match typed.read(&reader) {
            Some((from, until)) => Said::Was(from, until),
            None => {
                return Ok(show(
                    &reader,
                    interval.as_ref(),
                    &typed,
                    Some(Fails::Unread),
                ));
            }
        },
    };
    let corrected = service::correct(&mut db, &actor, &act, id, said, reader.now).await?;
    Ok(answer(&reader, interval.as_ref(), &typed, corrected))
}

/// A patient's own row, if it stands.
async fn standing(
    db: &mut PgConnection,
    patient: &Patient,
    act: &crate::accounts::Act,
    id: i64,
    reader: &Reader,
) -> Result<Option<Interval>, Fault> {
    let journey = service::journey_of(db, patient, act, id).await?;
    let intervals = store::intervals(db, journey, service::earliest(reader.now)).await?;
    Ok(intervals.into_iter().find(|each| each.id == id))
}

fn answer(
    reader: &Reader,
    interval: Option<&Interval>,
    typed: &Typed,
    corrected: Corrected,
) -> Response {
    let fails = match corrected {
        Corrected::Done => return Redirect::to("/wear?saved").into_response(),
        Corrected::Wrong(wrong) => Fails::Wrong(wrong),
        Corrected::Stale => Fails::Stale,
    };
    show(reader, interval, typed, Some(fails))
}

fn show(
    reader: &Reader,
    interval: Option<&Interval>,
    typed: &Typed,
    fails: Option<Fails>,
) -> Response {
    let lang = reader.lang();
    let open = interval.is_some_and(|interval| interval.back.is_none());
    let title = match interval {
        None => t!("wear.form.new", locale = lang),
        Some(_) if open => t!("wear.form.open", locale = lang),
        Some(_) => t!("wear.form.title", locale = lang),
    }
    .into_owned();
    let status = if fails.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    // The fields to mend, and what is wrong with them; none, where it is not with what was typed.
    let wrong_fields = match fails {
        None | Some(Fails::Stale) => Vec::new(),
        Some(Fails::Unread) => typed.unread(),
        Some(Fails::Wrong(Wrong::TooOld)) => vec!["day"],
        Some(Fails::Wrong(Wrong::Overlaps)) => vec!["from"],
        Some(Fails::Wrong(Wrong::Backwards | Wrong::Ahead | Wrong::TooLong)) => vec!["until"],
    };
    let wrong = fails.map(|fails| {
        match fails {
            Fails::Unread => t!("wear.wrong.unread", locale = lang),
            Fails::Stale => t!("wear.wrong.stale", locale = lang),
            Fails::Wrong(Wrong::Backwards) => t!("wear.wrong.backwards", locale = lang),
            Fails::Wrong(Wrong::Ahead) => t!("wear.wrong.ahead", locale = lang),
            Fails::Wrong(Wrong::TooLong) => t!("wear.wrong.too_long", locale = lang),
            Fails::Wrong(Wrong::TooOld) => t!("wear.wrong.too_old", locale = lang),
            Fails::Wrong(Wrong::Overlaps) => t!("wear.wrong.overlaps", locale = lang),
        }
        .into_owned()
    });
    let action = interval.map_or_else(
        || "/wear/new".to_owned(),
        |interval| format!("/wear/{}", interval.id),
    );
    page(reader, Page::titled(title.clone()).status(status), || {
        let errors = wrong_fields
            .iter()
            .filter_map(|field| Some((*field, wrong.clone()?)));
        let errors = problems(lang, errors);
        let input = |id: &'static str, kind: &'static str, label: String, value: String| {
            let error = wrong.clone().filter(|_| wrong_fields.contains(&id));
            field(id, label, None, error, move |described, invalid| {
                view! {
                    <input id=id name=id class="input" type=kind value=value required aria-describedby=described aria-invalid=invalid/>
                }
            })
        };
        let fields = view! {
            {input("day", "date", t!("wear.form.day", locale = lang).into_owned(), typed.day.clone())}
            {input("from", "time", t!("wear.form.from", locale = lang).into_owned(), typed.from.clone())}
            {input("until", "time", t!("wear.form.until", locale = lang).into_owned(), typed.until.clone())}
        };
        let never = interval.is_some().then(|| {
            view! {
                <form method="post" action=action.clone() class="wear-never">
                    <p class="quiet">{t!("wear.form.never_text", locale = lang).into_owned()}</p>
                    <Button name="do" value="never" kind=ButtonKind::Danger>{t!("wear.form.never", locale = lang).into_owned()}</Button>
                </form>
            }
        });
        let still = open.then(|| {
            view! {
                <form method="post" action=action.clone()>
                    <Button name="do" value="still">{t!("wear.asked.still", locale = lang).into_owned()}</Button>
                </form>
            }
        });
        let apart = wrong.clone().filter(|_| wrong_fields.is_empty());
        let apart = apart.map(|words| view! { <Banner tone=Tone::Trouble><p>{words}</p></Banner> });
        view! {
            <PageHeader title back=("/wear".to_owned(), t!("wear.title", locale = lang).into_owned())/>
            {errors}
            {apart}
            {open.then(|| view! { <p>{t!("wear.form.open_text", locale = lang).into_owned()}</p> })}
            <FormCard action=action.clone()>
                {fields}
                <div class="actions">
                    <Button kind=ButtonKind::Primary>{t!("wear.form.save", locale = lang).into_owned()}</Button>
                    <LinkButton href="/wear">{t!("wear.form.keep", locale = lang).into_owned()}</LinkButton>
                </div>
            </FormCard>
            {still}
            {never}
        }
    })
}
