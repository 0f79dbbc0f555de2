//! Pieces that several of the pages share.

use crate::{
    ids::{JourneyId, PhotoId},
    photos::{
        Rejection, Variant, View,
        figure::{self, Framed},
        store::{Finding, Photo, Whole},
    },
    ui::{ButtonKind, IconName, LinkButton, Reader},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;

/// What a view is called.
pub fn view_name(lang: &str, view: View) -> String {
    match view {
        View::Front => t!("view.front", locale = lang),
        View::Left => t!("view.left", locale = lang),
        View::Right => t!("view.right", locale = lang),
        View::Upper => t!("view.upper", locale = lang),
        View::Lower => t!("view.lower", locale = lang),
        View::Other => t!("view.other", locale = lang),
    }
    .into_owned()
}

/// What a photo shows, for those who do not see it.
pub fn alt(lang: &str, view: View, stage: i32) -> String {
    if stage == 0 {
        let view = view_name(lang, view);
        return t!("photo.alt_zero", locale = lang, view = view).into_owned();
    }
    t!(
        "photo.alt",
        locale = lang,
        view = view_name(lang, view),
        stage = stage
    )
    .into_owned()
}

pub fn stage_name(lang: &str, stage: i32) -> String {
    match stage {
        0 => t!("photos.stage_zero", locale = lang),
        stage => t!("photos.stage", locale = lang, stage = stage),
    }
    .into_owned()
}

/// Why something did not become a photo, and what to do.
pub fn rejection_words(lang: &str, rejection: Rejection) -> String {
    match rejection {
        Rejection::Empty => t!("photos.rejection.empty", locale = lang),
        Rejection::TooLarge => t!("photos.rejection.too_large", locale = lang),
        Rejection::NotAPhoto => t!("photos.rejection.not_a_photo", locale = lang),
        Rejection::Heic => t!("photos.rejection.heic", locale = lang),
        Rejection::Avif => t!("photos.rejection.avif", locale = lang),
        Rejection::Film => t!("photos.rejection.film", locale = lang),
        Rejection::OtherPicture => t!("photos.rejection.other_picture", locale = lang),
        Rejection::TooManyPixels => t!("photos.rejection.too_many_pixels", locale = lang),
        Rejection::TooSmall => t!("photos.rejection.too_small", locale = lang),
        Rejection::Unreadable => t!("photos.rejection.unreadable", locale = lang),
        Rejection::Duplicate => t!("photos.rejection.duplicate", locale = lang),
        Rejection::Lost => t!("photos.rejection.lost", locale = lang),
    }
    .into_owned()
}

/// What was found in a photo that could be better, for its patient: with what to do about it.
pub fn finding_words(
    lang: &str,
    view: View,
    (blurred, dark, looks_like): (bool, bool, Option<View>),
) -> Vec<String> {
    let mut words = Vec::new();
    if blurred {
        words.push(t!("photos.finding.blurred", locale = lang).into_owned());
    }
    if dark {
        words.push(t!("photos.finding.dark", locale = lang).into_owned());
    }
    if let Some(like) = looks_like {
        let (like, own) = (view_name(lang, like), view_name(lang, view));
        words.push(
            t!(
                "photos.finding.other_view",
                locale = lang,
                view = like,
                own = own
            )
            .into_owned(),
        );
    }
    words
}

/// Where a view that is blurred or dark is taken again; none if it is neither.
pub fn again(
    journey: JourneyId,
    (view, stage): (View, i32),
    (blurred, dark): (bool, bool),
) -> Option<String> {
    let why = match (blurred, dark) {
        (true, _) => "blurred",
        (false, true) => "too_dark",
        (false, false) => return None,
    };
    let view = view.name();
    Some(format!(
        "/journeys/{journey}/photos/new?stage={stage}&views={view}:{why}"
    ))
}

/// Of a picture that was sent before: as what it is kept, and the way to put it where it was sent to now, if that is elsewhere.
pub fn kept_as(
    lang: &str,
    image: PhotoId,
    (kept_view, kept_stage): (View, i32),
    (view, stage): (View, i32),
) -> (String, Option<(String, String)>) {
    let photo = alt(lang, kept_view, kept_stage);
    let words = t!("photos.kept_as", locale = lang, photo = photo).into_owned();
    let elsewhere = (kept_view, kept_stage) != (view, stage);
    let way = elsewhere.then(|| {
        let href = format!("/photos/{image}/place?view={}&stage={stage}", view.name());
        let view = view_name(lang, view);
        (
            href,
            t!("photos.move_to", locale = lang, view = view).into_owned(),
        )
    });
    (words, way)
}

/// The same in short, for the dentist.
pub fn finding_at_desk(lang: &str, finding: &Finding) -> Vec<String> {
    let mut words = Vec::new();
    if finding.blurred {
        words.push(t!("photos.finding.desk.blurred", locale = lang).into_owned());
    }
    if finding.dark {
        words.push(t!("photos.finding.desk.dark", locale = lang).into_owned());
    }
    if let Some(like) = finding.looks_like {
        let like = view_name(lang, like);
        words.push(t!("photos.finding.desk.other_view", locale = lang, view = like).into_owned());
    }
    words
}

/// A photo in the place that is kept for it, with a blurred picture of it until it is there.
pub fn framed(
    reader: &Reader,
    photo: &Photo,
    variant: Variant,
    lazy: bool,
) -> impl IntoView + use<> {
    InertElement::new(figure::framed(&frame(reader, photo, variant, lazy)))
}

/// The same, in words alone.
pub fn frame(reader: &Reader, photo: &Photo, variant: Variant, lazy: bool) -> Framed {
    let pixels = |length: i32| u32::try_from(length).unwrap_or_default();
    let (width, height) = variant.fit(pixels(photo.width), pixels(photo.height));
    Framed {
        src: format!("/photos/{}/{}", photo.id, variant.name()),
        alt: alt(reader.lang(), photo.view, photo.stage),
        width,
        height,
        placeholder: placeholder(&photo.thumbhash),
        lazy,
    }
}

/// A photo of which something is asked, with the question beside it.
pub fn asked_of<V: IntoView>(
    reader: &Reader,
    photo: &Whole,
    question: V,
) -> impl IntoView + use<V> {
    view! {
        <div class="card ask">
            {framed(reader, &photo.photo(), Variant::Thumbnail, false)}
            <div>
                <p><strong>{alt(reader.lang(), photo.view, photo.stage)}</strong></p>
                {question}
            </div>
        </div>
    }
}

/// The page of a photo; of one whose objects are gone, which has none, that of all.
pub fn page_of(photo: &Whole) -> String {
    if photo.missing {
        format!("/journeys/{}/photos", photo.journey)
    } else {
        format!("/photos/{}", photo.id)
    }
}

/// What can be done with a photo where what was asked for cannot be: back to it, writing about it, and for its dentist, deciding.
pub fn instead(
    lang: &'static str,
    photo: &Whole,
    back: String,
    decide: Option<String>,
) -> impl IntoView + use<> {
    let (words, about) = if photo.missing {
        (t!("photos.all", locale = lang), String::new())
    } else {
        let about = format!("?photo={}", photo.id);
        (t!("photos.to_photo", locale = lang), about)
    };
    let write = format!("/journeys/{}/messages{about}#write", photo.journey);
    let decide = decide.map(|href| {
        let words = t!("record.decide", locale = lang, stage = photo.stage).into_owned();
        view! { <LinkButton href>{words}</LinkButton> }
    });
    view! {
        <div class="actions">
            <LinkButton href=back kind=ButtonKind::Primary>{words.into_owned()}</LinkButton>
            {decide}
            <LinkButton href=write icon=IconName::Message>{t!("photos.write", locale = lang).into_owned()}</LinkButton>
        </div>
    }
}

/// A few pixels of a blurred picture, as an address that holds it whole. The browser smooths it.
pub fn placeholder(thumbhash: &[u8]) -> String {
    let Ok((width, height, rgba)) = thumbhash::thumb_hash_to_rgba(thumbhash) else {
        return String::new();
    };
    /// Every fourth pixel of the 32 that a hash is drawn with says all that is in it.
    const STEP: usize = 4;
    let (columns, rows) = (width.div_ceil(STEP), height.div_ceil(STEP));
    let mut pixels = Vec::with_capacity(columns * rows * 3);
    for y in (0..height).step_by(STEP) {
        for x in (0..width).step_by(STEP) {
            let at = (y * width + x) * 4;
            pixels.extend_from_slice(&rgba[at..at + 3]);
        }
    }
    let mut file = Vec::with_capacity(pixels.len() + 80);
    let side = |length: usize| u32::try_from(length).unwrap_or(1);
    let mut encoder = png::Encoder::new(&mut file, side(columns), side(rows));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    match written {
        Ok(()) => format!("data:image/png;base64,{}", BASE64_STANDARD.encode(&file)),
        Err(_) => String::new(),
    }
}
