//! The intake of photos against files that mean it no good: nothing crashes it, nothing keeps it busy, and nothing
//! but the picture comes out.

use crate::corpus::{self, Expect, Sample};
use midline::photos::{Rejection, Variant, processing};
use processing::Photo;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::Command,
    sync::Mutex,
    time::{Duration, Instant},
};

/// A build for tests takes ten times as long as the real one, and other tests run beside it.
const LONGEST: Duration = Duration::from_secs(30);

type Outcome = Result<Result<Photo, Rejection>, String>;

/// What the intake makes of a file, how long it takes, and where it panics.
fn taken_in(bytes: &[u8]) -> (Outcome, Duration) {
    let begun = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| processing::process(bytes)));
    let outcome = outcome.map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        text.or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default()
    });
    (outcome, begun.elapsed())
}

/// All of it in one test: the files are made and worked on once, and a run names every fault that there is.
#[test]
fn no_file_gets_the_better_of_the_intake() {
    let samples = corpus::samples();
    let count = samples.len();
    assert!(count >= 60, "{count} files are too few");
    let folder = tempfile::tempdir().expect("a folder");
    let queue = Mutex::new(samples.into_iter().enumerate());
    let faults = Mutex::new(Vec::new());
    let kept = Mutex::new(0);
    let next = || queue.lock().expect("a queue").next();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, sample)) = next() {
                    let (outcome, duration) = taken_in(&sample.bytes);
                    let mut found = judged(&sample, &outcome, duration);
                    if let Ok(Ok(photo)) = &outcome {
                        found.extend(faults_of(photo));
                        write(folder.path(), number, photo);
                        *kept.lock().expect("a count") += 1;
                    }
                    let found = found
                        .into_iter()
                        .map(|fault| format!("{number}, {}: {fault}", sample.name));
                    faults.lock().expect("faults").extend(found);
                }
            });
        }
    });
    let mut faults = faults.into_inner().expect("faults");
    let kept = kept.into_inner().expect("a count");
    faults.extend(told_by_exiftool(folder.path(), kept * Variant::ALL.len()));
    assert!(
        faults.is_empty(),
        "of {count} files:\n{}",
        faults.join("\n")
    );
}

fn judged(sample: &Sample, outcome: &Outcome, duration: Duration) -> Vec<String> {
    let mut faults = Vec::new();
    let found = match outcome {
        Err(panic) => {
            faults.push(format!("panics: {panic}"));
            None
        }
        Ok(Ok(photo)) => Some(Expect::Photo {
            width: photo.width,
            height: photo.height,
        }),
        Ok(Err(rejection)) => Some(Expect::Rejected(*rejection)),
    };
    if let Some(found) = found
        && sample.expect != Expect::Either
        && sample.expect != found
    {
        faults.push(format!("{found:?} instead of {:?}", sample.expect));
    }
    if duration > LONGEST {
        faults.push(format!("takes {duration:?}"));
    }
    faults
}

/// What is wrong with what is kept of a photo.
fn faults_of(photo: &Photo) -> Vec<String> {
    let mut faults = Vec::new();
    let kinds: Vec<Variant> = photo.variants.iter().map(|(kind, _)| *kind).collect();
    if kinds != Variant::ALL {
        faults.push(format!("has {kinds:?}"));
    }
    if photo.thumbhash.is_empty() || photo.thumbhash.len() > 40 {
        faults.push(format!(
            "has a thumbhash of {} bytes",
            photo.thumbhash.len()
        ));
    }
    for (kind, bytes) in &photo.variants {
        let name = kind.name();
        if let Err(fault) = bare(bytes) {
            faults.push(format!("{name}: {fault}"));
        }
        if holds(bytes, corpus::CANARY.as_bytes()) {
            faults.push(format!("{name}: holds the canary"));
        }
        let expected = kind.fit(photo.width, photo.height);
        match image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg) {
            Ok(pixels) if (pixels.width(), pixels.height()) == expected => {}
            Ok(pixels) => faults.push(format!(
                "{name}: {} by {} instead of {expected:?}",
                pixels.width(),
                pixels.height()
            )),
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    faults
}

/// Whether a file is a JPEG of one scan and nothing else: no metadata in it, nothing behind it.
fn bare(bytes: &[u8]) -> Result<(), String> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return Err("does not begin as a JPEG".to_owned());
    }
    let mut at = 2;
    let scan = loop {
        let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) else {
            return Err(format!("has no segment at {at}"));
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            0xda => break at + 2 + length,
            0xe0 if length != 16 => return Err(format!("has a JFIF segment of {length} bytes")),
            // What a decoder needs: JFIF's head, tables, the frame, the distance of restarts.
            0xe0 | 0xc0 | 0xc4 | 0xdb | 0xdd => at += 2 + length,
            // APP1 to APP15, comments, and whatever else nobody asked for.
            _ => return Err(format!("has a segment {marker:#x}")),
        }
    };
    // In a scan 0xff stands before 0, or before the number of a restart.
    let end = bytes[scan..]
        .windows(2)
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7));
    match end.map(|end| scan + end) {
        Some(end) if bytes[end..] == [0xff, 0xd9] => Ok(()),
        Some(end) => Err(format!("does not end at {end} of {} bytes", bytes.len())),
        None => Err("has no end".to_owned()),
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn write(folder: &Path, number: usize, photo: &Photo) {
    for (kind, bytes) in &photo.variants {
        let path = folder.join(format!("{number}-{}.jpg", kind.name()));
        std::fs::write(path, bytes).expect("a file");
    }
}

/// A second opinion, of a programme that knows every place where a camera writes something.
pub fn told_by_exiftool(folder: &Path, expected: usize) -> Vec<String> {
    let answer = Command::new("exiftool")
        .args(["-j", "-G", "-a", "-u", "-ee", "-struct", "-q"])
        .arg(folder)
        .output()
        .expect("exiftool is not installed: run make setup");
    let text = String::from_utf8_lossy(&answer.stdout);
    let files: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&text).expect("JSON of exiftool");
    let mut faults = Vec::new();
    if files.len() != expected {
        faults.push(format!("exiftool read {} files of {expected}", files.len()));
    }
    for file in &files {
        let name = file["SourceFile"].as_str().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or_default();
        for (tag, value) in file {
            let known = match tag.split_once(':') {
                None => tag == "SourceFile",
                // A comment would be told of as the file's own.
                Some((_, "Comment" | "Error" | "Warning")) => false,
                Some((group, _)) => matches!(group, "ExifTool" | "File" | "Composite" | "JFIF"),
            };
            if !known {
                faults.push(format!("exiftool, {name}: {tag} is {value}"));
            }
        }
    }
    if text.contains(corpus::CANARY) {
        faults.push("exiftool sees the canary".to_owned());
    }
    faults
}

/// exiftool would find what there is to find: in the files as they were sent, it does.
#[test]
fn exiftool_finds_the_canary_in_what_was_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sent.jpg");
    std::fs::write(&path, corpus::quarters(6)).expect("a file");
    let faults = told_by_exiftool(folder.path(), 1);
    assert!(
        faults.iter().any(|fault| fault.contains("GPS")),
        "{faults:?}"
    );
    assert!(
        faults.iter().any(|fault| fault.ends_with("the canary")),
        "{faults:?}"
    );
}

// ---- The picture itself

fn photo(bytes: &[u8]) -> Photo {
    processing::process(bytes).expect("a photo")
}

fn pixels(photo: &Photo, variant: Variant) -> image::RgbImage {
    let (_, bytes) = photo
        .variants
        .iter()
        .find(|(kind, _)| *kind == variant)
        .expect("a variant");
    image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg)
        .expect("a picture")
        .into_rgb8()
}

/// The nearest of the colours of [`corpus::quarters`].
fn colour(pixel: image::Rgb<u8>) -> char {
    let [red, green, blue] = pixel.0.map(|sample| sample > 127);
    match (red, green, blue) {
        (true, false, false) => 'R',
        (false, true, false) => 'G',
        (false, false, true) => 'B',
        (true, true, true) => 'W',
        _ => '?',
    }
}

#[test]
fn every_photo_stands_upright() {
    // As Exif has it: where the first row and the first column of what is stored are on what was seen.
    for (orientation, expected) in [
        (1, "RGBW"),
        (2, "GRWB"),
        (3, "WBGR"),
        (4, "BWRG"),
        (5, "RBGW"),
        (6, "BRWG"),
        (7, "WGBR"),
        (8, "GWRB"),
    ] {
        let photo = photo(&corpus::quarters(orientation));
        let turned = orientation > 4;
        let (width, height) = if turned {
            (corpus::HEIGHT, corpus::WIDTH)
        } else {
            (corpus::WIDTH, corpus::HEIGHT)
        };
        assert_eq!(
            (photo.width, photo.height),
            (width, height),
            "orientation {orientation}"
        );
        for variant in Variant::ALL {
            let pixels = pixels(&photo, variant);
            let (across, down) = pixels.dimensions();
            let at = |x: u32, y: u32| colour(*pixels.get_pixel(across * x / 4, down * y / 4));
            let found: String = [at(1, 1), at(3, 1), at(1, 3), at(3, 3)]
                .into_iter()
                .collect();
            assert_eq!(
                found,
                expected,
                "orientation {orientation}, {}",
                variant.name()
            );
        }
    }
}

#[track_caller]
fn is_near(found: [u8; 3], expected: [u8; 3], what: &str) {
    let near = found
        .into_iter()
        .zip(expected)
        .all(|(found, expected)| found.abs_diff(expected) <= 6);
    assert!(near, "{what}: {found:?} is not {expected:?}");
}

#[test]
fn colours_are_those_that_the_camera_saw() {
    let display_p3 = moxcms::ColorProfile::new_display_p3()
        .encode()
        .expect("a profile");
    let adobe_rgb = moxcms::ColorProfile::new_adobe_rgb()
        .encode()
        .expect("a profile");
    let srgb = moxcms::ColorProfile::new_srgb()
        .encode()
        .expect("a profile");
    let leaf = [100, 200, 100];
    let grey = [128; 3];
    for (what, profile, colour, expected) in [
        ("no profile", None, leaf, leaf),
        ("sRGB", Some(&srgb), leaf, leaf),
        // By the matrices of both, worked out on paper. (The purest green is outside of sRGB and would be cut off.)
        ("Display P3", Some(&display_p3), leaf, [44, 203, 85]),
        ("no profile, grey", None, grey, grey),
        ("sRGB, grey", Some(&srgb), grey, grey),
        ("Display P3, grey", Some(&display_p3), grey, grey),
        // Its curve is 2.2 all the way, which at this grey is what sRGB's is.
        ("Adobe RGB, grey", Some(&adobe_rgb), grey, grey),
    ] {
        for (kind, bytes) in corpus::plain(colour, profile.map(Vec::as_slice)) {
            let pixels = pixels(&photo(&bytes), Variant::Full);
            let middle = pixels.get_pixel(corpus::WIDTH / 2, corpus::HEIGHT / 2).0;
            is_near(middle, expected, &format!("{kind}, {what}"));
        }
    }
}

/// As newer PNG files name their colours: by numbers.
#[test]
fn colours_may_be_named_by_code_points() {
    let mut sent = Vec::new();
    let mut info = png::Info::with_size(corpus::WIDTH, corpus::HEIGHT);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    let leaf = [100, 200, 100].repeat((corpus::WIDTH * corpus::HEIGHT) as usize);
    png::Encoder::with_info(&mut sent, info)
        .and_then(png::Encoder::write_header)
        .and_then(|mut writer| {
            // Display P3: primaries 12, the curve of sRGB, full range.
            writer.write_chunk(png::chunk::cICP, &[12, 13, 0, 1])?;
            writer.write_image_data(&leaf)
        })
        .expect("a file");
    let pixels = pixels(&photo(&sent), Variant::Full);
    let middle = pixels.get_pixel(corpus::WIDTH / 2, corpus::HEIGHT / 2).0;
    is_near(middle, [44, 203, 85], "cICP of Display P3");
}

/// Nothing of the moment or the machine gets into it.
#[test]
fn the_same_picture_is_the_same_photo() {
    let sent = corpus::quarters(6);
    let (first, second) = (photo(&sent), photo(&sent));
    assert_eq!(first.thumbhash, second.thumbhash);
    for (first, second) in first.variants.iter().zip(&second.variants) {
        assert_eq!(first, second);
    }
}

/// `cargo nextest run --run-ignored only the_corpus_seeds_the_fuzz_target`: see `fuzz/README.md`.
#[test]
#[ignore = "writes into the repository's folder"]
fn the_corpus_seeds_the_fuzz_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/intake");
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut count = 0;
    for (number, sample) in corpus::samples().into_iter().enumerate() {
        if sample.bytes.len() < 65_536 {
            let path = folder.join(format!("sample-{number:03}"));
            std::fs::write(path, sample.bytes).expect("a file");
            count += 1;
        }
    }
    assert!(count >= 60, "{count} files are too few");
}
