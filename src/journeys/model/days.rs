//! Days and moments. Moments are UTC; a day is a day of the patient's time zone (an IANA name), and a
//! change that is due on a day is due at 09:00 there.

use crate::platform::clock::local_moment;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

pub(super) fn days(count: i32) -> Days {
    Days::new(u64::try_from(count).unwrap_or_default())
}

/// The day that `moment` falls on in `zone`.
pub fn local_day(moment: DateTime<Utc>, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// 09:00 in `zone` on `day`: when a change is due, and when the patient is told.
pub fn due_moment(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    local_moment(day, nine, zone)
}

/// Names that places once had; they are kept for machines, beside the present ones.
const FORMER: &str = " Asmera Timbuktu Atka Buenos_Aires Catamarca Coral_Harbour Cordoba Ensenada Fort_Wayne Godthab \
    Indianapolis Jujuy Knox_IN Louisville Mendoza Porto_Acre Rosario Santa_Isabel Shiprock Virgin Ashkhabad Calcutta \
    Choibalsan Chongqing Chungking Dacca Harbin Kashgar Katmandu Macao Rangoon Saigon Tel_Aviv Thimbu Ujung_Pandang \
    Ulan_Bator Faeroe Jan_Mayen ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna \
    Belfast Kiev Tiraspol Uzhgorod Zaporozhye Enderbury Johnston Ponape Samoa Truk Yap ";

/// The zones that somebody can choose, by the present names of their places, and UTC.
pub fn zones() -> impl Iterator<Item = Tz> {
    const PLACES: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    chrono_tz::TZ_VARIANTS.iter().copied().filter(|zone| {
        let present = zone.name().split_once('/').is_some_and(|(region, place)| {
            PLACES.contains(&region) && !FORMER.contains(&format!(" {place} "))
        });
        present || *zone == Tz::UTC
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn nine_oclock_exists_once_whatever_the_clocks_do() {
        // Samoa had no 30 December 2011 at all.
        assert_eq!(
            due_moment(day("2011-12-30"), Tz::Pacific__Apia),
            at("2011-12-30T10:00:00Z")
        );
    }

    #[test]
    fn days_end_where_the_patient_is() {
        // Kiritimati is fourteen hours ahead, Midway eleven behind: the same moment, two days apart.
        let moment = at("2026-12-31T10:30:00Z");
        assert_eq!(
            local_day(moment, Tz::Pacific__Kiritimati),
            day("2027-01-01")
        );
        assert_eq!(local_day(moment, Tz::Pacific__Midway), day("2026-12-30"));
        for (zone, due) in [
            (Tz::Pacific__Kiritimati, "2028-02-28T19:00:00Z"),
            (Tz::Pacific__Midway, "2028-02-29T20:00:00Z"),
            (Tz::Asia__Kathmandu, "2028-02-29T03:15:00Z"),
            (Tz::America__St_Johns, "2028-02-29T12:30:00Z"),
        ] {
            assert_eq!(due_moment(day("2028-02-29"), zone), at(due), "{zone}");
            assert_eq!(local_day(at(due), zone), day("2028-02-29"), "{zone}");
        }
    }

    #[test]
    fn nine_oclock_lies_on_its_own_day_in_every_zone() {
        // All days of four years, a leap year among them, in every zone that can be chosen.
        for zone in zones() {
            let mut today = day("2026-01-01");
            while today < day("2030-01-01") {
                assert_eq!(local_day(due_moment(today, zone), zone), today, "{zone}");
                today = today + Days::new(1);
            }
        }
    }
}
