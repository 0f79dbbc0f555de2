//! The SQL of photos. Who may see one is asked here, with the row: its patient, and the dentist
//! assigned to that patient today.

use crate::accounts::UserId;
use sqlx::PgConnection;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "image_view", rename_all = "snake_case")]
pub enum View {
    Front,
    Left,
    Right,
    Upper,
    Lower,
    Other,
}

#[derive(Clone, Debug)]
pub struct Photo {
    pub id: i64,
    pub stage: i32,
    pub view: View,
    /// Pixels of the `screen` variant.
    pub width: i32,
    pub height: i32,
}

/// How many photos of one stage a strip shows.
const OF_ONE_STAGE: i64 = 10;

/// The newest photos of each of a journey's stages from `from` to `to`, oldest first.
pub async fn of_stages(
    db: &mut PgConnection,
    journey: i64,
    from: i32,
    to: i32,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id as "id!", progress_stage as "stage!", view as "view!: View", width as "width!", height as "height!"
           from (select *, row_number() over (partition by progress_stage order by id desc) as n from user_images
                 where journey_id = $1 and progress_stage between $2 and $3) as newest
           where n <= $4 order by progress_stage, id"#,
        journey,
        from,
        to,
        OF_ONE_STAGE,
    )
    .fetch_all(db)
    .await
}

/// Where a photo is kept, and whose it is.
pub struct Place {
    pub s3_key: String,
    pub owner: UserId,
}

/// A photo that `viewer` may see: their own, or one of a patient assigned to the dentist `dentist`.
pub async fn visible(
    db: &mut PgConnection,
    photo: i64,
    viewer: UserId,
    dentist: Option<i64>,
) -> Result<Option<Place>, sqlx::Error> {
    sqlx::query_as!(
        Place,
        r#"select i.s3_key, i.user_id as "owner: UserId" from user_images i join users u on u.id = i.user_id
           where i.id = $1 and (i.user_id = $2 or u.assigned_dentist_id = $3)"#,
        photo,
        viewer as UserId,
        dentist,
    )
    .fetch_optional(db)
    .await
}

/// Whose photo this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, photo: i64) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from user_images where id = $1"#,
        photo
    )
    .fetch_optional(db)
    .await
}
