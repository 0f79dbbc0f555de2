//! Writes the made-up people and their journeys into an empty database, and their photos into the
//! storage.

mod decisions;
mod directory;
mod messages;
mod practices;
mod replies;
mod reports;
mod wear;

use super::{
    Failure,
    drawing::{self, Scene},
    people::Account,
    say,
    stories::{self, Story},
};
use crate::{
    accounts::{TERMS_VERSION, UserId},
    journeys::{
        model::{EventType, Journey, JourneyId, Product, Reason, Status, local_day},
        service::remind,
    },
    photos::{View, processing},
    platform::storage::Storage,
    ui::Language,
};
use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

const ZONE: Tz = Tz::Europe__Berlin;

/// Pixels of a drawn photo.
const DRAWN: (u32, u32) = (1280, 960);

/// Cases that wait for the first dentist, besides those of the patients with a purpose.
const CASES: usize = 40;
/// How many mouths they have between them: drawing takes time.
const LOOKS: usize = 3;

/// What the push provider knows those by who work at the clinic's office.
pub async fn office(owner_url: &str) -> Result<Vec<Uuid>, Failure> {
    let mut db = PgConnection::connect(owner_url).await?;
    let people = sqlx::query_scalar!(
        "select distinct u.push_id from users u join user_roles r on r.user_id = u.id where r.role in ('staff', 'admin')"
    )
    .fetch_all(&mut db)
    .await?;
    Ok(people)
}

/// Seeds a database in which nobody lives yet; any other is left as it is.
pub async fn seed(
    owner_url: &str,
    storage: &Storage,
    people: &[Account],
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut db = PgConnection::connect(owner_url).await?;
    let inhabited = sqlx::query_scalar!(r#"select exists (select from users) as "yes!""#)
        .fetch_one(&mut db)
        .await?;
    if inhabited {
        return Ok(());
    }
    say("seeding made-up people");
    let mut tx = db.begin().await?;
    // Whoever tries the demo reads what goes out in the language of its documentation.
    sqlx::query!("update clinic set language = 'en'")
        .execute(&mut *tx)
        .await?;
    let mut photos = Vec::new();
    let mut seeds = Seeder {
        db: &mut tx,
        now,
        photos: &mut photos,
    };
    let mut dentists = Vec::new();
    for account in people
        .iter()
        .filter(|account| account.groups == ["dentists"])
    {
        dentists.push(seeds.dentist(account).await?);
    }
    let [first, second] = dentists[..] else {
        return Err("the demo has two dentists".into());
    };
    let (mut number, mut cases) = (0, 0);
    for account in people
        .iter()
        .filter(|account| account.groups != ["dentists"])
    {
        let user = seeds.user(account).await?;
        let role = match account.groups.first().map(String::as_str) {
            Some("staff") => "staff",
            Some("admins") => "admin",
            _ => "patient",
        };
        seeds.role(user, role).await?;
        if role != "patient" {
            continue;
        }
        let named = !account.purpose.is_empty();
        let dentist = if named || number % 4 != 3 {
            first
        } else {
            second
        };
        seeds.assign(user, dentist.row).await?;
        let stories = if named {
            stories::of_account(&account.email)
        } else {
            vec![stories::of_number(number)]
        };
        for story in stories {
            let waits = cases < CASES && dentist.row == first.row && story.is_worn(2);
            let shown = match (named, waits) {
                (true, _) => Shown::All,
                (false, true) => Shown::Newest(cases % LOOKS),
                (false, false) => Shown::Nothing,
            };
            seeds.journey(user, dentist, &story, shown).await?;
            cases += usize::from(!named && waits);
        }
        number += usize::from(!named);
    }
    seeds.more_dentists().await?;
    seeds.wish("patient008@midline.example", first.row).await?;
    seeds.messages().await?;
    seeds.replies(first.row).await?;
    seeds.unread_decision().await?;
    seeds.reports().await?;
    seeds.wear("patient@midline.example").await?;
    say("drawing photos");
    for photo in &photos {
        draw(&mut tx, storage, photo).await?;
    }
    tx.commit().await?;
    sqlx::query("analyze").execute(&mut db).await?;
    Ok(())
}

#[derive(Clone, Copy)]
struct DentistIds {
    row: i64,
    user: i64,
}

/// Which photos a patient sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    /// Of every stage.
    All,
    /// Of the stage being worn and the one before, with the mouth of this number.
    Newest(usize),
}

/// A photo to be drawn, and where it is kept.
#[derive(Debug)]
struct Shot {
    keys: Vec<String>,
    view: drawing::View,
    stage: i32,
    total: i32,
    seed: u64,
}

struct Seeder<'a> {
    db: &'a mut PgConnection,
    now: DateTime<Utc>,
    photos: &'a mut Vec<Shot>,
}

impl Seeder<'_> {
    async fn user(&mut self, account: &Account) -> Result<i64, sqlx::Error> {
        let accepted = account.email != "new.patient@midline.example";
        // Between eighteen and fifty-eight years ago.
        let number: u64 = account.sub[24..].parse().unwrap_or_default();
        let age = 18 * 366 + number * 7919 % (40 * 365);
        let born = local_day(self.now, ZONE) - Days::new(age);
        // Not everybody gave one; of a range that is kept free for stories (Bundesnetzagentur).
        let called = account.groups == ["patients"] && !number.is_multiple_of(3) && accepted;
        let phone = called.then(|| format!("+49 171 39200 {:02}", number % 100));
        sqlx::query_scalar!(
            "insert into users (email, first_name, last_name, postal_code, jarvis_id, hubspot_id, time_zone,
                                terms_accepted, terms_version, terms_accepted_at, created_at, birth_date, phone)
             values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz is not null, $9, $8, $10, $11, $12) returning id",
            account.email,
            account.given_name,
            account.family_name,
            format!("10{}", &account.sub[33..]),
            account.sub[24..].parse::<i64>().ok(),
            format!("hs-{}", &account.sub[28..]),
            ZONE.name(),
            accepted.then_some(self.now - Days::new(200)),
            accepted.then_some(TERMS_VERSION),
            self.now - Days::new(400),
            born,
            phone,
        )
        .fetch_one(&mut *self.db)
        .await
    }

    async fn role(&mut self, user: i64, role: &str) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into user_roles (user_id, role) values ($1, $2::text::user_role)",
            user,
            role
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }

    async fn dentist(&mut self, account: &Account) -> Result<DentistIds, sqlx::Error> {
        let user = self.user(account).await?;
        self.role(user, "dentist").await?;
        let first = account.email == "dentist@midline.example";
        let practice = self
            .practice(if first {
                &practices::PARK
            } else {
                &practices::NORDLICHT
            })
            .await?;
        let row = sqlx::query_scalar!(
            "insert into dentists (user_id, external_id, display_name, practice, postal_code, languages, practice_id)
             values ($1, $2, $3, $4, $5, $6, $7) returning id",
            user,
            format!("D-{user:04}"),
            format!("Dr. {} {}", account.given_name, account.family_name),
            if first { practices::PARK.name } else { practices::NORDLICHT.name },
            if first { practices::PARK.postal_code } else { practices::NORDLICHT.postal_code },
            &["de".to_owned(), "en".to_owned()],
            practice,
        )
        .fetch_one(&mut *self.db)
        .await?;
        Ok(DentistIds { row, user })
    }

    async fn assign(&mut self, user: i64, dentist: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update users set assigned_dentist_id = $2 where id = $1",
            user,
            dentist
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }

    async fn journey(
        &mut self,
        user: i64,
        dentist: DentistIds,
        story: &Story,
        shown: Shown,
    ) -> Result<(), sqlx::Error> {
        let today = local_day(self.now, ZONE);
        let completed = story.completed_ago.is_some();
        let events = story.tell(today, ZONE);
        let journey = sqlx::query_scalar!(
            "insert into journeys (user_id, product, current_progress_stage, total_progress_stages,
                                   wear_interval_days, date_of_starting_treatment, aftercare_stage, created_at)
             values ($1, $2, $3, $4, $5, $6, $7::text::aftercare_stage, $8) returning id",
            user,
            story.product as Product,
            story.stage,
            story.total,
            story.interval as i32,
            story.start(today),
            if story.stage > 0 { "aligner_journey_underway" } else { "scan_appointment_booked" },
            events.first().map_or(self.now, |event| event.at) - Days::new(20),
        )
        .fetch_one(&mut *self.db)
        .await?;
        sqlx::query!(
            "insert into plan_changes (journey_id, revision, user_id, at, time_zone, type, total_progress_stages, wear_interval_days, actor_id)
             select id, 0, user_id, created_at, $2, 'opened', total_progress_stages, wear_interval_days, $3 from journeys where id = $1",
            journey,
            ZONE.name(),
            dentist.user,
        )
        .execute(&mut *self.db)
        .await?;
        let mut previous: Option<i64> = None;
        let newest = events.len().saturating_sub(1);
        for (index, event) in events.iter().enumerate() {
            let pending = index == newest && event.due.is_some_and(|due| due > self.now);
            let notification = match event.due.filter(|_| pending) {
                Some(due) => {
                    let told = Journey {
                        id: JourneyId(journey),
                        product: story.product,
                        status: Status::Active,
                        stage: event.stage,
                        total: story.total,
                        interval_days: story.interval as i32,
                        started_on: story.start(today),
                        aftercare: None,
                        revision: 0,
                        wear: story.product == Product::Aligners,
                    };
                    let due = Some(local_day(due, ZONE));
                    let german = Language::German;
                    remind(self.db, &told, UserId(user), due, ZONE, german, self.now)
                        .await?
                        .first()
                        .copied()
                }
                None => None,
            };
            previous = Some(
                sqlx::query_scalar!(
                    "insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, reason, note,
                                                  resume_on, actor_id, previous_event_id, next_notification_id, time_zone)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id",
                    user,
                    journey,
                    event.at,
                    event.stage,
                    event.due,
                    event.event_type as EventType,
                    event.reason as Option<Reason>,
                    event.note,
                    event.resume_on,
                    if event.by_dentist { dentist.user } else { user },
                    previous,
                    notification,
                    ZONE.name(),
                )
                .fetch_one(&mut *self.db)
                .await?,
            );
            let has_photos = match shown {
                Shown::Nothing => false,
                Shown::All => true,
                Shown::Newest(_) => event.stage + 1 >= story.stage,
            };
            if has_photos && event.event_type == EventType::Progress && !completed {
                let mouth = match shown {
                    Shown::Newest(look) => Mouth::Shared(look, event.stage == story.stage),
                    _ => Mouth::Own,
                };
                let of = (user, journey);
                self.photos(of, story, mouth, event.stage, event.at).await?;
                if event.stage < story.stage {
                    self.review(of, dentist, event.stage, event.at + Days::new(1))
                        .await?;
                }
            }
        }
        // What completes it is its last event, which an ended journey could not take.
        if completed {
            sqlx::query!(
                "update journeys set status = 'completed', aftercare_stage = 'journey_complete' where id = $1",
                journey,
            )
            .execute(&mut *self.db)
            .await?;
        }
        Ok(())
    }

    async fn photos(
        &mut self,
        (user, journey): (i64, i64),
        story: &Story,
        mouth: Mouth,
        stage: i32,
        at: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let views = [
            (View::Front, drawing::View::Front),
            (View::Left, drawing::View::Left),
            (View::Right, drawing::View::Right),
            (View::Upper, drawing::View::Upper),
            (View::Lower, drawing::View::Lower),
        ];
        for (n, (view, drawn)) in views.into_iter().enumerate() {
            let key = format!("photos/demo-{user}-{journey}-{stage}-{n}");
            sqlx::query!(
                r#"insert into user_images (user_id, journey_id, s3_key, date_uploaded, progress_stage, view, width, height,
                                          sha256, thumbhash)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, sha256(convert_to($3, 'UTF8')), '\x0000000000')"#,
                user,
                journey,
                key,
                at,
                stage,
                view as View,
                DRAWN.0 as i32,
                DRAWN.1 as i32,
            )
            .execute(&mut *self.db)
            .await?;
            let (seed, stage, total) = match mouth {
                Mouth::Own => (user.unsigned_abs(), stage, story.total),
                Mouth::Shared(look, now) => (9_000 + look as u64, 9 + i32::from(now), 20),
            };
            let drawn_already = self
                .photos
                .iter_mut()
                .find(|shot| (shot.seed, shot.stage, shot.view) == (seed, stage, drawn));
            match drawn_already {
                Some(shot) => shot.keys.push(key),
                None => self.photos.push(Shot {
                    keys: vec![key],
                    view: drawn,
                    stage,
                    total,
                    seed,
                }),
            }
        }
        Ok(())
    }

    /// The photos of a stage were fine, as they mostly are.
    async fn review(
        &mut self,
        (user, journey): (i64, i64),
        dentist: DentistIds,
        stage: i32,
        at: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "with review as (
               insert into reviews (user_id, journey_id, progress_stage, decision, dentist_id, actor_id, decided_at, effective_at, settled_at)
               values ($1, $2, $3, 'on_track', $4, $5, $6, $6, $6) returning id),
             decided as (
               update user_images set awaits_review = false where journey_id = $2 and progress_stage = $3 returning id)
             insert into review_photos (review_id, image_id) select review.id, decided.id from review, decided",
            user,
            journey,
            stage,
            dentist.row,
            dentist.user,
            at,
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}

/// Whose teeth are drawn: the patient's own, or shared ones, as they are now or were a stage before.
#[derive(Clone, Copy)]
enum Mouth {
    Own,
    Shared(usize, bool),
}

/// Draws a photo as a camera would send it, and keeps it as any other is kept.
async fn draw(db: &mut PgConnection, storage: &Storage, shot: &Shot) -> Result<(), Failure> {
    let scene = Scene {
        view: shot.view,
        stage: u16::try_from(shot.stage).unwrap_or_default(),
        total: u16::try_from(shot.total).unwrap_or_default(),
        seed: shot.seed,
    };
    let (sent, photo) = tokio::task::spawn_blocking(move || {
        let sent = drawing::jpeg(&drawing::draw(&scene, DRAWN.0, DRAWN.1), 90);
        let photo = processing::process(&sent);
        (sent, photo)
    })
    .await?;
    let photo = photo.map_err(|rejection| format!("a drawn photo: {}", rejection.name()))?;
    for (variant, bytes) in photo.variants {
        for key in &shot.keys {
            let key = format!("{key}/{}", variant.name());
            storage.put(&key, "image/jpeg", bytes.clone()).await?;
        }
    }
    let sha256 = Sha256::digest(&sent);
    sqlx::query!(
        "update user_images set sha256 = $2, thumbhash = $3 where s3_key = any($1)",
        &shot.keys,
        sha256.as_slice(),
        photo.thumbhash,
    )
    .execute(db)
    .await?;
    Ok(())
}
