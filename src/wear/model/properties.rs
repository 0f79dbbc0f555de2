//! The figures against a second, plainer account of them: minute by minute.

use super::{DAY, Interval, Source, Verdict, begins, days, of_day};
use crate::journeys::model::zones;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

const LONGEST: TimeDelta = TimeDelta::hours(3);

fn zone() -> impl Strategy<Value = Tz> {
    let zones: Vec<Tz> = zones().collect();
    (0..zones.len()).prop_map(move |at| zones[at])
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).expect("a moment")
}

prop_compose! {
    /// A time out, by minutes of a year.
    fn interval()(
        from in 0_i64..500_000, length in 1_i64..900, open in prop::bool::weighted(0.1),
        confirmed in prop::option::weighted(0.2, 1_i64..400), source in 0..3,
    ) -> Interval {
        let out = start() + TimeDelta::minutes(from);
        Interval {
            id: from,
            out,
            back: (!open).then(|| out + TimeDelta::minutes(length)),
            confirmed: confirmed.map(|minutes| out + TimeDelta::minutes(minutes.min(length))),
            source: [Source::Timed, Source::Edited, Source::Entered][source as usize],
        }
    }
}

/// What a minute was: worn, out, or not known.
fn minute(intervals: &[Interval], at: DateTime<Utc>, now: DateTime<Utc>) -> char {
    let mut found = 'w';
    for each in intervals {
        let end = each.back.unwrap_or(now);
        if at < each.out || at >= end {
            continue;
        }
        let said = each.confirmed.unwrap_or(each.out);
        let sure = (each.source != Source::Timed && each.back.is_some()) || end - said <= LONGEST;
        if sure || at < said {
            return 'o';
        }
        found = 'u';
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn figures_are_the_sum_of_their_minutes(
        zone in zone(), mut intervals in prop::collection::vec(interval(), 0..5), shift in 0_u64..340, later in 0_i64..3_000,
    ) {
        let day = NaiveDate::from_ymd_opt(2026, 1, 3).expect("a day") + Days::new(shift);
        let begin = begins(day, zone);
        let now = begin + TimeDelta::minutes(later);
        // Some of them on this very day.
        for (n, each) in intervals.iter_mut().enumerate() {
            if n % 2 == 0 {
                let by = begin - each.out + TimeDelta::minutes(each.id % 1_600 - 100);
                each.out += by;
                each.back = each.back.map(|back| back + by);
                each.confirmed = each.confirmed.map(|said| said + by);
            }
        }
        // What has not been yet was not noted.
        intervals.retain(|each| each.out < now && each.back.is_none_or(|back| back <= now) && each.confirmed.is_none_or(|said| said <= now));
        let figures = of_day(&intervals, day, now, zone, LONGEST);
        let end = begins(day + Days::new(1), zone);
        let (mut worn, mut out, mut unknown, mut ahead) = (0, 0, 0, 0);
        let mut at = begin;
        while at < end {
            match (at >= now, minute(&intervals, at, now)) {
                (true, _) => ahead += 1,
                (_, 'o') => out += 1,
                (_, 'u') => unknown += 1,
                _ => worn += 1,
            }
            at += TimeDelta::minutes(1);
        }
        prop_assert_eq!((figures.worn, figures.out, figures.unknown, figures.ahead), (worn, out, unknown, ahead));
        prop_assert_eq!(figures.length(), i32::try_from((end - begin).num_minutes()).expect("minutes"));
    }

    #[test]
    fn a_verdict_never_turns_back(goal in 60..=DAY, out in 0..400_i32, unknown in 0..400_i32, ahead in 0..400_i32) {
        let day = |out: i32, unknown: i32, ahead: i32| super::Day {
            day: NaiveDate::MIN, worn: DAY - out - unknown - ahead, out, unknown, ahead, noted: true,
        };
        let now = day(out, unknown, ahead).verdict(goal);
        // Whatever is yet to be known or to come: worn, or out.
        let best = day(out, 0, 0).verdict(goal);
        let worst = day(out + unknown + ahead, 0, 0).verdict(goal);
        match now {
            Verdict::Reached => prop_assert_eq!((best, worst), (Verdict::Reached, Verdict::Reached)),
            Verdict::Missed => prop_assert_eq!((best, worst), (Verdict::Missed, Verdict::Missed)),
            Verdict::Open => prop_assert_eq!((best, worst), (Verdict::Reached, Verdict::Missed)),
            Verdict::Nothing => prop_assert!(false, "it was noted"),
        }
    }

    #[test]
    fn days_follow_each_other_without_a_gap(zone in zone(), shift in 0_u64..340, count in 1_usize..40) {
        let first = NaiveDate::from_ymd_opt(2026, 1, 3).expect("a day") + Days::new(shift);
        let now = begins(first + Days::new(50), zone) + TimeDelta::hours(5);
        let days = days(&[], first, now, zone, LONGEST, count);
        prop_assert_eq!(days.len(), count);
        for pair in days.windows(2) {
            let length = begins(pair[1].day, zone) - begins(pair[0].day, zone);
            prop_assert_eq!(i64::from(pair[0].length()), length.num_minutes());
        }
    }
}
