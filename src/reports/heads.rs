//! Reports at the head of a thread of messages, for the dentist who writes in it: what was reported is seen before anything is
//! written, and has been seen once something is.

use super::{
    model::State,
    service,
    store::{self, Open},
    view,
};
use crate::{
    accounts::Role,
    audit,
    ids::ReportId,
    messages::heads::{Doing, Head, Heads, Opened, Written},
    reports::Action,
    ui::Reader,
};
use rust_i18n::t;
use sqlx::PgConnection;

/// What messages ask of reports.
pub const HEADS: Heads = Heads {
    tell: heads,
    hear: heard,
};

/// Reports that are looked through; more than ever wait for a dentist.
const REPORTS: i64 = 50;

/// What the patient of a thread reported and waits for an answer, with an audit row of having read it.
fn heads<'a>(
    db: &'a mut PgConnection,
    opened: Opened<'a>,
) -> Doing<'a, Vec<Head>, crate::error::Fault> {
    Box::pin(async move {
        let first = Some(opened.patient);
        let mut open = store::open_of_dentist(db, opened.scope, first, REPORTS).await?;
        open.retain(|report| report.patient == opened.patient && report.state.is_open());
        let act = opened.act.in_role(Role::Dentist);
        for report in &open {
            let entry = act.entry(Action::Read).on("reports", report.id);
            audit::record(db, entry.about(opened.patient.0)).await?;
        }
        Ok(open
            .iter()
            .map(|report| head(opened.reader, report))
            .collect())
    })
}

fn head(reader: &Reader, report: &Open) -> Head {
    let lang = reader.lang();
    let kind = view::kind_name(lang, report.kind);
    let words = t!("report.told.desk", locale = lang, kind = kind);
    Head {
        new: (report.state == State::New).then_some(report.id.0),
        words: format!("{words} · {}", view::age(reader, report.created)),
        note: report.note.clone(),
        link: (
            format!("/reports/{}#answer", report.id),
            t!("record.answer", locale = lang).into_owned(),
        ),
    }
}

/// What was new at the head of a thread has been seen by the dentist who wrote below it.
fn heard<'a>(tx: &'a mut PgConnection, written: Written<'a>) -> Doing<'a, (), sqlx::Error> {
    Box::pin(async move {
        let Written {
            act,
            patient,
            heads,
            now,
        } = written;
        let shown: Vec<_> = heads.iter().copied().map(ReportId).collect();
        service::see(tx, act, patient, &shown, now).await
    })
}
