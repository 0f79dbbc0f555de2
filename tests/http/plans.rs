//! Every query finds its rows by an index, however many there are.

use crate::{harness::TestApp, repository::root};
use serde_json::Value;
use sqlx::{
    AssertSqlSafe, Executor, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::fs;

/// Tables that grow with people and with time.
const GROWING: [&str; 24] = [
    "users",
    "user_roles",
    "sessions",
    "audit_log",
    "journeys",
    "progress_events",
    "user_images",
    "image_uploads",
    "notifications",
    "deliveries",
    "plan_changes",
    "calendar_addresses",
    "reviews",
    "review_views",
    "review_photos",
    "dentist_changes",
    "messages",
    "message_images",
    "message_shares",
    "notification_tries",
    "campaign_recipients",
    "reports",
    "report_images",
    "report_uploads",
];

/// Skewed, as life is: one person in ten has most of the rows.
const MANY: &str = "
    insert into users (email, first_name, last_name)
      select 'u' || n || '@midline.example', 'First' || n, 'Last' || n % 500 from generate_series(1, 3000) n;
    insert into dentists (user_id, display_name, practice, postal_code)
      select id, 'Dr', 'Practice', '1' from users where id % 10 = 0;
    update users set assigned_dentist_id = (select min(id) from dentists) + id % 290;
    insert into user_roles (user_id, role) select id, 'patient' from users;
    insert into sessions (id_hash, user_id, idle_expires_at, expires_at)
      select sha256(n::text::bytea), (select min(id) from users) + n % 3000, now() + interval '1 day' * (n % 30), now() + interval '30 days'
      from generate_series(1, 6000) n;
    insert into journeys (user_id, product, status, current_progress_stage, total_progress_stages, wear_interval_days, date_of_starting_treatment)
      select id, 'aligners', 'completed', 20, 20, 14, current_date from users;
    insert into journeys (user_id, product, total_progress_stages, wear_interval_days) select id, 'aligners', 20, 14 from users;
    insert into plan_changes (journey_id, revision, user_id, time_zone, type, total_progress_stages, wear_interval_days, actor_id)
      select id, n, user_id, 'Europe/Berlin', case n when 0 then 'opened' else 'revised' end::plan_change_type, 20, 14, user_id
      from journeys, generate_series(0, 2) n;
    insert into calendar_addresses (user_id, token_hash) select id, sha256(id::text::bytea) from users;
    insert into progress_events (user_id, journey_id, end_date, progress_stage, type, actor_id, previous_event_id, time_zone)
      select user_id, id, now() + interval '14 days', n, 'progress', user_id, case when n > 1 then -n end, 'Europe/Berlin'
      from journeys, generate_series(1, case when id % 100 = 0 then 6000 when id % 10 = 0 then 1000 else 20 end) n;
    insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash)
      select user_id, id, id || '/' || n, n, 'front', 4, 3, sha256((id || '/' || n)::bytea), '\\x0000000000' from journeys, generate_series(1, case when id % 10 = 0 then 40 else 2 end) n;
    update user_images set awaits_review = false where id % 50 <> 0;
    insert into reviews (user_id, journey_id, progress_stage, decision, dentist_id, actor_id, effective_at, settled_at)
      select distinct on (journey_id, progress_stage) user_id, journey_id, progress_stage, 'retake'::review_decision,
             (select min(id) from dentists) + user_id % 290, user_id, now(), case when id % 1000 > 0 then now() end
      from user_images where not awaits_review;
    insert into review_views (review_id, view, reason) select id, 'front', 'blurred' from reviews;
    insert into review_photos (review_id, image_id)
      select r.id, i.id from reviews r join user_images i using (journey_id, progress_stage);
    insert into dentist_changes (user_id, from_dentist_id, to_dentist_id, status, closed_at, closed_by)
      select u.id, d.id, d.id + 1, case when u.id % 50 + n = 1 then 'open' else 'declined' end::dentist_change_status,
             case when u.id % 50 + n > 1 then now() end, case when u.id % 50 + n > 1 then u.id end
      from users u, (select min(id) as id from dentists) d, generate_series(1, 5) n;
    insert into messages (user_id, journey_id, dentist_id, author_id, from_patient, body, key, sent_at, read_at)
      select j.user_id, j.id, u.assigned_dentist_id, j.user_id, true, 'x', gen_random_uuid(), now(), case when j.id % 20 > 0 then now() end
      from journeys j join users u on u.id = j.user_id, generate_series(1, case when j.id % 10 = 0 then 100 else 3 end);
    insert into message_images (message_id, image_id)
      select m.id, i.id from messages m join user_images i on i.journey_id = m.journey_id and i.progress_stage = 1 where m.id % 3 = 0;
    insert into message_shares (user_id, dentist_id, up_to_id)
      select user_id, (select min(id) from dentists) + user_id % 7, max(id) from messages group by user_id;
    insert into image_uploads (token, user_id, journey_id, progress_stage, view, state, bytes, sha256, image_id, created_at, settled_at)
      select gen_random_uuid(), user_id, journey_id, progress_stage, view, 'accepted', 1, sha256, id, now() - id * interval '1 minute', now()
      from user_images;
    insert into reports (user_id, journey_id, progress_stage, kind, form_key, staff_at, created_at, state, seen_at, seen_by, closed_at, closed_by)
      select j.user_id, j.id, 1, 'pain', gen_random_uuid(), now(), now() - n * interval '1 day',
             case when j.id % 500 = n then 'new' else 'closed' end::report_state, case when j.id % 500 <> n then now() end,
             case when j.id % 500 <> n then j.user_id end, case when j.id % 500 <> n then now() end, case when j.id % 500 <> n then j.user_id end
      from journeys j, generate_series(1, 3) n;
    insert into report_images (report_id, image_id)
      select r.id, i.id from reports r join user_images i on i.journey_id = r.journey_id and i.progress_stage = 1 where r.id % 3 = 0;
    insert into report_uploads (report_id, upload_id)
      select r.id, p.id from reports r join image_uploads p on p.journey_id = r.journey_id and p.progress_stage = 1 where r.id % 3 = 0;
    insert into notifications (user_id, journey_id, content, source, status, scheduled_for, sent_at, delivery, read_at)
      select user_id, id, 'x', 'progress', case when n = 1 then 'pending' else 'sent' end::notification_status, now(),
             case when n > 1 then now() end, case when n > 1 then 'push' end::notification_delivery, case when n > 1 then now() end
      from journeys, generate_series(1, 5) n;
    insert into deliveries (notification_id, channel, state, due_at, sent_at)
      select id, 'push', case when status = 'pending' and id % 20 > 0 then 'cancelled' else status::text::delivery_state end, told_at, sent_at
      from notifications;
    insert into notification_tries (notification_id, fence, outcome, at)
      select id, 1, 'timeout', now() - id * interval '1 minute' from notifications;
    insert into campaigns (created_by, name, content_en) select id, 'x', 'x' from users order by id limit 40;
    insert into campaign_recipients (campaign_id, user_id, moment, notification_id)
      select c.id, n.user_id, now(), case when c.id % 40 = n.id % 40 then n.id end
      from campaigns c, (select distinct on (user_id) id, user_id from notifications) n;
    insert into audit_log (actor_id, actor_role, action, subject_id, detail)
      select id, 'dentist', case when n % 5 = 0 then 'patient.list' else 'patient.read' end, case when n % 5 > 0 then id end,
             case when n % 5 = 0 then jsonb_build_object('patients', jsonb_build_array(id, id + 1)) else '{}' end
      from users, generate_series(1, 10) n;
    analyze;";

/// How queries end that the program has planned for their values each time, as only what waits, or what is few, is counted or sorted
/// by them (`notifications::desk`).
const PLANNED_ANEW: [&str; 5] = [
    "or n.id < $15) order by n.id desc limit $8",
    "order by n.id desc limit $8) found",
    "order by n.told_at, n.id limit $8",
    "order by n.told_at desc, n.id desc limit $8",
    "order by u.last_name, u.first_name, n.id limit $8",
];

#[sqlx::test]
async fn no_query_reads_a_growing_table_from_end_to_end(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let mut db = app.owner.acquire().await.expect("a connection");
    // References between rows made up in one statement each are not what is tested here.
    db.execute("set session_replication_role = replica")
        .await
        .expect("a superuser");
    db.execute(MANY).await.expect("rows");
    let (mut looked_at, mut sorted) = (0, 0);
    for file in fs::read_dir(root().join(".sqlx")).expect("described queries") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("text");
        let described: Value = serde_json::from_str(&text).expect("JSON");
        let query = described["query"].as_str().expect("a query");
        let parameters = described["describe"]["parameters"]["Left"]
            .as_array()
            .map_or(0, Vec::len);
        // What is only added has nothing to find; `exists` stops at the first row.
        if query.starts_with("insert") || query.starts_with("select exists") {
            continue;
        }
        let anew = PLANNED_ANEW.iter().any(|tail| query.ends_with(tail));
        // Else plans that hold for all values, as those of the server's prepared statements come to.
        let mode = if anew {
            "set plan_cache_mode = force_custom_plan"
        } else {
            "set plan_cache_mode = force_generic_plan"
        };
        db.execute(mode).await.expect("set");
        db.execute(AssertSqlSafe(format!("prepare looked as {query}")))
            .await
            .expect("a query");
        let mut values = vec!["null"; parameters];
        if anew {
            sorted += 1;
            values[0] = "'pending'";
            // No words are sought, and a page is wanted.
            values[6] = "''";
            values[7] = "51";
        }
        let arguments = if parameters > 0 {
            format!("({})", values.join(", "))
        } else {
            String::new()
        };
        let plan: Vec<String> = db
            .fetch_all(AssertSqlSafe(format!("explain execute looked{arguments}")))
            .await
            .expect("a plan")
            .iter()
            .map(|row| row.get(0))
            .collect();
        for table in GROWING {
            // Every patient of those made up here has something waiting: to read them all is what finds them soonest.
            if anew && table == "users" {
                continue;
            }
            assert!(
                !plan
                    .iter()
                    .any(|line| line.contains(&format!("Seq Scan on {table}"))),
                "{query}\n{}",
                plan.join("\n")
            );
        }
        db.execute("deallocate looked").await.expect("deallocated");
        looked_at += 1;
    }
    assert!(looked_at > 20, "{looked_at} queries were looked at");
    assert_eq!(sorted, PLANNED_ANEW.len(), "queries that sort or count");
}
