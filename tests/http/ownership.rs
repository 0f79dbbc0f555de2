//! Each table is one feature's, which alone writes it; the others ask it, or one of its functions. Where they still look into its tables
//! themselves is said here, with why.
//!
//! People and their roles are read by everybody: who somebody is stands in every query that shows a name. What the demo writes is its own.

use crate::repository::{literals, root, sources};
use midline::app::FEATURES;
use sqlx::PgPool;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

/// Who looks into tables of whose, what they do there, and why their owner does not answer instead. A line that is no longer needed goes.
const ACROSS: &str = "
accounts > dentists: reads dentists dentist_changes | who signs in as a dentist; whose record the address of a wish was, when it is refused
accounts > journeys: reads journeys | whose record an address was, when it is refused
accounts > messages: reads messages message_shares | what is unread stands in the menu of every page: it is asked with who asks
accounts > notifications: reads notifications | the bell of every page; whose record an address was, when it is refused
accounts > photos: reads user_images | whose record an address was, when it is refused
accounts > reports: reads reports | the mark in the menu of every page; whose record an address was, when it is refused
accounts > reviews: reads reviews | whose record an address was, when it is refused
audit > accounts: reads audit_log; writes audit_log | below every feature, so it has no value of its own: the trail is listed with people
campaigns > notifications: reads notifications deliveries; writes notifications | thousands a statement: who is due is chosen, told and noted at once
care > accounts: writes users | who treats whom is a column of the patient, by the contract of seed 000
dentists > practices: reads practice_hours | a dentist can be chosen once their practice can be reached: a condition of each list
desk > dentists: reads dentist_changes | the figures of a dentist's first page in one question
desk > journeys: reads journeys progress_events | who stands still, with what waits of theirs, by one order and limit
desk > messages: reads messages message_shares | the figures of a dentist's first page in one question
desk > photos: reads user_images | the figures of a dentist's first page in one question
desk > reviews: reads reviews | the figures of a dentist's first page in one question
home > dentists: reads dentists | a patient's first page, opened ten times a day: a query a question
home > journeys: reads journeys progress_events | a patient's first page, opened ten times a day: a query a question
home > notifications: reads notifications | a patient's first page, opened ten times a day: a query a question
home > photos: reads user_images image_uploads | a patient's first page, opened ten times a day: a query a question
home > reviews: reads reviews review_views review_photos | a patient's first page, opened ten times a day: a query a question
home > wear: reads wear_intervals | a patient's first page, opened ten times a day: a query a question
journeys > dentists: reads dentists | the name of who decided or treats, beside what they did
journeys > notifications: reads notifications | whether a patient is reached by their device, in the head of their record
journeys > photos: reads user_images | the list of patients filters and sorts by what waits to be looked at
journeys > reports: reads reports | the head of a record leads to the report that is open
messages > dentists: reads dentists | the name of who wrote; saved replies are shared within a practice
messages > journeys: reads journeys | an inbox of treatments, each with its newest message
messages > notifications: reads notifications deliveries | a second message joins the notification that nobody was told of, held meanwhile
messages > photos: reads user_images image_uploads | photos come with messages, and are held while they are attached
notifications > accounts: reads audit_log; writes users | a history is told from the trail; by which channels somebody is told stands on their row
notifications > campaigns: reads campaigns campaign_recipients | a history names the campaign that it belongs to
notifications > dentists: reads dentists dentist_changes | an entry of the inbox leads to what it tells of, by one query for a page of them
notifications > journeys: reads journeys progress_events | what is put off is held with its treatment; a history names the step
notifications > messages: reads messages | an entry of the inbox leads to what it tells of, by one query for a page of them
notifications > reports: reads reports | an entry of the inbox leads to what it tells of, by one query for a page of them
notifications > reviews: reads reviews review_views | an entry of the inbox leads to what it tells of, by one query for a page of them
photos > dentists: reads dentists | the name of who treats, above the gallery
photos > journeys: reads journeys progress_events | photos belong to the step that is worn: it is asked where they are taken in and shown
photos > reviews: reads reviews review_views review_photos | which views are to be repeated, and of what no photo is asked any more
practices > dentists: reads dentists | a patient's practice is that of who treats them
reports > dentists: reads dentists | the name of who treats, for staff
reports > journeys: reads journeys progress_events | a report is one of a step; what it shows of the timeline begins with an event
reports > messages: reads messages | an answer to a report is a message, and whether it was read is asked of that
reports > photos: reads user_images image_uploads | photos come with reports, and are missing once they are deleted
reviews > dentists: reads dentists | the name of who decided
reviews > journeys: reads journeys progress_events | a case is one of a treatment, sorted by when its change is due
reviews > photos: reads user_images | a case is the photos of a step that wait, held while they are decided on
reviews > reports: reads reports | a case says whether something was reported of its step
wear > journeys: reads journeys progress_events | wear time is of the treatment that is under way, held while it is noted
";

/// Functions in the database that work on tables of several features: of which, and why.
const JOINING: &str = "
attach_to_message: messages photos | a photo joins its message in the transaction that takes it in, which knows nothing of messages
attach_to_report: photos reports | a photo joins its report in the transaction that takes it in, which knows nothing of reports
follow_zone: accounts campaigns | what a campaign still has to send moves with a person's time zone, whoever changes it
has_passed: campaigns journeys messages notifications | the one rule by which a notification is told no more
leaves_inbox: accounts notifications | whom a push reached of late stands with what was sent, what they wish with the person
need_practice: accounts dentists practices | nobody is assigned to a dentist whom patients could not reach
report_goes_on: dentists reports | a report is seen by who treats the patient
was_cancelled_by_hand: accounts notifications | who cancelled it stands in the trail alone
";

/// Read by everybody.
const PEOPLE: [&str; 2] = ["users", "user_roles"];

/// The feature of each table. A folder that is no feature's owns none.
fn owners() -> BTreeMap<&'static str, &'static str> {
    let owned = FEATURES.iter();
    owned
        .flat_map(|feature| {
            feature
                .tables
                .iter()
                .map(|table| (table.name, feature.name))
        })
        .collect()
}

/// The words and signs of a statement, without its comments and what stands in quotation marks.
fn words(sql: &str) -> Vec<String> {
    let lines = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join(" ").to_lowercase();
    let bare: Vec<&str> = text.split('\'').step_by(2).collect();
    let text = bare.join(" ");
    let bare: Vec<&str> = text.split('"').step_by(2).collect();
    let mut words = vec![String::new()];
    for sign in bare.join(" ").chars() {
        let last = words.last_mut().expect("one");
        if sign.is_ascii_alphanumeric() || sign == '_' {
            last.push(sign);
        } else if !sign.is_whitespace() {
            words.extend([sign.to_string(), String::new()]);
        } else if !last.is_empty() {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The tables that a statement names, and whether it writes them.
fn named(
    sql: &str,
    owners: &BTreeMap<&'static str, &'static str>,
) -> BTreeSet<(&'static str, bool)> {
    let words: Vec<String> = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut found = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let Some((table, _)) = owners.get_key_value(*word) else {
            continue;
        };
        let before = match &words[..at] {
            [before @ .., "public", "."] => before,
            // A column, or somebody else's.
            [.., "."] => continue,
            before => before,
        };
        let writes = match before {
            [.., "into"] | [.., "delete", "from"] => true,
            [.., "for" | "key" | "do", "update"] => false,
            [.., "update"] => true,
            _ => false,
        };
        // A function, if it has arguments.
        if writes || words.get(at + 1) != Some(&"(") {
            found.insert((*table, writes));
        }
    }
    found
}

/// A text on one line, as it is told apart from others.
fn plain(text: &str) -> String {
    let text = text.replace("\\\"", "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each query that is checked at compile time, with the folders in `src` in which it stands: where the longest literal that it begins with
/// does.
fn queries() -> Vec<(String, BTreeSet<String>)> {
    let mut beginnings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let path = path.strip_prefix(root().join("src")).expect("a source");
        let folder = path.iter().next().expect("a folder").to_string_lossy();
        for (_, literal) in literals(&text) {
            let literal = plain(literal);
            if literal.contains(' ') {
                beginnings
                    .entry(literal)
                    .or_default()
                    .insert(folder.to_string());
            }
        }
    }
    let described = fs::read_dir(root().join(".sqlx")).expect("descriptions");
    described
        .map(|entry| {
            let text = fs::read_to_string(entry.expect("a file").path()).expect("a text");
            let described: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let query = described["query"].as_str().expect("a query").to_owned();
            let whole = plain(&query);
            let fitting = beginnings
                .iter()
                .filter(|(text, _)| whole.starts_with(*text));
            let (_, folders) = fitting
                .max_by_key(|(text, _)| text.len())
                .unwrap_or_else(|| panic!("stands nowhere: {query}"));
            (query, folders.clone())
        })
        .collect()
}

/// The lines of a list: what comes before the colon, what after it.
fn lines(list: &'static str) -> BTreeMap<&'static str, &'static str> {
    let lines = list.lines().filter(|line| !line.is_empty()).map(|line| {
        let (said, why) = line
            .split_once(" | ")
            .unwrap_or_else(|| panic!("why? {line}"));
        assert!(!why.is_empty(), "why? {line}");
        said.split_once(": ").unwrap_or_else(|| panic!("{line}"))
    });
    let found: BTreeMap<_, _> = lines.clone().collect();
    assert_eq!(found.len(), lines.count(), "a line twice");
    found
}

/// What is found and not in the list, and what is in the list and not found.
fn differences<K: AsRef<str> + Ord>(
    found: &BTreeMap<K, String>,
    said: &BTreeMap<&'static str, &'static str>,
) -> String {
    let mut text = String::new();
    for (what, is) in found {
        if said.get(what.as_ref()) != Some(&is.as_str()) {
            writeln!(text, "is, and is not said: {}: {is}", what.as_ref()).expect("a text");
        }
    }
    let found: BTreeMap<&str, &str> = found
        .iter()
        .map(|(k, v)| (k.as_ref(), v.as_str()))
        .collect();
    for (what, is) in said {
        if found.get(what) != Some(is) {
            writeln!(text, "is said, and is not so: {what}: {is}").expect("a text");
        }
    }
    text
}

#[test]
fn features_keep_to_their_tables() {
    let owners = owners();
    // Who looks into whose: what is read, what is written.
    let mut across: BTreeMap<(String, &str), [BTreeSet<&str>; 2]> = BTreeMap::new();
    for (query, folders) in queries() {
        let named = named(&query, &owners);
        for folder in folders.iter().filter(|folder| *folder != "demo") {
            for (table, writes) in &named {
                let owner = owners[table];
                // `app` has no folder: the jobs are worked on by `platform`.
                let own = owner == folder || owner == "app" && folder == "platform";
                if own || !writes && PEOPLE.contains(table) {
                    continue;
                }
                let pair = across.entry((folder.clone(), owner)).or_default();
                pair[usize::from(*writes)].insert(table);
            }
        }
    }
    let in_order = |tables: BTreeSet<&str>| {
        let listed = FEATURES.iter().flat_map(|feature| feature.tables);
        let listed = listed
            .map(|table| table.name)
            .filter(|name| tables.contains(name));
        listed.collect::<Vec<_>>().join(" ")
    };
    let found = across.into_iter().map(|((who, whose), [reads, writes])| {
        let (reads, writes) = (in_order(reads), in_order(writes));
        let does = [("reads", reads), ("writes", writes)];
        let does = does.iter().filter(|(_, tables)| !tables.is_empty());
        let does: Vec<_> = does
            .map(|(does, tables)| format!("{does} {tables}"))
            .collect();
        (format!("{who} > {whose}"), does.join("; "))
    });
    let wrong = differences(&found.collect(), &lines(ACROSS));
    assert!(wrong.is_empty(), "{wrong}");
}

#[sqlx::test]
async fn functions_keep_to_the_tables_of_one_feature(pool: PgPool) {
    let owners = owners();
    // What a function is given of a table, and the tables that it is called by, are its as well.
    let functions: Vec<(String, String, Vec<String>)> = sqlx::query_as(
        "select p.proname::text, p.prosrc,
                array(select c.relname::text from pg_class c where c.reltype = any (p.proargtypes::oid[])
                      union select c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgfoid = p.oid)
         from pg_proc p join pg_namespace s on s.oid = p.pronamespace
         where s.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker')
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')",
    )
    .fetch_all(&pool)
    .await
    .expect("functions");
    assert!(functions.len() > 30, "{}", functions.len());
    let mut joining = BTreeMap::new();
    for (name, body, with) in functions {
        let named = named(&body, &owners);
        let named = named
            .iter()
            .filter(|(table, writes)| *writes || !PEOPLE.contains(table))
            .map(|(table, _)| *table);
        let mut features: BTreeSet<&str> = named.map(|table| owners[table]).collect();
        if !features.is_empty() {
            features.extend(with.iter().map(|table| owners[table.as_str()]));
        }
        if features.len() > 1 {
            joining.insert(name, Vec::from_iter(features).join(" "));
        }
    }
    let wrong = differences(&joining, &lines(JOINING));
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn tables_are_found_in_statements() {
    let owners = owners();
    let tables = |sql| Vec::from_iter(named(sql, &owners));
    let sql = "with gone as (delete from sessions s using users u where u.id = s.user_id) -- from reports
               insert into messages (body) select 'from reviews' as \"practices\" from public.journeys j, dentists
               where messages.notifications = 1 for update of journeys";
    let found = [
        ("dentists", false),
        ("journeys", false),
        ("messages", false),
        ("messages", true),
        ("sessions", true),
        ("users", false),
    ];
    assert_eq!(tables(sql), found);
    assert_eq!(
        tables("insert into wear_intervals values (1) on conflict (id) do update set void = true"),
        [("wear_intervals", true)]
    );
}
