//! What is due as a calendar (RFC 5545), in the time of the person's zone.
//!
//! Calendars are shown on locked screens and shared with families: like reminders, their words name
//! neither person nor treatment.

use crate::feature::agenda::Outside;
use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, Property};
use std::fmt::Write;

/// What a calendar is made of.
pub struct Coming<'a> {
    /// What is due and given outside, with the moment at which it ends, if it takes its time.
    pub items: Vec<(&'a Outside, Option<DateTime<Utc>>)>,
    pub zone: Tz,
    /// Since when that is the zone: from then on all of it is at another moment.
    pub zone_since: Option<DateTime<Utc>>,
    /// When this text is made (`DTSTAMP`).
    pub made_at: DateTime<Utc>,
    /// Where Midline is.
    pub url: &'a str,
}

/// How long something stands in a calendar that takes no time.
const BRIEF: Duration = Duration::minutes(15);

/// The calendar's text.
pub fn text(coming: &Coming<'_>) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Midline//Treatment//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .name("Midline")
        .timezone(coming.zone)
        .ttl(&Duration::hours(6));
    for (item, until) in &coming.items {
        calendar.push(event(coming, item, *until));
    }
    let text = calendar.to_string();
    // The library writes no time zones. This one stands before the first event that needs it, or alone: a
    // calendar has to hold something.
    let moments = || coming.items.iter().map(|(item, _)| item.at);
    let first = moments().min().unwrap_or(coming.made_at);
    let last = moments().max().unwrap_or(coming.made_at);
    let from = change_before(coming.zone, first - Duration::days(400));
    let definition = definition(coming.zone, from, last);
    let next = if coming.items.is_empty() {
        "END:VCALENDAR"
    } else {
        "BEGIN:VEVENT"
    };
    text.replacen(next, &format!("{definition}{next}"), 1)
}

fn event(coming: &Coming<'_>, item: &Outside, until: Option<DateTime<Utc>>) -> Event {
    let tzid = coming.zone.name();
    let at = |moment: DateTime<Utc>| CalendarDateTime::WithTimezone {
        date_time: local(moment, coming.zone),
        tzid: tzid.to_owned(),
    };
    // The later it became so, the higher `SEQUENCE` is, by which calendars tell a moved event from one that they know.
    let changed = coming
        .zone_since
        .map_or(item.changed, |since| item.changed.max(since));
    Event::new()
        .uid(&format!("{}@midline", item.uid))
        .timestamp(coming.made_at)
        .starts(at(item.at))
        .ends(at(until.unwrap_or(item.at + BRIEF)))
        .summary(&item.words)
        .description(&item.text)
        .url(coming.url)
        .append_property(Property::new(
            "LAST-MODIFIED",
            changed.format("%Y%m%dT%H%M%SZ").to_string(),
        ))
        .append_property(Property::new("SEQUENCE", sequence(changed).to_string()))
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

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn outside(uid: &str, moment: &str) -> Outside {
        Outside {
            uid: uid.to_owned(),
            words: "Next step".to_owned(),
            text: "Confirm it in Midline on the day.".to_owned(),
            at: at(moment),
            changed: at("2026-03-05T10:00:00Z"),
        }
    }

    #[test]
    fn a_calendar_says_nine_oclock_where_the_patient_is() {
        let items = [
            outside("journey-7-stage-9", "2026-03-20T08:00:00Z"),
            outside("journey-7-stage-10", "2026-04-03T07:00:00Z"),
            outside("journey-7-end", "2026-11-13T08:00:00Z"),
        ];
        let coming = Coming {
            items: items.iter().map(|item| (item, None)).collect(),
            zone: Tz::Europe__Berlin,
            zone_since: None,
            made_at: at("2026-03-06T10:00:00Z"),
            url: "https://midline.example/",
        };
        let text = text(&coming);
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
        assert!(text.contains("UID:journey-7-stage-9@midline\r\n"), "{text}");
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
            items: Vec::new(),
            zone: Tz::Pacific__Kiritimati,
            zone_since: None,
            made_at: DateTime::UNIX_EPOCH,
            url: "https://midline.example/",
        };
        let text = text(&coming);
        assert!(
            text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
            "{text}"
        );
        assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
        assert!(!text.contains("VEVENT"), "{text}");
        assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1, "{text}");
    }
}
