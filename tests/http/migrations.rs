//! A database that an older program has run on, brought forward: nothing of it is lost, people see what they saw, and the older program
//! goes on reading meanwhile.
//!
//! `tests/data` holds what `scripts/dump.sh` makes: the database of a demo after a day's use, and the queries by which the program of
//! that day only reads. What a migration moves stands in [`MOVED`] and [`SEEN`]; whom it locks out for the moment in [`ALONE`]; what it
//! takes from the older program in [`BROKEN`], and in docs/OPERATIONS.md.

use crate::{
    harness::{TestApp, Visitor},
    repository::root,
};
use chrono::{DateTime, TimeDelta, Utc};
use flate2::read::GzDecoder;
use midline::platform::database::MIGRATIONS;
use sqlx::{
    AssertSqlSafe, Column, Connection, Executor, PgConnection, PgPool, SqlSafeStr, Statement,
    migrate::{Migrate, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    raw_sql,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read,
};

/// What the dump was made with.
const FROM: i64 = 37;

/// Columns of notifications that their pushes have now (0043): what goes out is a queue of its own, beside what somebody is told.
const MOVED: &[(&str, &str)] = &[
    ("due_at", "due_at"),
    ("owed_since", "owed_since"),
    ("fence", "fence"),
    ("tries", "tries"),
    ("first_tried_at", "first_tried_at"),
    ("cancel_wanted", "cancel_wanted"),
    ("failure", "error"),
];

/// What people see that follows from more than one column or from a function: how it was asked for, and how it is now, if otherwise.
const SEEN: &[(&str, &str, Option<&str>)] = &[
    (
        "what is told no more, and which campaigns wait",
        "select n.id, has_passed(n)::text, was_cancelled_by_hand(n)::text from notifications n
         union all select id, name, is_scheduled(c)::text from campaigns c order by 1, 2",
        None,
    ),
    (
        "how the queue of each notification stands, for staff",
        "select id, status, due_at, tries, first_tried_at is not null, cancel_wanted and status = 'pending',
                case when status in ('failed', 'pending') then failure end
         from notifications order by id",
        Some(
            "select n.id, n.status, q.due_at, q.tries, q.tried, q.cancel_wanted, q.failure
             from notifications n cross join queue_of(n.id) q order by n.id",
        ),
    ),
    (
        "what goes out next, by which key",
        "select id, due_at, idempotency_key, fence, onesignal_id from notifications where status = 'pending' order by due_at, id",
        Some(
            "select notification_id, due_at, key, fence, provider_id from deliveries
             where state = 'pending' and channel = 'push' order by due_at, notification_id",
        ),
    ),
    (
        "which reminders belong to which step",
        "select e.id, array_agg(n.id order by n.id) from progress_events e join notifications first on first.id = e.next_notification_id
         join notifications n on n.journey_id = first.journey_id and n.source = 'progress' and n.created_at = first.created_at
         group by e.id order by e.id",
        Some(
            "select e.id, array_agg(n.id order by n.id) from progress_events e join notifications first on first.id = e.next_notification_id
             join notifications n on n.journey_id = first.journey_id and n.source = 'progress' and n.group_id = first.group_id
             group by e.id order by e.id",
        ),
    ),
];

/// Tables that nobody reads while a migration is at work. It has to be done with them at once: in the time of a look through, at most.
const ALONE: &[(i64, &[&str])] = &[
    (42, &["notifications"]),
    (44, &["users"]),
    (45, &["notification_tries", "notifications"]),
    (50, &["campaigns"]),
    (51, &["deliveries"]),
];

/// What the older program reads no more from a migration on: words of the query, and who misses it until the new program is started.
const BROKEN: &[(i64, &str, &str)] = &[
    (45, "n.failure", "staff: the table of notifications"),
    (45, "what as \"what!\", http_status", "staff: a history"),
    (45, "as \"scheduled!\"", "staff: the overview, and figures"),
    (45, "status in ('failed', 'cancelled')", "staff: changing"),
    (45, "from campaign_recipients", "staff: a campaign's page"),
    (45, "select id from campaigns c", "campaigns going out"),
    (
        45,
        "and n.first_tried_at is null and n.read_at is null",
        "whoever writes a second message before the first was told of",
    ),
    (45, "status = 'pending' and due_at", "the dispatcher"),
];

/// What people find: who, on which page, which words. They are those of `scripts/day/day.mjs`.
const FOUND: &str = "\
patient /inbox Your new aligners have arrived.
patient /journeys/1/photos /photos/36
patient /journeys/1/messages Better without them, and rinse before they go in again.
patient /reports/4 It presses at the upper left since noon.
patient /access Your dentist wrote you a message
braces.patient /journeys/5/messages Geht es am Freitag auch später?
braces.patient /settings +49 171 39200 99
patient005 /journeys/10 At the sea until Sunday.
dentist /today Weber
dentist /journeys/1/reviews/8 Mia Berger
dentist /reports Broken in two.
dentist /messages/replies Apples
dentist /journeys/54/reviews/9 Please with more light.
staff /notifications?status=failed Kaya
staff /campaigns/4 A scan is free for you.
staff /dentist-changes/5 Closer to work.
staff /journeys/20 Two more after the scan.";

fn unpacked(name: &str) -> String {
    let file = File::open(root().join("tests/data").join(name)).expect("a file");
    let mut text = String::new();
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("text, packed");
    text
}

/// The dump's database, as its program left it.
async fn restored(pool: PgPoolOptions, options: &PgConnectOptions) -> PgPool {
    // Its settings go with the connection.
    let mut db = PgConnection::connect_with(options)
        .await
        .expect("a database");
    let role = "do $$ begin create role midline_app nologin; exception when duplicate_object or unique_violation then null; end $$;";
    raw_sql(AssertSqlSafe(
        role.to_owned() + &unpacked("main-0037.sql.gz"),
    ))
    .execute(&mut db)
    .await
    .expect("the dump");
    db.close().await.expect("closed");
    pool.connect_with(options.clone()).await.expect("a pool")
}

/// A connection with the older program's rights.
async fn server(options: &PgConnectOptions) -> PgConnection {
    let mut server = PgConnection::connect_with(options)
        .await
        .expect("a connection");
    server
        .execute("set role midline_app")
        .await
        .expect("a role");
    server
}

/// Each column: its table, the order of its rows, its name.
type Columns = Vec<(String, String, String)>;

async fn columns(db: &PgPool) -> Columns {
    sqlx::query_as(
        "select c.relname::text,
                (select string_agg(format('t.%I', k.attname), ', ' order by k.attnum) from pg_index i
                 join pg_attribute k on k.attrelid = c.oid and k.attnum = any (i.indkey) where i.indrelid = c.oid and i.indisprimary),
                a.attname::text
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> '_sqlx_migrations'",
    )
    .fetch_all(db)
    .await
    .expect("columns")
}

/// Of each column and of what people see how many rows there are, and a sum of them in their order; or why they cannot be read. `moved`:
/// they are looked for where they are after all migrations.
async fn sums(db: &PgPool, columns: &Columns, moved: bool) -> BTreeMap<String, String> {
    let mut sums = BTreeMap::new();
    for (what, was, is) in SEEN {
        let sql = is.filter(|_| moved).unwrap_or(was);
        sums.insert((*what).to_owned(), sql.to_owned());
    }
    for (table, key, column) in columns {
        let mut value = format!("t.\"{column}\"");
        if let Some((_, to)) = MOVED.iter().find(|(was, _)| was == column)
            && moved
            && table == "notifications"
        {
            let push = "d.notification_id = t.id and d.channel = 'push'";
            value = format!("(select d.{to} from deliveries d where {push})");
        }
        let sql = format!("select {value} from \"{table}\" t order by {key}");
        sums.insert(format!("{table}.{column}"), sql);
    }
    for sum in sums.values_mut() {
        let sql = format!(
            "select count(*) || ' rows, ' || coalesce(md5(string_agg(s, ' ' order by n)), '')
             from (select row_number() over () as n, row(q.*)::text as s from ({sum}) q) seen"
        );
        let found = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await;
        *sum = found.unwrap_or_else(|error| error.to_string());
    }
    sums
}

/// What is not as it was.
async fn lost(db: &PgPool, columns: &Columns, before: &BTreeMap<String, String>) -> Vec<String> {
    let now = sums(db, columns, true).await;
    let both = before.iter().zip(now.values());
    both.filter(|((_, was), is)| was != is)
        .map(|((what, was), is)| format!("{what}: was {was}, is {is}"))
        .collect()
}

/// The columns of the answer to a query of the older program's, asked with nothing given.
async fn answer(db: &mut PgConnection, read: &str, name: &str) -> sqlx::Result<String> {
    let sql = AssertSqlSafe(read.to_owned()).into_sql_str();
    let statement = (&mut *db).prepare(sql).await?;
    let columns = statement.columns().iter();
    let columns = columns.map(|column| format!("{} {}", column.name(), column.type_info()));
    let given = (1..).take_while(|n| read.contains(&format!("${n}")));
    let given = vec!["null"; given.count()].join(", ");
    let given = if given.is_empty() {
        given
    } else {
        format!("({given})")
    };
    let asked = format!("prepare {name} as {read}\n; execute {name}{given}");
    raw_sql(AssertSqlSafe(asked)).execute(db).await?;
    Ok(columns.collect::<Vec<_>>().join(", "))
}

/// How the older program fares with each of its reads: what it is answered, or why it is not.
async fn asked(options: &PgConnectOptions, reads: &[String]) -> Vec<Result<String, String>> {
    let mut server = server(options).await;
    let mut fared = Vec::new();
    for (n, read) in reads.iter().enumerate() {
        let mut tx = server.begin().await.expect("a transaction");
        let fares = answer(&mut tx, read, &format!("read{n}")).await;
        fared.push(fares.map_err(|error| error.to_string()));
        tx.rollback().await.expect("rolled back");
    }
    fared
}

#[sqlx::test(migrations = false)]
async fn nothing_is_lost_and_the_older_program_reads_on(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let db = restored(pool, &options).await;
    let columns = columns(&db).await;
    let before = sums(&db, &columns, false).await;
    // A day's use leaves hardly a table empty, so that each can lose something.
    let empty = before.iter().filter(|(_, sum)| sum.starts_with("0 "));
    let empty: BTreeSet<_> = empty
        .filter_map(|(what, _)| what.split('.').next())
        .collect();
    assert_eq!(Vec::from_iter(empty), ["address_clashes"]);

    let reads = unpacked("main-0037-reads.json.gz");
    let reads: Vec<String> = serde_json::from_str(&reads).expect("queries");
    let first = asked(&options, &reads).await;
    // Some refuse to be asked with nothing given; what is wrong with them may not change.
    let answered = first.iter().filter(|fares| fares.is_ok()).count();
    assert!(
        reads.len() > 200 && answered * 20 > reads.len() * 19,
        "{first:#?}"
    );

    let mut wrong = Vec::new();
    let mut broken = BTreeSet::new();
    let mut at_work = db.acquire().await.expect("a connection");
    for migration in MIGRATIONS.iter().filter(|one| one.version > FROM) {
        let version = migration.version;
        // While it is at work.
        let mut tx = at_work.begin().await.expect("a transaction");
        let done = tx.apply("_sqlx_migrations", migration).await;
        done.unwrap_or_else(|error| panic!("migration {version}: {error}"));
        // Whoever looks from outside does not see the tables that it makes.
        let locked: Vec<String> = sqlx::query_scalar(
            "select c.relname::text from pg_locks l join pg_class c on c.oid = l.relation and c.relkind = 'r'
             join pg_stat_activity a on a.pid = l.pid and a.backend_type = 'client backend'
             where l.mode = 'AccessExclusiveLock' and l.pid <> pg_backend_pid()
               and l.database = (select oid from pg_database where datname = current_database()) order by 1",
        )
        .fetch_all(&db)
        .await
        .expect("locks");
        let said = ALONE.iter().find(|(of, _)| *of == version);
        let said = said.map_or(&[][..], |(_, tables)| *tables);
        if locked != said {
            wrong.push(format!(
                "{version} locks readers out of {locked:?}, not {said:?}"
            ));
        }
        tx.commit().await.expect("committed");

        // Once it is done, and the older program is not yet gone.
        let fares = asked(&options, &reads).await;
        for ((read, was), is) in reads.iter().zip(&first).zip(&fares) {
            let said = BROKEN
                .iter()
                .any(|(of, words, _)| *of == version && read.contains(words));
            if was != is && broken.insert(read) && !said {
                wrong.push(format!("since {version} {is:?}, was {was:?}: {read}"));
            }
        }
    }
    for (version, words, _) in BROKEN {
        if !broken.iter().any(|read| read.contains(words)) {
            wrong.push(format!("{words:?} is read all the same after {version}"));
        }
    }
    wrong.extend(lost(&db, &columns, &before).await);
    assert!(wrong.is_empty(), "{wrong:#?}");

    // A row, a column and a word that were lost would have been missed.
    raw_sql(
        "delete from saved_replies where id = (select max(id) from saved_replies);
         alter table practices drop column telephone; update messages set body = 'x' where id = 1;",
    )
    .execute(&db)
    .await
    .expect("lost");
    let lost = lost(&db, &columns, &before).await;
    let lost: BTreeSet<_> = lost
        .iter()
        .filter_map(|what| what.split(':').next())
        .collect();
    for what in ["saved_replies.id", "practices.telephone", "messages.body"] {
        assert!(lost.contains(what), "{lost:#?}");
    }
}

#[sqlx::test(migrations = false)]
async fn what_the_older_program_writes_meanwhile_is_kept(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let db = restored(pool, &options).await;
    // The queue is made; the older program's columns are still there.
    let until = MIGRATIONS.iter().filter(|one| one.version <= 44).cloned();
    let until = Migrator::with_migrations(until.collect());
    until.run(&db).await.expect("forward");
    raw_sql(
        "create temporary table pending as
           select id, row_number() over (order by id) as n from notifications where status = 'pending' and tries = 0 and fence = 0;
         update notifications set status = 'cancelled' where id = (select id from pending where n = 1);
         update notifications set fence = 1, due_at = now() + interval '30 s', owed_since = now(), first_tried_at = now()
           where id = (select id from pending where n = 2);
         update notifications set status = 'sent', fence = 1, tries = 1, first_tried_at = now(), sent_at = now(), delivery = 'push',
             onesignal_id = 'there' where id = (select id from pending where n = 3);
         update notifications set status = 'failed', fence = 1, tries = 1, first_tried_at = now(), failure = 'refused'
           where id = (select id from pending where n = 4);
         update notifications set scheduled_for = now() + interval '9 days' where id = (select id from pending where n = 5);
         insert into notifications (user_id, journey_id, content, template, source, kind, scheduled_for)
           select user_id, id, 'In between', 'change_due', 'progress', 'change_due', now() + n * interval '1 day'
           from journeys, generate_series(1, 2) n where id = 1;
         insert into notifications (user_id, content, source) values (3, 'In between, at once', 'other');",
    )
    .execute(&mut server(&options).await)
    .await
    .expect("written");
    let columns = columns(&db).await;
    let before = sums(&db, &columns, false).await;
    MIGRATIONS.run(&db).await.expect("forward");

    // The reminders of one step become a group.
    let lost = lost(&db, &columns, &before).await;
    assert!(
        lost.len() == 1 && lost[0].starts_with("notifications.group_id"),
        "{lost:#?}"
    );
    let groups: (i64, i64, i64) = sqlx::query_as(
        "select count(*), count(group_id), count(distinct group_id) from notifications where content = 'In between'",
    )
    .fetch_one(&db)
    .await
    .expect("a count");
    assert_eq!(groups, (2, 2, 1));
}

async fn somebody(app: &TestApp, name: &str) -> Visitor {
    let id = sqlx::query_scalar("select id from users where email = $1 || '@midline.example'")
        .bind(name)
        .fetch_one(&app.owner)
        .await
        .expect("somebody");
    app.sign_in(id).await
}

#[sqlx::test(migrations = false)]
async fn people_find_what_they_left(pool: PgPoolOptions, options: PgConnectOptions) {
    let db = restored(pool, &options).await;
    MIGRATIONS.run(&db).await.expect("forward");
    let last: DateTime<Utc> = sqlx::query_scalar("select max(at) from audit_log")
        .fetch_one(&db)
        .await
        .expect("a moment");
    let app = TestApp::new(options, db).await;
    app.clock.set(last + TimeDelta::minutes(1));
    let mut missed = Vec::new();
    for line in FOUND.lines() {
        let [name, path, words] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let visitor = somebody(&app, name).await;
        let page = app.get(Some(&visitor), path).await;
        if page.status != 200 || !page.text.contains(words) {
            missed.push(format!("{}: {line}", page.status));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");

    // And they go on from there: what was told before is called back.
    let closed =
        "from notifications where status = 'pending' and content = 'We are closed on Friday.'";
    let pending: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select id {closed}")))
        .fetch_one(&app.owner)
        .await
        .expect("one");
    let staff = somebody(&app, "staff").await;
    let form = format!("do=cancel&id={pending}");
    let answer = app.post(Some(&staff), "/notifications/change", &form).await;
    answer.expect(303);
    let states: (String, String) = sqlx::query_as(
        "select n.status::text, d.state::text from notifications n join deliveries d on d.notification_id = n.id where n.id = $1",
    )
    .bind(pending)
    .fetch_one(&app.owner)
    .await
    .expect("one");
    assert_eq!(states, ("cancelled".to_owned(), "cancelled".to_owned()));
}
