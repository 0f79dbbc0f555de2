//! When a practice is open, and what follows from that: when staff hear of what nobody has seen, and by when a patient hears.

use crate::{platform::clock::local_moment, ui::Language};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

/// A span of local time in which somebody is there, each week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub weekday: Weekday,
    pub opens: NaiveTime,
    pub closes: NaiveTime,
}

#[derive(Clone, Debug)]
pub struct Practice {
    pub id: i64,
    pub name: String,
    /// With spaces, as people read it.
    pub telephone: String,
    pub address_lines: Vec<String>,
    pub postal_code: String,
    pub city: String,
    /// In the order of the week.
    pub hours: Vec<Opening>,
    pub out_of_hours_en: String,
    pub out_of_hours_de: String,
    pub zone: Tz,
    /// Minutes of opening time after which staff hear of a report that nobody has seen.
    pub report_minutes: i32,
    /// Opening days within which photos are looked at.
    pub review_days: i32,
}

/// Who treats a patient today, and where.
#[derive(Clone, Debug)]
pub struct Treating {
    pub dentist: crate::ids::DentistId,
    pub name: String,
    /// Who the dentist is in Midline, if they are there.
    pub user: Option<crate::accounts::UserId>,
    /// The language that the dentist is told things in.
    pub language: Option<String>,
    /// None: its particulars have not been entered yet.
    pub practice: Option<Practice>,
}

/// Minutes after which staff hear of a report, where a practice says nothing of it.
const REPORT_MINUTES: i64 = 240;
/// Working days within which photos are looked at, where a practice says nothing of it.
const REVIEW_DAYS: u32 = 3;
/// Where a practice is whose particulars have not been entered: as the database has it of one that says nothing of it.
const ZONE: Tz = Tz::Europe__Berlin;
/// Days that are looked through for an opening; a practice that opens in none of them has no hours.
const AHEAD: u64 = 60;

impl Practice {
    /// What to do while it is closed.
    pub fn out_of_hours(&self, language: Language) -> &str {
        match language {
            Language::English => &self.out_of_hours_en,
            Language::German => &self.out_of_hours_de,
        }
    }

    fn of_day(&self, day: NaiveDate) -> impl Iterator<Item = &Opening> {
        self.hours
            .iter()
            .filter(move |opening| opening.weekday == day.weekday())
    }

    /// The openings that end after a moment, in their order, each with its day.
    fn ahead(&self, now: DateTime<Utc>) -> impl Iterator<Item = (NaiveDate, &Opening)> {
        let today = now.with_timezone(&self.zone).date_naive();
        (0..AHEAD)
            .map(move |days| today + Days::new(days))
            .flat_map(|day| self.of_day(day).map(move |opening| (day, opening)))
            .filter(move |(day, opening)| local_moment(*day, opening.closes, self.zone) > now)
    }

    /// The opening that a moment lies in, else the next one; with whether it lies in it.
    pub fn open_or_next(&self, now: DateTime<Utc>) -> Option<(NaiveDate, Opening, bool)> {
        let (day, opening) = self.ahead(now).next()?;
        let open = local_moment(day, opening.opens, self.zone) <= now;
        Some((day, *opening, open))
    }

    /// When so many minutes of opening time have gone by, and in which opening; none without hours.
    fn after_open(
        &self,
        now: DateTime<Utc>,
        minutes: i64,
    ) -> Option<(DateTime<Utc>, NaiveDate, Opening)> {
        let mut left = TimeDelta::minutes(minutes);
        for (day, opening) in self.ahead(now) {
            let begin = local_moment(day, opening.opens, self.zone).max(now);
            let end = local_moment(day, opening.closes, self.zone);
            if begin + left <= end {
                return Some((begin + left, day, *opening));
            }
            left -= end - begin;
        }
        None
    }

    /// When staff are to hear of a report of `now`, unless it has been seen by then.
    pub fn staff_hear(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let minutes = i64::from(self.report_minutes);
        self.after_open(now, minutes)
            .map_or(now + TimeDelta::minutes(minutes), |(moment, ..)| moment)
    }

    /// By when a report of `now` is answered: the end of the opening in which staff hear of it.
    fn answer_by(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.after_open(now, i64::from(self.report_minutes))
            .map_or_else(
                || answer_without_hours(now, self.zone),
                |(_, day, opening)| local_moment(day, opening.closes, self.zone),
            )
    }

    /// The day by which photos of a day are looked at: so many opening days later.
    fn photos_by(&self, day: NaiveDate) -> Option<NaiveDate> {
        let days = usize::try_from(self.review_days.max(1)).unwrap_or(1);
        (1..AHEAD * 4)
            .map(|ahead| day + Days::new(ahead))
            .filter(|day| self.of_day(*day).next().is_some())
            .nth(days - 1)
    }
}

impl Treating {
    /// When staff are to hear of a report of `now`: at once, if the dentist does not read Midline.
    pub fn staff_hear(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match (&self.user, &self.practice) {
            (None, _) => now,
            (_, Some(practice)) => practice.staff_hear(now),
            (_, None) => now + TimeDelta::minutes(REPORT_MINUTES),
        }
    }

    /// The day by which photos of a day are looked at, and of how many working days that is made.
    pub fn photos_by(&self, day: NaiveDate) -> (NaiveDate, u32) {
        let practice = self.practice.as_ref();
        let days = practice.map_or(REVIEW_DAYS, |practice| practice.review_days.unsigned_abs());
        let by = practice
            .and_then(|practice| practice.photos_by(day))
            .unwrap_or_else(|| working_days_after(day, days));
        (by, days)
    }
}

/// By when a patient's report of `now` is answered, whoever treats them, so that nobody reads nothing.
pub fn answer_by(treating: Option<&Treating>, now: DateTime<Utc>) -> DateTime<Utc> {
    treating
        .and_then(|treating| treating.practice.as_ref())
        .map_or_else(
            || answer_without_hours(now, ZONE),
            |practice| practice.answer_by(now),
        )
}

/// Where times are those of whoever treats a patient.
pub fn zone_of(treating: Option<&Treating>) -> Tz {
    treating
        .and_then(|treating| treating.practice.as_ref())
        .map_or(ZONE, |practice| practice.zone)
}

/// The end of the next working day: where no hours are known, nobody is there for certain before, and at night nobody is.
fn answer_without_hours(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let day = working_days_after(now.with_timezone(&zone).date_naive(), 1);
    let evening = NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default();
    local_moment(day, evening, zone)
}

/// So many days after one that are neither Saturday nor Sunday.
fn working_days_after(day: NaiveDate, days: u32) -> NaiveDate {
    let mut by = day;
    let mut left = days;
    while left > 0 {
        by = by + Days::new(1);
        left -= u32::from(!matches!(by.weekday(), Weekday::Sat | Weekday::Sun));
    }
    by
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveTime {
        text.parse().expect("a time")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn practice() -> Practice {
        let day = |weekday, opens: &str, closes: &str| Opening {
            weekday,
            opens: time(opens),
            closes: time(closes),
        };
        Practice {
            id: 1,
            name: "P".to_owned(),
            telephone: "+49 30 1234 567".to_owned(),
            address_lines: vec!["Parkstr. 1".to_owned()],
            postal_code: "10245".to_owned(),
            city: "Berlin".to_owned(),
            hours: vec![
                day(Weekday::Mon, "08:00:00", "12:00:00"),
                day(Weekday::Mon, "13:00:00", "18:00:00"),
                day(Weekday::Thu, "10:00:00", "19:00:00"),
                day(Weekday::Fri, "08:00:00", "13:00:00"),
            ],
            out_of_hours_en: "Call 116117.".to_owned(),
            out_of_hours_de: "Rufen Sie 116117 an.".to_owned(),
            zone: Tz::Europe__Berlin,
            report_minutes: 240,
            review_days: 3,
        }
    }

    #[test]
    fn opening_time_alone_counts() {
        let practice = practice();
        let heard = |now: &str| practice.staff_hear(at(now)).to_rfc3339();
        // Monday, ten o'clock in Berlin: two hours until noon, two more from one o'clock on.
        assert_eq!(heard("2026-03-16T09:00:00Z"), "2026-03-16T14:00:00+00:00");
        // Monday evening: Thursday from ten o'clock on.
        assert_eq!(heard("2026-03-16T20:00:00Z"), "2026-03-19T13:00:00+00:00");
        // Friday at noon: an hour is left, the other three are Monday's.
        assert_eq!(heard("2026-03-20T11:00:00Z"), "2026-03-23T10:00:00+00:00");
        // Over the change to summer time: local times stay.
        assert_eq!(heard("2026-03-27T11:00:00Z"), "2026-03-30T09:00:00+00:00");
    }

    #[test]
    fn an_answer_is_due_by_the_end_of_an_opening() {
        let practice = practice();
        let by = |now: &str| practice.answer_by(at(now)).to_rfc3339();
        // Six o'clock in Berlin, and on Monday at noon.
        assert_eq!(by("2026-03-16T09:00:00Z"), "2026-03-16T17:00:00+00:00");
        assert_eq!(by("2026-03-20T11:00:00Z"), "2026-03-23T11:00:00+00:00");
    }

    #[test]
    fn a_practice_is_open_or_opens_next() {
        let practice = practice();
        let (day, opening, open) = practice
            .open_or_next(at("2026-03-16T11:30:00Z"))
            .expect("hours");
        assert_eq!(
            (day.to_string().as_str(), opening.opens, open),
            ("2026-03-16", time("13:00:00"), false)
        );
        assert!(
            practice
                .open_or_next(at("2026-03-16T12:00:00Z"))
                .expect("hours")
                .2
        );
        assert!(
            !practice
                .open_or_next(at("2026-03-16T17:00:00Z"))
                .expect("hours")
                .2
        );
    }

    #[test]
    fn photos_are_looked_at_within_so_many_opening_days() {
        let mut treating = Treating {
            dentist: crate::ids::DentistId(1),
            name: "Dr. L".to_owned(),
            user: None,
            language: None,
            practice: Some(practice()),
        };
        let monday = "2026-03-16".parse().expect("a day");
        // Thursday, Friday, Monday.
        assert_eq!(treating.photos_by(monday).0.to_string(), "2026-03-23");
        treating.practice = None;
        assert_eq!(treating.photos_by(monday).0.to_string(), "2026-03-19");
        let friday = "2026-03-20".parse().expect("a day");
        assert_eq!(treating.photos_by(friday).0.to_string(), "2026-03-25");
    }

    #[test]
    fn without_hours_staff_hear_by_the_clock_and_an_answer_takes_a_working_day() {
        let practice = Practice {
            hours: Vec::new(),
            ..practice()
        };
        assert_eq!(
            practice.staff_hear(at("2026-03-16T20:00:00Z")),
            at("2026-03-17T00:00:00Z")
        );
        for (reported, by) in [
            // Monday, at nine in the evening; past midnight in Berlin, it is Tuesday there.
            ("2026-03-16T20:00:00Z", "2026-03-17T17:00:00Z"),
            ("2026-03-16T23:30:00Z", "2026-03-18T17:00:00Z"),
            // Friday, and over the change to summer time.
            ("2026-03-20T11:00:00Z", "2026-03-23T17:00:00Z"),
            ("2026-03-28T11:00:00Z", "2026-03-30T16:00:00Z"),
        ] {
            assert_eq!(practice.answer_by(at(reported)), at(by), "{reported}");
            assert_eq!(answer_by(None, at(reported)), at(by), "{reported}");
        }
        assert!(practice.open_or_next(at("2026-03-16T20:00:00Z")).is_none());
    }
}
