//! What a patient is asked of their wear time: whether aligners were really out for as long as it seems.

use super::{
    pages::{self, LATELY, Today},
    service, store,
};
use crate::{
    accounts::UserId,
    error::Fault,
    feature::agenda::{Item, Part, Telling, When},
};
use rust_i18n::t;
use sqlx::PgConnection;

/// What a page has read of the reader's own wear time before it asks for the agenda; none, where none is kept.
#[derive(Clone)]
pub struct Known(pub Option<Today>);

pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let Some(patient) = part.viewer.patient().filter(|_| !part.outside) else {
            return Ok(Vec::new());
        };
        let today = match part.known.get::<Known>() {
            Some(Known(today)) => *today,
            None => read(db, &part, patient).await?,
        };
        Ok(today
            .and_then(|today| asked(&part, &today))
            .into_iter()
            .collect())
    })
}

async fn read(
    db: &mut PgConnection,
    part: &Part<'_>,
    patient: UserId,
) -> Result<Option<Today>, Fault> {
    let Some(kept) = service::own(&mut *db, patient).await? else {
        return Ok(None);
    };
    let intervals = store::intervals(db, kept.journey, part.now - LATELY).await?;
    Ok(pages::today_of(&kept, &intervals, part.zone, part.now))
}

/// It is asked today, for as long as it is not answered.
fn asked(part: &Part<'_>, today: &Today) -> Option<Item> {
    let lang = part.lang;
    let asked = today.asked?;
    let answer = format!("/wear/{}", asked.id);
    let words = t!("agenda.wear", locale = lang);
    let act = t!("wear.asked.answer", locale = lang).into_owned();
    Some(Item {
        link: Some("/wear".to_owned()),
        act: Some((answer, act)),
        on_today: true,
        ..Item::new(format!("wear-{}", asked.id), words, When::Day(part.today()))
    })
}
