//! The SQL of lists of campaigns.

use super::moment;
use crate::{
    accounts::UserId,
    campaigns::model::{Standing, State},
    ids::CampaignId,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: CampaignId,
    pub name: String,
    pub standing: Standing,
    pub started_at: Option<DateTime<Utc>>,
    pub by: String,
    pub by_id: UserId,
}

/// Campaigns, the newest first: `limit` of those before the campaign `before`.
pub async fn list(
    db: &mut PgConnection,
    before: Option<CampaignId>,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.id as "id: CampaignId", c.name, c.state as "state: State", is_scheduled(c) as "scheduled!", c.send_at, c.time_zone, c.started_at,
                  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) as "by!",
                  u.id as "by_id: UserId"
           from campaigns c join users u on u.id = c.created_by
           where c.id < coalesce($1, 9223372036854775807) order by c.id desc limit $2"#,
        before as Option<CampaignId>,
        limit,
    )
    .fetch_all(db)
    .await?;
    let listed = rows.into_iter().map(|row| Listed {
        id: row.id,
        name: row.name,
        standing: Standing {
            state: row.state,
            scheduled: row
                .scheduled
                .then(|| moment(row.send_at, row.time_zone.as_deref())),
        },
        started_at: row.started_at,
        by: row.by,
        by_id: row.by_id,
    });
    Ok(listed.collect())
}

/// A campaign that has been started and has not ended: its number, its name, and how it stands.
pub async fn not_ended(
    db: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(CampaignId, String, Standing)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: CampaignId", name, state as "state: State", is_scheduled(c) as "scheduled!", send_at, time_zone from campaigns c
           where state in ('preparing', 'running', 'paused') order by id desc limit $1"#,
        limit,
    )
    .fetch_all(db)
    .await?;
    let listed = rows.into_iter().map(|row| {
        let scheduled = row
            .scheduled
            .then(|| moment(row.send_at, row.time_zone.as_deref()));
        let standing = Standing {
            state: row.state,
            scheduled,
        };
        (row.id, row.name, standing)
    });
    Ok(listed.collect())
}
