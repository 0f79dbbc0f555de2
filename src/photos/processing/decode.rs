//! Reading JPEG, PNG and WebP: pixels, the turn that makes them upright, colour profile and time of capture.

use super::Captured;
use crate::photos::{
    limits,
    model::{Rejection, check_size},
};
use chrono::NaiveDateTime;
use image::{RgbImage, metadata::Orientation};
use image_webp::WebPDecoder;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, io::Cursor};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

/// Bytes that a decoder may take for one picture: four samples a pixel.
const MOST_MEMORY: usize = limits::PIXELS as usize * 4;
/// Bytes that may be taken for all that lies beside a picture in its file, unpacked.
const MOST_BESIDE: usize = 32 * 1024 * 1024;

/// What a file is by its contents, whatever its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    WebP,
}

pub struct Decoded {
    pub pixels: RgbImage,
    pub turn: Orientation,
    pub profile: Option<Vec<u8>>,
    pub captured: Option<Captured>,
}

/// Tells the kind of a file from its first bytes.
///
/// # Errors
/// What it is instead.
pub fn kind(bytes: &[u8]) -> Result<Kind, Rejection> {
    match bytes {
        [] => Err(Rejection::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Kind::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Ok(Kind::WebP),
        [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => Err(of_brands(brands)),
        [b'G', b'I', b'F', b'8', ..]
        | [b'B', b'M', ..]
        | [b'I', b'I', 0x2a, 0, ..]
        | [b'M', b'M', 0, 0x2a, ..]
        | [0xff, 0x0a, ..]
        | [0, 0, 0, 0x0c, b'J', b'X', b'L', b' ', ..] => Err(Rejection::OtherPicture),
        // Matroska and WebM; AVI.
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Err(Rejection::Film),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'A',
            b'V',
            b'I',
            b' ',
            ..,
        ] => Err(Rejection::Film),
        _ => Err(Rejection::NotAPhoto),
    }
}

/// What an ISO base media file is by its brands: the first, then a number, then those that it is compatible with. Pictures
/// of several kinds name `mif1` first, and say behind it what they are.
fn of_brands(brands: &[u8]) -> Rejection {
    let (brands, _) = brands.as_chunks::<4>();
    let is_avif = |brand: &[u8; 4]| matches!(brand, b"avif" | b"avis");
    match brands.first() {
        Some(first) if is_avif(first) => Rejection::Avif,
        Some(b"mif1" | b"msf1") if brands.iter().skip(2).any(is_avif) => Rejection::Avif,
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
            Rejection::Heic
        }
        _ => Rejection::Film,
    }
}

pub fn inspect(bytes: &[u8]) -> Result<(u32, u32), Rejection> {
    let (width, height) = match kind(bytes)? {
        Kind::Jpeg => {
            let mut decoder = jpeg(bytes);
            decoder.decode_headers().map_err(unreadable)?;
            jpeg_size(&decoder)?
        }
        Kind::Png => {
            let mut decoder = png(bytes);
            let info = decoder.read_header_info().map_err(unreadable)?;
            (info.width, info.height)
        }
        Kind::WebP => webp(bytes)?.dimensions(),
    };
    check_size(width, height)?;
    Ok((width, height))
}

pub fn decode(bytes: &[u8]) -> Result<Decoded, Rejection> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits::BYTES {
        return Err(Rejection::TooLarge);
    }
    inspect(bytes)?;
    match kind(bytes)? {
        Kind::Jpeg => decode_jpeg(bytes),
        Kind::Png => decode_png(bytes),
        Kind::WebP => decode_webp(bytes),
    }
}

/// The decoder's own words are for whoever looks for a fault in it.
fn unreadable(error: impl std::fmt::Display) -> Rejection {
    tracing::debug!(%error, "a picture could not be read");
    Rejection::Unreadable
}

// ---- JPEG

fn jpeg(bytes: &[u8]) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        // A camera's progressive picture has about ten; each costs a pass over all of it.
        .jpeg_set_max_scans(64);
    JpegDecoder::new_with_options(ZCursor::new(bytes), options)
}

fn jpeg_size(decoder: &JpegDecoder<ZCursor<&[u8]>>) -> Result<(u32, u32), Rejection> {
    let (width, height) = decoder.dimensions().ok_or(Rejection::Unreadable)?;
    Ok((
        u32::try_from(width).map_err(unreadable)?,
        u32::try_from(height).map_err(unreadable)?,
    ))
}

/// How a picture's file ends.
enum End {
    /// As it should. What lies behind the end (phones put films there) says nothing.
    Whole,
    /// Amid the data of a scan, or right behind them: here, where a mark that was cut in half is left out.
    InScan(usize),
    /// Anywhere else.
    BrokenOff,
}

/// The decoder paints what is missing grey; a picture that broke off on its way is better sent again.
fn end(bytes: &[u8]) -> End {
    const SCAN: u8 = 0xda;
    let mut at = 2;
    let mut last = 0;
    while let Some(found) = bytes.get(at..).and_then(next_marker) {
        let marker = bytes[at + found + 1];
        at += found + 2;
        match marker {
            0xd9 => return End::Whole,
            // These stand alone; those amid a scan belong to it.
            0x01 | 0xd0..=0xd8 => {}
            _ => {
                let Some([high, low]) = bytes.get(at..at + 2) else {
                    return End::BrokenOff;
                };
                at += usize::from(u16::from_be_bytes([*high, *low])).max(2);
                last = marker;
            }
        }
    }
    if last != SCAN || at >= bytes.len() {
        return End::BrokenOff;
    }
    End::InScan(bytes.len() - usize::from(bytes.ends_with(&[0xff])))
}

/// A picture of which only the end is missing, with an end; none if the last scan is not whole. Then what follows it would be
/// taken for pixels: whatever is put there shows.
fn mended(bytes: &[u8]) -> Result<Vec<u8>, Rejection> {
    let mut decoder = jpeg(bytes);
    decoder.decode_headers().map_err(unreadable)?;
    let (width, height) = jpeg_size(&decoder)?;
    // One colour all over takes a byte for a hundred pixels or so: less is not worth three decodings.
    if bytes.len() as u64 * 256 < u64::from(width) * u64::from(height) {
        return Err(Rejection::Unreadable);
    }
    let with = |filler: u8| {
        let mut file = bytes.to_vec();
        file.extend([filler; 32]);
        file.extend([0xff, 0xd9]);
        file
    };
    // One at a time: a picture may be large.
    let decoded = |filler: u8| {
        let pixels = jpeg(&with(filler)).decode().map_err(unreadable)?;
        Ok::<_, Rejection>(Sha256::digest(&pixels))
    };
    let first = decoded(0x00)?;
    if decoded(0x55)? != first || decoded(0xaa)? != first {
        return Err(Rejection::Unreadable);
    }
    Ok(with(0x00))
}

/// Where the next marker begins. In a scan's data, FF is followed by 00 where it is no marker.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(2)
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff))
}

fn decode_jpeg(bytes: &[u8]) -> Result<Decoded, Rejection> {
    let file = match end(bytes) {
        End::Whole => Cow::Borrowed(bytes),
        End::InScan(at) => Cow::Owned(mended(&bytes[..at])?),
        End::BrokenOff => return Err(Rejection::Unreadable),
    };
    let mut decoder = jpeg(&file);
    decoder.decode_headers().map_err(unreadable)?;
    let (width, height) = jpeg_size(&decoder)?;
    let options = decoder.options().jpeg_set_out_colorspace(ColorSpace::RGB);
    decoder.set_options(options);
    // A profile for inks says nothing of the red, green and blue that the decoder has made of them.
    let inks = matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::CMYK | ColorSpace::YCCK)
    );
    let pixels = decoder.decode().map_err(unreadable)?;
    let pixels = RgbImage::from_raw(width, height, pixels).ok_or(Rejection::Unreadable)?;
    let (turn, captured) = read_exif(decoder.exif().map(Vec::as_slice));
    Ok(Decoded {
        pixels,
        turn,
        profile: decoder.icc_profile().filter(|_| !inks),
        captured,
    })
}

// ---- PNG

fn png(bytes: &[u8]) -> png::Decoder<Cursor<&[u8]>> {
    let limits = png::Limits { bytes: MOST_BESIDE };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    // Text can unpack to any length, and nobody reads it.
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    decoder
}

fn decode_png(bytes: &[u8]) -> Result<Decoded, Rejection> {
    let mut reader = png(bytes).read_info().map_err(unreadable)?;
    let length = reader.output_buffer_size().ok_or(Rejection::Unreadable)?;
    if length > MOST_MEMORY {
        return Err(Rejection::TooManyPixels);
    }
    let mut samples = vec![0; length];
    let frame = reader.next_frame(&mut samples).map_err(unreadable)?;
    samples.truncate(frame.buffer_size());
    let info = reader.info();
    let (turn, captured) = read_exif(info.exif_metadata.as_deref());
    let grey = matches!(
        frame.color_type,
        png::ColorType::Grayscale | png::ColorType::GrayscaleAlpha
    );
    let profile = info
        .icc_profile
        .as_deref()
        .map(<[u8]>::to_vec)
        .or_else(|| {
            let points = info.coding_independent_code_points?;
            super::colour::of_code_points(points.color_primaries, points.transfer_function)
        })
        .filter(|_| !grey);
    let rgb = match frame.color_type {
        png::ColorType::Rgb => samples,
        png::ColorType::Rgba => on_white::<4>(&samples, |sample| [sample[0], sample[1], sample[2]]),
        png::ColorType::GrayscaleAlpha => on_white::<2>(&samples, |sample| [sample[0]; 3]),
        png::ColorType::Grayscale => samples.iter().flat_map(|&grey| [grey; 3]).collect(),
        png::ColorType::Indexed => return Err(Rejection::Unreadable),
    };
    Ok(Decoded {
        pixels: RgbImage::from_raw(frame.width, frame.height, rgb).ok_or(Rejection::Unreadable)?,
        turn,
        profile,
        captured,
    })
}

/// Lays samples whose last is opacity on a white ground.
fn on_white<const SAMPLES: usize>(
    samples: &[u8],
    colour: impl Fn(&[u8; SAMPLES]) -> [u8; 3],
) -> Vec<u8> {
    let (pixels, _) = samples.as_chunks::<SAMPLES>();
    let mut rgb = Vec::with_capacity(pixels.len() * 3);
    for pixel in pixels {
        let opacity = u16::from(pixel[SAMPLES - 1]);
        rgb.extend(colour(pixel).map(|sample| {
            let mixed = u16::from(sample) * opacity + 255 * (255 - opacity) + 127;
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        }));
    }
    rgb
}

// ---- WebP

/// What lies beside a picture may be as large as its file.
fn webp(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, Rejection> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
    decoder.set_memory_limit(bytes.len());
    Ok(decoder)
}

fn decode_webp(bytes: &[u8]) -> Result<Decoded, Rejection> {
    let mut decoder = webp(bytes)?;
    let (width, height) = decoder.dimensions();
    let profile = decoder.icc_profile().map_err(unreadable)?;
    let (turn, captured) = read_exif(decoder.exif_metadata().map_err(unreadable)?.as_deref());
    let length = decoder.output_buffer_size().ok_or(Rejection::Unreadable)?;
    // For the picture itself, the size that `inspect` has let pass.
    decoder.set_memory_limit(MOST_MEMORY);
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(unreadable)?;
    if decoder.has_alpha() {
        samples = on_white::<4>(&samples, |sample| [sample[0], sample[1], sample[2]]);
    }
    Ok(Decoded {
        pixels: RgbImage::from_raw(width, height, samples).ok_or(Rejection::Unreadable)?,
        turn,
        profile,
        captured,
    })
}

// ---- Exif

/// No camera writes more; a parser that is fed more has only trouble from it.
const LONGEST_EXIF: usize = 256 * 1024;

fn read_exif(chunk: Option<&[u8]>) -> (Orientation, Option<Captured>) {
    let upright = (Orientation::NoTransforms, None);
    let Some(chunk) = chunk.filter(|chunk| chunk.len() <= LONGEST_EXIF) else {
        return upright;
    };
    let chunk = chunk.strip_prefix(b"Exif\0\0").unwrap_or(chunk);
    let Ok(exif) = exif::Reader::new()
        .continue_on_error(true)
        .read_raw(chunk.to_vec())
        .or_else(|error| error.distill_partial_result(|_| {}))
    else {
        return upright;
    };
    let field = |tag| exif.get_field(tag, exif::In::PRIMARY);
    let turn = field(exif::Tag::Orientation)
        .and_then(|field| field.value.get_uint(0))
        .and_then(|number| u8::try_from(number).ok())
        .and_then(Orientation::from_exif)
        .unwrap_or(Orientation::NoTransforms);
    let text = |tag| match &field(tag)?.value {
        exif::Value::Ascii(lines) => {
            let line = std::str::from_utf8(lines.first()?).ok()?;
            Some(line.trim_matches(['\0', ' ']).to_owned())
        }
        _ => None,
    };
    let captured = text(exif::Tag::DateTimeOriginal)
        .or_else(|| text(exif::Tag::DateTimeDigitized))
        .and_then(|text| NaiveDateTime::parse_from_str(&text, "%Y:%m:%d %H:%M:%S").ok())
        .map(|local| Captured {
            local,
            offset: text(exif::Tag::OffsetTimeOriginal).and_then(|text| offset(&text)),
        });
    (turn, captured)
}

/// `+02:00` in seconds.
fn offset(text: &str) -> Option<i32> {
    let sign = match text.as_bytes() {
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let number = |part: &str| part.parse::<u8>().ok().map(i32::from);
    let (hours, minutes) = (number(text.get(1..3)?)?, number(text.get(4..6)?)?);
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}
