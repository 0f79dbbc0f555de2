//! Whether a photo looks like another view of the same mouth than the one it was sent as. What a view looks like is known
//! from the patient's own photos that came before, so that nothing is said of the very first; only a clear difference counts. The
//! small, blurred pictures that stand in for photos on their way (thumbhashes) hold enough for that: where it is light and
//! where it is dark.

use crate::photos::model::View;
use std::fmt::Write;

/// Columns and rows of what is compared.
const COLUMNS: usize = 16;
const ROWS: usize = 12;
/// How like a photo of another view it has to be, of 1.
const ALIKE: f32 = 0.85;
/// And how much more so than like the view that it was sent as.
const CLEARLY: f32 = 0.15;

/// Where it is light in a picture: values around zero, whose squares add up to one.
#[derive(Clone, Debug)]
pub struct Likeness(Vec<f32>);

impl Likeness {
    /// None of something that is no thumbhash, or as light everywhere.
    pub fn of(thumbhash: &[u8]) -> Option<Self> {
        let (width, height, rgba) = thumbhash::thumb_hash_to_rgba(thumbhash).ok()?;
        let mut values = Vec::with_capacity(COLUMNS * ROWS);
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let (x, y) = (column * width / COLUMNS, row * height / ROWS);
                let pixel = rgba.get((y * width + x) * 4..)?;
                let [red, green, blue, ..] = *pixel else {
                    return None;
                };
                let [red, green, blue] = [red, green, blue].map(f32::from);
                values.push((54.0 * red + 183.0 * green + 19.0 * blue) / 256.0);
            }
        }
        let count = values.len() as f32;
        let mean = values.iter().sum::<f32>() / count;
        values.iter_mut().for_each(|value| *value -= mean);
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        // Shades that nobody sees.
        if length < count.sqrt() * 2.0 {
            return None;
        }
        values.iter_mut().for_each(|value| *value /= length);
        Some(Self(values))
    }

    /// From -1 to 1.
    fn with(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

/// How each view of a mouth looked before, for a page that compares what is picked with it (`modules/quality.js`): its name and
/// two hexadecimal digits a field, one a line.
pub fn looks(known: &[(View, Vec<u8>)]) -> Option<String> {
    let mut text = String::new();
    for (view, hash) in known {
        let Some(Likeness(values)) = Likeness::of(hash).filter(|_| *view != View::Other) else {
            continue;
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(view.name());
        text.push(':');
        let most = values
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        for value in values {
            // Between 0 and 255, with the mean in the middle.
            let level = 127.5 + value / most * 127.0;
            // Writing to a string does not fail.
            let _ = write!(text, "{:02x}", level as u8);
        }
    }
    (!text.is_empty()).then_some(text)
}

/// The view that a photo clearly looks like, if that is not the one it was sent as. `known` are earlier photos of the same mouth.
pub fn other_view<'a>(
    thumbhash: &[u8],
    sent_as: View,
    known: impl IntoIterator<Item = (View, &'a [u8])>,
) -> Option<View> {
    let photo = Likeness::of(thumbhash)?;
    let mut alike: Vec<(View, f32)> = known
        .into_iter()
        // Anything may be another view.
        .filter(|(view, _)| *view != View::Other)
        .filter_map(|(view, hash)| Some((view, photo.with(&Likeness::of(hash)?))))
        .collect();
    alike.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let own = alike.iter().find(|(view, _)| *view == sent_as)?.1;
    let (view, most) = *alike.first()?;
    (view != sent_as && most > ALIKE && most - own > CLEARLY).then_some(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "demo")]
    #[test]
    fn another_view_of_the_same_mouth_is_told_and_the_right_one_is_not() {
        use crate::{
            demo::drawing::{Scene, View as Drawn, draw},
            photos::processing::variants,
        };
        let views = [
            (View::Front, Drawn::Front),
            (View::Left, Drawn::Left),
            (View::Right, Drawn::Right),
            (View::Upper, Drawn::Upper),
            (View::Lower, Drawn::Lower),
        ];
        let (mut told, mut wrong, mut tried) = (0, 0, 0);
        for seed in 0..20 {
            let hash = |view, stage| {
                let scene = Scene {
                    view,
                    stage,
                    total: 20,
                    seed: seed * 7919 + 1,
                };
                variants::thumbhash(&draw(&scene, 320, 240)).expect("a hash")
            };
            let before: Vec<_> = views.map(|(view, drawn)| (view, hash(drawn, 3))).into();
            let known = || before.iter().map(|(view, hash)| (*view, hash.as_slice()));
            for (shown, drawn) in views {
                let photo = hash(drawn, 5);
                for (sent_as, _) in views {
                    let found = other_view(&photo, sent_as, known());
                    if sent_as == shown {
                        assert_eq!(found, None, "{shown:?} of {seed}");
                    } else {
                        tried += 1;
                        told += usize::from(found == Some(shown));
                        wrong += usize::from(found.is_some_and(|found| found != shown));
                    }
                }
            }
        }
        assert_eq!(wrong, 0, "of {tried}");
        // Silence is no fault; but most of what is plainly wrong is told.
        assert!(told * 2 > tried, "{told} of {tried}");
    }

    #[test]
    fn nothing_is_told_without_an_earlier_photo_of_that_view() {
        let hash = [
            0x2a, 9, 0x0a, 0x1d, 0, 0x82, 0x67, 0x97, 0x79, 0x88, 0x70, 0x86, 0x77, 0x77,
        ];
        assert_eq!(other_view(&hash, View::Left, []), None);
        assert_eq!(
            other_view(&hash, View::Left, [(View::Right, &hash[..])]),
            None
        );
        assert_eq!(
            other_view(b"none", View::Left, [(View::Left, &hash[..])]),
            None
        );
    }
}
