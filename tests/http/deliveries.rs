//! What is told goes out by the channels that its person chose: against a real mail server and the stand-ins of those who push and send
//! text messages.

use crate::harness::{TestApp, Visitor, config_with, request};
use axum::{body::Body, http::Method};
use midline::{
    demo::{
        mail::{Mail, MailServer},
        push::{API_KEY, Push},
        texts::{self, Texts},
    },
    notifications::dispatcher::Settings,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

const SECRET: &str = "a secret of these tests, long enough to be one";
const BOUNCES: &str = "another secret of these tests, as long as that";
/// As people read it, and as it is dialled.
const NUMBER: &str = "+49 151 12345678";
const DIALLED: &str = "+4915112345678";

/// The application with all its channels.
struct House {
    app: TestApp,
    push: Push,
    mails: MailServer,
    texts: Texts,
}

impl House {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let push = Push::start(0, 7).await.expect("the stand-in");
        let mails = MailServer::start(0).await.expect("a mail server");
        let texts = Texts::start(0).await.expect("the stand-in");
        let config = config_with(&[
            ("ONESIGNAL_API_KEY", API_KEY),
            ("ONESIGNAL_API_URL", &push.url),
            ("ONESIGNAL_TIMEOUT_SECONDS", "1"),
            ("SMTP_URL", &mails.url),
            ("SMTP_FROM", "Midline <midline@midline.example>"),
            ("SMTP_RATE", "1000"),
            ("SMTP_TIMEOUT_SECONDS", "1"),
            ("EMAIL_SECRET", SECRET),
            ("EMAIL_BOUNCE_SECRET", BOUNCES),
            ("TWILIO_ACCOUNT_SID", texts::ACCOUNT),
            ("TWILIO_AUTH_TOKEN", texts::TOKEN),
            ("TWILIO_FROM", "+493023125000"),
            ("TWILIO_RATE", "1000"),
            ("TWILIO_TIMEOUT_SECONDS", "1"),
            ("TWILIO_API_URL", &texts.url),
        ]);
        let app = TestApp::with_config(config, 20, options, owner).await;
        Self {
            app,
            push,
            mails,
            texts,
        }
    }

    /// A patient who may be told things at any hour, with these wishes, whose address the sign-in service vouches for.
    async fn patient(&self, wishes: &str) -> Visitor {
        let patient = self.app.visitor("patient").await;
        self.sql(&format!(
            "update users set quiet_from = '00:00', quiet_until = '00:00', cognito_sub_identifier = id::text, phone = '{NUMBER}' where id = {0};
             update users set {wishes} where id = {0}",
            patient.id
        ))
        .await;
        patient
    }

    async fn sql(&self, sql: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&self.app.owner)
            .await
            .expect("done");
    }

    async fn count(&self, what: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}")))
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    /// Tells a patient something of a kind, now.
    async fn tell(&self, patient: &Visitor, kind: &str, template: &str) {
        self.sql(&format!(
            "insert into notifications (user_id, content, template, source, kind) values ({}, 'Something is new.', {template}, 'other', '{kind}')",
            patient.id
        ))
        .await;
    }

    async fn device(&self, patient: &Visitor, has: bool) {
        let push_id: uuid::Uuid = sqlx::query_scalar("select push_id from users where id = $1")
            .bind(patient.id)
            .fetch_one(&self.app.owner)
            .await
            .expect("an id");
        if !has {
            self.push
                .ledger()
                .without_device
                .insert(push_id.to_string());
        }
    }

    fn dispatch(&self) -> (CancellationToken, tokio::task::JoinHandle<()>) {
        let stop = CancellationToken::new();
        let settings = Settings {
            lease: Duration::from_secs(3),
            ..Settings::default()
        };
        let work = self.app.app.dispatcher(settings).run(stop.clone());
        self.app.app.listen(stop.clone());
        (stop, tokio::spawn(work))
    }

    /// Lets a dispatcher work until nothing is pending.
    async fn settled(&self) {
        let (stop, work) = self.dispatch();
        let begun = Instant::now();
        while self.count("deliveries where state = 'pending'").await > 0 {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "some are pending"
            );
            sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
        work.await.expect("ended");
    }

    fn mailed(&self) -> Vec<Mail> {
        self.mails.mails().mails.clone()
    }
}

#[sqlx::test]
async fn a_mail_says_that_there_is_something_and_no_more(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let patient = house
        .patient("emailed = '{change_due}', language = 'de', first_name = 'Ottilie', last_name = 'Quast'")
        .await;
    house.tell(&patient, "change_due", "'change_due'").await;
    // Of another kind: pushed alone.
    house.tell(&patient, "message", "'message'").await;
    house.settled().await;
    assert_eq!(house.push.ledger().messages.len(), 2);
    let mails = house.mailed();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    let (key, email): (uuid::Uuid, String) = sqlx::query_as(
        "select d.key, u.email from deliveries d join notifications n on n.id = d.notification_id join users u on u.id = n.user_id where d.channel = 'email'",
    )
    .fetch_one(&house.app.owner)
    .await
    .expect("it");
    assert_eq!(mail.to, email);
    assert_eq!(mail.id, format!("{key}@127.0.0.1"));
    assert_eq!(mail.subject, "Eine Erinnerung Ihrer Praxis");
    let text = midline::notifications::Template::ChangeDue.text(midline::ui::Language::German);
    assert!(mail.plain.contains(&text), "{}", mail.plain);
    assert!(mail.html.contains("<html lang=\"de\">"), "{}", mail.html);
    assert!(mail.html.contains("href=\"http://127.0.0.1:3000/inbox\""));
    for private in ["Ottilie", "Quast", "<img"] {
        assert!(!mail.raw.contains(private), "{private}");
    }
    assert_eq!(
        mail.header("Auto-Submitted").as_deref(),
        Some("auto-generated")
    );
    // What is treatment is not unsubscribed from in passing.
    assert_eq!(mail.header("List-Unsubscribe"), None);
    let both = "notifications n where status = 'sent' and delivery = 'push'
        and (select count(*) from deliveries d where d.notification_id = n.id and d.state = 'sent') = 2";
    assert_eq!(house.count(both).await, 1);
}

#[sqlx::test]
async fn a_push_without_a_device_becomes_a_mail_where_that_is_allowed(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let allowed = house.patient("email_instead = true").await;
    let never_asked = house.patient("email_instead = false").await;
    let with_device = house.patient("email_instead = true").await;
    let unverified = house
        .patient("email_instead = true, cognito_sub_identifier = null")
        .await;
    for (patient, has) in [
        (&allowed, false),
        (&never_asked, false),
        (&with_device, true),
        (&unverified, false),
    ] {
        house.device(patient, has).await;
        house.tell(patient, "review", "'review'").await;
    }
    house.settled().await;
    assert_eq!(house.mailed().len(), 1);
    for (patient, delivery) in [
        (&allowed, "email"),
        (&never_asked, "inbox"),
        (&with_device, "push"),
        (&unverified, "inbox"),
    ] {
        let stands = format!(
            "notifications where user_id = {} and status = 'sent' and delivery = '{delivery}'",
            patient.id
        );
        assert_eq!(house.count(&stands).await, 1, "{delivery}");
    }
}

/// A campaign's forecast says of everybody what becomes of theirs (`leaves_inbox`).
#[sqlx::test]
async fn what_is_forecast_is_what_happens(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let mut patients = Vec::new();
    for (wishes, device, delivery) in [
        ("unpushed = '{}'", true, "push"),
        ("unpushed = '{notice}'", true, "inbox"),
        ("unpushed = '{notice}', email_instead = true", true, "inbox"),
        ("unpushed = '{notice}', emailed = '{notice}'", true, "email"),
        ("unpushed = '{}'", false, "inbox"),
        ("email_instead = true", false, "email"),
        (
            "email_instead = true, unmailed = '{notice}'",
            false,
            "inbox",
        ),
        ("emailed = '{notice}'", false, "email"),
        (
            "emailed = '{notice}', cognito_sub_identifier = null",
            false,
            "inbox",
        ),
        (
            "emailed = '{notice}', email_unreachable_at = now()",
            false,
            "inbox",
        ),
        ("texted = '{notice}'", false, "sms"),
        ("texted = '{notice}', phone = null", false, "inbox"),
    ] {
        let patient = house.patient(wishes).await;
        house.device(&patient, device).await;
        // What reached a device of late says that there is one.
        house.tell(&patient, "message", "'message'").await;
        patients.push((patient, wishes, delivery));
    }
    house.settled().await;
    for (patient, wishes, delivery) in &patients {
        let leaves = format!(
            "users u where id = {} and leaves_inbox(u, 'notice', true, true)",
            patient.id
        );
        let expected = i64::from(*delivery != "inbox");
        assert_eq!(house.count(&leaves).await, expected, "{wishes}");
        house.tell(patient, "notice", "null").await;
    }
    house.settled().await;
    for (patient, wishes, delivery) in &patients {
        let became = format!(
            "notifications where user_id = {} and kind = 'notice' and status = 'sent' and delivery = '{delivery}'",
            patient.id
        );
        assert_eq!(house.count(&became).await, 1, "{wishes}: {delivery}");
    }
}

#[sqlx::test]
async fn what_a_mail_server_answers_is_taken_for_what_it_says(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let patient = house.patient("emailed = '{message}'").await;
    let nobody = house.patient("emailed = '{message}'").await;
    let address: String = sqlx::query_scalar("select email from users where id = $1")
        .bind(nobody.id)
        .fetch_one(&house.app.owner)
        .await
        .expect("an address");
    {
        let mut mails = house.mails.mails();
        mails.unknown.insert(address);
        mails.faults.put_off = 1;
        mails.faults.cut = 1;
        mails.faults.lost = 1;
    }
    house.tell(&patient, "message", "'message'").await;
    house.tell(&nobody, "message", "'message'").await;
    house.settled().await;
    // What was taken and not answered comes again, and can be told by its number.
    let mails = house.mailed();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].id, mails[1].id);
    assert_eq!(mails[0].header("Date"), mails[1].header("Date"));
    let failed = format!(
        "deliveries d join notifications n on n.id = d.notification_id
         where n.user_id = {} and d.channel = 'email' and d.state = 'failed' and d.error = 'address_refused' and n.status = 'sent'",
        nobody.id
    );
    assert_eq!(house.count(&failed).await, 1);
    // An address that takes nothing is not tried again, until there is another.
    house.tell(&nobody, "message", "'message'").await;
    house.settled().await;
    assert_eq!(
        house.count("deliveries where channel = 'email'").await,
        2,
        "one each"
    );
    house
        .sql(&format!(
            "update users set email = 'other@midline.example' where id = {}",
            nobody.id
        ))
        .await;
    house.tell(&nobody, "message", "'message'").await;
    house.settled().await;
    assert_eq!(house.mailed().len(), 3);
}

/// Cancelled is what cannot have gone out; what may have counts as sent.
#[sqlx::test]
async fn a_cancelled_mail_does_not_go_out(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let patient = house
        .patient("emailed = '{notice}', unpushed = '{notice}'")
        .await;
    let id = async || -> i64 {
        sqlx::query_scalar("select max(id) from notifications")
            .fetch_one(&house.app.owner)
            .await
            .expect("it")
    };
    for (lost, status) in [(false, "cancelled"), (true, "sent")] {
        {
            let mut mails = house.mails.mails();
            mails.faults.put_off = if lost { 0 } else { 1000 };
            mails.faults.lost = if lost { 1000 } else { 0 };
        }
        house.tell(&patient, "notice", "null").await;
        let (stop, work) = house.dispatch();
        let begun = Instant::now();
        while house
            .count("deliveries where channel = 'email' and state = 'pending' and error is not null")
            .await
            == 0
        {
            assert!(begun.elapsed() < Duration::from_secs(10));
            sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        work.await.expect("ended");
        let mut db = house.app.pool.acquire().await.expect("a connection");
        midline::notifications::cancel(&mut db, &[id().await])
            .await
            .expect("asked for");
        drop(db);
        house.mails.mails().faults = midline::demo::mail::Faults::default();
        let before = house.mailed().len();
        house.settled().await;
        assert_eq!(house.mailed().len(), before, "{status}");
        let state = format!("deliveries where channel = 'email' and state = '{status}'");
        assert_eq!(house.count(&state).await, 1, "{status}");
    }
}

#[sqlx::test]
async fn an_address_in_a_mail_unsubscribes_without_signing_in(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let patient = house
        .patient("emailed = '{notice,message}', email_instead = true")
        .await;
    house.device(&patient, false).await;
    house.tell(&patient, "notice", "null").await;
    house.settled().await;
    let mail = house.mailed().remove(0);
    assert_eq!(
        mail.header("List-Unsubscribe-Post").as_deref(),
        Some("List-Unsubscribe=One-Click")
    );
    let address = mail.header("List-Unsubscribe").expect("an address");
    let address = address.trim_matches(['<', '>']).to_owned();
    assert!(mail.plain.contains(&address));
    let path = address
        .strip_prefix("http://127.0.0.1:3000")
        .expect("Midline's own");
    // Looking does nothing: what reads mails looks at all their addresses.
    house
        .app
        .get(None, path)
        .await
        .expect(200)
        .says("Stop these emails?")
        .says("News from the clinic");
    let mailed = "users where 'notice' = any (emailed)";
    assert_eq!(house.count(mailed).await, 1);
    // As a mail program does it.
    let post = |path: &str| {
        request(Method::POST, None, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("List-Unsubscribe=One-Click"))
            .expect("a request")
    };
    for _ in 0..2 {
        house.app.send(post(path)).await.expect(200);
    }
    assert_eq!(house.count(mailed).await, 0);
    let kept = "users where emailed = '{message}' and unmailed = '{notice}'";
    assert_eq!(house.count(kept).await, 1);
    assert_eq!(house.app.audited("settings.unsubscribe", "done").await, 2);
    // Nor instead of a push.
    house.tell(&patient, "notice", "null").await;
    house.settled().await;
    assert_eq!(house.mailed().len(), 1);
    let forged = format!("{}AAAA", &path[..path.len() - 4]);
    house.app.send(post(&forged)).await.expect(404);
    house.app.get(None, &forged).await.expect(404);
}

#[sqlx::test]
async fn a_mail_that_came_back_is_noted_by_whoever_knows_the_secret(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let patient = house.patient("email = 'gone@midline.example'").await;
    let post = |secret: &str, body: &str| {
        request(Method::POST, None, "/hooks/bounces")
            .header("authorization", format!("Bearer {secret}"))
            .body(Body::from(body.to_owned()))
            .expect("a request")
    };
    let permanent = r#"{"address":"Gone@midline.example","permanent":true}"#;
    let noted = format!(
        "users where id = {} and email_unreachable_at is not null",
        patient.id
    );
    for (secret, body, status, count) in [
        ("wrong", permanent, 401, 0),
        ("", permanent, 401, 0),
        (BOUNCES, "not JSON", 400, 0),
        (
            BOUNCES,
            r#"{"address":"gone@midline.example","permanent":false}"#,
            204,
            0,
        ),
        (
            BOUNCES,
            r#"{"address":"nobody@midline.example","permanent":true}"#,
            204,
            0,
        ),
        (BOUNCES, permanent, 204, 1),
    ] {
        house.app.send(post(secret, body)).await.expect(status);
        assert_eq!(house.count(&noted).await, count, "{body}");
    }
    house
        .app
        .get(Some(&patient), "/settings/notifications")
        .await
        .expect(200)
        .says("gone@midline.example sends them back");
}

#[sqlx::test]
async fn a_text_message_goes_out_once_whatever_fails(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let patient = house.patient("texted = '{message}'").await;
    let landline = house
        .patient("texted = '{message}', phone = '+49 30 12345'")
        .await;
    {
        let mut sent = house.texts.sent();
        sent.landlines.insert("+493012345".to_owned());
        sent.faults.limited = 1;
        sent.faults.failing = 1;
        // Created, and nobody was told so.
        sent.faults.lost = 1;
        sent.faults.malformed = 1;
    }
    house.tell(&patient, "message", "'message'").await;
    house.settled().await;
    house.tell(&landline, "message", "'message'").await;
    house.tell(&patient, "message", "'message'").await;
    house.settled().await;
    let sent = house.texts.sent().messages.clone();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|message| message.to == DIALLED));
    assert_ne!(sent[0].body, sent[1].body, "each can be told");
    assert!(sent[0].body.contains("http://127.0.0.1:3000/inbox#"));
    assert_eq!(
        house
            .count("deliveries where channel = 'sms' and state = 'sent'")
            .await,
        2
    );
    assert_eq!(
        house
            .count(
                "deliveries where channel = 'sms' and state = 'failed' and error = 'number_refused'"
            )
            .await,
        1
    );
    house
        .app
        .get(Some(&landline), "/settings/notifications")
        .await
        .expect(200)
        .says("+49 30 12345 doesn’t accept them");
}

#[sqlx::test]
async fn people_choose_channels_by_kind(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let patient = house
        .patient("phone = null, cognito_sub_identifier = null")
        .await;
    let path = "/settings/notifications";
    let page = house.app.get(Some(&patient), path).await.expect(200);
    let page = page
        .says("Send by email")
        .says("hasn’t been confirmed")
        .says("enter your mobile number");
    // Pushed is all, nothing else is asked for.
    assert_eq!(page.text.matches(" checked").count(), 6);
    let form = "change_due=yes&email_change_due=yes&email_notice=yes&sms_message=yes&email_instead=yes&quiet_from=00%3A00&quiet_until=00%3A00";
    house.app.post(Some(&patient), path, form).await.expect(303);
    let kept = format!(
        "users where id = {} and emailed @> '{{change_due,notice}}' and cardinality(emailed) = 2 and texted = '{{message}}'
           and email_instead and cardinality(unpushed) = 5",
        patient.id
    );
    assert_eq!(house.count(&kept).await, 1);
    let page = house.app.get(Some(&patient), path).await.expect(200);
    assert_eq!(page.text.matches(" checked").count(), 5);
    // Whose last push found no device reads so.
    house.device(&patient, false).await;
    house.tell(&patient, "change_due", "'change_due'").await;
    house.settled().await;
    house
        .app
        .get(Some(&patient), path)
        .await
        .expect(200)
        .says("Nothing has reached a phone or computer of yours lately");
}

/// What is cancelled before it is due has one row, and none is added.
#[sqlx::test]
async fn channels_are_chosen_when_it_is_due(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let patient = house.patient("emailed = '{notice}'").await;
    house
        .sql(&format!(
            "insert into notifications (user_id, content, source, kind, scheduled_for)
             select {}, 'Later', 'other', 'notice', now() + interval '1 hour' from generate_series(1, 2)",
            patient.id
        ))
        .await;
    let ids: Vec<i64> = sqlx::query_scalar("select id from notifications order by id")
        .fetch_all(&house.app.owner)
        .await
        .expect("ids");
    let mut db = house.app.pool.acquire().await.expect("a connection");
    midline::notifications::cancel(&mut db, &ids[..1])
        .await
        .expect("cancelled");
    drop(db);
    assert_eq!(
        house
            .count("notifications where status = 'cancelled'")
            .await,
        1
    );
    assert_eq!(house.count("deliveries").await, 2);
    // By then they want it otherwise.
    house
        .sql(&format!(
            "update users set emailed = '{{}}', texted = '{{notice}}' where id = {};
             update notifications set scheduled_for = now() where id = {}",
            patient.id, ids[1]
        ))
        .await;
    house.settled().await;
    assert!(house.mailed().is_empty());
    assert_eq!(house.texts.sent().messages.len(), 1);
    assert_eq!(house.count("deliveries").await, 3);
}

/// What failed by one channel is tried again by that one, whether or not another took it; or it is said why that would not help.
#[sqlx::test]
async fn what_failed_by_any_channel_is_tried_again(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let staff = house.app.visitor("staff").await;
    let wishes = "emailed = '{message}'";
    let [known, unknown] = [house.patient(wishes).await, house.patient(wishes).await];
    let address: String = sqlx::query_scalar("select email from users where id = $1")
        .bind(unknown.id)
        .fetch_one(&house.app.owner)
        .await
        .expect("an address");
    house.mails.mails().unknown.insert(address);
    house.tell(&known, "message", "'message'").await;
    house.tell(&unknown, "message", "'message'").await;
    house.settled().await;
    let pushed = house.push.ledger().messages.len();
    assert_eq!((pushed, house.mailed().len()), (2, 1));
    // As if the server had been away for as long as it is tried.
    house
        .sql(&format!(
            "update deliveries d set state = 'failed', sent_at = null, error = 'unreachable' from notifications n
             where n.id = d.notification_id and n.user_id = {} and d.channel = 'email'",
            known.id
        ))
        .await;
    let id = async |patient: &Visitor| -> i64 {
        sqlx::query_scalar("select id from notifications where user_id = $1")
            .bind(patient.id)
            .fetch_one(&house.app.owner)
            .await
            .expect("it")
    };
    let (again, hopeless) = (id(&known).await, id(&unknown).await);
    let get = async |path: &str| house.app.get(Some(&staff), path).await.expect(200);
    get(&format!("/notifications/{again}"))
        .await
        .says("Also failed")
        .says("Email: The service couldn’t be reached")
        .says("This is usually over soon")
        .says("Try this notification again");
    let page = get(&format!("/notifications/{hopeless}")).await;
    let page = page
        .says("Email: There is no such email address")
        .says("so trying again won’t help");
    assert!(!page.text.contains("value=\"retry\""), "{}", page.text);
    // In the table the one can be ticked, the other cannot.
    for list in ["/notifications", "/notifications?status=sent"] {
        let page = get(list)
            .await
            .says("Email: The service couldn’t be reached");
        let tick = |id: i64| format!("name=\"id\" value=\"{id}\"");
        assert!(page.text.contains(&tick(again)), "{list}: {}", page.text);
        assert!(
            !page.text.contains(&tick(hopeless)),
            "{list}: {}",
            page.text
        );
    }
    // All at once: with the one, and it is said why not with the other.
    get("/notifications/change?do=retry&all=yes")
        .await
        .says("1 of 2 can be tried again.")
        .says("so trying again won’t help");
    let form = format!("do=retry&id={again}&id={hopeless}");
    let change = "/notifications/change";
    let retry = async || house.app.post(Some(&staff), change, &form).await;
    retry().await.expect(303);
    house.settled().await;
    assert_eq!(house.mailed().len(), 2, "the mail alone");
    assert_eq!(house.push.ledger().messages.len(), pushed, "no second push");
    let stands = format!(
        "notifications where id = {again} and status = 'sent' and delivery = 'push' and sent_at is not null"
    );
    assert_eq!(house.count(&stands).await, 1);
    assert_eq!(house.count("deliveries where state = 'failed'").await, 1);
    // With another address, which takes mail, that one can be tried, too.
    house
        .sql(&format!(
            "update users set email = 'other@midline.example' where id = {}",
            unknown.id
        ))
        .await;
    get(&format!("/notifications/{hopeless}"))
        .await
        .says("There is another address")
        .says("Try this notification again");
    let form = format!("do=retry&id={hopeless}");
    house
        .app
        .post(Some(&staff), change, &form)
        .await
        .expect(303);
    house.settled().await;
    assert_eq!(house.mailed().len(), 3);
    assert_eq!(house.count("deliveries where state = 'failed'").await, 0);
    // Who has read it needs no mail any more.
    house
        .sql(&format!(
            "update deliveries set state = 'failed', sent_at = null, error = 'unreachable' where notification_id = {again} and channel = 'email';
             update notifications set read_at = now() where id = {again}"
        ))
        .await;
    let page = get(&format!("/notifications/{again}")).await;
    let page = page.says("This can’t be tried again");
    assert!(!page.text.contains("value=\"retry\""), "{}", page.text);
}
