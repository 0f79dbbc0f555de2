//! The SQL of what was sent and is not, or not yet, a photo.

use crate::{
    accounts::UserId,
    ids::{JourneyId, PhotoId},
    photos::model::{Rejection, View},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "image_upload_state", rename_all = "snake_case")]
pub enum State {
    /// The browser was given an address to send it to.
    Expected,
    /// It lies in quarantine, whole.
    Received,
    /// It has become a photo, or was one already.
    Accepted,
    Rejected,
}

#[derive(Clone, Debug)]
pub struct Upload {
    pub id: i64,
    pub token: Uuid,
    pub user: UserId,
    pub journey: JourneyId,
    pub stage: i32,
    pub view: View,
    pub state: State,
    pub bytes: i64,
    pub sha256: Option<Vec<u8>>,
    pub decodes: i16,
    pub rejection: Option<Rejection>,
    pub created: DateTime<Utc>,
    pub time_zone: String,
    /// Names the photo that it may become: drawn here, not by a browser.
    pub photo: Uuid,
}

impl Upload {
    /// Where its bytes wait.
    pub fn quarantine(&self) -> String {
        quarantine(self.user, self.token)
    }

    /// The prefix of the photo that it may become.
    pub fn photo_key(&self) -> String {
        format!("photos/{}", self.photo)
    }
}

/// Where the bytes of an upload wait. Tokens come from browsers: nobody's leads to what is another's.
pub fn quarantine(user: UserId, token: Uuid) -> String {
    format!("quarantine/{}-{token}", user.0)
}

/// The token in the key of something in quarantine.
pub fn token_of(key: &str) -> Option<Uuid> {
    let (_, token) = key.strip_prefix("quarantine/")?.split_once('-')?;
    token.parse().ok()
}

/// Something sent, as it is first noted.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    pub token: Uuid,
    pub user: UserId,
    pub journey: JourneyId,
    pub stage: i32,
    pub view: View,
    pub bytes: u64,
    pub sha256: Option<&'a [u8]>,
    pub state: State,
    pub rejection: Option<Rejection>,
    pub image: Option<PhotoId>,
    pub now: DateTime<Utc>,
}

/// Notes what was sent; none if that token is taken.
pub async fn note(db: &mut PgConnection, sent: Sent<'_>) -> Result<Option<i64>, sqlx::Error> {
    let settled = matches!(sent.state, State::Accepted | State::Rejected).then_some(sent.now);
    sqlx::query_scalar!(
        "insert into image_uploads (token, user_id, journey_id, progress_stage, view, state, bytes, sha256, rejection,
                                    image_id, created_at, settled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (token) do nothing returning id",
        sent.token,
        sent.user as UserId,
        sent.journey as JourneyId,
        sent.stage,
        sent.view as View,
        sent.state as State,
        i64::try_from(sent.bytes).unwrap_or(i64::MAX),
        sent.sha256,
        sent.rejection as Option<Rejection>,
        sent.image as Option<PhotoId>,
        sent.now,
        settled,
    )
    .fetch_optional(db)
    .await
}

/// An upload, locked until the transaction that this is called in ends.
pub async fn locked(db: &mut PgConnection, id: i64) -> Result<Option<Upload>, sqlx::Error> {
    sqlx::query_as!(
        Upload,
        r#"select p.id, p.token, p.user_id as "user: UserId", p.journey_id as "journey: JourneyId", p.progress_stage as stage,
                  p.view as "view: View", p.state as "state: State", p.bytes, p.sha256, p.decodes,
                  p.rejection as "rejection: Rejection", p.created_at as created, u.time_zone, p.photo
           from image_uploads p join users u on u.id = p.user_id where p.id = $1 for update of p"#,
        id,
    )
    .fetch_optional(db)
    .await
}

/// A patient's own upload.
pub async fn own_upload(
    db: &mut PgConnection,
    token: Uuid,
    patient: UserId,
) -> Result<Option<Upload>, sqlx::Error> {
    sqlx::query_as!(
        Upload,
        r#"select p.id, p.token, p.user_id as "user: UserId", p.journey_id as "journey: JourneyId", p.progress_stage as stage,
                  p.view as "view: View", p.state as "state: State", p.bytes, p.sha256, p.decodes,
                  p.rejection as "rejection: Rejection", p.created_at as created, u.time_zone, p.photo
           from image_uploads p join users u on u.id = p.user_id where p.token = $1 and p.user_id = $2"#,
        token,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Notes that an expected upload has arrived whole; whether it was still expected.
pub async fn received(
    db: &mut PgConnection,
    id: i64,
    bytes: u64,
    sha256: &[u8],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update image_uploads set state = 'received', bytes = $2, sha256 = $3 where id = $1 and state = 'expected'",
        id,
        i64::try_from(bytes).unwrap_or(i64::MAX),
        sha256,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts the beginning of a decoding.
pub async fn count_decode(db: &mut PgConnection, id: i64) -> Result<i16, sqlx::Error> {
    sqlx::query_scalar!(
        "update image_uploads set decodes = decodes + 1 where id = $1 returning decodes",
        id
    )
    .fetch_one(db)
    .await
}

/// Notes that a decoding came to its end, whatever that was.
pub async fn decoded(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update image_uploads set decodes = 0 where id = $1", id)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes what became of an upload, if nothing has yet; whether that is so.
pub async fn settle(
    db: &mut PgConnection,
    id: i64,
    outcome: Result<PhotoId, (Rejection, Option<PhotoId>)>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let (state, rejection, image) = match outcome {
        Ok(image) => (State::Accepted, None, Some(image)),
        Err((rejection, image)) => (State::Rejected, Some(rejection), image),
    };
    let done = sqlx::query!(
        "update image_uploads set state = $2, rejection = $3, image_id = $4, settled_at = $5
         where id = $1 and state in ('expected', 'received')",
        id,
        state as State,
        rejection as Option<Rejection>,
        image as Option<PhotoId>,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What became of something that was sent.
pub struct Pending {
    pub id: i64,
    pub view: View,
    pub stage: i32,
    pub state: State,
    pub rejection: Option<Rejection>,
    pub image: Option<PhotoId>,
    pub created: DateTime<Utc>,
    /// As what it was sent; what it shows may have been put right since.
    pub sent_as: View,
    /// The photo that it became or was one of already, if that is of this journey: what it is kept as.
    pub kept_view: Option<View>,
    pub kept_stage: Option<i32>,
}

/// The most of them that a page shows.
const PENDING: i64 = 60;

/// What a journey's patient is to be told, oldest first: what is still being looked at, what was rejected since
/// `rejected` but for what they have read, and what arrived since `arrived`.
pub async fn pending(
    db: &mut PgConnection,
    journey: JourneyId,
    rejected: DateTime<Utc>,
    arrived: DateTime<Utc>,
) -> Result<Vec<Pending>, sqlx::Error> {
    sqlx::query_as!(
        Pending,
        r#"select p.id, case when p.state = 'accepted' then coalesce(i.view, p.view) else p.view end as "view!: View",
                  case when p.state = 'accepted' then coalesce(i.progress_stage, p.progress_stage)
                       else p.progress_stage end as "stage!",
                  p.state as "state: State", p.rejection as "rejection: Rejection", p.image_id as "image: PhotoId",
                  p.created_at as created, p.view as "sent_as: View", i.view as "kept_view?: View",
                  i.progress_stage as "kept_stage?"
           from image_uploads p left join user_images i on i.id = p.image_id and i.journey_id = p.journey_id
           where p.journey_id = $1 and p.told_at is null
             and (p.rejection is distinct from 'duplicate' or p.image_id is not null)
             and (p.state = 'received' or p.state = 'rejected' and p.settled_at > $2 or p.state = 'accepted' and p.created_at > $3)
           order by p.id desc limit $4"#,
        journey as JourneyId,
        rejected,
        arrived,
        PENDING,
    )
    .fetch_all(db)
    .await
    .map(|mut newest| {
        newest.reverse();
        newest
    })
}

/// What became of something that is asked for by its token.
pub struct Outcome {
    pub token: Uuid,
    pub state: State,
    pub rejection: Option<Rejection>,
    pub view: View,
    pub stage: i32,
    pub image: Option<PhotoId>,
    pub kept_view: Option<View>,
    pub kept_stage: Option<i32>,
}

/// What became of a patient's own uploads of a journey.
pub async fn outcomes(
    db: &mut PgConnection,
    journey: JourneyId,
    patient: UserId,
    tokens: &[Uuid],
) -> Result<Vec<Outcome>, sqlx::Error> {
    sqlx::query_as!(
        Outcome,
        r#"select p.token, p.state as "state: State", p.rejection as "rejection: Rejection", p.view as "view: View",
                  p.progress_stage as stage, p.image_id as "image: PhotoId", i.view as "kept_view?: View",
                  i.progress_stage as "kept_stage?"
           from image_uploads p left join user_images i on i.id = p.image_id and i.journey_id = p.journey_id
           where p.token = any($3) and p.user_id = $2 and p.journey_id = $1"#,
        journey as JourneyId,
        patient as UserId,
        tokens,
    )
    .fetch_all(db)
    .await
}

/// Notes that a patient has read why these uploads were rejected. Answers how many of them that is news of.
pub async fn told(
    db: &mut PgConnection,
    journey: JourneyId,
    patient: UserId,
    uploads: &[i64],
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "update image_uploads set told_at = $4
         where journey_id = $1 and user_id = $2 and id = any($3) and state = 'rejected' and told_at is null",
        journey as JourneyId,
        patient as UserId,
        uploads,
        now,
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// How many of a journey's uploads are still being looked at.
pub async fn waiting(db: &mut PgConnection, journey: JourneyId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from image_uploads where journey_id = $1 and state = 'received'"#,
        journey as JourneyId
    )
    .fetch_one(db)
    .await
}

/// What was refused does not count, up to so many.
const REFUSED_UNCOUNTED: i64 = 200;

/// Locks a patient's row, so that nobody else notes anything of theirs meanwhile; whether the account is open.
pub async fn lock_patient(db: &mut PgConnection, patient: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select disabled_at is null as "open!" from users where id = $1 for no key update"#,
        patient as UserId
    )
    .fetch_one(db)
    .await
}

/// How many photos a patient has sent since `since`; of those announced and not yet there, those since `announced`.
pub async fn sent_since(
    db: &mut PgConnection,
    patient: UserId,
    since: DateTime<Utc>,
    announced: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select greatest(count(*) filter (where state in ('received', 'accepted') or state = 'expected' and created_at > $4),
                           count(*) - $3) as "count!"
           from image_uploads where user_id = $1 and created_at > $2"#,
        patient as UserId,
        since,
        REFUSED_UNCOUNTED,
        announced,
    )
    .fetch_one(db)
    .await
}

/// Which of these tokens wait in quarantine, or may yet arrive there.
pub async fn open_tokens(db: &mut PgConnection, tokens: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select token from image_uploads where token = any($1) and state in ('expected', 'received')",
        tokens
    )
    .fetch_all(db)
    .await
}

/// Whether anything was ever sent.
pub async fn knows_uploads(db: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists(select from image_uploads) as "any!""#)
        .fetch_one(db)
        .await
}

/// Which of these names belong to uploads that are still being looked at.
pub async fn open_photos(db: &mut PgConnection, names: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select photo from image_uploads where photo = any($1) and state = 'received'",
        names
    )
    .fetch_all(db)
    .await
}

/// Uploads that arrived before `before` and are still not decided on, oldest first.
pub async fn stuck(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from image_uploads where state = 'received' and created_at < $1
         order by created_at limit $2",
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Forgets what was announced before `before` and never came, and what was settled before `settled`.
pub async fn forget(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    settled: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "delete from image_uploads where (state = 'expected' and created_at < $1) or settled_at < $2",
        before,
        settled,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
