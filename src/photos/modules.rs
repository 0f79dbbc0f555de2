//! What scripts add to the pages of photos: tools of their own, so that a page loads what it uses and nothing else. The pages
//! do all that they are for without.

use crate::ui::Module;

/// Adding photos: seen, looked at, retaken and sent.
pub static ADD: Module = Module::new(
    "add",
    concat!(
        include_str!("modules/quality.js"),
        include_str!("modules/add.js")
    ),
);
/// Two stages, one over the other.
pub static COMPARE: Module = Module::new("compare", include_str!("modules/compare.js"));
/// All stages as a film.
pub static LAPSE: Module = Module::new("lapse", include_str!("modules/lapse.js"));
/// One photo after the other, by finger and by key.
pub static LIGHTBOX: Module = Module::new("lightbox", include_str!("modules/lightbox.js"));
/// All of them.
pub static ALL: [&Module; 4] = [&ADD, &COMPARE, &LAPSE, &LIGHTBOX];
