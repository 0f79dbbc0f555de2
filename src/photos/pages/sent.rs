//! What a patient reads once photos have arrived: who has them, and the one thing to do next, if there is any. Of each view the
//! newest photo counts, whatever was sent before it.

use super::parts;
use crate::photos::{
    Rejection, View,
    store::{self, Album, AskedAgain, Finding, Pending, Photo, State},
};
use crate::practices;
use crate::ui::{Button, ButtonKind, Icon, IconName, Lines, LinkButton, Reader, hidden, time};
use crate::{accounts::FirstDay, ids::JourneyId};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use rust_i18n::t;
use sqlx::PgConnection;

/// How a step's views stand.
pub struct Standing {
    stage: i32,
    /// Views that a decision asks for again, and that are not there yet.
    again: Vec<AskedAgain>,
    /// Views of the step being worn that there is no photo of.
    missing: Vec<View>,
    /// The newest photos of which something was found.
    doubts: Vec<(Photo, Finding)>,
    /// Something that was sent could not be used, and nothing stands in its place yet.
    refused: bool,
    /// By when the photos are looked at, as far as some wait for that.
    hear_by: Option<NaiveDate>,
}

impl Standing {
    /// Whether nothing is left to do about the photos.
    fn is_done(&self) -> bool {
        self.again.is_empty() && self.missing.is_empty() && self.doubts.is_empty() && !self.refused
    }
}

/// None while something is still on its way, or if nothing arrived since `just_now`.
pub async fn standing(
    db: &mut PgConnection,
    album: &Album,
    pending: &[Pending],
    just_now: DateTime<Utc>,
) -> Result<Option<Standing>, sqlx::Error> {
    if pending.iter().any(|upload| upload.state == State::Received) {
        return Ok(None);
    }
    let arrived = |upload: &&Pending| upload.state == State::Accepted && upload.created > just_now;
    let Some(last) = pending.iter().rfind(arrived) else {
        return Ok(None);
    };
    let (journey, stage) = (album.journey, last.stage);
    let mut newest = store::around(db, journey, last.view, stage).await?;
    newest.retain(|photo| photo.stage == stage);
    let findings = store::findings(db, journey, stage).await?;
    let missing = View::STANDARD
        .into_iter()
        .filter(|view| stage == album.stage && !newest.iter().any(|photo| photo.view == *view))
        .collect();
    let doubts = newest
        .into_iter()
        .filter_map(|photo| {
            let finding = findings.iter().find(|finding| finding.photo == photo.id)?;
            Some((photo, *finding))
        })
        .collect();
    let hear_by = match store::waiting_since(db, journey, stage).await? {
        Some(since) => practices::treating(db, album.patient)
            .await?
            .map(|treating| {
                let day = since.with_timezone(&album.zone()).date_naive();
                treating.photos_by(day).0
            }),
        None => None,
    };
    Ok(Some(Standing {
        stage,
        hear_by,
        again: store::asked_again(db, journey).await?,
        missing,
        doubts,
        refused: refused(pending).next().is_some(),
    }))
}

/// What could not be used, as far as nothing stands in its place: no later photo of the same view and step, and not the photo
/// itself, put there since.
pub fn refused(pending: &[Pending]) -> impl Iterator<Item = (&Pending, Rejection)> {
    pending.iter().filter_map(move |upload| {
        let rejection = upload.rejection?;
        let place = (upload.view, upload.stage);
        let filled = pending.iter().any(|later| {
            later.state == State::Accepted
                && later.image.is_some()
                && (later.view, later.stage) == place
                && (later.id > upload.id
                    || later.image == upload.image && later.sent_as != later.view)
        });
        // What else there is to show may be many things.
        (!filled || upload.view == View::Other).then_some((upload, rejection))
    })
}

/// Leads on to the next page of the first day, which is named: photos have just been sent.
pub fn onward(lang: &'static str, here: FirstDay) -> AnyView {
    let photos = here == FirstDay::Photos;
    let next = here.next().filter(|_| photos).unwrap_or(here);
    let words = t!(
        "photos.sent.first_day",
        locale = lang,
        number = next.number(),
        total = FirstDay::ALL.len(),
        name = next.words(lang)
    )
    .into_owned();
    if photos {
        // That page is done with it.
        view! {
            <form method="post" action="/welcome/next">
                {hidden("from", here.name())}
                <Button kind=ButtonKind::Primary>{words}</Button>
            </form>
        }
        .into_any()
    } else {
        view! { <LinkButton href=next.path() kind=ButtonKind::Primary>{words}</LinkButton> }
            .into_any()
    }
}

/// On the first day its next page is the one act that stands out, else what is left to do about the photos.
pub fn theirs(
    reader: &Reader,
    album: &Album,
    standing: &Standing,
    first_day: Option<FirstDay>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let title = match &album.dentist {
        Some(dentist) => t!("photos.sent.title", locale = lang, dentist = dentist),
        None => t!("photos.sent.title_clinic", locale = lang),
    };
    let journey = album.journey;
    let again: Vec<View> = standing.again.iter().map(|asked| asked.view).collect();
    let again_words = (!again.is_empty()).then(|| {
        let views = names(lang, &again);
        let words = match again.len() {
            1 => t!("photos.sent.again.one", locale = lang, views = views),
            _ => t!("photos.sent.again.other", locale = lang, views = views),
        };
        view! { <p>{words.into_owned()}</p> }
    });
    let missing_words = match standing.missing.len() {
        0 => None,
        1 => Some(t!(
            "photos.sent.missing.one",
            locale = lang,
            views = names(lang, &standing.missing)
        )),
        count => Some(t!(
            "photos.sent.missing.other",
            locale = lang,
            count = count,
            views = names(lang, &standing.missing)
        )),
    };
    let missing_words = missing_words.map(|words| view! { <p>{words.into_owned()}</p> });
    let doubts = standing
        .doubts
        .iter()
        .map(|(photo, finding)| {
            let found = (finding.blurred, finding.dark, finding.looks_like);
            let words = parts::finding_words(lang, photo.view, found).join(" ");
            let name = parts::alt(lang, photo.view, photo.stage);
            let (href, act) = better(lang, journey, photo, finding);
            view! {
                <li>
                    <a href=format!("/photos/{}", photo.id)>{name}</a>": "{words}" "
                    <a href=href>{act}</a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let doubts = (!doubts.is_empty()).then(|| {
        view! {
            <p>{t!("photos.sent.doubts", locale = lang).into_owned()}</p>
            <Lines>{doubts}</Lines>
        }
    });
    let next = next_act(lang, journey, standing);
    let done = (standing.is_done() && first_day.is_none()).then(|| done(reader, album));
    // By when one hears; of what should have been looked at before, and where that is not known, where one reads of it.
    let next_words = match standing.hear_by.filter(|by| *by >= reader.today()) {
        Some(by) => {
            let date = time::long_date(reader, by);
            t!("home.hear_by", locale = lang, date = date)
        }
        None => t!("photos.sent.next", locale = lang),
    };
    let stands_out = |first: bool| {
        if first {
            ButtonKind::Primary
        } else {
            ButtonKind::Secondary
        }
    };
    let home = first_day.is_none().then(|| {
        let kind = stands_out(next.is_none());
        view! { <LinkButton href="/" kind>{t!("photos.sent.home", locale = lang).into_owned()}</LinkButton> }
    });
    let next = next.map(|(href, words)| {
        let kind = stands_out(first_day.is_none());
        view! { <LinkButton href=href kind icon=IconName::Camera>{words}</LinkButton> }
    });
    let onward = first_day.map(|here| onward(lang, here));
    let more = !standing.is_done();
    view! {
        <section class="card theirs" class:theirs-more=more role="status">
            <h2><Icon name=IconName::Check/>{title.into_owned()}</h2>
            {again_words}
            {missing_words}
            {doubts}
            {done}
            <p>{next_words.into_owned()}</p>
            <div class="actions">
                {onward}
                {next}
                {home}
            </div>
        </section>
    }
}

/// That nothing is left to do today, and when something is: unless a change is due.
fn done(reader: &Reader, album: &Album) -> impl IntoView + use<> {
    let lang = reader.lang();
    let today = reader.now.with_timezone(&album.zone()).date_naive();
    if album.due.is_some_and(|due| due <= today) {
        let words = t!("photos.sent.due", locale = lang).into_owned();
        return view! { <p><strong>{words}</strong></p> }.into_any();
    }
    let change = album.due.map(|due| {
        let date = time::long_date(reader, due);
        let words = t!("photos.sent.change", locale = lang, date = date).into_owned();
        view! { <p>{words}</p> }
    });
    view! {
        <p><strong>{t!("photos.sent.done", locale = lang).into_owned()}</strong></p>
        {change}
    }
    .into_any()
}

fn names(lang: &str, views: &[View]) -> String {
    let names: Vec<String> = views
        .iter()
        .map(|view| parts::view_name(lang, *view))
        .collect();
    names.join(", ")
}

/// The one next act, and what it is called: what the dentist asked for, then what is missing, then what could be better.
fn next_act(lang: &str, journey: JourneyId, standing: &Standing) -> Option<(String, String)> {
    if let Some(first) = standing.again.first() {
        let views: Vec<String> = standing
            .again
            .iter()
            .map(|asked| format!("{}:{}", asked.view.name(), asked.reason))
            .collect();
        let href = format!(
            "/journeys/{journey}/photos/new?stage={}&views={}",
            first.stage,
            views.join(",")
        );
        let words = match standing.again.len() {
            1 => t!("photos.sent.take.one", locale = lang),
            _ => t!("photos.sent.take.other", locale = lang),
        };
        Some((href, words.into_owned()))
    } else if !standing.missing.is_empty() {
        let words = match standing.missing.len() {
            1 => t!("photos.sent.add.one", locale = lang),
            _ => t!("photos.sent.add.other", locale = lang),
        };
        let href = format!("/journeys/{journey}/photos/new?stage={}", standing.stage);
        Some((href, words.into_owned()))
    } else {
        standing
            .doubts
            .first()
            .map(|(photo, finding)| better(lang, journey, photo, finding))
    }
}

/// What makes a photo better that something was found of: taken again, or put where it belongs.
fn better(lang: &str, journey: JourneyId, photo: &Photo, finding: &Finding) -> (String, String) {
    let found = (finding.blurred, finding.dark);
    match parts::again(journey, (photo.view, photo.stage), found) {
        Some(href) => {
            let view = parts::view_name(lang, photo.view);
            let words = t!("photos.sent.take_one", locale = lang, view = view);
            (href, words.into_owned())
        }
        None => (
            format!("/photos/{}/place", photo.id),
            t!("photos.place.link", locale = lang).into_owned(),
        ),
    }
}
