//! Photos from a form to the gallery and out of it, with a real store.

use crate::{
    harness::{Answer, TestApp, Visitor, request},
    storage::{Store, Way},
};
use axum::{
    body::{Body, Bytes},
    http::{Method, header},
};
use image::{Rgb, RgbImage};
use midline::{
    photos::{limits, sweep},
    platform::clock::Clock,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    io::Cursor,
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub struct Surgery {
    pub app: TestApp,
    pub store: Store,
    pub patient: Visitor,
    pub journey: i64,
}

impl Surgery {
    pub async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        Self::open_with(pool, options, &[]).await
    }

    async fn open_with(
        pool: PgPoolOptions,
        options: PgConnectOptions,
        more: &[(&str, &str)],
    ) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let store = Store::start().await;
        let app = TestApp::with_config(store.config_with(more), 8, options, owner).await;
        let patient = app.visitor("patient").await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
        Self {
            app,
            store,
            patient,
            journey,
        }
    }

    async fn send(&self, parts: &[(&str, &str, &[u8])]) -> Answer {
        self.send_as(&self.patient, "", parts).await
    }

    async fn send_as(&self, who: &Visitor, query: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
        let path = format!("/journeys/{}/photos{query}", self.journey);
        self.send_form(who, &path, parts).await
    }

    /// A form of somebody else's, for their own journey.
    pub async fn send_to(
        &self,
        who: &Visitor,
        journey: i64,
        parts: &[(&str, &str, &[u8])],
    ) -> Answer {
        self.send_form(who, &format!("/journeys/{journey}/photos"), parts)
            .await
    }

    async fn send_form(&self, who: &Visitor, path: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
        let request = request(Method::POST, Some(who), path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form(parts)))
            .expect("a request");
        self.app.send(request).await
    }

    /// As the island sends one.
    async fn send_one(&self, token: &str, file: &[u8]) -> Answer {
        let path = format!("/journeys/{}/photos?stage=8&token={token}", self.journey);
        let request = request(Method::POST, Some(&self.patient), &path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
            .header(header::ACCEPT, "text/plain")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form(&[("front", "a.jpg", file)])))
            .expect("a request");
        self.app.send(request).await
    }

    /// Has jobs worked on until the end of the test, or until it is told to stop.
    pub fn work(&self) -> (CancellationToken, JoinHandle<()>) {
        let stop = CancellationToken::new();
        (stop.clone(), self.app.app.work(stop))
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    /// Waits until `sql` counts `wanted`.
    pub async fn until(&self, sql: &'static str, wanted: i64) {
        let since = Instant::now();
        loop {
            let found = self.count(sql).await;
            if found == wanted {
                return;
            }
            assert!(
                since.elapsed() < Duration::from_secs(60),
                "{sql}: {found}, not {wanted}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

const PHOTOS: &str = "select count(*) from user_images";
pub const OPEN: &str = "select count(*) from image_uploads where state in ('expected', 'received')";
const REJECTED: &str = "select count(*) from image_uploads where state = 'rejected'";
pub const JOBS: &str = "select count(*) from graphile_worker._private_jobs";

pub fn form(parts: &[(&str, &str, &[u8])]) -> Bytes {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        body.extend_from_slice(
            format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: image/jpeg\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--line--\r\n");
    body.into()
}

/// A picture of its own for each `seed`.
pub fn picture(seed: u8) -> Vec<u8> {
    let pixels = RgbImage::from_fn(400, 300, |x, y| Rgb([seed, (x / 2) as u8, (y / 2) as u8]));
    let mut file = Cursor::new(Vec::new());
    pixels
        .write_to(&mut file, image::ImageFormat::Jpeg)
        .expect("a file");
    file.into_inner()
}

/// A picture that is light on its left half, or on its upper one; another one for each `seed`.
fn half(left: bool, seed: u8) -> Vec<u8> {
    let pixels = RgbImage::from_fn(400, 300, |x, y| {
        let light = if left { x < 200 } else { y < 150 };
        Rgb([if light { 200 } else { 60 }, 120, seed])
    });
    let mut file = Cursor::new(Vec::new());
    pixels
        .write_to(&mut file, image::ImageFormat::Jpeg)
        .expect("a file");
    file.into_inner()
}

#[sqlx::test]
async fn a_photo_asked_for_again_is_compared_with_those_that_were_decided_on(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    let add = format!(
        "/journeys/{}/photos/new?stage=8&views=left:blurred",
        surgery.journey
    );
    let page = async || {
        let page = surgery.app.get(Some(&surgery.patient), &add).await;
        page.expect(200).text
    };
    surgery
        .send(&[
            ("front", "a.jpg", &half(true, 1)),
            ("left", "b.jpg", &half(false, 1)),
        ])
        .await
        .expect(303);
    surgery.until(PHOTOS, 2).await;
    surgery.until(OPEN, 0).await;
    // Whether they are what they were sent as is not known yet.
    assert!(!page().await.contains("data-known"));
    let looks = "select count(*) from user_images where looks_like = 'front'";
    assert_eq!(surgery.count(looks).await, 0);
    sqlx::query("update user_images set awaits_review = false")
        .execute(&surgery.app.owner)
        .await
        .expect("decided on");
    let known = page().await;
    assert!(known.contains("data-known=\"front:"), "{known}");
    // The old one stands beside the place of the new one.
    let place = |text: &str| known.find(text).expect("on the page");
    assert!(place("Your last one") < place("Your new one"));
    assert!(place("Your new one") < place("class=\"picked-list\""));
    let sent = surgery
        .send(&[("left", "c.jpg", &half(true, 9))])
        .await
        .expect(303);
    surgery.until(PHOTOS, 3).await;
    surgery.until(OPEN, 0).await;
    assert_eq!(surgery.count(looks).await, 1);
    surgery
        .app
        .get(Some(&surgery.patient), sent.location())
        .await
        .expect(200)
        .says("This looks more like “Front view” than “Left side”.");
    // The right one is not doubted.
    surgery
        .send(&[("left", "d.jpg", &half(false, 9))])
        .await
        .expect(303);
    surgery.until(PHOTOS, 4).await;
    surgery.until(OPEN, 0).await;
    assert_eq!(surgery.count(looks).await, 1);
}

/// What asked for photos again is no news any more once they have come.
#[sqlx::test]
async fn what_asks_for_photos_again_is_read_once_they_have_come(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    let dentist = surgery.app.visitor("dentist").await;
    surgery.app.assign(&surgery.patient, &dentist).await;
    sqlx::query(
        "with told as (
           insert into notifications (user_id, journey_id, content, source, kind, template)
           values ($1, $2, 'There is news', 'other', 'review', 'review') returning id),
         decided as (
           insert into reviews (user_id, journey_id, progress_stage, decision, dentist_id, actor_id, decided_at, effective_at,
                                settled_at, notification_id)
           select $1, $2, 8, 'retake', d.id, $3, moment, moment, moment, told.id
           from told, dentists d, (select timestamptz '2026-03-16T08:00:00Z' as moment) as decided where d.user_id = $3
           returning id)
         insert into review_views (review_id, view, reason)
         select id, view, 'blurred' from decided, unnest(array['front', 'left']::image_view[]) view",
    )
    .bind(surgery.patient.id)
    .bind(surgery.journey)
    .bind(dentist.id)
    .execute(&surgery.app.owner)
    .await
    .expect("a retake");
    let read = "select count(*) from notifications where kind = 'review' and read_at is not null";
    let one = [("front", "a.jpg", &half(true, 1)[..])];
    surgery.send(&one).await.expect(303);
    surgery.until(PHOTOS, 1).await;
    surgery.until(OPEN, 0).await;
    assert_eq!(surgery.count(read).await, 0, "one is still missing");
    let other = [("left", "b.jpg", &half(false, 1)[..])];
    surgery.send(&other).await.expect(303);
    surgery.until(PHOTOS, 2).await;
    surgery.until(OPEN, 0).await;
    assert_eq!(surgery.count(read).await, 1);
}

#[sqlx::test]
async fn on_the_first_day_sending_photos_leads_on_to_its_last_page(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    sqlx::query("update users set first_day = 'photos'")
        .execute(&surgery.app.owner)
        .await
        .expect("somebody new");
    let get = async |path: &str| {
        let answer = surgery.app.get(Some(&surgery.patient), path).await;
        answer.expect(200)
    };
    let asks = get("/welcome/photos").await.says("Add your five photos");
    assert!(!asks.text.contains("have arrived"), "{}", asks.text);
    let sent = surgery
        .send(&[("front", "a.jpg", &picture(1))])
        .await
        .expect(303);
    let next = "Go on to 4 of 4 · Clinic";
    let leads_on = |page: &Answer| {
        // It is the one act that stands out, though views are missing.
        assert_eq!(page.text.matches("button-primary").count(), 1);
        let (_, form) = page
            .text
            .split_once("action=\"/welcome/next\"")
            .expect("a form");
        let (form, _) = form.split_once("</form>").expect("its end");
        assert!(form.contains("button-primary"), "{form}");
        assert!(form.contains("value=\"photos\""), "{form}");
    };
    // While it is still looked at, and once it is there.
    leads_on(&get(sent.location()).await.says(next));
    get("/welcome/photos")
        .await
        .says("Your first photos have arrived.");
    let (_stop, _worker) = surgery.work();
    surgery.until(PHOTOS, 1).await;
    surgery.until(OPEN, 0).await;
    let page = get(sent.location())
        .await
        .says(next)
        .says("views are missing");
    leads_on(&page);
    assert!(!page.text.contains("That’s all for today."));
    assert!(!page.text.contains("Your photos are done."));
    get("/welcome/photos")
        .await
        .says("Your first photos have arrived.");
    let on = surgery
        .app
        .post(Some(&surgery.patient), "/welcome/next", "from=photos")
        .await
        .expect(303);
    assert_eq!(on.location(), "/welcome/practice");
    // Where its last page has been begun, it is that which is named.
    let page = get(sent.location()).await.says(next);
    assert!(
        page.text.contains("href=\"/welcome/practice\""),
        "{}",
        page.text
    );
    // Once the first day is over, that is said, and the way leads back to Today.
    let over = surgery
        .app
        .post(Some(&surgery.patient), "/welcome/next", "from=practice")
        .await
        .expect(303);
    assert_eq!(over.location(), "/welcome/done");
    let page = get(sent.location()).await.says("Back to Today");
    assert!(!page.text.contains(next), "{}", page.text);
}

#[sqlx::test]
async fn a_photo_goes_from_a_form_to_the_gallery_and_out_again(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    let answer = surgery
        .send(&[
            ("front", "IMG_1.jpg", &picture(1)),
            ("left", "", b""),
            ("upper", "../../\u{202e}gpj.exe", &picture(2)),
        ])
        .await
        .expect(303);
    assert_eq!(
        answer.location(),
        format!("/journeys/{}/photos?sent", surgery.journey)
    );
    surgery.until(PHOTOS, 2).await;
    surgery.until(OPEN, 0).await;
    surgery.until(JOBS, 0).await;
    let keys = surgery.store.keys();
    assert_eq!(keys.len(), 6, "{keys:?}");
    assert!(
        keys.iter().all(|key| key.starts_with("photos/")),
        "{keys:?}"
    );
    let page = surgery
        .app
        .get(Some(&surgery.patient), answer.location())
        .await
        .expect(200);
    let page = page
        .says("Your clinic has your photos")
        .says("Front view, step 8")
        .says("data:image/png;base64,");
    let id = page
        .text
        .split("/photos/")
        .filter_map(|rest| rest.split('/').next()?.parse::<i64>().ok())
        .max()
        .expect("a photo");

    let path = format!("/photos/{id}/screen");
    let photo = surgery
        .app
        .get(Some(&surgery.patient), &path)
        .await
        .expect(200);
    assert_eq!(photo.headers[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(photo.headers[header::CACHE_CONTROL], "private, no-cache");
    assert_eq!(photo.headers["x-content-type-options"], "nosniff");
    assert_eq!(
        photo.headers[header::CONTENT_DISPOSITION],
        "inline; filename=\"photo.jpg\""
    );
    let shown = image::load_from_memory(&photo.bytes).expect("a picture");
    assert_eq!((shown.width(), shown.height()), (400, 300));
    // A part, a part of what is kept, a part of nothing.
    let part = |range: &str, if_range: &str| {
        request(Method::GET, Some(&surgery.patient), &path)
            .header(header::RANGE, range)
            .header(header::IF_RANGE, if_range)
            .body(Body::empty())
            .expect("a request")
    };
    let tag = photo.headers[header::ETAG]
        .to_str()
        .expect("a tag")
        .to_owned();
    let found = surgery.app.send(part("bytes=2-9", &tag)).await.expect(206);
    assert_eq!(found.bytes, photo.bytes.slice(2..10));
    assert_eq!(
        found.headers[header::CONTENT_RANGE],
        format!("bytes 2-9/{}", photo.bytes.len())
    );
    let found = surgery
        .app
        .send(part("bytes=2-9", "\"other\""))
        .await
        .expect(200);
    assert_eq!(found.bytes, photo.bytes);
    let beyond = surgery
        .app
        .send(part("bytes=99999999-", &tag))
        .await
        .expect(416);
    assert_eq!(
        beyond.headers[header::CONTENT_RANGE],
        format!("bytes */{}", photo.bytes.len())
    );
    // A weak tag does not promise the same bytes.
    surgery
        .app
        .send(part("bytes=2-9", &format!("W/{tag}")))
        .await
        .expect(200);
    surgery
        .app
        .send(part("bytes=0-1,4-5", &tag))
        .await
        .expect(200);
    let kept = request(Method::GET, Some(&surgery.patient), &path)
        .header(header::IF_NONE_MATCH, &tag)
        .body(Body::empty())
        .expect("a request");
    surgery.app.send(kept).await.expect(304);

    // Who was assigned yesterday sees nothing today.
    let dentist = surgery.app.visitor("dentist").await;
    surgery.app.assign(&surgery.patient, &dentist).await;
    surgery.app.get(Some(&dentist), &path).await.expect(200);
    let other = surgery.app.visitor("dentist").await;
    surgery.app.assign(&surgery.patient, &other).await;
    surgery.app.get(Some(&dentist), &path).await.expect(404);
    assert_eq!(surgery.app.audited("photo.read", "refused").await, 1);

    // Gone at once, and its objects soon after.
    surgery
        .app
        .post(Some(&surgery.patient), &format!("/photos/{id}/delete"), "")
        .await
        .expect(303);
    surgery
        .app
        .get(Some(&surgery.patient), &path)
        .await
        .expect(404);
    surgery.until(JOBS, 0).await;
    assert_eq!(surgery.store.keys().len(), 3, "{:?}", surgery.store.keys());
    // Asked for twice, it is gone as well; what never was cannot be.
    let again = surgery
        .app
        .post(Some(&surgery.patient), &format!("/photos/{id}/delete"), "")
        .await
        .expect(303);
    assert!(again.location().ends_with("/photos?deleted"));
    surgery
        .app
        .post(Some(&surgery.patient), "/photos/987654321/delete", "")
        .await
        .expect(404);
}

#[sqlx::test]
async fn what_is_no_photo_is_refused_in_words_and_leaves_nothing(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    let whole = picture(1);
    let mut large = whole.clone();
    large.resize(usize::try_from(limits::BYTES).expect("bytes") + 1, 0);
    let answer = surgery
        .send(&[
            ("front", "a", &whole[..whole.len() / 2]),
            ("left", "b", b"%PDF-1.7"),
            ("right", "c", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            ("upper", "d", b""),
            ("lower", "e", &large),
            ("other", "f", &whole),
            ("other", "g", &whole),
        ])
        .await
        .expect(303);
    surgery.until(OPEN, 0).await;
    surgery.until(PHOTOS, 1).await;
    surgery.until(REJECTED, 6).await;
    surgery.until(JOBS, 0).await;
    assert_eq!(surgery.store.keys().len(), 3, "{:?}", surgery.store.keys());
    surgery
        .app
        .get(Some(&surgery.patient), answer.location())
        .await
        .expect(200)
        .says("Front view, step 8</strong>: <!>The file is damaged or incomplete.")
        .says("not a JPEG, PNG or WebP")
        .says("HEIC photo")
        .says("was empty")
        .says("larger than 25 MB")
        .says("this very picture before");
    // The same bytes once more, as the island sends them: told at once.
    let token = "3f333df6-90a4-4fda-8dd3-9485d27cee36";
    surgery
        .send_one(token, &whole)
        .await
        .expect(422)
        .says("this very picture before");
    surgery
        .send_one("5e8b0b1c-1a0c-4b1e-9a53-5d1d6c6f2a11", b"GIF89a")
        .await
        .expect(422)
        .says("such as GIF, BMP or TIFF");
    // Whatever arrives besides, it is told until it was read.
    let gallery = format!("/journeys/{}/photos", surgery.journey);
    surgery
        .send(&[("left", "b", &picture(9)), ("front", "b", &picture(10))])
        .await
        .expect(303);
    surgery.until(PHOTOS, 3).await;
    let page = surgery
        .app
        .get(Some(&surgery.patient), &format!("{gallery}?sent"))
        .await
        .expect(200)
        .says("Your clinic has your photos")
        .says("HEIC photo");
    let (_, shown) = page
        .text
        .split_once("name=\"uploads\" value=\"")
        .expect("a field");
    let shown = shown.split('"').next().expect("a number");
    surgery
        .app
        .post(
            Some(&surgery.patient),
            &format!("{gallery}/told"),
            &format!("uploads={shown}"),
        )
        .await
        .expect(303);
    let page = surgery
        .app
        .get(Some(&surgery.patient), &gallery)
        .await
        .expect(200);
    assert!(!page.text.contains("HEIC photo"));
    assert_eq!(surgery.app.audited("photo.acknowledge", "done").await, 1);
    // What is rejected after the page was made has not been read with it.
    surgery.send(&[("left", "c", b"GIF89a")]).await.expect(303);
    surgery
        .app
        .post(
            Some(&surgery.patient),
            &format!("{gallery}/told"),
            &format!("uploads={shown}"),
        )
        .await
        .expect(303);
    surgery
        .app
        .get(Some(&surgery.patient), &gallery)
        .await
        .expect(200)
        .says("a kind that we cannot read, such as GIF");
}

#[sqlx::test]
async fn of_each_view_the_newest_photo_counts_and_the_page_names_the_next_act(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    let sent = format!("/journeys/{}/photos?sent", surgery.journey);
    let found = async |sql: &'static str| {
        let done = sqlx::query(sql).execute(&surgery.app.owner).await;
        done.expect("what was found");
    };
    // The change is due today: it is the photos alone that are done.
    let nothing_else = "Your photos are done.";
    // One that is dark, and one that is no photo.
    surgery
        .send(&[
            ("front", "a.jpg", &picture(1)),
            ("left", "b.jpg", b"%PDF-1.7"),
        ])
        .await
        .expect(303);
    surgery.until(PHOTOS, 1).await;
    surgery.until(OPEN, 0).await;
    found("update user_images set blurred = false, dark = true, looks_like = null").await;
    let page = surgery
        .app
        .get(Some(&surgery.patient), &sent)
        .await
        .expect(200)
        .says("4 views are missing: Left side, Right side, Upper teeth, Lower teeth.")
        .says("views=front:too_dark\">Take again: Front view")
        .says("couldn’t be used")
        .says("Add them");
    assert!(!page.text.contains(nothing_else), "{}", page.text);
    let dark = surgery.count("select max(id) from user_images").await;
    let dark = format!("/photos/{dark}");
    surgery
        .app
        .get(Some(&surgery.patient), &dark)
        .await
        .expect(200)
        .says("views=front:too_dark");
    // Taken again and filled up: neither the dark one nor what was no photo is spoken of any more.
    surgery
        .send(&[
            ("front", "a.jpg", &picture(2)),
            ("left", "b.jpg", &picture(3)),
            ("right", "c.jpg", &picture(4)),
            ("upper", "d.jpg", &picture(5)),
            ("lower", "e.jpg", &picture(6)),
        ])
        .await
        .expect(303);
    surgery.until(PHOTOS, 6).await;
    surgery.until(OPEN, 0).await;
    found("update user_images set blurred = false, dark = false, looks_like = null where id > (select min(id) from user_images)").await;
    let page = surgery
        .app
        .get(Some(&surgery.patient), &sent)
        .await
        .expect(200)
        .says(nothing_else);
    assert!(!page.text.contains("That’s all for today."));
    for words in ["too_dark", "views are missing", "couldn’t be used"] {
        assert!(!page.text.contains(words), "{words}: {}", page.text);
    }
    let page = surgery
        .app
        .get(Some(&surgery.patient), &dark)
        .await
        .expect(200);
    assert!(!page.text.contains("Take again"), "{}", page.text);
    // Where nothing is due, that was all for today, and by when one hears is said with its day.
    let dentist = surgery.app.visitor("dentist").await;
    surgery.app.assign(&surgery.patient, &dentist).await;
    found("update user_images set date_uploaded = '2026-03-17T08:30:00Z'").await;
    surgery
        .app
        .clock
        .set(crate::harness::at("2026-03-16T09:00:00Z"));
    surgery
        .app
        .get(Some(&surgery.patient), &sent)
        .await
        .expect(200)
        .says("That’s all for today.")
        .says("Your next change is due on Tuesday 17 March.")
        .says("You’ll hear by Friday 20 March.");
}

#[sqlx::test]
async fn a_picture_that_was_sent_before_is_found_and_may_be_moved(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    surgery
        .send(&[("front", "a.jpg", &picture(1))])
        .await
        .expect(303);
    surgery.until(PHOTOS, 1).await;
    surgery
        .send(&[("left", "a.jpg", &picture(1))])
        .await
        .expect(303);
    surgery.until(REJECTED, 1).await;
    let photo = surgery.count("select id from user_images").await;
    let gallery = format!("/journeys/{}/photos", surgery.journey);
    surgery
        .app
        .get(Some(&surgery.patient), &gallery)
        .await
        .expect(200)
        .says("It is kept as “Front view, step 8”.")
        .says(&format!(
            "href=\"/photos/{photo}/place?view=left&amp;stage=8\">Move it to “Left side”"
        ));
    let place = format!("/photos/{photo}/place");
    surgery
        .app
        .get(
            Some(&surgery.patient),
            &format!("{place}?view=left&stage=8"),
        )
        .await
        .expect(200)
        .says("value=\"left\" selected");
    // As the page that sends one by one is told.
    let token = "3f333df6-90a4-4fda-8dd3-9485d27cee36";
    surgery.send_one(token, &picture(1)).await.expect(422);
    surgery
        .app
        .get(
            Some(&surgery.patient),
            &format!("{gallery}/fates?tokens={token}"),
        )
        .await
        .expect(200)
        .says("It is kept as “Front view, step 8”.");
    surgery
        .app
        .post(Some(&surgery.patient), &place, "view=left&stage=8")
        .await
        .expect(303);
    let page = surgery
        .app
        .get(Some(&surgery.patient), &gallery)
        .await
        .expect(200);
    let told = "<strong>Left side, step 8</strong>";
    assert!(!page.text.contains(told), "{}", page.text);
}

#[sqlx::test]
async fn an_upload_that_is_sent_again_after_a_lost_answer_is_one_photo(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let token = "3f333df6-90a4-4fda-8dd3-9485d27cee36";
    for _ in 0..3 {
        surgery.send_one(token, &picture(1)).await.expect(202);
    }
    assert_eq!(surgery.count(OPEN).await, 1);
    assert_eq!(surgery.count(JOBS).await, 1);
    // Another's token is nobody else's business.
    let other = surgery.app.visitor("patient").await;
    let (journey, _) = surgery.app.journey(&other, 8, "2026-03-17T08:00:00Z").await;
    let request = request(
        Method::POST,
        Some(&other),
        &format!("/journeys/{journey}/photos?token={token}"),
    )
    .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
    .header(header::ACCEPT, "text/plain")
    .header("sec-fetch-site", "same-origin")
    .body(Body::from(form(&[("front", "a.jpg", &picture(2))])))
    .expect("a request");
    surgery.app.send(request).await.expect(400);
    let (_stop, _worker) = surgery.work();
    surgery.until(PHOTOS, 1).await;
    surgery.until(JOBS, 0).await;
    assert_eq!(
        surgery
            .count("select count(*) from user_images where octet_length(sha256) = 32")
            .await,
        1
    );
}

#[sqlx::test]
async fn twelve_at_once_and_sixty_a_day_are_the_most(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let mut files: Vec<Vec<u8>> = (0..13).map(picture).collect();
    // The one too many is as large as photos are: it is read to its end all the same.
    files[12].resize(2_000_000, 0);
    let parts: Vec<(&str, &str, &[u8])> = files
        .iter()
        .map(|file| ("other", "a.jpg", file.as_slice()))
        .collect();
    surgery
        .send(&parts)
        .await
        .expect(422)
        .says("up to 12 photos at once")
        .says("arrived");
    assert_eq!(surgery.count(OPEN).await, 12);
    sqlx::query(
        "insert into image_uploads (token, user_id, journey_id, progress_stage, view, state, bytes, sha256, created_at, settled_at)
         select gen_random_uuid(), $1, $2, 8, 'front', 'accepted', 1, sha256('x'), $3, $3 from generate_series(1, 47)",
    )
    .bind(surgery.patient.id)
    .bind(surgery.journey)
    .bind(surgery.app.clock.now())
    .execute(&surgery.app.owner)
    .await
    .expect("a busy day");
    surgery
        .send(&[("front", "a.jpg", &picture(20))])
        .await
        .expect(303);
    surgery
        .send(&[("front", "a.jpg", &picture(21))])
        .await
        .expect(429)
        .says("60 photos in a day");
    // Nothing chosen is said, too.
    surgery
        .send(&[("front", "", b"")])
        .await
        .expect(422)
        .says("No photo was chosen");
    assert_eq!(surgery.store.keys().len(), 13, "{:?}", surgery.store.keys());
    assert_eq!(surgery.app.audited("photo.send", "refused").await, 1);
    // And a stage that was not reached is none.
    surgery
        .send_as(
            &surgery.patient,
            "?stage=9",
            &[("front", "a.jpg", &picture(22))],
        )
        .await
        .expect(400);
}

#[sqlx::test]
async fn headers_without_end_are_not_kept(pool: PgPoolOptions, options: PgConnectOptions) {
    let surgery = Surgery::open(pool, options).await;
    let path = format!("/journeys/{}/photos", surgery.journey);
    let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = read.clone();
    let piece = Bytes::from(vec![b'a'; 64 * 1024]);
    let begin = Bytes::from_static(
        b"--line\r\ncontent-disposition: form-data; name=\"front\"; filename=\"a\"\r\nx: ",
    );
    let pieces = std::iter::once(begin)
        .chain(std::iter::repeat_n(piece, 1000))
        .map(move |piece| {
            count.fetch_add(piece.len(), std::sync::atomic::Ordering::Relaxed);
            Ok::<_, std::io::Error>(piece)
        });
    let request = request(Method::POST, Some(&surgery.patient), &path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from_stream(Pieces(pieces)))
        .expect("a request");
    surgery.app.send(request).await.expect(400);
    let read = read.load(std::sync::atomic::Ordering::Relaxed);
    assert!(read < 1024 * 1024, "{read} bytes were taken in");
}

/// Pieces that are all there at once.
struct Pieces<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Pieces<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[sqlx::test]
async fn a_bad_store_loses_nothing_that_was_acknowledged(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    // What it does not take is not acknowledged, and leaves no row.
    for way in [
        Way::Status(500),
        Way::Status(503),
        Way::Down,
        Way::CutRequest(200),
        Way::CutAnswer(20),
    ] {
        surgery.store.make(way);
        surgery
            .send(&[("front", "a.jpg", &picture(1))])
            .await
            .expect(503)
            .says("could not be taken in just now");
        assert_eq!(
            surgery.count("select count(*) from image_uploads").await,
            0,
            "{way:?}"
        );
    }
    // The first is taken, the second is not: told apart.
    surgery.store.make_after(1, Way::Status(503));
    surgery
        .send(&[
            ("front", "a.jpg", &picture(1)),
            ("left", "b.jpg", &picture(2)),
        ])
        .await
        .expect(503)
        .says("Front view</strong>: <!>arrived")
        .says("href=\"#left-files\">Left side: This photo could not be taken in");
    assert_eq!(surgery.count(OPEN).await, 1);
    // Broken while the photo is made: it is tried again, and comes in the end.
    let (_stop, _worker) = surgery.work();
    for (free, way) in [
        (0, Way::CutAnswer(500)),
        (1, Way::Status(500)),
        (2, Way::CutRequest(300)),
        (3, Way::Down),
    ] {
        surgery.store.make_after(free, way);
        let before = surgery
            .count("select attempts::bigint from graphile_worker._private_jobs")
            .await;
        surgery
            .until(
                "select count(*) from graphile_worker._private_jobs where locked_at is null",
                1,
            )
            .await;
        sqlx::query(
            "update graphile_worker._private_jobs set run_at = now() where locked_at is null",
        )
        .execute(&surgery.app.owner)
        .await
        .expect("sooner");
        let since = Instant::now();
        while surgery
            .count("select attempts::bigint from graphile_worker._private_jobs")
            .await
            == before
        {
            assert!(since.elapsed() < Duration::from_secs(30), "not tried again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        surgery
            .until(
                "select count(*) from graphile_worker._private_jobs where locked_at is null",
                1,
            )
            .await;
        assert_eq!(surgery.count(PHOTOS).await, 0, "half a photo: {way:?}");
    }
    surgery.store.make(Way::Slow(Duration::from_millis(300)));
    sqlx::query("update graphile_worker._private_jobs set run_at = now()")
        .execute(&surgery.app.owner)
        .await
        .expect("sooner");
    surgery.until(PHOTOS, 1).await;
    surgery.until(JOBS, 0).await;
    // The store took one whose answer was cut off: nobody was told that it arrived, and a sweep takes it away.
    surgery.store.make(Way::Open);
    assert_eq!(surgery.store.keys().len(), 4, "{:?}", surgery.store.keys());
    surgery
        .app
        .clock
        .set(Clock::system().now() + chrono::Duration::days(2));
    let swept = sweep::sweep(surgery.app.app.platform())
        .await
        .expect("compared");
    assert_eq!(swept.removed, 1);
    assert_eq!(surgery.store.keys().len(), 3, "{:?}", surgery.store.keys());
}

#[sqlx::test]
async fn a_crash_at_any_step_ends_in_one_photo(pool: PgPoolOptions, options: PgConnectOptions) {
    let surgery = Surgery::open(pool, options).await;
    // Each request to the store of one photo's making, as the last before the process dies: the job stays locked by
    // somebody who is no more, and what was written stays behind.
    for steps in 0..5 {
        let name = picture(100 + steps);
        surgery.send(&[("front", "a.jpg", &name)]).await.expect(303);
        surgery
            .store
            .make_after(usize::from(steps), Way::Slow(Duration::from_secs(3600)));
        let (stop, worker) = surgery.work();
        surgery
            .until(
                "select count(*) from graphile_worker._private_jobs where locked_at is not null",
                1,
            )
            .await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let variants = surgery
            .store
            .keys()
            .iter()
            .filter(|key| key.starts_with("photos/"))
            .count();
        assert_eq!(
            variants,
            usize::from(steps) * 3 + usize::from(steps.min(3)),
            "step {steps}"
        );
        worker.abort();
        let _ = worker.await;
        drop(stop);
        surgery.store.make(Way::Open);
        // As it is found half a minute later: unlocked by whoever sweeps.
        sqlx::query("update graphile_worker._private_jobs set locked_at = null, locked_by = null, run_at = now()")
            .execute(&surgery.app.owner)
            .await
            .expect("unlocked");
        let (stop, worker) = surgery.work();
        surgery.until(JOBS, 0).await;
        stop.cancel();
        let _ = worker.await;
        assert_eq!(
            surgery.count(PHOTOS).await,
            i64::from(steps) + 1,
            "step {steps}"
        );
        assert_eq!(
            surgery.store.keys().len(),
            usize::from(steps + 1) * 3,
            "step {steps}: {:?}",
            surgery.store.keys()
        );
    }
}

#[sqlx::test]
async fn a_database_that_goes_away_again_and_again_loses_nothing_that_was_acknowledged(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    surgery.store.make(Way::Slow(Duration::from_millis(40)));
    let (_stop, _worker) = surgery.work();
    // All connections of the portal's are cut, every fifth of a second, while photos are sent and made.
    let cut = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let killing = tokio::spawn({
        let (owner, cut) = (surgery.app.owner.clone(), cut.clone());
        async move {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let done = sqlx::query(
                    "select pg_terminate_backend(pid) from pg_stat_activity
                     where datname = current_database() and application_name = 'midline'",
                )
                .execute(&owner)
                .await
                .expect("cut");
                let done = usize::try_from(done.rows_affected()).expect("a count");
                cut.fetch_add(done, std::sync::atomic::Ordering::Relaxed);
            }
        }
    });
    let mut acknowledged = 0;
    for n in 0..20 {
        let answer = surgery.send(&[("front", "a.jpg", &picture(100 + n))]).await;
        match answer.status.as_u16() {
            303 => acknowledged += 1,
            503 => {}
            status => panic!("{status}: {}", answer.text),
        }
    }
    killing.abort();
    let _ = killing.await;
    assert!(acknowledged > 0, "nothing ever arrived");
    let cut = cut.load(std::sync::atomic::Ordering::Relaxed);
    assert!(cut > 20, "{cut} connections were cut");
    surgery.store.make(Way::Open);
    // What a job was cut off from is unlocked half a minute later at the latest.
    surgery.until(OPEN, 0).await;
    surgery.until(JOBS, 0).await;
    let photos = surgery.count(PHOTOS).await;
    assert!(photos >= acknowledged, "{photos} of {acknowledged}");
    let noted = surgery.count("select count(*) from image_uploads").await;
    assert_eq!(photos, noted, "half of something");
    // An answer that was cut off may leave bytes in quarantine, never half a photo.
    let variants = surgery
        .store
        .keys()
        .iter()
        .filter(|key| key.starts_with("photos/"))
        .count();
    assert_eq!(i64::try_from(variants), Ok(photos * 3));
}

#[sqlx::test]
async fn what_is_still_on_its_way_when_the_account_is_closed_is_not_kept(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let whole = form(&[("front", "a.jpg", &picture(1))]);
    let (sender, pieces) = tokio::sync::mpsc::channel(1);
    let path = format!("/journeys/{}/photos", surgery.journey);
    let request = request(Method::POST, Some(&surgery.patient), &path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from_stream(Arriving(pieces)))
        .expect("a request");
    let sending = async {
        let half = whole.len() / 2;
        sender.send(Ok(whole.slice(..half))).await.expect("taken");
        // There is room for this once the first is being read: by then they were let in.
        sender.send(Ok(Bytes::new())).await.expect("taken");
        sender.send(Ok(Bytes::new())).await.expect("taken");
        sqlx::query("update users set disabled_at = now() where id = $1")
            .bind(surgery.patient.id)
            .execute(&surgery.app.owner)
            .await
            .expect("closed");
        sender.send(Ok(whole.slice(half..))).await.expect("taken");
        drop(sender);
    };
    let (answer, ()) = tokio::join!(surgery.app.send(request), sending);
    answer.expect(403);
    assert_eq!(surgery.app.audited("photo.send", "refused").await, 1);
    assert_eq!(surgery.count("select count(*) from image_uploads").await, 0);
    assert_eq!(surgery.store.keys(), Vec::<String>::new());
}

/// Pieces as they come.
struct Arriving(tokio::sync::mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl futures_core::Stream for Arriving {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[sqlx::test]
async fn database_and_store_are_compared_in_both_directions(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    surgery
        .send(&[
            ("front", "a.jpg", &picture(1)),
            ("left", "a.jpg", &picture(2)),
        ])
        .await
        .expect(303);
    surgery.until(PHOTOS, 2).await;
    surgery.until(JOBS, 0).await;
    let platform = surgery.app.app.platform();
    assert_eq!(
        sweep::sweep(platform).await.expect("compared"),
        sweep::Swept::default()
    );
    // Objects that nothing names; the test's clock stands, the store's does not: make them two days old.
    for key in [
        "quarantine/1-3f333df6-90a4-4fda-8dd3-9485d27cee36",
        "photos/nobodys/full",
        "photos/~/full",
        "quarantine/junk",
    ] {
        platform
            .storage
            .put(key, "image/jpeg", vec![1])
            .await
            .expect("put");
    }
    surgery
        .app
        .clock
        .set(Clock::system().now() + chrono::Duration::days(2));
    sqlx::query("update user_images set date_uploaded = now() - interval '2 days'")
        .execute(&surgery.app.owner)
        .await
        .expect("older");
    let swept = sweep::sweep(platform).await.expect("compared");
    assert_eq!((swept.removed, swept.missing, swept.found), (4, 0, 0));
    assert_eq!(surgery.store.keys().len(), 6, "{:?}", surgery.store.keys());
    // A photo whose objects are gone is not shown; it is when they are back.
    let keys = surgery.store.keys();
    let (gone, _) = keys[0].rsplit_once('/').expect("a key");
    let place = surgery.store.folder.path().join("photos").join(gone);
    let aside = surgery.store.folder.path().join("aside");
    std::fs::rename(&place, &aside).expect("moved");
    let swept = sweep::sweep(platform).await.expect("compared");
    assert_eq!((swept.removed, swept.missing, swept.found), (0, 1, 0));
    let gallery = format!("/journeys/{}/photos", surgery.journey);
    let patient = surgery.app.sign_in(surgery.patient.id).await;
    let page = surgery.app.get(Some(&patient), &gallery).await.expect(200);
    assert_eq!(page.text.matches("class=\"shot\"").count(), 1);
    page.says("cannot be shown at present");
    std::fs::rename(&aside, &place).expect("moved back");
    let swept = sweep::sweep(platform).await.expect("compared");
    assert_eq!((swept.removed, swept.missing, swept.found), (0, 0, 1));
}

#[sqlx::test]
async fn a_photo_may_be_answered_with_an_address_of_the_store(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open_with(pool, options, &[("PHOTOS_REDIRECT", "true")]).await;
    let (_stop, _worker) = surgery.work();
    surgery
        .send(&[("front", "a.jpg", &picture(1))])
        .await
        .expect(303);
    surgery.until(PHOTOS, 1).await;
    let id = surgery.count("select id from user_images").await;
    let answer = surgery
        .app
        .get(Some(&surgery.patient), &format!("/photos/{id}/full"))
        .await
        .expect(307);
    let address = answer.location().to_owned();
    assert!(
        address.starts_with(&surgery.store.url) && address.contains("X-Amz-Expires=60"),
        "{address}"
    );
    let got = reqwest::get(&address).await.expect("an answer");
    assert_eq!(got.status(), 200);
    assert_eq!(got.headers()["content-type"], "image/jpeg");
    // Without its signature it is worth nothing.
    let bare = address.split('?').next().expect("an address");
    assert_eq!(reqwest::get(bare).await.expect("an answer").status(), 403);
}

#[sqlx::test]
async fn a_photo_may_go_straight_to_the_store_and_nothing_is_believed(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open_with(pool, options, &[("PHOTOS_DIRECT", "true")]).await;
    let (_stop, _worker) = surgery.work();
    let client = reqwest::Client::new();
    let file = picture(1);
    let expect = async |token: &str, bytes: usize, file: &[u8]| {
        use sha2::Digest;
        let digest: String = sha2::Sha256::digest(file)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let path = format!("/journeys/{}/photos/expect?token={token}", surgery.journey);
        let form = format!("view=front&bytes={bytes}&sha256={digest}");
        surgery.app.post(Some(&surgery.patient), &path, &form).await
    };
    let arrived = async |who: &Visitor, token: &str| {
        surgery
            .app
            .post(Some(who), &format!("/photos/{token}/arrived"), "")
            .await
    };
    let put = async |answer: &Answer, file: &[u8]| {
        let (url, checksum) = answer
            .text
            .split_once('\n')
            .expect("an address and a digest");
        let request = client.put(url).header("x-amz-checksum-sha256", checksum);
        request
            .body(file.to_vec())
            .send()
            .await
            .expect("an answer")
            .status()
            .as_u16()
    };
    let token = "3f333df6-90a4-4fda-8dd3-9485d27cee36";
    let address = expect(token, file.len(), &file).await.expect(200);
    // Said before it is true.
    arrived(&surgery.patient, token).await.expect(409);
    // Other bytes than those announced are refused by the store.
    let mut other = file.clone();
    if let Some(last) = other.last_mut() {
        *last ^= 1;
    }
    assert_ne!(put(&address, &other).await, 200);
    assert_ne!(put(&address, &file[..100]).await, 200);
    assert_eq!(put(&address, &file).await, 200);
    // Nobody else can say so.
    let stranger = surgery.app.visitor("patient").await;
    arrived(&stranger, token).await.expect(404);
    for _ in 0..2 {
        arrived(&surgery.patient, token).await.expect(202);
    }
    surgery.until(PHOTOS, 1).await;
    surgery.until(JOBS, 0).await;
    // Announced once more, it is known before a byte is sent; too large a one as well.
    expect("5e8b0b1c-1a0c-4b1e-9a53-5d1d6c6f2a11", file.len(), &file)
        .await
        .expect(422)
        .says("this very picture before");
    let bytes = usize::try_from(limits::BYTES).expect("bytes") + 1;
    expect("5e8b0b1c-1a0c-4b1e-9a53-5d1d6c6f2a12", bytes, &other)
        .await
        .expect(422)
        .says("larger than 25 MB");
    // What is no photo by its first bytes is told as soon as it is there, and does not stay.
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let token = "5e8b0b1c-1a0c-4b1e-9a53-5d1d6c6f2a14";
    let address = expect(token, heic.len(), heic).await.expect(200);
    assert_eq!(put(&address, heic).await, 200);
    arrived(&surgery.patient, token)
        .await
        .expect(422)
        .says("HEIC photo");
    assert!(
        surgery
            .store
            .keys()
            .iter()
            .all(|key| !key.starts_with("quarantine/"))
    );
    // Announced for the store, and sent to the server after all.
    let third = picture(3);
    let token = "5e8b0b1c-1a0c-4b1e-9a53-5d1d6c6f2a13";
    expect(token, third.len(), &third).await.expect(200);
    surgery.send_one(token, &third).await.expect(202);
    surgery.until(PHOTOS, 2).await;
    // The same, and no photo.
    let token = "5e8b0b1c-1a0c-4b1e-9a53-5d1d6c6f2a15";
    expect(token, heic.len(), heic).await.expect(200);
    for _ in 0..2 {
        surgery
            .send_one(token, heic)
            .await
            .expect(422)
            .says("HEIC photo");
    }
    // Pages may reach the store for that, and for nothing else.
    let page = surgery
        .app
        .get(
            Some(&surgery.patient),
            &format!("/journeys/{}/photos/new", surgery.journey),
        )
        .await
        .expect(200);
    let policy = page.headers["content-security-policy"]
        .to_str()
        .expect("a policy");
    assert!(
        policy.contains(&format!("connect-src 'self' {};", surgery.store.url)),
        "{policy}"
    );
    assert!(policy.contains("img-src 'self' data: blob:;"), "{policy}");
}
