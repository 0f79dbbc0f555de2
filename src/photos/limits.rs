//! How much is taken in.

/// Bytes of one photo.
pub const BYTES: u64 = 25 * 1024 * 1024;
/// The least that is too much.
pub const TOO_MANY_BYTES: u64 = BYTES + 1;
/// Pixels of one photo, 64 megapixels as phones count them: one that is sold with so many makes 9248 × 6936.
pub const PIXELS: u64 = 64 * 1024 * 1024;
/// Pixels of its shorter side.
pub const SHORTEST_SIDE: u32 = 200;
/// Photos sent in one go.
pub const AT_ONCE: usize = 12;
/// Photos that a patient may send within 24 hours: a stage of five views, each repeated a dozen times.
pub const A_DAY: i64 = 60;
/// Megapixels that are decoded at the same time in one process. A megapixel takes up to 13 MB while it is worked
/// on (a progressive JPEG's coefficients, the picture, its turned copy), so that all of them together stay under 1 GB. The largest photo
/// is alone.
pub const MEGAPIXELS_AT_ONCE: u32 = 64;
