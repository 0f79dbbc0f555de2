//! The SQL of the staff's desk: what is going out, and what failed.

mod acts;
mod figures;
mod history;
mod writing;

pub use acts::{Held, hold, hold_journeys, moments, move_to, moved_by, reschedule, restore, retry};
pub use figures::{Failures, Health, Today, errors, failures, health, today};
pub use history::{Happened, campaign_of, history};
pub use writing::{Addressee, Written, addressee, person, test_of, write};

use crate::{
    accounts::{Named, UserId},
    notifications::{
        Channel, Delivery, Kind, Template,
        model::{Source, Status, Waiting},
        service::{Failed, Possible, Standing},
    },
    ui::{Language, Position, mark_of},
};
use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::{Connection as _, PgConnection};

/// Which notifications are looked at.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub status: Option<Status>,
    /// Of those that are pending.
    pub waiting: Option<Waiting>,
    pub kind: Option<Kind>,
    pub source: Option<Source>,
    pub patient: Option<i64>,
    /// To be told from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// To be told before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Of those that were sent or cancelled: from this moment on.
    pub since: Option<DateTime<Utc>>,
    /// Somewhere in the text; as it is searched for, without wildcards.
    pub text: String,
    /// Of those to be told from this moment on the text is read.
    pub text_from: Option<DateTime<Utc>>,
    /// Whoever is meant by the same words: theirs are found, too.
    pub people: Vec<i64>,
    /// Those alone that this can be done with.
    pub can: Option<Possible>,
    pub order: Order,
}

impl Choice {
    /// As many are counted; of more it is said that they are more.
    pub const COUNTED: i64 = 10_000;

    /// Whether so many can be put in an order. What waits is found by its moment; of all others, many are not sorted one by one.
    pub fn sorts(&self, order: Order, total: i64) -> bool {
        match order {
            Order::Newest => true,
            Order::Earliest | Order::Latest => self.waits() || total <= Self::COUNTED,
            Order::Name => total <= Self::COUNTED,
        }
    }

    fn waits(&self) -> bool {
        self.status == Some(Status::Pending)
    }

    /// The order that nobody has to ask for: what waits by when it goes out, and the rest as it was written.
    pub fn usual_order(&self) -> Order {
        if self.waits() {
            Order::Earliest
        } else {
            Order::Newest
        }
    }
}

/// In which order they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they were written, the newest first.
    #[default]
    Newest,
    /// As they are told, the earliest first.
    Earliest,
    /// As they are told, the latest first.
    Latest,
    /// By their patients' names.
    Name,
}

impl Order {
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Earliest => "earliest",
            Self::Latest => "latest",
            Self::Name => "name",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Newest, Self::Earliest, Self::Latest, Self::Name]
            .into_iter()
            .find(|order| order.name() == name)
    }
}

/// A place in an order, after which others stand: as it was, wherever its row is by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    Id(i64),
    Moment(DateTime<Utc>, i64),
    Name {
        last: String,
        first: String,
        id: i64,
    },
}

impl After {
    fn id(&self) -> i64 {
        match self {
            Self::Id(id) | Self::Moment(_, id) | Self::Name { id, .. } => *id,
        }
    }

    fn moment(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Moment(at, _) => Some(*at),
            Self::Id(_) | Self::Name { .. } => None,
        }
    }

    /// The last and the first name.
    fn names(&self) -> Option<(&str, &str)> {
        match self {
            Self::Name { last, first, .. } => Some((last, first)),
            Self::Id(_) | Self::Moment(..) => None,
        }
    }

    /// As an address says it.
    pub fn position(&self) -> Position {
        Position {
            value: self
                .moment()
                .map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            id: self.id(),
            mark: self
                .names()
                .map(|(last, first)| mark_of(self.id(), first, last)),
        }
    }
}

/// The place that an address says. None: none in this order, or that of a row that stands elsewhere by now.
pub async fn place(
    db: &mut PgConnection,
    order: Order,
    text: &str,
) -> Result<Option<After>, sqlx::Error> {
    let Some(position) = Position::read(text) else {
        return Ok(None);
    };
    let id = position.id;
    Ok(match order {
        Order::Newest => Some(After::Id(id)),
        Order::Earliest | Order::Latest => {
            let at = position.value.as_deref();
            let at = at.and_then(|at| DateTime::parse_from_rfc3339(at).ok());
            at.map(|at| After::Moment(at.to_utc(), id))
        }
        Order::Name => {
            let named = sqlx::query!(
                "select u.first_name, u.last_name from notifications n join users u on u.id = n.user_id where n.id = $1",
                id,
            )
            .fetch_optional(db)
            .await?;
            named
                .filter(|named| position.stands(&named.first_name, &named.last_name))
                .map(|named| After::Name {
                    last: named.last_name,
                    first: named.first_name,
                    id,
                })
        }
    })
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub kind: Kind,
    pub source: Source,
    pub content: String,
    pub template: Option<Template>,
    /// What the patient reads.
    pub language: Option<String>,
    pub status: Status,
    pub delivery: Option<Delivery>,
    pub failure: Option<String>,
    /// By which channel it failed, even if another one took it.
    pub failed_by: Option<Channel>,
    /// Why what failed cannot be tried again, in a word.
    pub hopeless: Option<String>,
    /// When it was, or is, to be told.
    pub at: DateTime<Utc>,
    /// When it is tried next, while pending: not in quiet hours.
    pub due: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub tries: i32,
    /// Whether the provider may know of it.
    pub tried: bool,
    pub cancel_wanted: bool,
    /// The provider's number for it.
    pub provider_id: Option<String>,
    /// Of one of which something failed, or that was cancelled: whether nobody is to be told of it any more.
    pub passed: bool,
    /// Whether somebody at the desk cancelled it.
    pub by_hand: bool,
}

impl Row {
    /// What failed of it and why, in a word, with its channel before it as the outcomes of tries have it.
    pub fn failed(&self) -> Option<String> {
        let channel = self.failed_by?;
        let word = self.failure.as_deref()?;
        Some(match channel {
            Channel::Push => word.to_owned(),
            Channel::Email | Channel::Sms => format!("{}:{word}", channel.name()),
        })
    }

    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }

    /// What it says: what was said, or what would be today.
    pub fn text(&self) -> String {
        let language = self.language.as_deref().and_then(Language::from_code);
        match self.template {
            Some(template) if self.status != Status::Sent => {
                template.text(language.unwrap_or_default())
            }
            _ => self.content.clone(),
        }
    }

    /// Where it stands in an order.
    pub fn place(&self, order: Order) -> After {
        match order {
            Order::Newest => After::Id(self.id),
            Order::Earliest | Order::Latest => After::Moment(self.at, self.id),
            Order::Name => After::Name {
                last: self.last_name.clone(),
                first: self.first_name.clone(),
                id: self.id,
            },
        }
    }

    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        Standing {
            status: self.status,
            tried: self.tried,
            cancel_wanted: self.cancel_wanted,
            failed: Failed::of(self.failed_by.is_some(), self.hopeless.as_deref()),
            told: self.at <= now,
            passed: self.passed,
            by_hand: self.by_hand,
            over: self.at.max(self.due) <= now,
        }
    }
}

/// Asks for what is chosen: what is asked for, what follows, and the values that this names from the fifteenth on.
macro_rules! chosen {
    ($record:ident, $head:literal, $tail:literal, $choice:expr, $limit:expr $(, $more:expr)*) => {
        sqlx::query_as!(
            $record,
            $head
                + r#" from notifications n join users u on u.id = n.user_id left join lateral queue_of(n.id) q on true
           where case $11::text
                   when 'cancel' then n.status = 'pending' and not q.cancel_wanted
                   when 'reschedule' then n.status = 'pending' and not q.cancel_wanted and not q.tried and n.told_at > now()
                   when 'retry' then (n.status = 'failed' or n.status = 'sent' and n.id in (select f.notification_id from deliveries f where f.state = 'failed'))
                                     and can_be_retried(n) and not has_passed(n)
                   when 'restore' then n.status = 'cancelled' and not q.tried and greatest(n.told_at, q.due_at) > now()
                                       and was_cancelled_by_hand(n) and not has_passed(n)
                   else true end
             and ($1::notification_status is null or n.status = $1) and ($2::notification_kind is null or n.kind = $2)
             and ($3::notification_source is null or n.source = $3) and ($4::bigint is null or n.user_id = $4)
             and ($5::timestamptz is null or n.told_at >= $5) and ($6::timestamptz is null or n.told_at < $6)
             and ($12::timestamptz is null or n.sent_at >= $12 or n.cancelled_at >= $12)
             and ($7 = '' or n.user_id = any ($13)
                  or ($14::timestamptz is null or n.told_at >= $14)
                     and case when n.status <> 'sent' and n.template is not null
                              then n.template::text || ' ' || told_in(u) = any ($10)
                              else position(lower($7) in lower(n.content)) > 0 end)
             and ($9::text is null or n.status = 'pending' and $9 = case when q.due_at <= now() then 'due'
                                                                         when not q.tried then 'scheduled' else 'in_flight' end)"#
                + $tail,
            $choice.status as Option<Status>,
            $choice.kind as Option<Kind>,
            $choice.source as Option<Source>,
            $choice.patient,
            $choice.from,
            $choice.until,
            $choice.text,
            $limit,
            $choice.waiting.map(Waiting::name),
            &saying(&$choice.text),
            $choice.can.map(Possible::name),
            $choice.since,
            &$choice.people,
            $choice.text_from,
            $($more),*
        )
    };
}

/// Lines of the table: which of them, besides what is chosen, and in which order.
macro_rules! lines {
    ($db:expr, $tail:literal, $choice:expr, $limit:expr, $($which:expr),+) => {
        chosen!(
            Row,
            r#"select n.id, u.id as "patient: UserId", u.first_name, u.last_name, u.email, n.kind as "kind: Kind",
                      n.source as "source: Source", n.content, n.template as "template: Template", told_in(u) as language,
                      n.status as "status: Status", n.delivery as "delivery: Delivery",
                      coalesce((select f.failure from failed_delivery(n.id) f), q.failure) as failure,
                      (select f.channel from failed_delivery(n.id) f) as "failed_by: Channel",
                      (select f.obstacle from failed_delivery(n.id) f) as hopeless, n.told_at as "at!",
                      case when n.status = 'pending' and not q.tried and not n.at_any_hour
                                and in_quiet_hours((q.due_at at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                           then quiet_end(q.due_at, u.time_zone, u.quiet_from, u.quiet_until) else q.due_at end as "due!",
                      n.sent_at, q.tries as "tries!", q.tried as "tried!", q.cancel_wanted as "cancel_wanted!",
                      n.onesignal_id as provider_id, (n.status in ('failed', 'cancelled') or n.status = 'sent' and q.failure is not null) and has_passed(n) as "passed!",
                      was_cancelled_by_hand(n) as "by_hand!""#,
            $tail,
            $choice,
            $limit,
            $($which),+
        )
        .fetch_all($db)
        .await
    };
}

/// Notifications in the order that was chosen: `limit` of those after the place `after`.
pub async fn table(
    db: &mut PgConnection,
    choice: &Choice,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let mut tx = db.begin().await?;
    plan_anew(&mut tx).await?;
    let id = after.map(After::id);
    let moment = after.and_then(After::moment);
    let (last, first) = after.and_then(After::names).unzip();
    // A query each: an order that a value decides is found in no index.
    let rows = match choice.order {
        Order::Newest => lines!(
            &mut *tx,
            " and ($15::bigint is null or n.id < $15) order by n.id desc limit $8",
            choice,
            limit,
            id
        ),
        Order::Earliest => lines!(
            &mut *tx,
            " and ($15::bigint is null or (n.told_at, n.id) > ($16::timestamptz, $15::bigint))
              order by n.told_at, n.id limit $8",
            choice,
            limit,
            id,
            moment
        ),
        Order::Latest => lines!(
            &mut *tx,
            " and ($15::bigint is null or (n.told_at, n.id) < ($16::timestamptz, $15::bigint))
              order by n.told_at desc, n.id desc limit $8",
            choice,
            limit,
            id,
            moment
        ),
        Order::Name => lines!(
            &mut *tx,
            " and ($15::bigint is null or (u.last_name, u.first_name, n.id) > ($16::text, $17::text, $15::bigint))
              order by u.last_name, u.first_name, n.id limit $8",
            choice,
            limit,
            id,
            last,
            first
        ),
    }?;
    tx.commit().await?;
    Ok(rows)
}

pub async fn one(db: &mut PgConnection, id: i64) -> Result<Option<Row>, sqlx::Error> {
    Ok(these(db, &[id]).await?.pop())
}

/// Some of them, by their ids.
pub async fn these(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<Row>, sqlx::Error> {
    lines!(
        db,
        " and n.id = any ($15) order by n.id desc limit $8",
        Choice::default(),
        i64::MAX,
        ids
    )
}

struct Counted {
    count: i64,
}

/// How many are chosen: one more than are counted, if there are more.
pub async fn count(db: &mut PgConnection, choice: &Choice) -> Result<i64, sqlx::Error> {
    let mut tx = db.begin().await?;
    plan_anew(&mut tx).await?;
    let counted = chosen!(
        Counted,
        r#"select count(*) as "count!" from (select n.id"#,
        " order by n.id desc limit $8) found",
        choice,
        Choice::COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(counted.count)
}

/// How many are chosen, in the order that was asked for or, where they are too many for that, in the usual one.
pub async fn ordered(db: &mut PgConnection, choice: &mut Choice) -> Result<i64, sqlx::Error> {
    let total = count(db, choice).await?;
    if !choice.sorts(choice.order, total) {
        choice.order = choice.usual_order();
    }
    Ok(total)
}

/// Plans the transaction's queries for what is chosen, each time: one plan for all choices would read from the newest on until it has
/// found enough.
async fn plan_anew(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select set_config('plan_cache_mode', 'force_custom_plan', true)")
        .fetch_one(db)
        .await?;
    Ok(())
}

/// Which templates say this to readers of which language.
fn saying(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut found = Vec::new();
    for template in Template::ALL {
        for language in Language::ALL {
            if template.text(language).to_lowercase().contains(&text) {
                found.push(format!("{} {}", template.name(), language.code()));
            }
        }
    }
    found
}

/// The most people that words can mean at once.
const PEOPLE: i64 = 1000;

/// Whom words mean: people of whom all of them are known, however they are typed (docs/decisions/0015).
pub async fn people(db: &mut PgConnection, words: &str) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select u.id from users u
         where u.sought like (select sought_pattern($1, 1)) and u.sought like (select sought_pattern($1, 2))
           and u.sought like (select sought_pattern($1, 3)) and u.sought like (select sought_pattern($1, 4))
           and u.sought like (select sought_pattern($1, 5)) and u.sought like (select sought_pattern($1, 6))
         order by u.id limit $2",
        words,
        PEOPLE,
    )
    .fetch_all(db)
    .await
}
