//! The coming changes of stage as a calendar (RFC 5545), each at 09:00 of the patient's zone.
//!
//! Calendars are shown on locked screens and shared with families: like reminders, their words name
//! neither person nor treatment.

use super::model::{Plan, due_moment};
use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, Property};
use rust_i18n::t;
use std::fmt::Write;

/// What a calendar is made of.
pub struct Coming<'a> {
    /// Of the journey: so that an event that moves stays the same event.
    pub journey: i64,
    pub plan: Option<&'a Plan>,
    pub total: i32,
    pub zone: Tz,
    /// When this text is made (`DTSTAMP`).
    pub made_at: DateTime<Utc>,
    /// When its dates last became others (`LAST-MODIFIED`): the later, the higher `SEQUENCE` is, by which calendars tell
    /// a moved event from one that they know.
    pub changed_at: DateTime<Utc>,
    /// Where Midline is.
    pub url: &'a str,
}

/// The calendar's text.
pub fn text(coming: &Coming<'_>, lang: &str) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Midline//Treatment//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .name("Midline")
        .timezone(coming.zone)
        .ttl(&Duration::hours(6));
    let (mut first, mut last) = (None, None);
    for (stage, day) in coming.plan.iter().flat_map(|plan| &plan.coming) {
        let moment = due_moment(*day, coming.zone);
        first = first.or(Some(moment));
        last = Some(moment);
        let start = local(moment, coming.zone);
        let summary = t!(
            "calendar.change",
            locale = lang,
            stage = stage,
            total = coming.total
        );
        calendar.push(event(
            coming,
            &format!("stage-{stage}"),
            &summary,
            start,
            lang,
        ));
    }
    if let Some(plan) = coming.plan {
        let moment = due_moment(plan.last_day, coming.zone);
        first = first.or(Some(moment));
        last = Some(moment);
        let start = local(moment, coming.zone);
        let summary = t!("calendar.last_day", locale = lang);
        calendar.push(event(coming, "end", &summary, start, lang));
    }
    let text = calendar.to_string();
    // The library writes no time zones. This one stands before the first event that needs it, or alone: a
    // calendar has to hold something.
    let (first, last) = (
        first.unwrap_or(coming.made_at),
        last.unwrap_or(coming.made_at),
    );
    let from = change_before(coming.zone, first - Duration::days(400));
    let definition = definition(coming.zone, from, last);
    let next = if coming.plan.is_some() {
        "BEGIN:VEVENT"
    } else {
        "END:VCALENDAR"
    };
    text.replacen(next, &format!("{definition}{next}"), 1)
}

fn event(
    coming: &Coming<'_>,
    name: &str,
    summary: &str,
    start: NaiveDateTime,
    lang: &str,
) -> Event {
    let tzid = coming.zone.name();
    let at = |date_time| CalendarDateTime::WithTimezone {
        date_time,
        tzid: tzid.to_owned(),
    };
    Event::new()
        .uid(&format!("journey-{}-{name}@midline", coming.journey))
        .timestamp(coming.made_at)
        .starts(at(start))
        .ends(at(start + Duration::minutes(15)))
        .summary(summary)
        .description(&t!("calendar.description", locale = lang))
        .url(coming.url)
        .append_property(Property::new(
            "LAST-MODIFIED",
            coming.changed_at.format("%Y%m%dT%H%M%SZ").to_string(),
        ))
        .append_property(Property::new(
            "SEQUENCE",
            sequence(coming.changed_at).to_string(),
        ))
        .append_property(Property::new("CLASS", "PRIVATE"))
        .append_property(Property::new("TRANSP", "TRANSPARENT"))
        .done()
}

/// Seconds since 2020: rises with each change, and is a number of 31 bits, as calendars keep it, for long enough.
fn sequence(changed_at: DateTime<Utc>) -> i64 {
    const BEGIN: i64 = 1_577_836_800;
    (changed_at.timestamp() - BEGIN).clamp(0, i64::from(i32::MAX))
}

fn local(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    moment.with_timezone(&zone).naive_local()
}

/// Whether both hold alike: the offset, and what it is called.
fn alike(zone: Tz, one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    let offset = |moment: DateTime<Utc>| zone.offset_from_utc_datetime(&moment.naive_utc());
    let (one, other) = (offset(one), offset(other));
    one.fix() == other.fix() && one.abbreviation() == other.abbreviation()
}

/// The first minute in which the clocks are no longer as they are at `low`, somewhere before `high`.
fn changed_between(zone: Tz, low: DateTime<Utc>, high: DateTime<Utc>) -> DateTime<Utc> {
    let (from, mut low, mut high) = (low, low, high);
    while high - low > Duration::minutes(1) {
        let middle = low + Duration::minutes((high - low).num_minutes() / 2);
        if alike(zone, from, middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The last change of the clocks before `moment`: what a time zone's definition begins with is one that was, for calendars make
/// rules of it. Where there was none since 1970: the beginning of that year, as is the custom.
fn change_before(zone: Tz, moment: DateTime<Utc>) -> DateTime<Utc> {
    // Whole hours, as the changes are.
    let mut late = DateTime::from_timestamp(moment.timestamp() / 3600 * 3600, 0).unwrap_or(moment);
    let step = Duration::days(7);
    while late - step > DateTime::UNIX_EPOCH {
        let early = late - step;
        if !alike(zone, early, late) {
            return changed_between(zone, early, late);
        }
        late = early;
    }
    DateTime::UNIX_EPOCH
}

/// `VTIMEZONE` (RFC 5545, section 3.6.5): each change of the clocks from the one at `from` to the last before `to`, spelled
/// out, so that it holds for zones whose rules are no rules.
fn definition(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{}\r\n", zone.name());
    let ahead = |moment: DateTime<Utc>| {
        let offset = zone.offset_from_utc_datetime(&moment.naive_utc());
        offset.fix().local_minus_utc()
    };
    let before = if from > DateTime::UNIX_EPOCH {
        ahead(from - Duration::minutes(1))
    } else {
        ahead(from)
    };
    observance(&mut text, zone, from, before);
    let (mut at, step) = (from, Duration::days(1));
    while at < to {
        if !alike(zone, at, at + step) {
            let change = changed_between(zone, at, at + step);
            observance(&mut text, zone, change, ahead(at));
        }
        at += step;
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

/// What holds from `moment` on, where the clocks were `before` seconds ahead of UTC until then.
fn observance(text: &mut String, zone: Tz, moment: DateTime<Utc>, before: i32) {
    let offset = zone.offset_from_utc_datetime(&moment.naive_utc());
    let kind = if offset.dst_offset().is_zero() {
        "STANDARD"
    } else {
        "DAYLIGHT"
    };
    // In the clock's time until then.
    let start = (moment + Duration::seconds(before.into())).naive_utc();
    let name = offset.abbreviation().unwrap_or("LMT");
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "BEGIN:{kind}\r\nDTSTART:{}\r\nTZOFFSETFROM:{}\r\nTZOFFSETTO:{}\r\nTZNAME:{name}\r\nEND:{kind}\r\n",
        start.format("%Y%m%dT%H%M%S"),
        utc_offset(before),
        utc_offset(offset.fix().local_minus_utc()),
    );
}

/// "+0530"
fn utc_offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_calendar_says_nine_oclock_where_the_patient_is() {
        let plan = Plan {
            coming: vec![(9, day("2026-03-20")), (10, day("2026-04-03"))],
            last_day: day("2026-11-13"),
        };
        let coming = Coming {
            journey: 7,
            plan: Some(&plan),
            total: 10,
            zone: Tz::Europe__Berlin,
            made_at: "2026-03-06T10:00:00Z".parse().expect("a moment"),
            changed_at: "2026-03-05T10:00:00Z".parse().expect("a moment"),
            url: "https://midline.example/",
        };
        let text = text(&coming, "en");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 3);
        assert!(
            text.contains("DTSTART;TZID=Europe/Berlin:20260320T090000\r\n"),
            "{text}"
        );
        assert!(
            text.contains("DTSTART;TZID=Europe/Berlin:20261113T090000\r\n"),
            "{text}"
        );
        // The clocks go forward at two, and back at three.
        assert!(
            text.contains("BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n"),
            "{text}"
        );
        assert!(
            text.contains("BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n"),
            "{text}"
        );
        // What it begins with was: the clocks went back in October of the year before the last.
        assert!(
            text.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:20241027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"),
            "{text}"
        );
        assert_eq!(
            text.matches("LAST-MODIFIED:20260305T100000Z\r\n").count(),
            3
        );
        assert_eq!(text.matches("SEQUENCE:").count(), 3);
        assert!(!text.to_lowercase().contains("aligner"), "{text}");
    }

    /// Each observance of every zone is one that was or will be, at its very minute; a zone without any since 1970 says what
    /// holds since then.
    #[test]
    fn a_time_zone_begins_with_a_change_that_was() {
        let from: DateTime<Utc> = "2025-02-13T08:00:00Z".parse().expect("a moment");
        for zone in chrono_tz::TZ_VARIANTS {
            let begin = change_before(zone, from);
            let ahead = |moment: DateTime<Utc>| {
                let offset = zone.offset_from_utc_datetime(&moment.naive_utc());
                (
                    offset.fix().local_minus_utc(),
                    offset.abbreviation().map(str::to_owned),
                )
            };
            if begin > DateTime::UNIX_EPOCH {
                let minute = Duration::minutes(1);
                assert_ne!(ahead(begin), ahead(begin - minute), "{zone} at {begin}");
            }
            let text = definition(zone, begin, from + Duration::days(900));
            let firsts: Vec<&str> = text
                .lines()
                .filter(|line| line.starts_with("DTSTART"))
                .collect();
            let mut once = firsts.clone();
            once.dedup();
            assert_eq!(once, firsts, "{zone}");
        }
    }

    #[test]
    fn a_calendar_without_dates_is_one_all_the_same() {
        let coming = Coming {
            journey: 7,
            plan: None,
            total: 10,
            zone: Tz::Pacific__Kiritimati,
            made_at: DateTime::UNIX_EPOCH,
            changed_at: DateTime::UNIX_EPOCH,
            url: "https://midline.example/",
        };
        let text = text(&coming, "de");
        assert!(
            text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
            "{text}"
        );
        assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
        assert!(!text.contains("VEVENT"), "{text}");
        assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1, "{text}");
    }
}
