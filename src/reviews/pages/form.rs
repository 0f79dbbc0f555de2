//! The decision bar: one form with a button a decision, and what was sent with it.

use crate::{
    ids::{JourneyId, PhotoId, ReportId, ReviewId},
    journeys::model::EventId,
    photos::View,
    reviews::{
        model::{CLINIC_NOTE, Decision, Kind, NOTE, RetakeReason},
        store::Review,
        words,
    },
    ui::{
        Button, ButtonKind, Reader, ScriptButton, SummaryButton, TextArea, field, hidden, is_blank,
        select, time, typed,
    },
};
use chrono::{Days, NaiveDate};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;

/// Days that are proposed for a hold.
const HOLD: i32 = 7;

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    decision: String,
    /// The same, by the button of whoever was asked whether they are sure.
    sure: String,
    /// The decision whose panel is asked for, where no script opens it: nothing is decided yet.
    open: String,
    /// The newest decision that was seen; empty if there was none.
    previous: String,
    /// The photos that were seen, each with its view behind a colon, and with commas between.
    photos: String,
    /// The journey's newest event that was seen; empty before the first.
    seen: String,
    /// The reports that stood above and that nobody had seen, with commas between.
    reports: String,
    front: String,
    left: String,
    right: String,
    upper: String,
    lower: String,
    days: String,
    #[serde(deserialize_with = "typed")]
    note: String,
    #[serde(deserialize_with = "typed")]
    clinic_note: String,
    /// Which cases were shown, so that the next one is of those.
    pub show: String,
    /// The view that was looked at, so that it is shown again with what is wrong.
    view: String,
    /// The case that stood behind this one, as its journey and stage with a hyphen between; empty if there was none.
    next: String,
}

/// What the sender of a form saw.
pub struct Seen {
    pub previous: Option<ReviewId>,
    /// With the view that each was seen as.
    pub photos: Vec<(PhotoId, Option<View>)>,
    pub event: Option<EventId>,
    pub reports: Vec<ReportId>,
}

/// What cannot be taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A retake of nothing.
    Views,
    Days,
    Note,
    ClinicNote,
    /// Views are marked for a retake, and the decision is another.
    Marked,
    /// Nobody has seen what the patient reported.
    Reported,
}

impl Wrong {
    /// Whether it is wrong only until somebody says that it is meant.
    pub fn is_asked(self) -> bool {
        matches!(self, Self::Marked | Self::Reported)
    }
}

impl Sent {
    /// As it was when a decision was taken that is taken back: nothing that was typed is lost.
    pub fn again(review: &Review, retakes: &[(ReviewId, View, RetakeReason)]) -> Self {
        let reason = |view: View| {
            let found = retakes
                .iter()
                .find(|(id, of, _)| *id == review.id && *of == view);
            found.map_or_else(String::new, |(.., reason)| reason.name().to_owned())
        };
        let is_folded = matches!(review.kind, Kind::Retake | Kind::Hold);
        Self {
            // Opens what it stood in.
            decision: if is_folded {
                review.kind.name().to_owned()
            } else {
                String::new()
            },
            open: if review.kind == Kind::SeeMe {
                review.kind.name().to_owned()
            } else {
                String::new()
            },
            front: reason(View::Front),
            left: reason(View::Left),
            right: reason(View::Right),
            upper: reason(View::Upper),
            lower: reason(View::Lower),
            days: review
                .hold_days
                .map(|days| days.to_string())
                .unwrap_or_default(),
            note: review.note.clone().unwrap_or_default(),
            clinic_note: review.clinic_note.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Whether this is what was decided, word for word.
    pub fn says(&self, review: &Review, retakes: &[(ReviewId, View, RetakeReason)]) -> bool {
        let kept = Self::again(review, retakes);
        let views = |sent: &Self| View::STANDARD.map(|view| sent.reason(view).to_owned());
        self.pressed() == review.kind.name()
            && self.note() == kept.note()
            && self.clinic_note() == kept.clinic_note()
            && (review.kind != Kind::Retake || views(self) == views(&kept))
            && (review.kind != Kind::Hold || self.days.trim() == kept.days)
    }

    /// As it is where a retake of a view is asked for from elsewhere.
    pub fn asking(view: View) -> Self {
        Self {
            open: Kind::Retake.name().to_owned(),
            view: view.name().to_owned(),
            ..Self::default()
        }
    }

    /// Marks a view for a retake, if it is not marked.
    pub fn mark(&mut self, view: View, reason: RetakeReason) {
        let field = match view {
            View::Front => &mut self.front,
            View::Left => &mut self.left,
            View::Right => &mut self.right,
            View::Upper => &mut self.upper,
            View::Lower => &mut self.lower,
            View::Other => return,
        };
        if field.is_empty() {
            reason.name().clone_into(field);
        }
    }

    /// The name of the decision whose button was pressed.
    fn pressed(&self) -> &str {
        if self.decision.is_empty() {
            &self.sure
        } else {
            &self.decision
        }
    }

    /// The decision whose button was pressed.
    pub fn kind(&self) -> Option<Kind> {
        Kind::named(self.pressed())
    }

    /// Whether "come and see me" is being written, and not sent yet.
    pub fn is_inviting(&self) -> bool {
        self.pressed().is_empty() && self.open == Kind::SeeMe.name()
    }

    /// Whether a retake is being marked, and not sent yet.
    pub fn is_marking(&self) -> bool {
        self.pressed().is_empty() && self.open == Kind::Retake.name()
    }

    /// The view that was looked at, if it is one that can be asked for again.
    pub fn standard_view(&self) -> Option<View> {
        self.view().filter(|view| View::STANDARD.contains(view))
    }

    /// The view that was looked at.
    pub fn view(&self) -> Option<View> {
        View::named(&self.view)
    }

    /// Whether they were asked before.
    pub fn is_sure(&self) -> bool {
        self.decision.is_empty() && !self.sure.is_empty()
    }

    /// How many views are marked for a retake.
    pub fn marks(&self) -> usize {
        let marked = View::STANDARD.into_iter();
        marked.filter(|view| !self.reason(*view).is_empty()).count()
    }

    /// Why a view is wanted again; empty if it is not.
    pub fn reason(&self, view: View) -> &str {
        match view {
            View::Front => &self.front,
            View::Left => &self.left,
            View::Right => &self.right,
            View::Upper => &self.upper,
            View::Lower => &self.lower,
            View::Other => "",
        }
    }

    /// What the sender saw. None: not from a page of ours.
    pub fn seen(&self) -> Option<Seen> {
        let number = |text: &str| match text {
            "" => Some(None),
            id => id.parse().ok().map(Some),
        };
        let photos = match self.photos.as_str() {
            "" => Vec::new(),
            photos => photos
                .split(',')
                .map(|photo| {
                    // A page that was opened before views stood in it says nothing of them.
                    let (id, view) = photo.split_once(':').unwrap_or((photo, ""));
                    Some((id.parse().ok()?, View::named(view)))
                })
                .collect::<Option<_>>()?,
        };
        let reports = match self.reports.as_str() {
            "" => Vec::new(),
            reports => reports
                .split(',')
                .map(|report| report.parse().ok())
                .collect::<Option<_>>()?,
        };
        Some(Seen {
            previous: number(&self.previous)?.map(ReviewId),
            photos,
            event: number(&self.seen)?.map(EventId),
            reports,
        })
    }

    /// The decision, or all that is wrong with the form. None: not from a page of ours.
    pub fn decision(&self) -> Option<Result<Decision, Vec<Wrong>>> {
        let kind = self.kind()?;
        let mut wrong = Vec::new();
        if kind != Kind::Retake && self.marks() > 0 && !self.is_sure() {
            wrong.push(Wrong::Marked);
        }
        if self.note.trim().chars().count() > NOTE {
            wrong.push(Wrong::Note);
        }
        if self.clinic_note.trim().chars().count() > CLINIC_NOTE {
            wrong.push(Wrong::ClinicNote);
        }
        let decision = match kind {
            Kind::OnTrack => Some(Decision::OnTrack),
            Kind::SeeMe => Some(Decision::SeeMe),
            Kind::Hold => match self.days.trim().parse() {
                Ok(days @ 1..=28) => Some(Decision::Hold(days)),
                _ => {
                    wrong.push(Wrong::Days);
                    None
                }
            },
            Kind::Retake => {
                let mut views = Vec::new();
                for view in View::STANDARD {
                    match self.reason(view) {
                        "" => {}
                        reason => views.push((view, RetakeReason::named(reason)?)),
                    }
                }
                if views.is_empty() {
                    wrong.push(Wrong::Views);
                    None
                } else {
                    Some(Decision::Retake(views))
                }
            }
        };
        Some(match decision {
            Some(decision) if wrong.is_empty() => Ok(decision),
            _ => Err(wrong),
        })
    }

    /// The case that the sender saw behind this one.
    pub fn next(&self) -> Option<(JourneyId, i32)> {
        let (journey, stage) = self.next.split_once('-')?;
        Some((journey.parse().ok()?, stage.parse().ok()?))
    }

    pub fn note(&self) -> Option<&str> {
        Some(self.note.trim()).filter(|note| !is_blank(note))
    }

    pub fn clinic_note(&self) -> Option<&str> {
        Some(self.clinic_note.trim()).filter(|note| !is_blank(note))
    }
}

/// What the form is about.
pub struct About {
    pub action: String,
    /// Whom it is about, and who reads the note.
    pub patient: String,
    pub previous: Option<ReviewId>,
    pub photos: Vec<(PhotoId, View)>,
    pub event: Option<EventId>,
    /// The reports above it that nobody has seen.
    pub reports: Vec<ReportId>,
    /// By how many days it can be held, and to which day.
    pub holds: Vec<(i32, NaiveDate)>,
    pub show: &'static str,
    /// The view that is looked at.
    pub view: View,
    /// The case behind this one, by its journey and stage.
    pub next: Option<(JourneyId, i32)>,
}

/// The form's id, so that fields that stand elsewhere belong to it.
pub const FORM: &str = "decide";

/// The button that Enter in a field would press: it stands before all others of the form, and does nothing, so that nothing is
/// decided in passing.
pub fn guard() -> impl IntoView {
    view! { <button type="submit" form=FORM hidden disabled></button> }
}

pub fn show(reader: &Reader, about: &About, sent: &Sent, wrong: &[Wrong]) -> impl IntoView + use<> {
    let lang = reader.lang();
    let is = |which: Wrong| wrong.contains(&which);
    let photos: Vec<String> = about
        .photos
        .iter()
        .map(|(id, view)| format!("{id}:{}", view.name()))
        .collect();
    let reports: Vec<String> = about.reports.iter().map(ToString::to_string).collect();
    let previous = about.previous.map(|id| id.to_string()).unwrap_or_default();
    let next = about
        .next
        .map(|(journey, stage)| format!("{journey}-{stage}"))
        .unwrap_or_default();
    let event = about
        .event
        .map(|event| event.0.to_string())
        .unwrap_or_default();
    let text = sent.note.clone();
    let note = field(
        "note",
        t!("review.note", locale = lang, name = about.patient),
        Some(t!("review.note_hint", locale = lang).into_owned()),
        is(Wrong::Note).then(|| t!("review.wrong.note", locale = lang).into_owned()),
        move |described_by, invalid| view! { <TextArea id="note" name="note" value=text described_by=described_by invalid=invalid/> },
    );
    let text = sent.clinic_note.clone();
    let clinic_note = field(
        "clinic_note",
        t!("review.clinic_note", locale = lang),
        Some(
            t!(
                "review.clinic_note_hint",
                locale = lang,
                name = about.patient
            )
            .into_owned(),
        ),
        is(Wrong::ClinicNote).then(|| t!("review.wrong.clinic_note", locale = lang).into_owned()),
        move |described_by, invalid| view! { <TextArea id="clinic_note" name="clinic_note" value=text maxlength=1000 described_by=described_by invalid=invalid/> },
    );
    // One panel is open at a time: that with what is wrong.
    let wrong_note = is(Wrong::Note) || is(Wrong::ClinicNote);
    let hold_open = sent.kind() == Some(Kind::Hold) && (is(Wrong::Days) || !wrong_note);
    let inviting = sent.is_inviting() || (wrong_note && sent.kind() == Some(Kind::SeeMe));
    let noted = sent.note().is_some() || sent.clinic_note().is_some();
    let notes_open = !hold_open && (inviting || wrong_note || noted);
    view! {
        <form method="post" action=about.action.clone() class="decision" id=FORM tabindex="-1" aria-labelledby="decide-title">
            <h2 id="decide-title" class="visually-hidden">{t!("review.decide", locale = lang).into_owned()}</h2>
            {hidden("previous", previous)}
            {hidden("photos", photos.join(","))}
            {hidden("seen", event)}
            {hidden("reports", reports.join(","))}
            {hidden("show", about.show)}
            {hidden("view", about.view.name())}
            {hidden("next", next)}
            {buttons(lang, about, sent, inviting || is(Wrong::Views))}
            <details class="decision-more" name="decision-more" open=hold_open data-key="h">
                <SummaryButton>{words::kind(lang, Kind::Hold)}<kbd>"h"</kbd></SummaryButton>
                <div class="decision-panel decision-hold">{hold(reader, about, sent, is(Wrong::Days))}</div>
            </details>
            <details class="decision-more" name="decision-more" open=notes_open data-key="n" data-notes>
                <SummaryButton>{t!("review.notes_bar", locale = lang).into_owned()}<kbd>"n"</kbd></SummaryButton>
                <div class="decision-panel decision-notes">
                    {note}
                    {clinic_note}
                    // "Come and see me" is sent from here, with the note.
                    <div class="decision-send" data-see-me hidden={!inviting}>
                        <Button kind=ButtonKind::Primary name="decision" value=Kind::SeeMe.name() attr:data-said=words::kind(lang, Kind::SeeMe)>
                            {t!("review.do_see_me", locale = lang).into_owned()}
                        </Button>
                        <p class="quiet" data-scripted hidden>{t!("review.enter_sends", locale = lang).into_owned()}</p>
                    </div>
                </div>
            </details>
            <ScriptButton
                kind=ButtonKind::Tool small=true hidden=true key="?" attr:data-opens="over-keys" attr:data-scripted=""
            >
                {t!("review.keys.title", locale = lang).into_owned()}<kbd>"?"</kbd>
            </ScriptButton>
        </form>
    }
}

/// Where the form goes whose views are to be marked.
pub fn marks_at(action: &str) -> String {
    format!("{action}#marks")
}

/// Those that decide by themselves, and the one that opens the note first.
fn buttons(lang: &'static str, about: &About, sent: &Sent, is_open: bool) -> impl IntoView + use<> {
    // What is marked waits to be sent.
    let is_marked = sent.marks() > 0;
    // The next act stands in the panel that is open.
    let is_open = is_open || sent.is_marking();
    let kind = |is_next: bool| {
        if is_next {
            ButtonKind::Primary
        } else {
            ButtonKind::Tool
        }
    };
    let on_track = words::kind(lang, Kind::OnTrack);
    let said = on_track.clone();
    let retake = words::kind(lang, Kind::Retake);
    let counted = view! {
        <span
            data-counted data-none=words::retakes(lang, 0) data-one=words::retakes(lang, 1)
            data-other=t!("review.retakes.other", locale = lang, count = "#").into_owned()
        >
            {words::retakes(lang, sent.marks())}
        </span>
    };
    view! {
        <Button
            kind=kind(!is_marked && !is_open) name="decision" value=Kind::OnTrack.name() key="a"
            attr:data-decides=Kind::OnTrack.name() attr:data-said=said
        >
            {on_track}<kbd>"a"</kbd>
        </Button>
        // A note can go with it: first its panel opens, without scripts by way of the server, which keeps all that was typed.
        <Button
            kind=ButtonKind::Tool name="open" value=Kind::SeeMe.name() formaction=format!("{}#note", about.action) key="s"
            attr:data-decides=Kind::SeeMe.name()
        >
            {words::kind(lang, Kind::SeeMe)}<kbd>"s"</kbd>
        </Button>
        // Without scripts it opens where views are marked, by way of the server, too, and is sent from there.
        <Button
            kind=ButtonKind::Tool name="open" value=Kind::Retake.name() formaction=marks_at(&about.action)
            attr:data-unscripted=""
        >
            {retake}
        </Button>
        <Button
            kind=kind(is_marked) name="decision" value=Kind::Retake.name() key="r"
            attr:data-decides=Kind::Retake.name() attr:data-scripted="" attr:hidden=true
        >
            {counted}<kbd>"r"</kbd>
        </Button>
    }
}

/// By how many days, and to which day.
fn hold(reader: &Reader, about: &About, sent: &Sent, wrong: bool) -> impl IntoView + use<> {
    let lang = reader.lang();
    let chosen = match (sent.days.as_str(), about.holds.first()) {
        ("", Some((first, _))) => HOLD.max(*first).to_string(),
        (days, _) => days.to_owned(),
    };
    let options: Vec<(String, String)> = about
        .holds
        .iter()
        .map(|(days, due)| {
            let date = time::long_date(reader, *due);
            let words = match days {
                1 => t!("delay.day.one", locale = lang, date = date),
                days => t!("delay.day.other", locale = lang, days = days, date = date),
            };
            (days.to_string(), words.into_owned())
        })
        .collect();
    if options.is_empty() {
        return Either::Left(view! { <p>{t!("review.no_hold", locale = lang).into_owned()}</p> });
    }
    let error = wrong.then(|| t!("review.wrong.days", locale = lang).into_owned());
    // The days count from the one that is planned, which need not be near.
    let planned = about.holds.first().map(|(days, due)| {
        let planned = *due - Days::new(u64::from(days.unsigned_abs()));
        time::long_date(reader, planned)
    });
    let label = t!(
        "review.days",
        locale = lang,
        date = planned.unwrap_or_default()
    );
    let days = field("days", label, None, error, move |described, invalid| {
        select("days", options, &chosen, described, invalid)
    });
    Either::Right(view! {
        {days}
        <Button name="decision" value=Kind::Hold.name() kind=ButtonKind::Primary attr:data-said=words::kind(lang, Kind::Hold)>{t!("review.do_hold", locale = lang).into_owned()}</Button>
    })
}
