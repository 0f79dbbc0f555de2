//! The rules of wear time: what days make of the times without aligners. Pure: no database, no clock.
//!
//! A day is a day of the patient's zone and as long as it is there: 23, 24 or 25 hours. What is not known is never taken for
//! worn: a time out that lasts longer than the clinic's longest meal counts as unknown until it is said how it was, and a day of
//! which nothing was noted has no figures.

#[cfg(test)]
mod properties;

use crate::{journeys::model::Product, platform::clock::local_moment};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

/// Minutes that aligners are to be in on each day, unless the dentist says otherwise.
pub const GOAL: i32 = 22 * 60;
/// Minutes of a day.
pub const DAY: i32 = 24 * 60;

/// Minutes a day that they are to be in, as the dentist set it, or else as it is for the product; none while nothing is kept.
pub fn goal(set: Option<i32>, product: Product) -> Option<i32> {
    match (set, product) {
        (Some(0), _) | (None, Product::ClearBraces) => None,
        (Some(goal), _) => Some(goal),
        (None, Product::Aligners) => Some(GOAL),
    }
}

/// How a row came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "wear_source", rename_all = "snake_case")]
pub enum Source {
    /// Both moments are those at which a button was pressed.
    Timed,
    /// One that was timed, corrected.
    Edited,
    /// Typed in later.
    Entered,
}

/// A time without aligners, as it is known today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Interval {
    pub id: i64,
    pub out: DateTime<Utc>,
    /// None while they are out.
    pub back: Option<DateTime<Utc>>,
    /// Until when it was said that they were still out.
    pub confirmed: Option<DateTime<Utc>>,
    pub source: Source,
}

/// What is known of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Out,
    Unknown,
}

impl Interval {
    /// Where it ends, seen from `now`.
    fn end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.back.unwrap_or(now)
    }

    /// Since when nothing was said, if that is longer than `longest`: then it is asked how it was.
    pub fn doubtful(&self, now: DateTime<Utc>, longest: TimeDelta) -> Option<DateTime<Utc>> {
        if self.source != Source::Timed && self.back.is_some() {
            return None;
        }
        let since = self.confirmed.unwrap_or(self.out);
        (self.end(now) - since > longest).then_some(since)
    }

    /// What is known of it, stretch by stretch.
    fn stretches(
        &self,
        now: DateTime<Utc>,
        longest: TimeDelta,
    ) -> [(DateTime<Utc>, DateTime<Utc>, Known); 2] {
        let end = self.end(now);
        let known = self
            .doubtful(now, longest)
            .map_or(end, |since| since.min(end));
        [(self.out, known, Known::Out), (known, end, Known::Unknown)]
    }
}

/// A day in figures, in minutes that add up to what has passed of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub day: NaiveDate,
    pub worn: i32,
    pub out: i32,
    pub unknown: i32,
    /// Minutes that are yet to come.
    pub ahead: i32,
    /// Whether anything was noted of it: a day of which nothing is has no figures.
    pub noted: bool,
}

/// How a day stands against a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Reached,
    Missed,
    /// It depends on what is not known, or is yet to come.
    Open,
    /// Nothing was noted.
    Nothing,
}

impl Day {
    #[cfg(test)]
    fn length(&self) -> i32 {
        self.worn + self.out + self.unknown + self.ahead
    }

    /// Whether the goal of `goal` minutes is reached. What it leaves for being without them is the same on a day of 23 or 25 hours.
    pub fn verdict(&self, goal: i32) -> Verdict {
        let leaves = (DAY - goal).max(0);
        if !self.noted {
            Verdict::Nothing
        } else if self.out > leaves {
            Verdict::Missed
        } else if self.out + self.unknown + self.ahead <= leaves {
            Verdict::Reached
        } else {
            Verdict::Open
        }
    }
}

/// When a day begins in a zone. Where midnight is skipped, with the first moment that there is.
pub fn begins(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    local_moment(day, NaiveTime::MIN, zone)
}

/// The days from `first` to the one that `now` falls on, at most `most` of them, the last ones; oldest first.
pub fn days(
    intervals: &[Interval],
    first: NaiveDate,
    now: DateTime<Utc>,
    zone: Tz,
    longest: TimeDelta,
    most: usize,
) -> Vec<Day> {
    let today = now.with_timezone(&zone).date_naive();
    let mut days: Vec<Day> =
        std::iter::successors(Some(today), |day| day.checked_sub_days(Days::new(1)))
            .take_while(|day| *day >= first)
            .take(most)
            .map(|day| of_day(intervals, day, now, zone, longest))
            .collect();
    days.reverse();
    days
}

/// One day in figures.
pub fn of_day(
    intervals: &[Interval],
    day: NaiveDate,
    now: DateTime<Utc>,
    zone: Tz,
    longest: TimeDelta,
) -> Day {
    let start = begins(day, zone);
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let end = begins(next, zone).max(start);
    let seen = now.clamp(start, end);
    let mut stretches = Vec::new();
    let mut noted = false;
    for interval in intervals {
        for (from, to, known) in interval.stretches(now, longest) {
            let (from, to) = (from.clamp(start, seen), to.clamp(start, seen));
            if from < to {
                stretches.push((from, to, known));
            }
        }
        noted |= interval.out < seen && interval.end(now) > start;
    }
    let all: Vec<_> = stretches.iter().map(|(from, to, _)| (*from, *to)).collect();
    let out = stretches.iter().filter(|(.., known)| *known == Known::Out);
    let out = covered(out.map(|(from, to, _)| (*from, *to)).collect());
    let minutes = |span: TimeDelta| i32::try_from(span.num_minutes()).unwrap_or(i32::MAX);
    let without = minutes(covered(all));
    let out = minutes(out);
    let passed = minutes(seen - start);
    Day {
        day,
        worn: passed - without,
        out,
        unknown: without - out,
        ahead: minutes(end - start) - passed,
        noted,
    }
}

/// How much time some stretches cover, which may overlap.
fn covered(mut stretches: Vec<(DateTime<Utc>, DateTime<Utc>)>) -> TimeDelta {
    stretches.sort_unstable();
    let mut sum = TimeDelta::zero();
    let mut until: Option<DateTime<Utc>> = None;
    for (from, to) in stretches {
        let from = until.map_or(from, |until| from.max(until));
        if from < to {
            sum += to - from;
            until = Some(to);
        }
    }
    sum
}

/// Several days at a glance: of those that were noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// Days that were noted and are over.
    pub noted: i32,
    /// Of those, that reached the goal for certain.
    pub reached: i32,
    /// The mean of what was worn on them for certain, in minutes.
    pub mean: i32,
    /// Whether something in them is not known.
    pub unknown: bool,
}

pub fn glance(days: &[Day], goal: i32) -> Glance {
    let over = days.iter().filter(|day| day.noted && day.ahead == 0);
    let mut glance = Glance::default();
    let mut worn = 0;
    for day in over {
        glance.noted += 1;
        worn += day.worn;
        glance.reached += i32::from(day.verdict(goal) == Verdict::Reached);
        glance.unknown |= day.unknown > 0;
    }
    if glance.noted > 0 {
        glance.mean = worn / glance.noted;
    }
    glance
}

/// Why a time out cannot be kept as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It ends before it begins, or as it does.
    Backwards,
    /// It is not over yet.
    Ahead,
    /// It is longer than a day: that is a pause, and is told another way.
    TooLong,
    /// It lies before the treatment began, or longer ago than is kept open.
    TooOld,
    /// It overlaps another.
    Overlaps,
}

/// How many days back something can be typed in or corrected.
pub const OPEN_DAYS: i64 = 35;

/// Whether a time out from `out` to `back` can be kept beside the others.
///
/// # Errors
/// Why not.
pub fn check(
    (out, back): (DateTime<Utc>, DateTime<Utc>),
    others: &[Interval],
    began: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Wrong> {
    if back <= out {
        return Err(Wrong::Backwards);
    }
    if back > now {
        return Err(Wrong::Ahead);
    }
    if back - out > TimeDelta::days(1) {
        return Err(Wrong::TooLong);
    }
    if out < began || now - out > TimeDelta::days(OPEN_DAYS) {
        return Err(Wrong::TooOld);
    }
    let overlaps = |other: &Interval| other.out < back && other.end(now) > out;
    if others.iter().any(overlaps) {
        return Err(Wrong::Overlaps);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn out(from: &str, to: Option<&str>) -> Interval {
        Interval {
            id: 1,
            out: at(from),
            back: to.map(at),
            confirmed: None,
            source: Source::Timed,
        }
    }

    const LONGEST: TimeDelta = TimeDelta::hours(3);

    #[test]
    fn days_are_as_long_as_they_are() {
        let now = at("2026-11-01T12:00:00Z");
        // Clocks go on at 29 March and back at 25 October.
        for (on, hours) in [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)] {
            let noon = format!("{on}T11:00:00Z");
            let one = format!("{on}T12:00:00Z");
            let figures = of_day(&[out(&noon, Some(&one))], day(on), now, Berlin, LONGEST);
            assert_eq!(
                (figures.out, figures.unknown, figures.ahead),
                (60, 0, 0),
                "{on}"
            );
            assert_eq!(figures.worn, (hours - 1) * 60, "{on}");
            assert_eq!(figures.verdict(GOAL), Verdict::Reached, "{on}");
        }
    }

    #[test]
    fn a_night_is_cut_at_midnight_where_the_patient_is() {
        let now = at("2026-06-12T12:00:00Z");
        // From 23:30 to 00:45.
        let supper = [out("2026-06-10T21:30:00Z", Some("2026-06-10T22:45:00Z"))];
        let of = |on: &str| of_day(&supper, day(on), now, Berlin, LONGEST);
        assert_eq!((of("2026-06-10").out, of("2026-06-11").out), (30, 45));
        assert!(!of("2026-06-09").noted);
        assert_eq!(of("2026-06-09").verdict(GOAL), Verdict::Nothing);
    }

    #[test]
    fn what_was_forgotten_is_not_known_until_it_is_said() {
        let now = at("2026-06-10T18:00:00Z");
        let mut lunch = out("2026-06-10T10:00:00Z", None);
        let figures = |lunch| of_day(&[lunch], day("2026-06-10"), now, Berlin, LONGEST);
        assert_eq!(lunch.doubtful(now, LONGEST), Some(lunch.out));
        assert_eq!((figures(lunch).out, figures(lunch).unknown), (0, 480));
        assert_eq!(figures(lunch).verdict(GOAL), Verdict::Open);
        // A tap after that says when it ended, and not whether it was so.
        lunch.back = Some(now);
        assert_eq!((figures(lunch).out, figures(lunch).unknown), (0, 480));
        // "They were still out at five."
        lunch.back = None;
        lunch.confirmed = Some(at("2026-06-10T17:00:00Z"));
        assert_eq!(lunch.doubtful(now, LONGEST), None);
        assert_eq!((figures(lunch).out, figures(lunch).unknown), (480, 0));
        // Corrected, it is as it was said.
        let said = Interval {
            back: Some(at("2026-06-10T10:40:00Z")),
            source: Source::Edited,
            ..lunch
        };
        assert_eq!((figures(said).out, figures(said).unknown), (40, 0));
    }

    #[test]
    fn what_is_typed_is_over_and_overlaps_nothing() {
        let now = at("2026-06-10T18:00:00Z");
        let began = at("2026-06-01T00:00:00Z");
        let others = [out("2026-06-10T10:00:00Z", Some("2026-06-10T11:00:00Z"))];
        let typed = |from: &str, to: &str| check((at(from), at(to)), &others, began, now);
        assert_eq!(
            typed("2026-06-10T11:00:00Z", "2026-06-10T12:00:00Z"),
            Ok(())
        );
        assert_eq!(
            typed("2026-06-10T10:59:00Z", "2026-06-10T12:00:00Z"),
            Err(Wrong::Overlaps)
        );
        assert_eq!(
            typed("2026-06-10T12:00:00Z", "2026-06-10T12:00:00Z"),
            Err(Wrong::Backwards)
        );
        assert_eq!(
            typed("2026-06-10T17:00:00Z", "2026-06-10T18:01:00Z"),
            Err(Wrong::Ahead)
        );
        assert_eq!(
            typed("2026-06-08T08:00:00Z", "2026-06-09T09:00:00Z"),
            Err(Wrong::TooLong)
        );
        assert_eq!(
            typed("2026-05-31T08:00:00Z", "2026-05-31T09:00:00Z"),
            Err(Wrong::TooOld)
        );
    }
}
