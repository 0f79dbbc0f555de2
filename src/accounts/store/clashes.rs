//! The SQL of addresses that two accounts want: what the provider says is one person's, and Midline knows as another's.

use crate::{
    accounts::{model::UserId, namesakes::Named, oidc::Identity},
    platform::clock::SAME_TAP,
};
use chrono::{DateTime, Utc};
use sqlx::{Acquire, PgConnection};

/// Makes an address somebody's. False: another account has it.
pub async fn move_address(
    db: &mut PgConnection,
    id: UserId,
    email: &str,
) -> Result<bool, sqlx::Error> {
    // Somebody else may be given it at the same moment.
    let mut tx = db.begin().await?;
    let moved = sqlx::query!(
        "update users set email = $2 where id = $1",
        id as UserId,
        email
    )
    .execute(&mut *tx)
    .await;
    match moved {
        Ok(_) => {
            tx.commit().await?;
            Ok(true)
        }
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            tx.rollback().await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Notes that `holder` has the address that the provider says is this person's: once, however often they try.
pub async fn note_clash(
    db: &mut PgConnection,
    holder: UserId,
    identity: &Identity,
    wanted_by: Option<UserId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into address_clashes (holder_id, subject, wanted_by_id, email) values ($1, $2, $3, $4)
         on conflict (email, subject) where settled_at is null
           do update set last_at = now(), holder_id = excluded.holder_id, wanted_by_id = excluded.wanted_by_id",
        holder as UserId,
        identity.subject,
        wanted_by as Option<UserId>,
        identity.email,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An address that two want.
#[derive(Clone, Debug)]
pub struct Clash {
    pub id: i64,
    pub email: String,
    /// Who has it, since when they have an account, and whether they signed in lately.
    pub holder: UserId,
    pub holder_first_name: String,
    pub holder_last_name: String,
    pub holder_since: DateTime<Utc>,
    /// Who wants it. None: nobody whom Midline knows, who was refused.
    pub wanted_by: Option<UserId>,
    pub wanted_first_name: Option<String>,
    pub wanted_last_name: Option<String>,
    pub wanted_email: Option<String>,
    pub last_at: DateTime<Utc>,
}

impl Clash {
    /// Who has it, and who wants it.
    pub fn named(&self) -> impl Iterator<Item = Named<'_>> {
        let holder = Named {
            id: self.holder,
            first_name: &self.holder_first_name,
            last_name: &self.holder_last_name,
            email: &self.email,
        };
        let wanted_by = self.wanted_by.map(|id| Named {
            id,
            first_name: self.wanted_first_name.as_deref().unwrap_or_default(),
            last_name: self.wanted_last_name.as_deref().unwrap_or_default(),
            email: self.wanted_email.as_deref().unwrap_or_default(),
        });
        std::iter::once(holder).chain(wanted_by)
    }
}

/// Those that nobody has seen to, the newest first: the first hundred.
pub async fn open_clashes(db: &mut PgConnection) -> Result<Vec<Clash>, sqlx::Error> {
    sqlx::query_as!(
        Clash,
        r#"select c.id, c.email, h.id as "holder: UserId", h.first_name as holder_first_name, h.last_name as holder_last_name,
                  h.created_at as holder_since, c.wanted_by_id as "wanted_by: UserId", w.first_name as "wanted_first_name?",
                  w.last_name as "wanted_last_name?", w.email as "wanted_email?", c.last_at
           from address_clashes c join users h on h.id = c.holder_id left join users w on w.id = c.wanted_by_id
           where c.settled_at is null order by c.last_at desc, c.id desc limit 100"#,
    )
    .fetch_all(db)
    .await
}

pub async fn count_clashes(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from address_clashes where settled_at is null"#
    )
    .fetch_one(db)
    .await
}

/// The address that the provider says is somebody's, and that another account has.
pub async fn wanted_address(
    db: &mut PgConnection,
    person: UserId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select email from address_clashes where wanted_by_id = $1 and settled_at is null order by last_at desc limit 1",
        person as UserId,
    )
    .fetch_optional(db)
    .await
}

/// One that is held until the transaction ends.
pub struct Held {
    pub holder: UserId,
    pub subject: String,
    pub wanted_by: Option<UserId>,
    pub email: String,
}

pub async fn hold_clash(db: &mut PgConnection, id: i64) -> Result<Option<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"select holder_id as "holder: UserId", subject, wanted_by_id as "wanted_by: UserId", email
           from address_clashes where id = $1 and settled_at is null for update"#,
        id,
    )
    .fetch_optional(db)
    .await
}

/// Whether somebody did just this about one a moment ago: the same form, sent twice.
pub async fn just_settled(
    db: &mut PgConnection,
    id: i64,
    by: UserId,
    outcome: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
             select from address_clashes
             where id = $1 and settled_by_id = $2 and outcome = $3 and settled_at > now() - make_interval(secs => $4)) as "so!""#,
        id,
        by as UserId,
        outcome,
        SAME_TAP.num_seconds() as f64,
    )
    .fetch_one(db)
    .await
}

/// Notes what was done about one.
pub async fn settle_clash(
    db: &mut PgConnection,
    id: i64,
    by: UserId,
    outcome: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update address_clashes set settled_at = now(), settled_by_id = $2, outcome = $3 where id = $1",
        id,
        by as UserId,
        outcome,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Somebody has the address that the provider says is theirs: nothing is left to see to.
pub async fn settle_own_clashes(db: &mut PgConnection, person: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update address_clashes set settled_at = now(), settled_by_id = $1, outcome = 'moved'
         where wanted_by_id = $1 and settled_at is null",
        person as UserId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives an account another sign-in, and ends the sessions of the one before. False: the new one has an account of its own by now.
pub async fn tie_anew(
    db: &mut PgConnection,
    holder: UserId,
    subject: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update users set cognito_sub_identifier = $2
         where id = $1 and not exists (select from users where cognito_sub_identifier = $2)",
        holder as UserId,
        subject,
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from sessions where user_id = $1", holder as UserId)
        .execute(db)
        .await?;
    Ok(true)
}

/// Whoever else wants an address wants it from its new holder.
pub async fn change_holder(
    db: &mut PgConnection,
    email: &str,
    holder: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update address_clashes set holder_id = $2
         where email = $1 and settled_at is null and wanted_by_id is distinct from $2",
        email,
        holder as UserId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes an address from whoever has it: until they sign in again, and the provider says which is theirs now, they have one that
/// leads nowhere (RFC 2606).
pub async fn give_up_address(db: &mut PgConnection, holder: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set email = 'account-' || id || '@given-up.invalid' where id = $1",
        holder as UserId,
    )
    .execute(db)
    .await?;
    Ok(())
}
