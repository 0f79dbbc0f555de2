//! Photos as they are looked at: in their order, with a way back, and put right where one was sent as another.

use crate::harness::{TestApp, Visitor, request};
use axum::{body::Body, http::Method};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

struct Album {
    app: TestApp,
    patient: Visitor,
    dentist: Visitor,
    journey: i64,
}

impl Album {
    async fn new(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner: PgPool = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
        Self {
            app,
            patient,
            dentist,
            journey,
        }
    }

    async fn photo(&self, stage: i32, view: &str) -> i64 {
        self.app
            .photo(&self.patient, self.journey, stage, view)
            .await
    }

    async fn decided(&self, photo: i64) {
        sqlx::query("update user_images set awaits_review = false where id = $1")
            .bind(photo)
            .execute(&self.app.owner)
            .await
            .expect("decided");
    }

    async fn shows(&self, photo: i64) -> (String, i32) {
        sqlx::query_as("select view::text, progress_stage from user_images where id = $1")
            .bind(photo)
            .fetch_one(&self.app.owner)
            .await
            .expect("a photo")
    }

    async fn say(&self, who: &Visitor, photo: i64, form: &str, status: u16) {
        let path = format!("/photos/{photo}/place");
        self.app.post(Some(who), &path, form).await.expect(status);
    }
}

#[sqlx::test]
async fn what_a_photo_shows_is_the_patients_to_say_until_a_decision_and_the_dentists_after_it(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let album = Album::new(pool, options).await;
    let photo = album.photo(8, "left").await;
    album
        .say(&album.dentist, photo, "view=upper&stage=8", 409)
        .await;
    album
        .say(&album.patient, photo, "view=upper&stage=7", 303)
        .await;
    assert_eq!(album.shows(photo).await, ("upper".to_owned(), 7));
    // Never reached, and nothing that there is.
    album
        .say(&album.patient, photo, "view=upper&stage=9", 400)
        .await;
    album
        .say(&album.patient, photo, "view=tongue&stage=7", 400)
        .await;
    album.decided(photo).await;
    album
        .say(&album.patient, photo, "view=left&stage=8", 409)
        .await;
    assert_eq!(album.shows(photo).await, ("upper".to_owned(), 7));
    album
        .say(&album.dentist, photo, "view=left&stage=8", 303)
        .await;
    assert_eq!(album.shows(photo).await, ("left".to_owned(), 8));
    let other = album.app.visitor("dentist").await;
    album.say(&other, photo, "view=upper&stage=8", 404).await;
    assert_eq!(album.app.audited("photo.place", "done").await, 2);
    assert_eq!(album.app.audited("photo.place", "refused").await, 2);
    // The patient reads who did it.
    album
        .app
        .get(Some(&album.patient), "/access")
        .await
        .expect(200)
        .says("corrected the view or step");
}

#[sqlx::test]
async fn photos_stand_from_the_front_to_the_lower_teeth_and_lead_to_the_same_view(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let album = Album::new(pool, options).await;
    let before = album.photo(7, "front").await;
    // Sent in another order, and one of them twice.
    let mut ids = Vec::new();
    for view in ["lower", "upper", "front", "right", "left", "front"] {
        ids.push(album.photo(8, view).await);
    }
    let gallery = format!("/journeys/{}/photos", album.journey);
    let page = album
        .app
        .get(Some(&album.patient), &gallery)
        .await
        .expect(200);
    let places: Vec<_> = [5, 2, 4, 3, 1, 0]
        .map(|n: usize| page.text.find(&format!("href=\"/photos/{}\"", ids[n])))
        .into();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}"
    );
    // A piece at a time, none is lost and none comes twice.
    let after = format!("{gallery}?after=8.left.{}", ids[4]);
    let rest = album
        .app
        .get(Some(&album.patient), &after)
        .await
        .expect(200);
    for (n, id) in ids.iter().enumerate() {
        let there = rest.text.contains(&format!("href=\"/photos/{id}\""));
        assert_eq!(there, [0, 1, 3].contains(&n), "{n}");
    }
    // From the front to the front, not to what was sent before it.
    let page = album
        .app
        .get(Some(&album.patient), &format!("/photos/{}", ids[5]))
        .await
        .expect(200);
    let previous = page
        .text
        .split("<a ")
        .find(|link| link.contains("rel=\"prev\""))
        .expect("a way to the one before");
    let address = format!("href=\"/photos/{before}?back=");
    assert!(previous.contains(&address), "{previous}");
    for page in ["compare", "lapse"] {
        let path = format!("{gallery}/{page}");
        let page = album.app.get(Some(&album.patient), &path).await.expect(200);
        page.says("aria-current=\"true\">Front view");
    }
}

#[sqlx::test]
async fn what_cannot_be_done_with_a_photo_says_why_and_what_else_can(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let album = Album::new(pool, options).await;
    let photo = album.photo(8, "left").await;
    let write = format!("/journeys/{}/messages?photo={photo}#write", album.journey);
    let asks = ["Delete this photo?", "What does this photo show?"];
    let refused = async |who: &Visitor, act: &str| {
        let path = format!("/photos/{photo}/{act}");
        let page = album.app.get(Some(who), &path).await.expect(409);
        for question in asks {
            assert!(!page.text.contains(question), "{question}: {}", page.text);
        }
        page.says("Back to the photo").says(&write)
    };
    // Before a decision it is the patient's to say.
    refused(&album.dentist, "place")
        .await
        .says("You can’t change what this photo shows yet")
        .says(&format!("/journeys/{}/reviews/8\"", album.journey));
    album.decided(photo).await;
    refused(&album.patient, "place")
        .await
        .says("You can’t change what this photo shows any more");
    refused(&album.patient, "delete")
        .await
        .says("This photo can’t be deleted any more");
    // So it is when the act itself is refused.
    let path = format!("/photos/{photo}/delete");
    album
        .app
        .post(Some(&album.patient), &path, "")
        .await
        .expect(409)
        .says("This photo can’t be deleted any more");
    // One whose objects are gone has no page to go back to.
    sqlx::query("update user_images set missing_since = now() where id = $1")
        .bind(photo)
        .execute(&album.app.owner)
        .await
        .expect("gone");
    let page = album.app.get(Some(&album.patient), &path).await.expect(409);
    assert!(!page.text.contains("Back to the photo"), "{}", page.text);
    page.says("All photos");
}

#[sqlx::test]
async fn there_is_a_way_back_to_where_one_came_from(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let album = Album::new(pool, options).await;
    let (first, photo) = (album.photo(7, "front").await, album.photo(8, "front").await);
    let case = format!("/journeys/{}/reviews/8", album.journey);
    let from = |path: &str, referer: &str| {
        request(Method::GET, Some(&album.dentist), path)
            .header("referer", format!("http://127.0.0.1:3000{referer}"))
            .body(Body::empty())
            .expect("a request")
    };
    let open = format!("/photos/{photo}");
    let page = album.app.send(from(&open, &case)).await.expect(200);
    let page = page.says(&format!("href=\"{case}\"")).says("Case</a>");
    // Whose photo it is, and the way is kept from photo to photo and to comparing.
    let kept = case.replace('/', "%2F");
    page.says("Mia Berger")
        .says(&format!("/photos/{first}?back={kept}"))
        .says(&format!("after=8&amp;back={kept}"));
    let asked = format!("{open}?back=%2F%2Fevil.example");
    let page = album
        .app
        .get(Some(&album.dentist), &asked)
        .await
        .expect(200);
    assert!(!page.text.contains("evil"), "{}", page.text);
    page.says(&format!("href=\"/journeys/{}/photos\"", album.journey));
}
