//! The campaigns that wait for their time, for staff.

use super::{model::Moment, store};
use crate::{
    feature::agenda::{Item, Part, Telling, When},
    platform::clock::local_moment,
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use rust_i18n::t;
use sqlx::PgConnection;

/// Campaigns that are looked through, the newest; fewer are ever under way.
const CAMPAIGNS: i64 = 200;

pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        if part.outside || !part.viewer.office() {
            return Ok(Vec::new());
        }
        let under_way = store::not_ended(db, CAMPAIGNS).await?;
        let items = under_way.iter().filter_map(|(id, name, standing)| {
            let (at, text) = match standing.scheduled? {
                Moment::AtOnce => return None,
                // For whoever lives where the reader does.
                Moment::OwnTime(at) => {
                    let text = t!("agenda.campaign_own_time", locale = part.lang);
                    (moment(at, part.zone), Some(text.into_owned()))
                }
                Moment::One(at, zone) => (moment(at, zone), None),
            };
            let words = t!("agenda.campaign", locale = part.lang, name = name);
            Some(Item {
                text,
                link: Some(format!("/campaigns/{id}")),
                ..Item::new(format!("campaign-{id}"), words, at)
            })
        });
        Ok(items.collect())
    })
}

fn moment(at: NaiveDateTime, zone: Tz) -> When {
    When::At(local_moment(at.date(), at.time(), zone))
}
