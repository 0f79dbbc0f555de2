//! The SQL of saved replies: a dentist's own, and those that others at the same practice share.

use crate::ids::DentistId;
use sqlx::PgConnection;

/// A text that is written often.
#[derive(Clone, Debug)]
pub struct Reply {
    pub id: i64,
    pub title: String,
    pub body: String,
    pub shared: bool,
    /// Whether it is the asking dentist's own, who may change it.
    pub own: bool,
}

/// The most that one dentist keeps.
pub const MOST: i64 = 100;

/// What a dentist can write with: their own, then the practice's, by title.
pub async fn replies(db: &mut PgConnection, dentist: DentistId) -> Result<Vec<Reply>, sqlx::Error> {
    sqlx::query_as!(
        Reply,
        r#"select r.id, r.title, r.body, r.shared, r.dentist_id = $1 as "own!"
           from dentists me join dentists d on d.practice = me.practice join saved_replies r on r.dentist_id = d.id
           where me.id = $1 and (r.dentist_id = $1 or r.shared)
           order by r.dentist_id <> $1, lower(r.title), r.id limit 300"#,
        dentist as DentistId,
    )
    .fetch_all(db)
    .await
}

/// One of a dentist's own.
pub async fn reply(
    db: &mut PgConnection,
    dentist: DentistId,
    id: i64,
) -> Result<Option<Reply>, sqlx::Error> {
    sqlx::query_as!(
        Reply,
        r#"select id, title, body, shared, true as "own!" from saved_replies where id = $2 and dentist_id = $1"#,
        dentist as DentistId,
        id,
    )
    .fetch_optional(db)
    .await
}

/// What is kept of a reply.
pub struct Kept<'a> {
    pub title: &'a str,
    pub body: &'a str,
    pub shared: bool,
}

/// A dentist's own of the same title and text, if there is one, and whether it is shared.
pub async fn same(
    db: &mut PgConnection,
    dentist: DentistId,
    kept: &Kept<'_>,
) -> Result<Option<(i64, bool)>, sqlx::Error> {
    let found = sqlx::query!(
        "select id, shared from saved_replies
         where dentist_id = $1 and title = $2 and md5(body) = md5($3::text) and body = $3",
        dentist as DentistId,
        kept.title,
        kept.body,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|row| (row.id, row.shared)))
}

/// Keeps a new one. `None`: there are too many, or there is the same by now.
pub async fn add(
    db: &mut PgConnection,
    dentist: DentistId,
    kept: &Kept<'_>,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into saved_replies (dentist_id, title, body, shared)
         select $1, $2, $3, $4 where (select count(*) from saved_replies where dentist_id = $1) < $5
         on conflict (dentist_id, title, md5(body)) do nothing returning id",
        dentist as DentistId,
        kept.title,
        kept.body,
        kept.shared,
        MOST,
    )
    .fetch_optional(db)
    .await
}

/// Changes one of a dentist's own. False: there is none of that number.
pub async fn change(
    db: &mut PgConnection,
    dentist: DentistId,
    id: i64,
    kept: &Kept<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update saved_replies set title = $3, body = $4, shared = $5 where id = $2 and dentist_id = $1",
        dentist as DentistId,
        id,
        kept.title,
        kept.body,
        kept.shared,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes one of a dentist's own. False: there is none of that number.
pub async fn delete(
    db: &mut PgConnection,
    dentist: DentistId,
    id: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "delete from saved_replies where id = $2 and dentist_id = $1",
        dentist as DentistId,
        id,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
