//! What a query says is never null, is never null: the description that sqlx keeps of each query (`.sqlx/`) is read for what was
//! said against its own judgement, and for what it could not know.
//!
//! A column marked with `!` that comes out null after all is a page that fails for good, for whoever's row it is. Such a mark is believed
//! of a column that the table never leaves empty, if no outer join can; of counts, of `exists`, `is null`, arrays made of rows, and of
//! `coalesce` with a value at its end. Of anything else a reason is written down here.

use serde_json::Value;
use std::fs;

/// What stands in the query, columns of it, and why they cannot be null.
const BECAUSE: &[(&str, &[&str], &str)] = &[
    (
        "from campaign_people p join users u on u.id = p.user_id\n           where p.campaign_id = $1 and p.user_id > $2",
        &["moment", "at", "pushed"],
        "the view makes a moment in every case; quiet hours always end; no null is in `unpushed`",
    ),
    (
        "from campaign_recipients r join users u",
        &["at", "pushed"],
        "a recipient has a moment; quiet hours always end; no null is in `unpushed`",
    ),
    (
        "from campaigns c join users u on u.id = c.created_by",
        &["by"],
        "everybody has an address",
    ),
    (
        "as \"count!\"\n           from image_uploads where user_id = $1 and created_at > $2",
        &["count"],
        "the greater of two counts",
    ),
    (
        "0 * (select count(*) from woken)",
        &["count"],
        "a sum of counts",
    ),
    ("where note is not null and own", &["text"], "asked for"),
    (
        "wear_goal_minutes > 0",
        &["wear"],
        "every journey has a product, and what has no goal is not worn by the hour",
    ),
    (
        "from (select now()) as asked",
        &["now"],
        "what the others are joined to",
    ),
    (
        "action in ('notification.cancel', 'notification.retry'",
        &["object"],
        "asked for",
    ),
    (
        "scheduled_for is not null and told_at > $2",
        &["at", "reminder"],
        "asked for; a source is always there",
    ),
    (
        "from page e left join dentists d on d.user_id = e.actor_id",
        &["at", "on", "by_patient"],
        "both halves have a moment, a day and an actor",
    ),
    (
        "from progress_events e left join dentists d on d.user_id = e.actor_id",
        &["by_patient"],
        "an event has an actor",
    ),
    (
        "n.content = $3 and (n.scheduled_for is null)",
        &["same"],
        "what may be null is asked for first",
    ),
    (
        "not i.awaits_review as \"decided!\"",
        &["decided"],
        "it waits or not",
    ),
    (
        "from users u join journeys j on j.user_id = u.id\n           cross join lateral (\n             select coalesce(max(s.up_to_id)",
        &["unread"],
        "a count",
    ),
    (
        "notification_kind is null or n.kind = $2",
        &[
            "at",
            "due",
            "tries",
            "tried",
            "cancel_wanted",
            "passed",
            "by_hand",
        ],
        "generated of what is there; quiet hours always end; `has_passed` and `queue_of` answer",
    ),
    (
        "left join lateral failed_delivery(n.id) f on true\n           where n.id = any ($1) order by n.id",
        &[
            "tried",
            "cancel_wanted",
            "told",
            "over",
            "passed",
            "by_hand",
        ],
        "generated of what is there; `has_passed` and `queue_of` answer",
    ),
    ("select cancel_deliveries(", &["count"], "a count"),
    (
        "told_at <= $2\n             and ($3::bigint is null or (told_at, id)",
        &["at"],
        "generated of what is there",
    ),
    (
        "update notifications set read_at = coalesce(read_at, $3)",
        &["at"],
        "generated of what is there",
    ),
    (
        "r.settled_at is not null and ($2::timestamptz is null",
        &["at"],
        "asked for",
    ),
    (
        "from plan_changes where journey_id = $1\n           order by 2 desc",
        &["on", "at"],
        "both halves have a day and a moment",
    ),
    (
        "select * from own union all select * from listed",
        &["day", "action", "outcome", "at", "times"],
        "an audit row has a moment, an action and an outcome",
    ),
    (
        "from audit_log a left join users u on u.id = a.actor_id\n              where a.object_table = 'notifications'",
        &["at", "what"],
        "all parts have a moment and a word",
    ),
    ("and language is not null", &["language"], "asked for"),
    (
        "greatest(now(), local_moment($2, u.time_zone)) as moment",
        &["from", "to", "moment", "quiet"],
        "generated of what is there; a local time has a moment, quiet hours an end",
    ),
    (
        "cross join lateral (\n               select i.journey_id, i.progress_stage as stage, min(i.date_uploaded) as since",
        &[
            "journey",
            "stage",
            "patient",
            "first_name",
            "last_name",
            "email",
            "since",
            "photos",
        ],
        "joined with what there is; a group has a first and a count",
    ),
    (
        "with patients as (\n             select u.id, u.first_name",
        &["id", "first_name", "last_name", "email", "time_zone"],
        "a person's own: what is joined outside is the journey",
    ),
    (
        "select id as \"id!: PhotoId\" from now",
        &["id"],
        "a photo's own",
    ),
    (
        "e.type = 'progress' and e.reason is null and e.actor_id = e.user_id as",
        &["confirmed"],
        "an event has a kind and an actor",
    ),
    (
        "case when e.resume_on < day.today then",
        &["today"],
        "a zone is always there",
    ),
    (
        "detail ? 'from' and detail ? 'to'",
        &["id", "patient", "from", "to"],
        "asked for",
    ),
    (
        "was_cancelled_by_hand(n) as",
        &["by_hand", "over", "passed", "told", "expired", "at", "due"],
        "generated of what is there; the functions answer",
    ),
    (
        "wanted (id, moment) on wanted.id = n.id",
        &["from", "to"],
        "what is wanted has a moment",
    ),
    (
        "j.status = 'active' as",
        &["active"],
        "a journey has a status",
    ),
    ("state = 'paused' as", &["paused"], "a campaign has a state"),
    (
        "coalesce(captured_at, date_uploaded) as",
        &["at"],
        "a photo was uploaded at some time",
    ),
    (
        "coalesce(i.view, p.view) as",
        &["view", "stage"],
        "what was sent is of a view and a stage",
    ),
    (
        "left join lateral (\n             select v.decision::text",
        &["at"],
        "generated of what is there",
    ),
    (
        "r.settled_at is not null\n           order by r.settled_at desc",
        &["at"],
        "asked for",
    ),
    (
        "case when d.id is null then 0",
        &["waiting", "reported"],
        "nought, or a sum of counts",
    ),
    ("left(m.body, 120) as", &["snippet"], "a message has a body"),
    (
        "from dentists me join dentists d on d.practice = me.practice join saved_replies r",
        &["own"],
        "a reply is some dentist's",
    ),
    (
        "as \"decided_week!\"",
        &["cases", "unread", "decided_today", "decided_week"],
        "counts over all that there is, each of which has a row",
    ),
    (
        "where r.state = 'answered'\n           order by r.answered_at",
        &["answered"],
        "what is answered has a moment",
    ),
    (
        "(select count(*) from message_images a where a.message_id = m.id)\n                  + (select",
        &["photos"],
        "a sum of counts",
    ),
    (
        "case when p.state = 'accepted' then coalesce(i.view, p.view) else p.view end",
        &["view", "stage"],
        "what was sent was sent as something",
    ),
    (
        "join review_views v on v.review_id = r.id",
        &["reason"],
        "each view that is asked for again has one",
    ),
    ("where n.called <> ''", &["called"], "compared with"),
    (
        "where r.progress_stage = j.current_progress_stage",
        &["asked_again"],
        "a count",
    ),
    (
        "order by waiting.since, u.id limit $2",
        &["since"],
        "a group has a first",
    ),
    (
        "closed_at is not null and closed_by is not null",
        &["by", "at"],
        "asked for",
    ),
    (
        "is_scheduled(c)",
        &["scheduled"],
        "its comparisons are of columns that are never null, and the last falls back to false",
    ),
    (
        "(select count(*) from report_images a where a.report_id = r.id)",
        &["photos"],
        "a sum of counts",
    ),
];

/// Comparisons that have an answer, because what they ask about is there.
const ANSWERED: &[(&str, &str)] = &[("j.status = 'active'", "a journey has a status")];

struct Query {
    text: String,
    columns: Vec<Column>,
}

struct Column {
    /// Without its mark and type.
    name: String,
    mark: Option<char>,
    label: String,
    /// What sqlx takes it for; unknown, if it is made of others.
    nullable: Option<bool>,
}

fn queries() -> Vec<Query> {
    let folder = crate::repository::root().join(".sqlx");
    fs::read_dir(folder)
        .expect("descriptions")
        .map(|file| {
            let text = fs::read_to_string(file.expect("a file").path()).expect("a description");
            let read: Value = serde_json::from_str(&text).expect("JSON");
            let described = &read["describe"];
            let columns = described["columns"].as_array().expect("columns").iter();
            let nullable = described["nullable"].as_array().expect("a list");
            let columns = columns.zip(nullable).map(|(column, nullable)| {
                let label = column["name"].as_str().expect("a name").to_owned();
                let name = label.split(':').next().unwrap_or_default();
                let mark = name.chars().last().filter(|mark| matches!(mark, '!' | '?'));
                Column {
                    name: name.trim_end_matches(['!', '?']).to_owned(),
                    mark,
                    nullable: nullable.as_bool(),
                    label,
                }
            });
            Query {
                text: without_comments(read["query"].as_str().expect("a query")),
                columns: columns.collect(),
            }
        })
        .collect()
}

fn without_comments(query: &str) -> String {
    let lines = query
        .lines()
        .map(|line| line.split("-- ").next().unwrap_or_default().trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the bracket that opens at `open` closes.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The parts between commas that stand in no brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[from..].trim());
    found
}

/// The expression that a column is named for.
fn expression<'a>(query: &'a str, label: &str) -> Option<&'a str> {
    let end = query.find(&format!("as \"{label}\""))?;
    expression_before(query, end)
}

/// The expression that a part of the query gives this name, for what is asked of that part.
fn made_of<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let named = format!("as {name}");
    let (end, _) = query.match_indices(&named).find(|(at, _)| {
        let behind = query[at + named.len()..].chars().next();
        behind.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })?;
    expression_before(query, end)
}

/// The expression that ends there.
fn expression_before(query: &str, end: usize) -> Option<&str> {
    let before = &query[..end];
    let mut depth = 0;
    let mut begin = 0;
    for (at, c) in before.char_indices().rev() {
        let behind = &before[at + c.len_utf8()..];
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => {
                begin = at + 1;
                break;
            }
            '(' => depth -= 1,
            ',' if depth == 0 => {
                begin = at + 1;
                break;
            }
            c if depth == 0 && !c.is_alphanumeric() && c != '_' => {
                let word = behind.split_whitespace().next().unwrap_or_default();
                if behind.starts_with(word) && matches!(word, "select" | "returning") {
                    begin = at + 1 + word.len();
                    break;
                }
            }
            _ => {}
        }
    }
    let found = before[begin..].trim();
    Some(found.strip_prefix("select ").unwrap_or(found).trim())
}

/// What stands between "and" and "or" that stand in no brackets.
fn operands(expression: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 && at >= from => {
                for word in [" and ", " or "] {
                    if expression[at..].starts_with(word) {
                        found.push(expression[from..at].trim());
                        from = at + word.len();
                    }
                }
            }
            _ => {}
        }
    }
    found.push(expression[from..].trim());
    found
}

/// Whether an expression has a value whatever its parts are: it, or each of those that it joins.
fn always_is(expression: &str) -> bool {
    let answered = |part: &str| ANSWERED.iter().any(|(known, _)| *known == part);
    let parts = operands(expression);
    is_whole(expression)
        || (parts.len() > 1 && parts.iter().all(|part| answered(part) || is_whole(part)))
}

/// Whether one expression, not joined of others, has a value.
fn is_whole(expression: &str) -> bool {
    // A call, with nothing behind it that could take its value away.
    let call = |name: &str| {
        let rest = expression.strip_prefix(name)?.trim_start();
        let close = rest.starts_with('(').then(|| closing(rest, 0)).flatten()?;
        let behind = rest[close + 1..].trim();
        let harmless = ["", "::", "filter (", "over ()"];
        let harmless =
            behind.is_empty() || harmless[1..].iter().any(|begin| behind.starts_with(begin));
        harmless.then(|| &rest[1..close])
    };
    let value = |text: &str| {
        matches!(text, "true" | "false" | "now()")
            || text.starts_with('\'')
            || text.starts_with(|c: char| c.is_ascii_digit())
    };
    let is_said = |text: &str| text.ends_with(" is null") || text.ends_with(" is not null");
    value(expression)
        || ["count", "exists", "not exists", "array"]
            .iter()
            .any(|name| call(name).is_some())
        || call("").is_some_and(|inside| inside.starts_with("select count(*) from"))
        || call("coalesce")
            .is_some_and(|inside| parts(inside).last().is_some_and(|last| value(last)))
        || expression
            .split(" and ")
            .flat_map(|part| part.split(" or "))
            .all(is_said)
}

/// What an outer join may leave out: the names by which it is joined.
fn left_out(query: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in query.match_indices("left join ") {
        let joined = query[at + "left join ".len()..].trim_start();
        let joined = joined
            .strip_prefix("lateral ")
            .unwrap_or(joined)
            .trim_start();
        let word = |text: &'_ str| text.split_whitespace().next().map_or(0, str::len);
        if joined.starts_with('(') {
            let Some(close) = closing(joined, 0) else {
                continue;
            };
            let behind = joined[close + 1..].trim_start();
            let behind = behind.strip_prefix("as ").unwrap_or(behind);
            match &behind[..word(behind)] {
                "on" => names.extend(
                    joined[1..close]
                        .split(" join ")
                        .filter_map(|table| table.split_whitespace().nth(1)),
                ),
                name => names.push(name),
            }
        } else {
            let mut words = joined.split_whitespace();
            let table = words.next().unwrap_or_default();
            match words.next() {
                Some("on") | None => names.push(table),
                Some(name) => names.push(name),
            }
        }
    }
    names
}

fn outer(query: &str) -> bool {
    ["left join", "right join", "full join"]
        .iter()
        .any(|join| query.contains(join))
}

#[test]
fn what_is_said_never_to_be_null_is_not() {
    let mut faults = Vec::new();
    let mut marked = 0;
    for query in queries() {
        for column in query
            .columns
            .iter()
            .filter(|column| column.mark == Some('!'))
        {
            marked += 1;
            let Some(expression) = expression(&query.text, &column.label) else {
                faults.push(format!("{} is not found in {}", column.label, query.text));
                continue;
            };
            let kept = column.nullable == Some(false) && !outer(&query.text);
            let reason = BECAUSE.iter().any(|(part, columns, _)| {
                query.text.contains(part) && columns.contains(&column.name.as_str())
            });
            // A column of a part of the query is what that part makes of it.
            let inner = expression
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_')
                .then(|| made_of(&query.text, expression))
                .flatten();
            let made = always_is(expression) || inner.is_some_and(always_is);
            if !kept && !made && !reason {
                faults.push(format!(
                    "{} may be null: {expression}\n  in {}",
                    column.label, query.text
                ));
            }
        }
    }
    assert!(marked > 80, "{marked}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_column_of_a_part_is_judged_by_what_makes_it() {
    let query = "select urgent as \"urgent!\", again as \"again!\" from (
             select j.id as journey, j.status = 'active' and coalesce(e.type = 'pause' or e.due_on < today, false) as urgent,
                    exists (select from reviews r) as again from journeys j) cases";
    for name in ["urgent", "again"] {
        assert!(made_of(query, name).is_some_and(always_is), "{name}");
    }
    let without = query.replace("coalesce(", "(").replace(", false)", ")");
    let made = made_of(&without, "urgent").expect("a column");
    assert_eq!(
        made,
        "j.status = 'active' and (e.type = 'pause' or e.due_on < today)"
    );
    assert!(!always_is(made));
}

#[test]
fn what_an_outer_join_leaves_out_is_an_option() {
    let mut faults = Vec::new();
    let mut read = 0;
    for query in queries() {
        let names = left_out(&query.text);
        for column in query.columns.iter().filter(|column| column.mark.is_none()) {
            for name in &names {
                let plain = format!("{name}.{}", column.name);
                let named = [
                    format!(" as {}", column.name),
                    format!("\"{}\"", column.label),
                ];
                let taken = query
                    .text
                    .match_indices(&format!("{name}."))
                    .any(|(at, _)| {
                        let before = query.text[..at].trim_end();
                        let rest = &query.text[at..];
                        let item = parts(rest)[0];
                        let item = item.split("\n").next().unwrap_or(item);
                        let selected = before.ends_with("select") || before.ends_with(',');
                        selected
                            && (item == plain
                                || item.starts_with(&format!("{plain} from"))
                                || named.iter().any(|label| item.contains(&**label))
                                    && item.split(' ').count() < 4)
                    });
                read += 1;
                if taken && column.nullable == Some(false) {
                    faults.push(format!("{name}.{} in {}", column.name, query.text));
                }
            }
        }
    }
    assert!(read > 50, "{read}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn these_judgements_are_sound() {
    for sound in [
        "count(*)",
        "count(*) filter (where a = b)",
        "exists (select from a)",
        "not exists (select from a)",
        "a is not null",
        "a is null and b is not null",
        "array(select a from b)",
        "coalesce(sum(a), 0)::bigint",
        "coalesce(a = 'b' or c < d, false)",
        "(select count(*) from a)",
    ] {
        assert!(always_is(sound), "{sound}");
    }
    for unsound in [
        "a",
        "a = b",
        "a is null and b",
        "coalesce(a, b)",
        "coalesce(a, 0) + b",
        "count(*) + a",
        "exists (select from a) and b",
        "max(a)",
        "array_agg(a)",
        "(select a from b)",
        "a = 'active' and (b = 'pause' or coalesce(c < d, false))",
    ] {
        assert!(!always_is(unsound), "{unsound}");
    }
    let query = "select a.b as \"b!\", coalesce(x, (select 1)) as \"c!\" from a left join c d on true left join lateral (select 1) e on true";
    assert_eq!(expression(query, "b!"), Some("a.b"));
    assert_eq!(expression(query, "c!"), Some("coalesce(x, (select 1))"));
    assert_eq!(left_out(query), ["d", "e"]);
}
