//! Files that no camera makes, and some odd ones that cameras do make. All of them are made here, the same at every
//! run, so that the repository holds no file that a virus scanner (or a reviewer) would stop at.

use image::{ExtendedColorType, Rgb, RgbImage, codecs::webp::WebPEncoder};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use midline::photos::{Rejection, limits};
use moxcms::ColorProfile;
use std::sync::LazyLock;

/// Stands in every place that can hold metadata. It must be nowhere in what is kept.
pub const CANARY: &str = "MIDLINE-CANARY-48.137N-11.575E";

/// Most samples are this large: quick to work on, and not square, so that a turn shows.
pub const WIDTH: u32 = 240;
pub const HEIGHT: u32 = 200;

pub struct Sample {
    pub name: String,
    pub bytes: Vec<u8>,
    pub expect: Expect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    Photo {
        width: u32,
        height: u32,
    },
    Rejected(Rejection),
    /// Taken or refused, but never a panic.
    Either,
}

pub fn samples() -> Vec<Sample> {
    let mut corpus = Corpus(Vec::new());
    corpus.nothing_and_next_to_nothing();
    corpus.other_types();
    corpus.broken_off();
    corpus.floods();
    corpus.polyglots();
    corpus.jpegs_as_they_come();
    corpus.jpegs_as_they_should_not();
    corpus.pngs_as_they_come();
    corpus.pngs_as_they_should_not();
    corpus.webps();
    corpus.orientations();
    corpus.profiles();
    corpus.places();
    corpus.hostile_exif();
    corpus.0
}

struct Corpus(Vec<Sample>);

impl Corpus {
    fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>, expect: Expect) {
        self.0.push(Sample {
            name: name.into(),
            bytes,
            expect,
        });
    }

    fn photo(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.sized(name, bytes, WIDTH, HEIGHT);
    }

    fn sized(&mut self, name: impl Into<String>, bytes: Vec<u8>, width: u32, height: u32) {
        self.add(name, bytes, Expect::Photo { width, height });
    }

    fn refused(&mut self, name: impl Into<String>, bytes: Vec<u8>, why: Rejection) {
        self.add(name, bytes, Expect::Rejected(why));
    }

    fn unreadable(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.refused(name, bytes, Rejection::Unreadable);
    }

    fn either(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.add(name, bytes, Expect::Either);
    }

    fn nothing_and_next_to_nothing(&mut self) {
        self.refused("0 bytes", Vec::new(), Rejection::Empty);
        self.refused("1 byte", vec![0xff], Rejection::NotAPhoto);
        self.refused("2 bytes of a JPEG", vec![0xff, 0xd8], Rejection::NotAPhoto);
        self.unreadable("JPEG: nothing but its magic", vec![0xff, 0xd8, 0xff]);
        self.unreadable("PNG: nothing but its magic", PNG_MAGIC.to_vec());
        self.unreadable("WebP: nothing but its magic", webp(&[]));
        self.unreadable("JPEG: start and end", vec![0xff, 0xd8, 0xff, 0xd9]);
        for (name, bytes) in [
            ("JPEG", jpeg(&picture(1, 1))),
            ("PNG", png_rgb(&picture(1, 1))),
            ("WebP", webp_of(&picture(1, 1))),
        ] {
            self.refused(format!("{name}: 1 by 1"), bytes, Rejection::TooSmall);
        }
        for (name, bytes) in [
            ("JPEG", jpeg(&picture(199, 240))),
            ("PNG", png_rgb(&picture(240, 199))),
            ("WebP", webp_of(&picture(199, 240))),
        ] {
            self.refused(
                format!("{name}: 199 pixels at its short side"),
                bytes,
                Rejection::TooSmall,
            );
        }
        self.sized("JPEG: 200 by 200", jpeg(&picture(200, 200)), 200, 200);
        self.refused(
            "JPEG: a strip",
            jpeg(&picture(5000, 200)),
            Rejection::TooSmall,
        );
    }

    fn other_types(&mut self) {
        let heif = |brand: &[u8; 4]| {
            let mut bytes = vec![0, 0, 0, 24];
            bytes.extend(b"ftyp");
            bytes.extend(brand);
            bytes.extend([0; 4]);
            bytes.extend(b"mif1");
            bytes.extend(brand);
            bytes.extend([0; 2000]);
            bytes
        };
        for (why, brands) in [
            (
                Rejection::Heic,
                [b"heic", b"heix", b"hevc", b"mif1", b"msf1"].as_slice(),
            ),
            (Rejection::Avif, &[b"avif", b"avis"]),
            (Rejection::Film, &[b"isom", b"mp42", b"qt  "]),
        ] {
            for brand in brands {
                let name = format!("ftyp {}", String::from_utf8_lossy(*brand));
                self.refused(name, heif(brand), why);
            }
        }
        // Which of several kinds it is stands behind.
        let mut avif = heif(b"mif1");
        avif[20..24].copy_from_slice(b"avif");
        self.refused("ftyp mif1, compatible with avif", avif, Rejection::Avif);
        let elf = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 200]].concat();
        let zip = [b"PK\x03\x04".as_slice(), &[0; 26]].concat();
        for (name, bytes) in [
            ("GIF", b"GIF89a\x40\x01\xf0\x00\x00\x00\x00;".as_slice()),
            (
                "GIF that is a script",
                b"GIF89a/*\x00\x00*/=1;alert(document.cookie)//;",
            ),
            (
                "PDF",
                b"%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>endobj\n%%EOF",
            ),
            (
                "SVG",
                b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            ),
            (
                "SVG with a prolog",
                b"<?xml version='1.0'?><!DOCTYPE svg><svg/>",
            ),
            ("HTML", b"<!DOCTYPE html><script>alert(1)</script>"),
            ("ZIP", &zip),
            ("ELF", &elf),
            (
                "BMP",
                b"BM\x8a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00",
            ),
            (
                "TIFF, Intel",
                b"II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00",
            ),
            (
                "TIFF, Motorola",
                b"MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00",
            ),
            ("JPEG 2000", b"\x00\x00\x00\x0cjP  \r\n\x87\n"),
            ("JPEG XL", b"\x00\x00\x00\x0cJXL \r\n\x87\n"),
            ("JPEG XL, bare", b"\xff\x0a\xfa\x7f\x01"),
            (
                "ICO",
                b"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00",
            ),
            ("text", b"This is my front tooth."),
            ("JSON", b"{\"photo\": \"front.jpg\"}"),
            ("WAV", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00"),
            (
                "PNG with line ends of Unix",
                b"\x89PNG\n\x1a\n\x00\x00\x00\rIHDR",
            ),
            ("MNG", b"\x8aMNG\r\n\x1a\n"),
            ("a path", b"../../etc/passwd\x00.jpg"),
        ] {
            let picture = ["GIF", "BMP", "TIFF", "JPEG XL"];
            let why = match picture.iter().any(|kind| name.starts_with(kind)) {
                true => Rejection::OtherPicture,
                false => Rejection::NotAPhoto,
            };
            self.refused(name, bytes.to_vec(), why);
        }
        let film = b"RIFF\x24\x00\x00\x00AVI LIST".to_vec();
        self.refused("AVI", film, Rejection::Film);
        // A script in front of a picture is no picture, however well the rest of it reads.
        let mut bytes = b"<?php ?>".to_vec();
        bytes.extend(ordinary_jpeg());
        self.refused("JPEG behind a script", bytes, Rejection::NotAPhoto);
        let mut random = noise(1, 20_000);
        random[0] = 0;
        self.refused("random bytes", random, Rejection::NotAPhoto);
        for (name, magic) in [
            ("JPEG", [0xff, 0xd8, 0xff, 0xe0].as_slice()),
            ("PNG", PNG_MAGIC),
            ("WebP", b"RIFF\xff\xff\xff\x7fWEBPVP8L"),
        ] {
            let bytes = [magic, &noise(2, 20_000)].concat();
            self.unreadable(format!("{name}: its magic, then random bytes"), bytes);
        }
    }

    fn broken_off(&mut self) {
        let whole = ordinary_jpeg();
        for length in [4, 10, 20, 30, 100, 200, 300, 600] {
            self.unreadable(
                format!("JPEG: its first {length} bytes"),
                whole[..length].to_vec(),
            );
        }
        for (name, part) in [("a quarter", 4), ("half", 2)] {
            self.unreadable(
                format!("JPEG: {name} of it"),
                whole[..whole.len() / part].to_vec(),
            );
        }
        // All of the picture is there.
        for (name, bytes) in [("JPEG", &whole), ("JPEG, progressive", &progressive())] {
            for missing in [1, 2] {
                let short = bytes[..bytes.len() - missing].to_vec();
                self.photo(format!("{name}: without its last {missing}"), short);
            }
            for missing in [6, 20, 100, 400, 1000] {
                let short = bytes[..bytes.len() - missing].to_vec();
                self.unreadable(format!("{name}: without its last {missing}"), short);
            }
        }
        let thumbnailed = with_app(&whole, 0xe1, &exif_app(&exif(Some(1), Some(&whole))));
        let broken = thumbnailed[..thumbnailed.len() - 1000].to_vec();
        self.unreadable("JPEG: broken off behind a whole thumbnail", broken);
        let progressive = progressive();
        let broken = progressive[..progressive.len() * 2 / 3].to_vec();
        self.unreadable("JPEG: two thirds of a progressive one", broken);
        for (name, bytes) in [("JPEG", &whole), ("JPEG, progressive", &progressive)] {
            let mut ended = bytes[..bytes.len() / 2].to_vec();
            ended.extend([0xff, 0xd9]);
            self.either(format!("{name}: half of it, with an end put behind"), ended);
        }
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 200].copy_from_slice(&noise(3, 200));
        self.either("JPEG: 200 bytes in the middle replaced", damaged);

        let whole = ordinary_png();
        for length in [12, 20, 32, 33, 40, 60] {
            self.unreadable(
                format!("PNG: its first {length} bytes"),
                whole[..length].to_vec(),
            );
        }
        for (name, part) in [("a quarter", 4), ("half", 2)] {
            self.unreadable(
                format!("PNG: {name} of it"),
                whole[..whole.len() / part].to_vec(),
            );
        }
        self.either(
            "PNG: without its last byte",
            whole[..whole.len() - 1].to_vec(),
        );
        self.either(
            "PNG: without its last chunk",
            whole[..whole.len() - 12].to_vec(),
        );

        let whole = ordinary_webp();
        for length in [13, 19, 20, 22, 24, 25, 26] {
            self.unreadable(
                format!("WebP: its first {length} bytes"),
                whole[..length].to_vec(),
            );
        }
        for (name, part) in [("a quarter", 4), ("half", 2)] {
            self.unreadable(
                format!("WebP: {name} of it"),
                whole[..whole.len() / part].to_vec(),
            );
        }
        self.either(
            "WebP: without its last byte",
            whole[..whole.len() - 1].to_vec(),
        );
    }

    /// A few bytes that name more pixels than fit into memory, and files at the edge of the limits.
    fn floods(&mut self) {
        let many = Rejection::TooManyPixels;
        self.refused("JPEG: 65,535 by 65,535", jpeg_named(65_535, 65_535), many);
        self.refused(
            "JPEG: 64 megapixels and a bit",
            jpeg_named(8_192, 8_193),
            many,
        );
        // Its header will do; there is no picture.
        let mut bare = jpeg_named(8_192, 8_192);
        bare.truncate(bare.len() - 2);
        self.unreadable("JPEG: 64 megapixels without an end", bare);
        let png = |width, height| {
            let data = zlib_stored(&[0; 100]);
            assembled(&[ihdr(width, height, 8, 2, 0), (*b"IDAT", data), iend()])
        };
        self.refused("PNG: 65,535 by 65,535", png(65_535, 65_535), many);
        self.refused(
            "PNG: 2,147,483,647 by 2,147,483,647",
            png(0x7fff_ffff, 0x7fff_ffff),
            many,
        );
        self.either(
            "PNG: 4,294,967,295 by 4,294,967,295",
            png(u32::MAX, u32::MAX),
        );
        self.refused("PNG: 64 megapixels and a bit", png(8_192, 8_193), many);
        self.refused("PNG: as long as it is thin", png(0x7fff_ffff, 1), many);
        self.unreadable("PNG: 64 megapixels of nothing", png(8_192, 8_192));
        let deep = [
            ihdr(8_192, 8_192, 16, 6, 1),
            (*b"IDAT", zlib_stored(&[0; 100])),
            iend(),
        ];
        self.unreadable(
            "PNG: 64 megapixels of nothing, deep and interlaced",
            assembled(&deep),
        );
        self.unreadable("PNG: 0 by 0", png(0, 0));

        let lossless = |width: u32, height: u32| {
            let header = (width - 1) | ((height - 1) << 14);
            let body = [[0x2f].as_slice(), &header.to_le_bytes()].concat();
            webp(&[(*b"VP8L", body)])
        };
        // The decoder's arithmetic makes 0 by 0 of it.
        let largest = lossless(16_384, 16_384);
        self.either("WebP: 16,384 by 16,384", largest);
        self.refused("WebP: 16,383 by 16,383", lossless(16_383, 16_383), many);
        self.refused(
            "WebP: 64 megapixels and a bit",
            lossless(8_192, 8_193),
            many,
        );
        self.unreadable("WebP: 64 megapixels of nothing", lossless(8_192, 8_192));
        let canvas = |width, height| webp(&[vp8x(0, width, height), ordinary_vp8l()]);
        self.refused(
            "WebP: a canvas of 65,535 by 65,535",
            canvas(65_535, 65_535),
            many,
        );
        self.unreadable(
            "WebP: a canvas of 16,777,216 by 16,777,216",
            canvas(1 << 24, 1 << 24),
        );
        self.unreadable(
            "WebP: a canvas larger than its picture",
            canvas(4_000, 4_000),
        );

        let limit = usize::try_from(limits::BYTES).expect("a length");
        let mut padded = ordinary_jpeg();
        padded.resize(limit, 0);
        self.photo("JPEG: 25 MiB", padded.clone());
        padded.push(0);
        self.refused("JPEG: 25 MiB and a byte", padded, Rejection::TooLarge);
        self.refused(
            "zeros: 25 MiB and a byte",
            vec![0; limit + 1],
            Rejection::TooLarge,
        );
    }

    fn polyglots(&mut self) {
        let plain = ordinary_jpeg();
        let behind = |bytes: &[u8]| [plain.as_slice(), bytes].concat();
        let mut zip = b"PK\x03\x04\x14\x00\x00\x00\x00\x00".to_vec();
        zip.extend(CANARY.as_bytes());
        zip.extend(b"PK\x05\x06");
        zip.extend([0; 18]);
        self.photo("JPEG with a ZIP behind it", behind(&zip));
        let script = format!("<?php system($_GET['c']); /* {CANARY} */ ?>");
        self.photo("JPEG with PHP behind it", behind(script.as_bytes()));
        self.photo("JPEG with the canary behind it", behind(CANARY.as_bytes()));
        let thumbnailed = with_app(&plain, 0xe1, &exif_app(&exif(None, None)));
        self.photo("JPEG with another JPEG behind it", behind(&thumbnailed));
        let broken = behind(&thumbnailed[..thumbnailed.len() - 2]);
        self.photo("JPEG with half of another behind it", broken);
        let html = format!("<!--{CANARY}--><script>alert(1)</script>");
        self.photo(
            "JPEG with HTML in a comment",
            with_app(&plain, 0xfe, html.as_bytes()),
        );
        let pdf = format!("%PDF-1.4\n1 0 obj<</Title({CANARY})>>stream\n");
        let mut bytes = with_app(&plain, 0xfe, pdf.as_bytes());
        bytes.extend(b"\nendstream endobj\n%%EOF");
        self.photo("JPEG with a PDF in and behind it", bytes);
        // A JPEG whose first segment begins with what a script needs.
        let script = format!("=alert(1);/*{CANARY}*/");
        self.photo(
            "JPEG that is a script",
            with_app(&plain, 0xe0, script.as_bytes()),
        );
        let mut bytes = ordinary_png();
        bytes.extend(format!("<?php phpinfo(); // {CANARY}").bytes());
        self.photo("PNG with PHP behind it", bytes);
        let mut bytes = ordinary_webp();
        bytes.extend(format!("<script>{CANARY}</script>").bytes());
        self.photo("WebP with HTML behind it", bytes);
        // As iPhones and Pixels write their gain maps and depth maps.
        let mpf = [
            b"MPF\0MM\0*\0\0\0\x08\0\0\0\0\0\0".as_slice(),
            CANARY.as_bytes(),
        ]
        .concat();
        let mut bytes = with_app(&plain, 0xe2, &mpf);
        bytes.extend(thumbnailed);
        self.photo("MPO: two pictures in a row", bytes);
    }

    fn jpegs_as_they_come(&mut self) {
        self.photo("JPEG", ordinary_jpeg());
        self.photo("JPEG, progressive", progressive());
        for (name, sampling) in [
            ("4:4:4", SamplingFactor::R_4_4_4),
            ("4:2:2", SamplingFactor::R_4_2_2),
            ("4:2:0", SamplingFactor::R_4_2_0),
        ] {
            let bytes = jpeg_with(&ordinary(), |encoder| encoder.set_sampling_factor(sampling));
            self.photo(format!("JPEG, {name}"), bytes);
        }
        for (name, sampling) in [
            ("4:4:0", SamplingFactor::R_4_4_0),
            ("4:1:1", SamplingFactor::R_4_1_1),
            ("4:1:0", SamplingFactor::R_4_1_0),
        ] {
            let bytes = jpeg_with(&ordinary(), |encoder| encoder.set_sampling_factor(sampling));
            self.either(format!("JPEG, {name}"), bytes);
        }
        let bytes = jpeg_with(&ordinary(), |encoder| encoder.set_restart_interval(1));
        self.photo("JPEG with a restart behind every block", bytes);
        let bytes = jpeg_with(&ordinary(), |encoder| {
            encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
            encoder.set_optimized_huffman_tables(true);
        });
        self.photo("JPEG, a scan a component", bytes);
        let bytes = jpeg_with(&ordinary(), |encoder| {
            encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
            encoder.set_optimized_huffman_tables(true);
        });
        self.either("JPEG, a scan a component, 4:2:0", bytes);
        let raw: Vec<u8> = ordinary().pixels().map(|pixel| pixel.0[0]).collect();
        self.photo("JPEG, grey", jpeg_of(&raw, ColorType::Luma));
        let inks: Vec<u8> = ordinary()
            .pixels()
            .flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2], 200])
            .collect();
        self.photo("JPEG, CMYK", jpeg_of(&inks, ColorType::Cmyk));
        self.photo("JPEG, YCCK", jpeg_of(&inks, ColorType::CmykAsYcck));
        for (width, height) in [(201, 203), (207, 216), (209, 257)] {
            let bytes = jpeg(&picture(width, height));
            self.sized(format!("JPEG, {width} by {height}"), bytes, width, height);
        }
        let parts = JpegParts::of(&ordinary_jpeg());
        let mut without = parts.clone();
        without.segments.retain(|(marker, _)| *marker != 0xe0);
        self.photo("JPEG without JFIF", without.joined());
        let mut filled = vec![0xff, 0xd8];
        filled.extend(vec![0xff; 60_000]);
        filled.extend(&parts.joined()[3..]);
        self.photo("JPEG with fill between its markers", filled);
    }

    fn jpegs_as_they_should_not(&mut self) {
        let parts = JpegParts::of(&ordinary_jpeg());
        let frame = |change: &dyn Fn(&mut u8, &mut Vec<u8>)| {
            let mut parts = parts.clone();
            for (marker, data) in &mut parts.segments {
                if *marker == 0xc0 {
                    change(marker, data);
                }
            }
            parts.joined()
        };
        for (marker, name) in [
            (0xc3, "lossless"),
            (0xc5, "differential"),
            (0xc9, "arithmetic"),
            (0xca, "arithmetic and progressive"),
            (0xcb, "arithmetic and lossless"),
        ] {
            let bytes = frame(&|kind, _| *kind = marker);
            self.unreadable(format!("JPEG, {name}"), bytes);
        }
        self.either(
            "JPEG, progressive only by its name",
            frame(&|kind, _| *kind = 0xc2),
        );
        self.photo("JPEG, extended", frame(&|kind, _| *kind = 0xc1));
        self.unreadable("JPEG of 12 bits", frame(&|_, data| data[0] = 12));
        self.unreadable("JPEG, 0 high", frame(&|_, data| data[1..3].fill(0)));
        self.unreadable("JPEG, 0 wide", frame(&|_, data| data[3..5].fill(0)));
        self.unreadable("JPEG of no component", frame(&|_, data| data[5] = 0));
        self.unreadable("JPEG of 255 components", frame(&|_, data| data[5] = 255));
        let five = frame(&|_, data| {
            data[5] = 5;
            data.extend([4, 0x11, 0, 5, 0x11, 0]);
        });
        self.unreadable("JPEG of 5 components", five);
        let two = frame(&|_, data| {
            data[5] = 2;
            data.truncate(12);
        });
        self.either("JPEG of 2 components", two);
        let four = frame(&|_, data| {
            data[5] = 4;
            data.extend([9, 0x11, 0]);
        });
        self.either("JPEG of 4 components, 3 of them drawn", four);
        self.unreadable("JPEG with table 200", frame(&|_, data| data[8] = 200));
        self.unreadable("JPEG, sampled 15 by 15", frame(&|_, data| data[7] = 0xff));
        self.unreadable("JPEG, sampled 0 by 0", frame(&|_, data| data[7] = 0));
        self.unreadable("JPEG, sampled 3 by 3", frame(&|_, data| data[7] = 0x33));
        for sampling in [0x12, 0x13, 0x14, 0x41, 0x42, 0x44] {
            let name = format!("JPEG, first component sampled {sampling:#x}");
            self.either(name, frame(&|_, data| data[7] = sampling));
            let name = format!("JPEG, second component sampled {sampling:#x}");
            self.either(name, frame(&|_, data| data[10] = sampling));
        }
        let same = frame(&|_, data| data[9] = data[6]);
        self.unreadable("JPEG whose components share a name", same);
        let tall = frame(&|_, data| data[1..3].copy_from_slice(&1500_u16.to_be_bytes()));
        self.either("JPEG, 1,500 high by its header alone", tall);
        let low = frame(&|_, data| data[1..3].copy_from_slice(&201_u16.to_be_bytes()));
        self.either("JPEG, 201 high by its header alone", low);

        let without = |marker: u8| {
            let mut parts = parts.clone();
            parts.segments.retain(|(kind, _)| *kind != marker);
            parts.joined()
        };
        self.unreadable("JPEG without a frame", without(0xc0));
        self.unreadable("JPEG without tables of codes", without(0xc4));
        self.unreadable("JPEG without tables of steps", without(0xdb));
        let before = |marker: u8, data: Vec<u8>| {
            let mut parts = parts.clone();
            parts.segments.push((marker, data));
            parts.joined()
        };
        let frame_again = parts.segments.iter().find(|(marker, _)| *marker == 0xc0);
        let (_, frame_again) = frame_again.expect("a frame").clone();
        self.unreadable("JPEG with two frames", before(0xc0, frame_again));
        self.unreadable(
            "JPEG with a code too many",
            before(0xc4, [vec![0_u8], vec![255; 16]].concat()),
        );
        let crowded = [vec![0_u8, 3], vec![0; 15], vec![1, 2, 3]].concat();
        self.unreadable("JPEG with three codes of one bit", before(0xc4, crowded));
        self.unreadable("JPEG with half a table of codes", before(0xc4, vec![0; 9]));
        let empty = [vec![0x00_u8], vec![0; 16], vec![0x10], vec![0; 16]].concat();
        self.either("JPEG with tables of no codes", before(0xc4, empty));
        self.unreadable("JPEG with half a table of steps", before(0xdb, vec![0; 30]));
        self.unreadable(
            "JPEG with a table of steps of precision 9",
            before(0xdb, vec![0x90; 640]),
        );
        self.photo("JPEG with steps of 0", before(0xdb, vec![0; 65]));
        let steep = [vec![0x10_u8], vec![0xff; 128]].concat();
        self.photo("JPEG with steps of 65,535", before(0xdb, steep));
        self.unreadable(
            "JPEG with a restart interval of 3 bytes",
            before(0xdd, vec![0; 3]),
        );
        self.either(
            "JPEG with restarts named but not there",
            before(0xdd, vec![0, 1]),
        );
        self.unreadable(
            "JPEG with a table for arithmetic codes",
            before(0xcc, vec![0; 4]),
        );
        self.unreadable("JPEG with a number of lines", before(0xdc, vec![0, 240]));
        self.unreadable(
            "JPEG of an unknown Adobe kind",
            before(0xee, b"Adobe\0\0\0\0\0\0\x09".to_vec()),
        );
        self.unreadable(
            "JPEG with a short Adobe segment",
            before(0xee, b"Adobe".to_vec()),
        );
        for (name, kind) in [("CMYK or RGB", 0), ("YCCK", 2)] {
            let adobe = [b"Adobe\0\0\0\0\0\0".as_slice(), &[kind]].concat();
            self.photo(
                format!("JPEG of 3 components that says {name}"),
                before(0xee, adobe),
            );
        }
        let extended = [
            b"http://ns.adobe.com/xmp/extension/\0".as_slice(),
            &[0xff; 60],
        ]
        .concat();
        self.photo("JPEG with extended XMP of 4 GiB", before(0xe1, extended));
        self.photo(
            "JPEG in the manner of a film",
            before(0xe0, b"AVI1\0\0\0\0".to_vec()),
        );

        self.unreadable(
            "JPEG: fill without end",
            [vec![0xff_u8, 0xd8], vec![0xff; 1_000_000]].concat(),
        );
        let mut closed = [vec![0xff_u8, 0xd8], vec![0xff; 100_000]].concat();
        closed.extend([0xda, 0xff, 0xd9]);
        self.unreadable("JPEG: fill, scan, end", closed);
        let mut many = parts.clone();
        for _ in 0..5_000 {
            many.segments.insert(0, (0xe5, CANARY.as_bytes().to_vec()));
        }
        self.photo("JPEG with 5,000 segments that nobody knows", many.joined());
        let mut short = parts.joined();
        short.splice(2..2, [0xff, 0xe3, 0, 1]);
        self.unreadable("JPEG with a segment of length 1", short);
        let mut long = parts.joined();
        long.splice(2..2, [0xff, 0xe1, 0xff, 0xff]);
        self.either("JPEG with a segment longer than it is", long);

        // Each scan is a pass over all of the picture.
        let progressive = progressive();
        let (before_last, last) = split_at_last_scan(&progressive);
        let mut scans = before_last.to_vec();
        for _ in 0..3_000 {
            scans.extend(last);
        }
        scans.extend([0xff, 0xd9]);
        self.unreadable("JPEG, progressive, with 3,000 scans", scans);
        let sequential = jpeg_with(&ordinary(), |encoder| {
            encoder.set_optimized_huffman_tables(true)
        });
        let (before_last, last) = split_at_last_scan(&sequential);
        let mut scans = before_last.to_vec();
        for _ in 0..200 {
            scans.extend(last);
        }
        scans.extend([0xff, 0xd9]);
        self.either("JPEG with 200 scans of one component", scans);
        let baseline = parts.joined();
        let (before_last, last) = split_at_last_scan(&baseline);
        let header = &last[..2 + usize::from(last[2]) * 256 + usize::from(last[3])];
        let mut scans = before_last.to_vec();
        scans.extend(last);
        for _ in 0..10_000 {
            scans.extend(header);
        }
        scans.extend([0xff, 0xd9]);
        self.photo("JPEG with 10,000 scans of nothing behind its own", scans);
        let mut scans = before_last.to_vec();
        for _ in 0..10_000 {
            scans.extend(header);
        }
        scans.extend([0xff, 0xd9]);
        self.either("JPEG with nothing but 10,000 scans of nothing", scans);
        let mut restarts = [before_last, header].concat();
        for number in 0..50_000_u32 {
            restarts.extend([0xff, 0xd0 | u8::try_from(number % 8).expect("under 8")]);
        }
        restarts.extend([0xff, 0xd9]);
        self.either("JPEG of nothing but restarts", restarts);
        for (name, byte) in [("ones", 0xfe), ("zeros", 0)] {
            let mut scan = [before_last, header].concat();
            scan.extend(vec![byte; 30_000]);
            scan.extend([0xff, 0xd9]);
            self.either(format!("JPEG whose scan is {name}"), scan);
        }
        let mut scan = [before_last, header].concat();
        scan.extend(noise(4, 30_000).into_iter().filter(|byte| *byte != 0xff));
        scan.extend([0xff, 0xd9]);
        self.either("JPEG whose scan is random", scan);
    }

    fn pngs_as_they_come(&mut self) {
        use png::{BitDepth, ColorType};
        self.photo("PNG", ordinary_png());
        let pixels = (WIDTH * HEIGHT) as usize;
        let ramp: Vec<u8> = (0..pixels * 8).map(|at| (at / 97) as u8).collect();
        for (name, colour, depth, bytes) in [
            ("grey", ColorType::Grayscale, BitDepth::Eight, pixels),
            (
                "grey with opacity",
                ColorType::GrayscaleAlpha,
                BitDepth::Eight,
                pixels * 2,
            ),
            ("with opacity", ColorType::Rgba, BitDepth::Eight, pixels * 4),
            ("of 16 bits", ColorType::Rgb, BitDepth::Sixteen, pixels * 6),
            (
                "of 16 bits with opacity",
                ColorType::Rgba,
                BitDepth::Sixteen,
                pixels * 8,
            ),
            (
                "grey of 16 bits",
                ColorType::Grayscale,
                BitDepth::Sixteen,
                pixels * 2,
            ),
            (
                "black and white",
                ColorType::Grayscale,
                BitDepth::One,
                pixels / 8,
            ),
            (
                "of 4 greys",
                ColorType::Grayscale,
                BitDepth::Two,
                pixels / 4,
            ),
            (
                "of 16 greys",
                ColorType::Grayscale,
                BitDepth::Four,
                pixels / 2,
            ),
        ] {
            self.photo(format!("PNG {name}"), png_of(colour, depth, &ramp[..bytes]));
        }
        let palette: Vec<u8> = (0..=255_u8).flat_map(|at| [at, 255 - at, at / 2]).collect();
        let bytes = zlib_stored(&png_rows(WIDTH, HEIGHT, 1, &ramp));
        let indexed = |extra: &[Chunk]| {
            let mut file = vec![ihdr(WIDTH, HEIGHT, 8, 3, 0)];
            file.extend_from_slice(extra);
            file.push((*b"IDAT", bytes.clone()));
            file.push(iend());
            assembled(&file)
        };
        let plte = (*b"PLTE", palette.clone());
        self.photo("PNG with a palette", indexed(std::slice::from_ref(&plte)));
        let trns = (*b"tRNS", vec![0; 100]);
        self.photo("PNG with a palette and opacity", indexed(&[plte, trns]));
        self.unreadable("PNG without the palette it needs", indexed(&[]));
        let short = (*b"PLTE", palette[..9].to_vec());
        self.either("PNG with a palette of 3 colours for 256", indexed(&[short]));
        let ragged = (*b"PLTE", palette[..10].to_vec());
        self.either(
            "PNG with a palette of 3 colours and a third",
            indexed(&[ragged]),
        );

        let interlaced = |depth: u8, colour: u8, samples: usize| {
            let data = zlib_stored(&adam7(WIDTH, HEIGHT, samples));
            assembled(&[
                ihdr(WIDTH, HEIGHT, depth, colour, 1),
                (*b"IDAT", data),
                iend(),
            ])
        };
        self.photo("PNG, interlaced", interlaced(8, 2, 3));
        self.photo("PNG, interlaced, with opacity", interlaced(8, 6, 4));
        self.photo("PNG, interlaced, of 16 bits", interlaced(16, 2, 6));

        let data = png_rows(WIDTH, HEIGHT, 3, ordinary().as_raw());
        let zlib = zlib_stored(&data);
        let mut pieces = vec![ihdr(WIDTH, HEIGHT, 8, 2, 0)];
        pieces.extend(zlib.chunks(100).map(|piece| (*b"IDAT", piece.to_vec())));
        pieces.push(iend());
        self.photo("PNG in 2,000 pieces", assembled(&pieces));
        let mut hollow = vec![ihdr(WIDTH, HEIGHT, 8, 2, 0)];
        hollow.extend((0..5_000).map(|_| (*b"IDAT", Vec::new())));
        hollow.push((*b"IDAT", zlib));
        hollow.push(iend());
        self.either("PNG with 5,000 empty pieces before it", assembled(&hollow));

        let chunks = chunks(&ordinary_png());
        let film = |first: Chunk, frames: u32| {
            let mut file = chunks.clone();
            let mut control = frames.to_be_bytes().to_vec();
            control.extend([0; 4]);
            file.insert(1, (*b"acTL", control));
            file.insert(2, first);
            let end = file.pop().expect("an end");
            for frame in 1..frames {
                file.push(fctl(frame * 2 - 1, 1, 1));
                let mut data = (frame * 2).to_be_bytes().to_vec();
                data.extend(zlib_stored(&[0, 1, 2, 3]));
                file.push((*b"fdAT", data));
            }
            file.push(end);
            assembled(&file)
        };
        self.photo("APNG of 2,000 frames", film(fctl(0, WIDTH, HEIGHT), 2_000));
        let small = film(fctl(0, 10, 10), 3);
        self.unreadable("APNG whose first frame is smaller than it is", small);
        let large = film(fctl(0, 0x7fff_ffff, 0x7fff_ffff), 3);
        self.unreadable("APNG whose first frame is larger than it is", large);
        self.either(
            "APNG whose frames begin with 7",
            film(fctl(7, WIDTH, HEIGHT), 3),
        );
    }

    fn pngs_as_they_should_not(&mut self) {
        let chunks = chunks(&ordinary_png());
        let header = chunks[0].clone();
        let with = |extra: &[Chunk]| {
            let mut file = chunks.clone();
            file.splice(1..1, extra.iter().cloned());
            assembled(&file)
        };
        self.unreadable(
            "PNG without a picture",
            assembled(&[header.clone(), iend()]),
        );
        let first = [[iend()].as_slice(), &chunks].concat();
        self.unreadable("PNG that begins with its end", assembled(&first));
        let late = [&chunks[1..], &chunks[..1]].concat();
        self.unreadable("PNG that ends with its header", assembled(&late));
        let twice = with(std::slice::from_ref(&header));
        self.unreadable("PNG with two headers", twice);
        self.unreadable(
            "PNG with a chunk that nobody knows",
            with(&[(*b"ABCD", vec![0; 4])]),
        );
        self.photo(
            "PNG with a chunk that nobody needs",
            with(&[(*b"abCd", CANARY.into())]),
        );
        for (name, kind) in [("its header", *b"IHDR"), ("its picture", *b"IDAT")] {
            let bytes = with_wrong_sum(&chunks, kind);
            self.unreadable(format!("PNG with a wrong sum of {name}"), bytes);
        }
        let mut remarked = chunks.clone();
        remarked.insert(1, (*b"pHYs", vec![0; 9]));
        self.photo(
            "PNG with a wrong sum of a remark",
            with_wrong_sum(&remarked, *b"pHYs"),
        );
        for (name, at, value) in [
            ("of 3 bits", 8, 3),
            ("of colour 5", 9, 5),
            ("compressed in an unknown way", 10, 1),
            ("filtered in an unknown way", 11, 1),
            ("interlaced in an unknown way", 12, 2),
        ] {
            let mut file = chunks.clone();
            file[0].1[at] = value;
            self.unreadable(format!("PNG {name}"), assembled(&file));
        }
        let of =
            |data: Vec<u8>| assembled(&[ihdr(WIDTH, HEIGHT, 8, 0, 0), (*b"IDAT", data), iend()]);
        self.unreadable("PNG whose picture is random", of(noise(5, 10_000)));
        self.unreadable("PNG whose picture is empty", of(zlib_stored(&[])));
        let rows = png_rows(WIDTH, HEIGHT, 1, &vec![9; (WIDTH * HEIGHT) as usize]);
        self.unreadable(
            "PNG of half its rows",
            of(zlib_stored(&rows[..rows.len() / 2])),
        );
        let mut filtered = rows.clone();
        filtered[0] = 9;
        self.unreadable("PNG with filter 9", of(zlib_stored(&filtered)));
        self.either(
            "PNG whose picture goes on for 60 MB",
            of(zlib_zeros(60_000_000)),
        );
        let mut wide = chunks.clone();
        let length = u32::MAX.to_be_bytes();
        wide[0].1[0..4].copy_from_slice(&length);
        self.either("PNG, 4,294,967,295 wide", assembled(&wide));
        let mut endless = assembled(&chunks[..1]);
        endless.extend(0x7fff_ffff_u32.to_be_bytes());
        endless.extend(b"tEXt");
        endless.extend([b'a'; 1000]);
        self.unreadable("PNG with a remark of 2 GiB", endless);
        let odd: Vec<Chunk> = [
            *b"gAMA", *b"cHRM", *b"sRGB", *b"cICP", *b"mDCV", *b"cLLI", *b"bKGD", *b"sBIT",
            *b"pHYs", *b"acTL", *b"tRNS",
        ]
        .into_iter()
        .map(|kind| (kind, vec![0xff; 3]))
        .collect();
        self.either("PNG whose remarks are all of 3 bytes", with(&odd));

        // What a few bytes unpack to.
        let bomb = zlib_zeros(100_000_000);
        let text = |prefix: &[u8], data: &[u8]| [prefix, data].concat();
        let ztxt = (*b"zTXt", text(b"Comment\0\0", &bomb));
        self.photo("PNG with zTXt of 100 MB", with(std::slice::from_ref(&ztxt)));
        let itxt = (*b"iTXt", text(b"Comment\0\x01\0en\0Comment\0", &bomb));
        self.photo("PNG with iTXt of 100 MB", with(&[itxt]));
        let many: Vec<Chunk> = (0..10).map(|_| ztxt.clone()).collect();
        self.photo("PNG with zTXt of 1 GB", with(&many));
        let small = (*b"iCCP", text(b"profile\0\0", &zlib_zeros(64_000_000)));
        self.photo("PNG with a profile of 64 MB", with(&[small]));
        let large = (*b"iCCP", text(b"profile\0\0", &zlib_zeros(256_000_000)));
        self.either("PNG with a profile of 256 MB", with(&[large]));
        let exif = (*b"eXIf", [exif(Some(6), None), vec![0; 2_000_000]].concat());
        // Longer than any camera's, so that it is not read: the picture stays as it is.
        self.photo("PNG with Exif of 2 MB", with(&[exif]));
        let remark = (*b"tEXt", text(b"Comment\0", CANARY.as_bytes()));
        let many: Vec<Chunk> = (0..20_000).map(|_| remark.clone()).collect();
        self.photo("PNG with 20,000 remarks", with(&many));
        // 375 kB that fit into 3 kB.
        let flood = [
            ihdr(2_000, 1_500, 1, 0, 0),
            (*b"IDAT", zlib_zeros(1_500 * 251)),
            iend(),
        ];
        self.sized("PNG, all black, in 3 kB", assembled(&flood), 2_000, 1_500);
    }

    fn webps(&mut self) {
        self.photo("WebP", ordinary_webp());
        let picture = ordinary_vp8l();
        let extended = |flags: u8, extra: &[Chunk]| {
            let head = [vp8x(flags, WIDTH, HEIGHT), picture.clone()];
            self::webp(&[head.as_slice(), extra].concat())
        };
        self.photo("WebP, extended", extended(0, &[]));
        let raw: Vec<u8> = ordinary()
            .pixels()
            .flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2], pixel.0[0]])
            .collect();
        let mut clear = Vec::new();
        WebPEncoder::new_lossless(&mut clear)
            .encode(&raw, WIDTH, HEIGHT, ExtendedColorType::Rgba8)
            .expect("a picture");
        self.photo("WebP with opacity", clear);
        for (name, size) in [("0", 0), ("4 GiB", u32::MAX), ("one too few", 0x100)] {
            let mut bytes = ordinary_webp();
            bytes[4..8].copy_from_slice(&size.to_le_bytes());
            self.photo(format!("WebP that names a length of {name}"), bytes);
        }
        let mut bytes = extended(0, &[]);
        bytes[4..8].fill(0);
        self.unreadable("WebP, extended, that names a length of 0", bytes);
        let mut bytes = extended(0, &[]);
        bytes[4..8].fill(0xff);
        self.either("WebP, extended, that names a length of 4 GiB", bytes);
        let mut bytes = ordinary_webp();
        bytes[16..20].fill(0xff);
        self.either("WebP whose picture names a length of 4 GiB", bytes);
        let bare = [vp8x(0, WIDTH, HEIGHT)];
        self.unreadable("WebP, extended, without a picture", self::webp(&bare));
        self.unreadable("WebP that names Exif and has none", extended(0x08, &[]));
        self.unreadable("WebP that names XMP and has none", extended(0x04, &[]));
        self.unreadable("WebP that names frames and has none", extended(0x02, &[]));
        self.photo(
            "WebP that names a profile and has none",
            extended(0x20, &[]),
        );
        let huge = [(*b"EXIF", exif(Some(6), None))];
        let mut bytes = extended(0x08, &huge);
        let at = find(&bytes, b"EXIF").expect("Exif") + 4;
        bytes[at..at + 4].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
        self.unreadable("WebP with Exif of 2 GiB", bytes);
        let random: Vec<Chunk> = (0..20_000).map(|_| (*b"JUNK", vec![1, 2])).collect();
        self.photo(
            "WebP with 20,000 chunks that nobody knows",
            extended(0, &random),
        );

        let frame = |width: u32, height: u32, x: u32, picture: &Chunk| {
            let mut data = Vec::new();
            for number in [x / 2, 0, width - 1, height - 1, 40] {
                data.extend(&number.to_le_bytes()[..3]);
            }
            data.push(0);
            data.extend(riff_chunk(picture));
            (*b"ANMF", data)
        };
        let film = |frames: &[Chunk]| {
            let mut file = vec![vp8x(0x02, WIDTH, HEIGHT), (*b"ANIM", vec![0; 6])];
            file.extend_from_slice(frames);
            self::webp(&file)
        };
        let small = vp8l(&self::picture(16, 16));
        let mut frames = vec![frame(WIDTH, HEIGHT, 0, &picture)];
        frames.extend((0..1_000).map(|_| frame(16, 16, 8, &small)));
        self.photo("WebP of 1,001 frames", film(&frames));
        let outside = film(&[frame(WIDTH, HEIGHT, 200, &picture)]);
        self.unreadable("WebP whose frame is outside it", outside);
        let wrong = film(&[frame(100, 100, 0, &picture)]);
        self.unreadable("WebP whose frame is another size", wrong);
        let large = film(&[frame(1 << 24, 1 << 24, 0, &picture)]);
        self.unreadable("WebP whose frame is 16,777,216 by 16,777,216", large);
        self.either(
            "WebP whose frame is empty",
            film(&[(*b"ANMF", vec![0; 24])]),
        );
        self.unreadable(
            "WebP whose frame is 4 bytes",
            film(&[(*b"ANMF", vec![0; 4])]),
        );

        let lossy = |width: u16, height: u16, body: &[u8]| {
            let mut data = vec![0xd0, 0x01, 0x00, 0x9d, 0x01, 0x2a];
            data.extend(width.to_le_bytes());
            data.extend(height.to_le_bytes());
            data.extend(body);
            self::webp(&[(*b"VP8 ", data)])
        };
        for (name, body) in [
            ("nothing", Vec::new()),
            ("zeros", vec![0; 5_000]),
            ("ones", vec![0xff; 5_000]),
            ("random", noise(6, 5_000)),
        ] {
            self.either(
                format!("WebP, lossy, whose picture is {name}"),
                lossy(320, 240, &body),
            );
        }
        let many = Rejection::TooManyPixels;
        self.refused(
            "WebP, lossy, 16,383 by 16,383",
            lossy(16_383, 16_383, &[0; 50]),
            many,
        );
        self.unreadable("WebP, lossy, 0 by 0", lossy(0, 0, &[0; 50]));
        let mut second = lossy(320, 240, &[0; 50]);
        second[20] |= 1;
        self.unreadable("WebP, lossy, that builds on another picture", second);
        let random = [[0x2f, 0x3f, 0xc1, 0x3b, 0x00].as_slice(), &noise(7, 5_000)].concat();
        self.either(
            "WebP whose picture is random",
            self::webp(&[(*b"VP8L", random)]),
        );
        let opacity = [
            vp8x(0x10, WIDTH, HEIGHT),
            (*b"ALPH", noise(8, 500)),
            picture.clone(),
        ];
        self.either("WebP with random opacity", self::webp(&opacity));
    }

    fn orientations(&mut self) {
        for number in 1..=8_u16 {
            let (width, height) = if number < 5 {
                (WIDTH, HEIGHT)
            } else {
                (HEIGHT, WIDTH)
            };
            let data = exif(Some(number), None);
            let bytes = with_app(&ordinary_jpeg(), 0xe1, &exif_app(&data));
            self.sized(format!("JPEG, orientation {number}"), bytes, width, height);
            let mut file = chunks(&ordinary_png());
            file.insert(1, (*b"eXIf", data.clone()));
            self.sized(
                format!("PNG, orientation {number}"),
                assembled(&file),
                width,
                height,
            );
            let file = [
                vp8x(0x08, WIDTH, HEIGHT),
                ordinary_vp8l(),
                (*b"EXIF", [b"Exif\0\0".to_vec(), data].concat()),
            ];
            self.sized(
                format!("WebP, orientation {number}"),
                webp(&file),
                width,
                height,
            );
        }
        for number in [0, 9, 255, 65_535] {
            let data = exif_app(&exif(Some(number), None));
            let bytes = with_app(&ordinary_jpeg(), 0xe1, &data);
            self.photo(format!("JPEG, orientation {number}"), bytes);
        }
    }

    fn profiles(&mut self) {
        let encoded = |profile: ColorProfile| profile.encode().expect("a profile");
        let display_p3 = encoded(ColorProfile::new_display_p3());
        let mut profiles = vec![
            ("of Display P3", display_p3.clone()),
            ("of sRGB", encoded(ColorProfile::new_srgb())),
            ("of Adobe RGB", encoded(ColorProfile::new_adobe_rgb())),
            (
                "of ProPhoto RGB",
                encoded(ColorProfile::new_pro_photo_rgb()),
            ),
            ("of BT.2020", encoded(ColorProfile::new_bt2020())),
            ("of greys", encoded(ColorProfile::new_gray_with_gamma(2.2))),
            (
                "that is half there",
                display_p3[..display_p3.len() / 2].to_vec(),
            ),
            ("that is a header", display_p3[..128].to_vec()),
            ("that is a sentence", CANARY.as_bytes().to_vec()),
            ("that is random", noise(9, 3_000)),
            ("of 5 MB", [display_p3.clone(), vec![0; 5_000_000]].concat()),
        ];
        let mut inks = display_p3.clone();
        inks[16..20].copy_from_slice(b"CMYK");
        profiles.push(("of inks", inks));
        let mut offsets = display_p3.clone();
        let tags = u32::from_be_bytes([offsets[128], offsets[129], offsets[130], offsets[131]]);
        for tag in 0..tags as usize {
            offsets[132 + tag * 12 + 4..132 + tag * 12 + 12].fill(0xff);
        }
        profiles.push(("whose tables are beyond its end", offsets));
        let mut many = display_p3.clone();
        many[128..132].fill(0xff);
        profiles.push(("of 4,294,967,295 tables", many));
        for (name, profile) in &profiles {
            let bytes = jpeg_with(&ordinary(), |encoder| {
                encoder.add_icc_profile(profile).expect("it fits");
            });
            self.photo(format!("JPEG with a profile {name}"), bytes);
            let mut file = chunks(&ordinary_png());
            file.insert(1, iccp(profile));
            self.photo(format!("PNG with a profile {name}"), assembled(&file));
            let file = [
                vp8x(0x20, WIDTH, HEIGHT),
                (*b"ICCP", profile.clone()),
                ordinary_vp8l(),
            ];
            self.photo(format!("WebP with a profile {name}"), webp(&file));
        }
        let plain = ordinary_jpeg();
        for seed in 0..8 {
            let mut profile = display_p3.clone();
            for (at, value) in noise(100 + seed, 32).chunks(2).zip(noise(200 + seed, 16)) {
                let at =
                    128 + (usize::from(at[0]) * 256 + usize::from(at[1])) % (profile.len() - 128);
                profile[at] = value;
            }
            let data = [b"ICC_PROFILE\0\x01\x01".to_vec(), profile].concat();
            let name = format!("JPEG with a damaged profile, {seed}");
            self.photo(name, with_app(&plain, 0xe2, &data));
        }
        let numbered = |number: u8, of: u8| {
            let head = [b"ICC_PROFILE\0".as_slice(), &[number, of]].concat();
            [head, display_p3.clone()].concat()
        };
        for (name, number, of) in [("0 of 1", 0, 1), ("2 of 1", 2, 1), ("1 of 255", 1, 255)] {
            let bytes = with_app(&plain, 0xe2, &numbered(number, of));
            self.photo(format!("JPEG with part {name} of a profile"), bytes);
        }
        let raw: Vec<u8> = ordinary().pixels().map(|pixel| pixel.0[0]).collect();
        let grey = jpeg_of(&raw, ColorType::Luma);
        self.photo(
            "JPEG, grey, with a profile for colours",
            with_app(&grey, 0xe2, &numbered(1, 1)),
        );
    }

    /// The canary wherever a camera or a programme writes a place.
    fn places(&mut self) {
        let plain = ordinary_jpeg();
        let data = exif(None, Some(&plain));
        self.photo(
            "JPEG, a place in Exif, and a thumbnail",
            with_app(&plain, 0xe1, &exif_app(&data)),
        );
        let late = {
            let mut parts = JpegParts::of(&plain);
            parts.segments.push((0xe1, exif_app(&data)));
            parts.segments.push((0xe1, exif_app(&exif(Some(1), None))));
            parts.joined()
        };
        self.photo("JPEG, two Exif segments, right before the picture", late);
        let packet = xmp();
        let named = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), &packet].concat();
        self.photo("JPEG, a place in XMP", with_app(&plain, 0xe1, &named));
        let guid = [b'0'; 32];
        let length = u32::try_from(packet.len()).expect("short").to_be_bytes();
        let named = [
            b"http://ns.adobe.com/xmp/extension/\0".as_slice(),
            &guid,
            &length,
            &[0; 4],
            &packet,
        ]
        .concat();
        self.photo(
            "JPEG, a place in extended XMP",
            with_app(&plain, 0xe1, &named),
        );
        let mut iptc = vec![0x1c, 2, 90, 0, u8::try_from(CANARY.len()).expect("short")];
        iptc.extend(CANARY.bytes());
        let mut named = b"Photoshop 3.0\08BIM\x04\x04\0\0".to_vec();
        named.extend(u32::try_from(iptc.len()).expect("short").to_be_bytes());
        named.extend(&iptc);
        named.push(0);
        self.photo("JPEG, a place in IPTC", with_app(&plain, 0xed, &named));
        self.photo(
            "JPEG, a place in a comment",
            with_app(&plain, 0xfe, CANARY.as_bytes()),
        );
        for number in 0..16_u8 {
            let bytes = with_app(&plain, 0xe0 | number, CANARY.as_bytes());
            self.photo(format!("JPEG, a place in APP{number}"), bytes);
        }
        let mut between = JpegParts::of(&progressive());
        let (head, last) = split_at_last_scan(&between.scan);
        let comment = [[0xff, 0xfe, 0, 32].as_slice(), CANARY.as_bytes()].concat();
        between.scan = [head, &comment, last, &[0xff, 0xd9]].concat();
        self.photo("JPEG, a place between its scans", between.joined());

        let file = |before: &[Chunk], after: &[Chunk]| {
            let mut file = chunks(&ordinary_png());
            let end = file.len() - 1;
            file.splice(end..end, after.iter().cloned());
            file.splice(1..1, before.iter().cloned());
            assembled(&file)
        };
        let canary = CANARY.as_bytes();
        let packed = zlib_stored(canary);
        let raw: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
        let raw = format!("\nexif\n{:8}\n{raw}", data.len());
        for (name, kind, data) in [
            ("tEXt", *b"tEXt", [b"Comment\0".as_slice(), canary].concat()),
            (
                "zTXt",
                *b"zTXt",
                [b"Comment\0\0".as_slice(), &packed].concat(),
            ),
            (
                "iTXt",
                *b"iTXt",
                [b"Comment\0\0\0\0\0".as_slice(), canary].concat(),
            ),
            (
                "XMP",
                *b"iTXt",
                [b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), &packet].concat(),
            ),
            (
                "a raw profile",
                *b"zTXt",
                [
                    b"Raw profile type exif\0\0".to_vec(),
                    zlib_stored(raw.as_bytes()),
                ]
                .concat(),
            ),
            ("eXIf", *b"eXIf", data.clone()),
            (
                "the name of its profile",
                *b"iCCP",
                [canary, b"\0\0", &packed].concat(),
            ),
            (
                "the name of its palette",
                *b"sPLT",
                [canary, b"\0\x08"].concat(),
            ),
            ("a chunk of Apple's", *b"iDOT", canary.to_vec()),
        ] {
            let chunk = [(kind, data)];
            self.photo(format!("PNG, a place in {name}"), file(&chunk, &[]));
            self.photo(
                format!("PNG, a place in {name}, at the end"),
                file(&[], &chunk),
            );
        }
        for (name, flags, chunk) in [
            ("EXIF", 0x08, (*b"EXIF", data.clone())),
            ("XMP", 0x04, (*b"XMP ", packet.clone())),
            ("a chunk that nobody knows", 0, (*b"GPS ", canary.to_vec())),
        ] {
            let file = [vp8x(flags, WIDTH, HEIGHT), ordinary_vp8l(), chunk];
            self.photo(format!("WebP, a place in {name}"), webp(&file));
        }
    }

    fn hostile_exif(&mut self) {
        let entry = |tag: u16, kind: u16, count: u32, value: u32| {
            let mut bytes = tag.to_be_bytes().to_vec();
            bytes.extend(kind.to_be_bytes());
            bytes.extend(count.to_be_bytes());
            bytes.extend(value.to_be_bytes());
            bytes
        };
        let directory = |entries: &[Vec<u8>], next: u32| {
            let mut bytes = b"MM\0*\0\0\0\x08".to_vec();
            bytes.extend(u16::try_from(entries.len()).expect("few").to_be_bytes());
            bytes.extend(entries.concat());
            bytes.extend(next.to_be_bytes());
            bytes.extend(CANARY.bytes());
            bytes
        };
        let remark = entry(0x010e, 2, 30, 26);
        let everywhere: Vec<Vec<u8>> = (0..5_000).map(|_| entry(0x8769, 4, 1, 8)).collect();
        let crowd: Vec<Vec<u8>> = (0..5_000).map(|_| remark.clone()).collect();
        for (name, data) in [
            (
                "that comes back to itself",
                directory(std::slice::from_ref(&remark), 8),
            ),
            ("that holds itself", directory(&[entry(0x8769, 4, 1, 8)], 0)),
            ("that holds itself 5,000 times", directory(&everywhere, 8)),
            (
                "whose place is itself",
                directory(&[entry(0x8825, 4, 1, 8)], 8),
            ),
            ("of 5,000 remarks", directory(&crowd, 0)),
            (
                "with a remark of 4 GiB",
                directory(&[entry(0x010e, 2, u32::MAX, 8)], 0),
            ),
            (
                "with 4,294,967,295 fractions",
                directory(&[entry(0x011a, 5, u32::MAX, 8)], 0),
            ),
            (
                "with a remark beyond its end",
                directory(&[entry(0x010e, 2, 99, u32::MAX)], 0),
            ),
            (
                "that goes on beyond its end",
                directory(std::slice::from_ref(&remark), u32::MAX),
            ),
            (
                "with a remark of no known kind",
                directory(&[entry(0x010e, 99, 1, 8)], 0),
            ),
            (
                "with a turn that is a text",
                directory(&[entry(0x0112, 2, 4, 0x3600_0000)], 0),
            ),
            (
                "with no turn at all",
                directory(&[entry(0x0112, 3, 0, 0)], 0),
            ),
            (
                "with a turn of 4 GiB",
                directory(&[entry(0x0112, 3, u32::MAX, 8)], 0),
            ),
            ("with a thumbnail of 4 GiB", {
                directory(&[entry(0x0201, 4, 1, 8), entry(0x0202, 4, 1, u32::MAX)], 8)
            }),
            (
                "that names 65,535 remarks",
                b"MM\0*\0\0\0\x08\xff\xff".to_vec(),
            ),
            (
                "that begins beyond its end",
                b"MM\0*\xff\xff\xff\xff".to_vec(),
            ),
            (
                "that begins within its head",
                b"MM\0*\0\0\0\0\0\0\0\0".to_vec(),
            ),
            ("of 1 byte", b"M".to_vec()),
            ("that is random", noise(10, 65_000)),
            ("that is zeros", vec![0; 65_000]),
            (
                "that is a large TIFF",
                b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10".to_vec(),
            ),
        ] {
            let bytes = with_app(&ordinary_jpeg(), 0xe1, &exif_app(&data));
            self.photo(format!("JPEG with Exif {name}"), bytes);
            let mut file = chunks(&ordinary_png());
            file.insert(1, (*b"eXIf", data));
            self.photo(format!("PNG with Exif {name}"), assembled(&file));
        }
        let empty = with_app(&ordinary_jpeg(), 0xe1, b"Exif\0\0");
        self.photo("JPEG with empty Exif", empty);
        // A moment that no calendar has.
        for (number, moment) in ["0000:00:00 00:00:00", "2026:02:31 25:61:61", "2026:03:17"]
            .into_iter()
            .enumerate()
        {
            let data = exif_app(&exif_at(None, None, moment));
            let bytes = with_app(&ordinary_jpeg(), 0xe1, &data);
            self.photo(format!("JPEG of an impossible moment, {number}"), bytes);
        }
    }
}

// ---- For the tests of turns and colours

/// A JPEG whose quarters are red, green, blue and white, from the top left, and that says how it is to be turned.
pub fn quarters(orientation: u16) -> Vec<u8> {
    let pixels = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        Rgb(match (x < WIDTH / 2, y < HEIGHT / 2) {
            (true, true) => [255, 0, 0],
            (false, true) => [0, 255, 0],
            (true, false) => [0, 0, 255],
            (false, false) => [255, 255, 255],
        })
    });
    with_app(
        &fine_jpeg(&pixels, None),
        0xe1,
        &exif_app(&exif(Some(orientation), None)),
    )
}

/// One colour, as JPEG, PNG and WebP, with or without a profile.
pub fn plain(colour: [u8; 3], profile: Option<&[u8]>) -> [(&'static str, Vec<u8>); 3] {
    let pixels = RgbImage::from_pixel(WIDTH, HEIGHT, Rgb(colour));
    let mut png = chunks(&png_rgb(&pixels));
    let mut riff = vec![vp8x(0, WIDTH, HEIGHT), vp8l(&pixels)];
    if let Some(profile) = profile {
        png.insert(1, iccp(profile));
        riff[0] = vp8x(0x20, WIDTH, HEIGHT);
        riff.insert(1, (*b"ICCP", profile.to_vec()));
    }
    [
        ("JPEG", fine_jpeg(&pixels, profile)),
        ("PNG", assembled(&png)),
        ("WebP", webp(&riff)),
    ]
}

fn fine_jpeg(pixels: &RgbImage, profile: Option<&[u8]>) -> Vec<u8> {
    jpeg_with(pixels, |encoder| {
        encoder.set_quality(98);
        encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
        if let Some(profile) = profile {
            encoder.add_icc_profile(profile).expect("it fits");
        }
    })
}

// ---- Pictures and bytes

/// Soft colours with edges in them: it compresses as photos do, and no two parts of it are alike.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let edge = if (x / 20 + y / 15).is_multiple_of(3) {
            60
        } else {
            0
        };
        let sample = |number: u32| u8::try_from(number % 256).expect("under 256");
        Rgb([
            sample(40 + x * 150 / width + edge),
            sample(30 + y * 150 / height + edge),
            sample((x * 7 + y * 3) / 16),
        ])
    })
}

fn ordinary() -> RgbImage {
    picture(WIDTH, HEIGHT)
}

// Made once: most samples are built around one of these.

fn ordinary_jpeg() -> Vec<u8> {
    static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| jpeg(&ordinary()));
    FILE.clone()
}

fn ordinary_png() -> Vec<u8> {
    static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| png_rgb(&ordinary()));
    FILE.clone()
}

fn ordinary_webp() -> Vec<u8> {
    static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| webp_of(&ordinary()));
    FILE.clone()
}

fn ordinary_vp8l() -> Chunk {
    vp8l_of(&ordinary_webp())
}

/// Bytes that follow no rule, the same for the same seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        })
        .collect()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

// ---- JPEG

fn jpeg(pixels: &RgbImage) -> Vec<u8> {
    jpeg_with(pixels, |_| {})
}

fn jpeg_with(pixels: &RgbImage, settings: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 80);
    settings(&mut encoder);
    let side = |length: u32| u16::try_from(length).expect("a side");
    encoder
        .encode(
            pixels.as_raw(),
            side(pixels.width()),
            side(pixels.height()),
            ColorType::Rgb,
        )
        .expect("a picture");
    bytes
}

/// A JPEG of [`WIDTH`] by [`HEIGHT`] of other samples than red, green and blue.
fn jpeg_of(raw: &[u8], colour: ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 80);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    let side = |length: u32| u16::try_from(length).expect("a side");
    encoder
        .encode(raw, side(WIDTH), side(HEIGHT), colour)
        .expect("a picture");
    bytes
}

fn progressive() -> Vec<u8> {
    jpeg_with(&ordinary(), |encoder| encoder.set_progressive(true))
}

/// Some hundred bytes that say that they are a JPEG of that many pixels.
fn jpeg_named(width: u16, height: u16) -> Vec<u8> {
    let mut parts = JpegParts::of(&jpeg(&picture(8, 8)));
    for (marker, data) in &mut parts.segments {
        if *marker == 0xc0 {
            data[1..3].copy_from_slice(&height.to_be_bytes());
            data[3..5].copy_from_slice(&width.to_be_bytes());
        }
    }
    parts.joined()
}

/// A JPEG taken apart: what comes before the first scan, and the rest of the file from there.
#[derive(Clone)]
struct JpegParts {
    segments: Vec<(u8, Vec<u8>)>,
    scan: Vec<u8>,
}

impl JpegParts {
    fn of(bytes: &[u8]) -> Self {
        let mut segments = Vec::new();
        let mut at = 2;
        while bytes[at + 1] != 0xda {
            let length = usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
            segments.push((bytes[at + 1], bytes[at + 4..at + 2 + length].to_vec()));
            at += 2 + length;
        }
        Self {
            segments,
            scan: bytes[at..].to_vec(),
        }
    }

    fn joined(&self) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        for (marker, data) in &self.segments {
            let length = u16::try_from(data.len() + 2).expect("a segment");
            bytes.extend([0xff, *marker]);
            bytes.extend(length.to_be_bytes());
            bytes.extend(data);
        }
        bytes.extend(&self.scan);
        bytes
    }
}

/// `jpeg` with one more segment at its beginning.
fn with_app(jpeg: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("a segment");
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(data);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// What comes before the last scan, and that scan without the end of the file.
fn split_at_last_scan(jpeg: &[u8]) -> (&[u8], &[u8]) {
    let last = jpeg
        .windows(2)
        .rposition(|pair| pair == [0xff, 0xda])
        .expect("a scan");
    (&jpeg[..last], &jpeg[last..jpeg.len() - 2])
}

// ---- PNG

type Chunk = ([u8; 4], Vec<u8>);

const PNG_MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

fn png_rgb(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels.as_raw()).expect("a picture");
    writer.finish().expect("a file");
    bytes
}

fn png_of(colour: png::ColorType, depth: png::BitDepth, raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(raw).expect("a picture");
    writer.finish().expect("a file");
    bytes
}

fn ihdr(width: u32, height: u32, depth: u8, colour: u8, interlace: u8) -> Chunk {
    let mut data = width.to_be_bytes().to_vec();
    data.extend(height.to_be_bytes());
    data.extend([depth, colour, 0, 0, interlace]);
    (*b"IHDR", data)
}

fn iend() -> Chunk {
    (*b"IEND", Vec::new())
}

fn fctl(number: u32, width: u32, height: u32) -> Chunk {
    let mut data = Vec::new();
    for part in [number, width, height, 0, 0] {
        data.extend(part.to_be_bytes());
    }
    data.extend([0, 1, 0, 10, 0, 0]);
    (*b"fcTL", data)
}

fn iccp(profile: &[u8]) -> Chunk {
    (
        *b"iCCP",
        [b"profile\0\0".to_vec(), zlib_stored(profile)].concat(),
    )
}

fn assembled(chunks: &[Chunk]) -> Vec<u8> {
    let mut bytes = PNG_MAGIC.to_vec();
    for (kind, data) in chunks {
        bytes.extend(u32::try_from(data.len()).expect("a chunk").to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend(crc32(&[kind, data]).to_be_bytes());
    }
    bytes
}

fn chunks(png: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut at = PNG_MAGIC.len();
    while at < png.len() {
        let number = [png[at], png[at + 1], png[at + 2], png[at + 3]];
        let length = u32::from_be_bytes(number) as usize;
        let kind = [png[at + 4], png[at + 5], png[at + 6], png[at + 7]];
        chunks.push((kind, png[at + 8..at + 8 + length].to_vec()));
        at += 12 + length;
    }
    chunks
}

fn with_wrong_sum(chunks: &[Chunk], kind: [u8; 4]) -> Vec<u8> {
    let at = chunks.iter().position(|chunk| chunk.0 == kind);
    let end = assembled(&chunks[..=at.expect("such a chunk")]).len();
    let mut bytes = assembled(chunks);
    bytes[end - 1] ^= 0xff;
    bytes
}

/// Rows of a PNG, none of them filtered.
fn png_rows(width: u32, height: u32, samples: usize, raw: &[u8]) -> Vec<u8> {
    raw.chunks(width as usize * samples)
        .take(height as usize)
        .flat_map(|row| [[0].as_slice(), row].concat())
        .collect()
}

/// The seven passes of an interlaced PNG.
fn adam7(width: u32, height: u32, samples: usize) -> Vec<u8> {
    const PASSES: [(u32, u32, u32, u32); 7] = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let mut bytes = Vec::new();
    for (left, top, right, down) in PASSES {
        for y in (top..height).step_by(down as usize) {
            bytes.push(0);
            for x in (left..width).step_by(right as usize) {
                bytes.extend(std::iter::repeat_n(((x + y) % 256) as u8, samples));
            }
        }
    }
    bytes
}

fn crc32(parts: &[&[u8]]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let mut sum = at as u32;
            let mut bit = 0;
            while bit < 8 {
                sum = if sum & 1 == 1 {
                    (sum >> 1) ^ 0xedb8_8320
                } else {
                    sum >> 1
                };
                bit += 1;
            }
            table[at] = sum;
            at += 1;
        }
        table
    };
    let mut sum = u32::MAX;
    for part in parts {
        for &byte in *part {
            sum = (sum >> 8) ^ TABLE[((sum ^ u32::from(byte)) & 0xff) as usize];
        }
    }
    !sum
}

/// `data` in the manner of zlib, not compressed.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x01];
    let mut pieces = data.chunks(65_535).peekable();
    if pieces.peek().is_none() {
        bytes.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(piece) = pieces.next() {
        let length = u16::try_from(piece.len()).expect("a piece");
        bytes.push(u8::from(pieces.peek().is_none()));
        bytes.extend(length.to_le_bytes());
        bytes.extend((!length).to_le_bytes());
        bytes.extend(piece);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for piece in data.chunks(3_800) {
        for &byte in piece {
            low += u32::from(byte);
            high += low;
        }
        low %= 65_521;
        high %= 65_521;
    }
    bytes.extend(((high << 16) | low).to_be_bytes());
    bytes
}

/// At least `length` zeros in the manner of zlib, in a hundred-and-fiftieth of their length.
fn zlib_zeros(length: usize) -> Vec<u8> {
    /// Bits of the code of a repetition of 258 bytes, one byte back, with the fixed codes.
    const REPEAT: [u8; 13] = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    let repeats = length.div_ceil(258).next_multiple_of(8);
    // A last block with the fixed codes, and the first zero as itself.
    let first = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
    // Eight repetitions fill thirteen bytes.
    let bits = first
        .into_iter()
        .chain(REPEAT.into_iter().cycle().take(13 * 8));
    let bits: Vec<u8> = bits.collect();
    let packed = |bits: &[u8]| -> Vec<u8> {
        bits.chunks(8)
            .map(|bits| bits.iter().rev().fold(0_u8, |byte, bit| (byte << 1) | bit))
            .collect()
    };
    let mut bytes = vec![0x78, 0xda];
    bytes.extend(packed(&bits[..8]));
    // From the second byte on, the same thirteen bytes come again and again: three bits of the beginning, then
    // what is left of the repetitions; the bits that stand over at a repetition's end are the next one's first.
    let cycle: Vec<u8> = REPEAT.into_iter().cycle().take(13 * 8).collect();
    let shifted = packed(&[&cycle[13 * 8 - 3..], &cycle[..13 * 8 - 3]].concat());
    let mut body = shifted.repeat(repeats / 8);
    // The first three bits are the literal's, which are zeros, as a repetition's last are.
    body[0] &= !0b111;
    bytes.append(&mut body);
    // The last three bits of the last repetition, and the end: seven zeros.
    bytes.extend([0, 0]);
    let high = ((repeats * 258 + 1) % 65_521) as u32;
    bytes.extend(((high << 16) | 1).to_be_bytes());
    bytes
}

// ---- WebP

fn webp_of(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .encode(
            pixels.as_raw(),
            pixels.width(),
            pixels.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("a picture");
    bytes
}

fn riff_chunk((kind, data): &Chunk) -> Vec<u8> {
    let mut bytes = kind.to_vec();
    bytes.extend(u32::try_from(data.len()).expect("a chunk").to_le_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn webp(chunks: &[Chunk]) -> Vec<u8> {
    let body: Vec<u8> = chunks.iter().flat_map(riff_chunk).collect();
    let length = u32::try_from(body.len() + 4).expect("a length");
    [b"RIFF".as_slice(), &length.to_le_bytes(), b"WEBP", &body].concat()
}

/// The picture of a WebP, to be put into another.
fn vp8l(pixels: &RgbImage) -> Chunk {
    vp8l_of(&webp_of(pixels))
}

fn vp8l_of(file: &[u8]) -> Chunk {
    let at = find(file, b"VP8L").expect("a picture");
    let number = [file[at + 4], file[at + 5], file[at + 6], file[at + 7]];
    let length = u32::from_le_bytes(number) as usize;
    (*b"VP8L", file[at + 8..at + 8 + length].to_vec())
}

fn vp8x(flags: u8, width: u32, height: u32) -> Chunk {
    let mut data = vec![flags, 0, 0, 0];
    data.extend(&(width - 1).to_le_bytes()[..3]);
    data.extend(&(height - 1).to_le_bytes()[..3]);
    (*b"VP8X", data)
}

// ---- Metadata

fn exif_app(data: &[u8]) -> Vec<u8> {
    [b"Exif\0\0".as_slice(), data].concat()
}

/// What a camera writes, with the canary in every text and a place in it.
fn exif(orientation: Option<u16>, thumbnail: Option<&[u8]>) -> Vec<u8> {
    exif_at(orientation, thumbnail, "2026:03:17 11:58:00")
}

fn exif_at(orientation: Option<u16>, thumbnail: Option<&[u8]>, moment: &str) -> Vec<u8> {
    const TEXT: u16 = 2;
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const FRACTION: u16 = 5;
    const BYTES: u16 = 7;
    let text = |text: &str| [text.as_bytes(), b"\0"].concat();
    let long = |number: usize| u32::try_from(number).expect("short").to_be_bytes().to_vec();
    let fractions = |numbers: [u32; 3]| -> Vec<u8> {
        let pair = |number: u32| [number.to_be_bytes(), 1_u32.to_be_bytes()].concat();
        numbers.into_iter().flat_map(pair).collect()
    };
    let camera = vec![
        (0x9003, TEXT, text(moment)),
        (0x9011, TEXT, text("+01:00")),
        (0x927c, BYTES, CANARY.into()),
        (
            0x9286,
            BYTES,
            [b"ASCII\0\0\0".as_slice(), CANARY.as_bytes()].concat(),
        ),
        (0xa431, TEXT, text(CANARY)),
    ];
    let place = vec![
        (0x0001, TEXT, text("N")),
        (0x0002, FRACTION, fractions([48, 8, 13])),
        (0x0003, TEXT, text("E")),
        (0x0004, FRACTION, fractions([11, 34, 30])),
        (
            0x001b,
            BYTES,
            [b"ASCII\0\0\0".as_slice(), CANARY.as_bytes()].concat(),
        ),
    ];
    let main = |camera: usize, place: usize| {
        let mut entries = vec![
            (0x010e, TEXT, text(CANARY)),
            (0x010f, TEXT, text("Canary Inc.")),
        ];
        if let Some(orientation) = orientation {
            entries.push((0x0112, SHORT, orientation.to_be_bytes().to_vec()));
        }
        entries.push((0x013b, TEXT, text(CANARY)));
        entries.push((0x8769, LONG, long(camera)));
        entries.push((0x8825, LONG, long(place)));
        entries
    };
    let small =
        |at: usize, length: usize| vec![(0x0201, LONG, long(at)), (0x0202, LONG, long(length))];
    // Where each directory stands follows from how long the ones before it are.
    let at = 8;
    let camera_at = at + directory(&main(0, 0), at, 0).len();
    let place_at = camera_at + directory(&camera, camera_at, 0).len();
    let small_at = place_at + directory(&place, place_at, 0).len();
    let picture_at = small_at + directory(&small(0, 0), small_at, 0).len();
    let next = if thumbnail.is_some() { small_at } else { 0 };
    let mut bytes = b"MM\0*\0\0\0\x08".to_vec();
    bytes.extend(directory(&main(camera_at, place_at), at, next));
    bytes.extend(directory(&camera, camera_at, 0));
    bytes.extend(directory(&place, place_at, 0));
    if let Some(thumbnail) = thumbnail {
        bytes.extend(directory(&small(picture_at, thumbnail.len()), small_at, 0));
        bytes.extend(thumbnail);
    }
    bytes
}

/// A directory of a TIFF that stands at `at`, with what does not fit into its entries behind it.
fn directory(entries: &[(u16, u16, Vec<u8>)], at: usize, next: usize) -> Vec<u8> {
    let long = |number: usize| u32::try_from(number).expect("short").to_be_bytes();
    let mut behind = Vec::new();
    let behind_at = at + 2 + entries.len() * 12 + 4;
    let mut bytes = u16::try_from(entries.len())
        .expect("few")
        .to_be_bytes()
        .to_vec();
    for (tag, kind, data) in entries {
        let size = match kind {
            3 => 2,
            4 => 4,
            5 => 8,
            _ => 1,
        };
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(long(data.len() / size));
        if data.len() <= 4 {
            let mut value = data.clone();
            value.resize(4, 0);
            bytes.extend(value);
        } else {
            bytes.extend(long(behind_at + behind.len()));
            behind.extend(data);
            behind.resize(behind.len().next_multiple_of(2), 0);
        }
    }
    bytes.extend(long(next));
    bytes.extend(behind);
    bytes
}

fn xmp() -> Vec<u8> {
    format!(
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>\
         <x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description rdf:about='' xmlns:exif='http://ns.adobe.com/exif/1.0/' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' dc:source='{CANARY}' \
         exif:GPSLatitude='48,8.2N' exif:GPSLongitude='11,34.5E'/>\
         </rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
    .into_bytes()
}
