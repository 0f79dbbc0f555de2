//! The photos of `make bench`: pictures as a camera would take them, what Midline makes of them and at what
//! cost, and how far that is from the originals.
//!
//! Usage:
//! - `photos make FOLDER` writes the pictures, the same ones each time.
//! - `photos process FOLDER OUT` makes photos of them, on one thread; prints a line of JSON each.
//! - `photos compare FOLDER A B` prints the SSIMULACRA2 scores of the variants that two programs left in A and B,
//!   both against the same reference: the original upright, in sRGB, scaled by a third program.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, RgbImage,
    codecs::jpeg::JpegDecoder,
    imageops::{self, FilterType},
};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use midline::{
    demo::drawing::{self, Scene, View},
    photos::{Variant, processing},
};
use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformOptions};
use serde_json::{Map, Value, json};
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};
use std::{
    error::Error,
    fs,
    io::Cursor,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

// As in Midline itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["make", folder] => make(Path::new(folder)),
        ["process", folder, out] => process(Path::new(folder), Path::new(out)),
        ["compare", folder, a, b] => compare(Path::new(folder), Path::new(a), Path::new(b)),
        _ => Err("usage: photos make FOLDER | process FOLDER OUT | compare FOLDER A B".into()),
    }
}

/// The names of the pictures in `folder`, without `.jpg`.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".jpg")) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The results of `work` for 0 to `count`, in any order.
fn on_all_cores<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism()?.get().min(4);
    let some = || -> Result<Vec<T>, Failure> {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return Ok(results);
            }
            results.push(work(index)?);
        }
    };
    thread::scope(|scope| -> Result<Vec<T>, Failure> {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(some)).collect();
        let mut all = Vec::with_capacity(count);
        for worker in workers {
            all.extend(worker.join().map_err(|_| "a thread panicked")??);
        }
        Ok(all)
    })
}

// ---- Making the pictures

const PICTURES: usize = 36;
/// Twelve megapixels.
const WIDTH: u32 = 4032;
const HEIGHT: u32 = 3024;
/// Bytes of a file, as cameras write them.
const SMALLEST: usize = 2_200_000;
const LARGEST: usize = 6_800_000;

/// How a picture was taken.
struct Shot {
    number: usize,
    quality: u8,
    /// Colours at full resolution.
    full_colours: bool,
    grey: bool,
    progressive: bool,
    /// As Exif counts: 1 is upright.
    orientation: u8,
    display_p3: bool,
    textured: bool,
    /// The lens was not quite in focus.
    soft: bool,
}

impl Shot {
    fn new(number: usize) -> Self {
        let small = |value: usize| u8::try_from(value).unwrap_or(u8::MAX);
        let grey = number % 12 == 11;
        Self {
            number,
            quality: small(85 + number * 5 % 12),
            full_colours: number % 4 == 1,
            grey,
            progressive: number % 5 == 2,
            orientation: if number.is_multiple_of(3) {
                small(2 + number / 3 % 7)
            } else {
                1
            },
            display_p3: number % 6 == 4,
            textured: number.is_multiple_of(2),
            soft: number % 3 == 1,
        }
    }

    /// Tells what is special about the picture, for whoever reads the results.
    fn name(&self) -> String {
        let mut name = format!("{:02}-q{}", self.number, self.quality);
        name.push_str(match (self.grey, self.full_colours) {
            (true, _) => "-grey",
            (false, true) => "-444",
            (false, false) => "-420",
        });
        if self.progressive {
            name.push_str("-progressive");
        }
        if self.orientation != 1 {
            name.push_str(&format!("-turned{}", self.orientation));
        }
        if self.display_p3 {
            name.push_str("-p3");
        }
        name
    }

    /// The scene without the camera's noise.
    fn seen(&self) -> RgbImage {
        const VIEWS: [View; 5] = [
            View::Front,
            View::Left,
            View::Right,
            View::Upper,
            View::Lower,
        ];
        let scene = Scene {
            view: VIEWS[self.number % VIEWS.len()],
            stage: u16::try_from(self.number * 7 % 25).unwrap_or(0),
            total: 24,
            seed: 40 + self.number as u64 / 3,
        };
        let smaller = if self.soft { 4 } else { 2 };
        let drawn = drawing::draw(&scene, WIDTH / smaller, HEIGHT / smaller);
        imageops::resize(&drawn, WIDTH, HEIGHT, FilterType::CatmullRom)
    }

    /// `seen` as its sensor records it: light that falls off, cloth in a corner, and noise.
    fn taken(&self, seen: &RgbImage, noise: f32) -> RgbImage {
        let mut picture = seen.clone();
        let seed = self.number as u32 * 8;
        let tilt = f32::from(self.quality % 5) * 0.04 - 0.08;
        let wave = |length: u32, pace: f32| -> Vec<f32> {
            (0..length).map(|at| (at as f32 * pace).sin()).collect()
        };
        let (across, down) = (wave(WIDTH, 0.9), wave(HEIGHT, 0.7));
        let strength = if self.textured { 16.0 } else { 0.0 };
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let (u, v) = (
                x as f32 / WIDTH as f32 - 0.5,
                y as f32 / HEIGHT as f32 - 0.5,
            );
            let gain = 1.0 + tilt * u - 0.4 * (u * u + v * v);
            let near = (1.0 - 9.0 * ((u + 0.25) * (u + 0.25) + (v - 0.2) * (v - 0.2))).max(0.0);
            let cloth = strength * near * across[x as usize] * down[y as usize];
            let light = 0.8 * speck(x, y, seed) + 0.6 * speck(x / 2, y / 2, seed + 1);
            let colour = 0.5 * noise * speck(x / 2, y / 2, seed + 2);
            let own = cloth + noise * light;
            let [red, green, blue] = pixel.0;
            // Casting saturates.
            let sample = |sample: u8, off: f32| (f32::from(sample) * gain + off).round() as u8;
            pixel.0 = [
                sample(red, own + colour),
                sample(green, own),
                sample(blue, own - colour),
            ];
        }
        picture
    }

    fn encoded(&self, picture: &RgbImage) -> Result<Vec<u8>, Failure> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.quality);
        encoder.set_sampling_factor(if self.full_colours {
            SamplingFactor::R_4_4_4
        } else {
            SamplingFactor::R_4_2_0
        });
        encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
        if self.progressive {
            encoder.set_progressive_scans(10);
        }
        encoder.add_exif_metadata(&exif(self.orientation))?;
        if self.display_p3 {
            encoder.add_icc_profile(&ColorProfile::new_display_p3().encode()?)?;
        }
        let (width, height) = (u16::try_from(WIDTH)?, u16::try_from(HEIGHT)?);
        if self.grey {
            let grey = imageops::grayscale(picture);
            encoder.encode(grey.as_raw(), width, height, ColorType::Luma)?;
        } else {
            encoder.encode(picture.as_raw(), width, height, ColorType::Rgb)?;
        }
        Ok(file)
    }
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    on_all_cores(PICTURES, |number| {
        let shot = Shot::new(number);
        let seen = shot.seen();
        // A better quality keeps more of the noise.
        let mut noise = 7.0 - 0.35 * f32::from(shot.quality - 85);
        let mut file = shot.encoded(&shot.taken(&seen, noise))?;
        for _ in 0..6 {
            noise *= match file.len() {
                ..SMALLEST => 1.25,
                SMALLEST..=LARGEST => break,
                _ => 0.7,
            };
            file = shot.encoded(&shot.taken(&seen, noise))?;
        }
        fs::write(folder.join(format!("{}.jpg", shot.name())), file)?;
        Ok(())
    })?;
    Ok(())
}

/// Exif with an orientation and nothing else.
fn exif(orientation: u8) -> [u8; 26] {
    let mut exif = *b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    exif[18] = orientation;
    exif
}

/// Noise of mean 0 and deviation 1, the same for the same place.
fn speck(x: u32, y: u32, seed: u32) -> f32 {
    let mut hash =
        x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    hash ^= hash >> 15;
    let sum: f32 = hash.to_le_bytes().into_iter().map(f32::from).sum();
    (sum - 510.0) / 147.8
}

// ---- Making photos of them

fn process(folder: &Path, out: &Path) -> Result<(), Failure> {
    fs::create_dir_all(out)?;
    let names = names(folder)?;
    let photo = |name: &str| -> Result<(u64, processing::Photo), Failure> {
        let file = fs::read(folder.join(format!("{name}.jpg")))?;
        let before = used()?;
        let photo = processing::process(&file).map_err(|why| format!("{name}: {why:?}"))?;
        Ok((used()? - before, photo))
    };
    photo(names.first().ok_or("no pictures")?)?;
    for name in &names {
        let (nanoseconds, photo) = photo(name)?;
        let mut bytes = Map::new();
        for (variant, file) in photo.variants {
            let variant = variant.name();
            bytes.insert(variant.to_owned(), file.len().into());
            fs::write(out.join(format!("{name}-{variant}.jpg")), file)?;
        }
        let micros = nanoseconds / 1000;
        println!(
            "{}",
            json!({ "name": name, "cpu_us": micros, "bytes": bytes })
        );
    }
    Ok(())
}

/// Nanoseconds of processor time of all threads.
fn used() -> Result<u64, Failure> {
    let mut sum = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let line = fs::read_to_string(thread?.path().join("schedstat"))?;
        let first = line.split(' ').next().ok_or("an odd schedstat")?;
        sum += first.parse::<u64>()?;
    }
    Ok(sum)
}

// ---- Comparing

/// Side of the square in the middle by which full sizes are compared.
const CROP: u32 = 1024;

/// One variant of one picture.
struct Score {
    name: String,
    variant: Variant,
    of: [f64; 2],
}

fn compare(folder: &Path, a: &Path, b: &Path) -> Result<(), Failure> {
    let names = names(folder)?;
    let scores = on_all_cores(names.len(), |index| scores(folder, [a, b], &names[index]))?;
    let scores: Vec<Score> = scores.into_iter().flatten().collect();
    let mut table = Map::new();
    for variant in Variant::ALL {
        let of_variant: Vec<&Score> = scores
            .iter()
            .filter(|score| score.variant == variant)
            .collect();
        let summary = |program: usize| -> Value {
            let sum: f64 = of_variant.iter().map(|score| score.of[program]).sum();
            let worst = of_variant
                .iter()
                .min_by(|one, other| one.of[program].total_cmp(&other.of[program]));
            json!({
                "mean": rounded(sum / of_variant.len() as f64),
                "min": worst.map(|score| rounded(score.of[program])),
                "worst": worst.map(|score| score.name.as_str()),
            })
        };
        let both = json!({ "a": summary(0), "b": summary(1) });
        table.insert(variant.name().to_owned(), both);
    }
    println!("{}", json!({ "pictures": names.len(), "scores": table }));
    Ok(())
}

fn rounded(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

fn scores(folder: &Path, programs: [&Path; 2], name: &str) -> Result<Vec<Score>, Failure> {
    let original = original(&fs::read(folder.join(format!("{name}.jpg")))?)?;
    let mut scores = Vec::new();
    for variant in Variant::ALL {
        let (width, height) = variant.fit(original.width(), original.height());
        let reference = imageops::resize(&original, width, height, FilterType::Lanczos3);
        let score = |program: &Path| -> Result<f64, Failure> {
            let path = program.join(format!("{name}-{}.jpg", variant.name()));
            let found = image::load_from_memory_with_format(&fs::read(&path)?, ImageFormat::Jpeg)?;
            let found = found.into_rgb8();
            if found.dimensions() != reference.dimensions() {
                let (expected, found) = (reference.dimensions(), found.dimensions());
                return Err(format!("{}: {found:?}, not {expected:?}", path.display()).into());
            }
            let score =
                compute_frame_ssimulacra2(seen(&reference, variant)?, seen(&found, variant)?)?;
            Ok(score)
        };
        scores.push(Score {
            name: name.to_owned(),
            variant,
            of: [score(programs[0])?, score(programs[1])?],
        });
    }
    Ok(scores)
}

/// What is compared of a picture.
fn seen(picture: &RgbImage, variant: Variant) -> Result<Rgb, Failure> {
    let (width, height) = picture.dimensions();
    let part = if variant == Variant::Full {
        let (w, h) = (width.min(CROP), height.min(CROP));
        imageops::crop_imm(picture, (width - w) / 2, (height - h) / 2, w, h).to_image()
    } else {
        picture.clone()
    };
    let pixels = part
        .pixels()
        .map(|pixel| pixel.0.map(|sample| f32::from(sample) / 255.0))
        .collect();
    let rgb = Rgb::new(
        pixels,
        part.width() as usize,
        part.height() as usize,
        TransferCharacteristic::SRGB,
        ColorPrimaries::BT709,
    )?;
    Ok(rgb)
}

/// The picture in `file`, upright and in sRGB, without Midline's own code.
fn original(file: &[u8]) -> Result<RgbImage, Failure> {
    let mut decoder = JpegDecoder::new(Cursor::new(file))?;
    let profile = decoder.icc_profile()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let picture = picture.into_rgb8();
    let Some(profile) = profile else {
        return Ok(picture);
    };
    let profile = ColorProfile::new_from_slice(&profile)?;
    if profile.color_space != DataColorSpace::Rgb {
        return Ok(picture);
    }
    let options = TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        prefer_fixed_point: false,
        ..TransformOptions::default()
    };
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options)?;
    let mut converted = RgbImage::new(picture.width(), picture.height());
    transform.transform(picture.as_raw(), &mut converted)?;
    Ok(converted)
}
