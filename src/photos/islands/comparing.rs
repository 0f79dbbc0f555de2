//! One photo over the other.

use super::*;

pub fn begin() {
    let Some(pair) = on_page::<HtmlElement>(".compare") else {
        return;
    };
    show(&pair);
    let shown = pair.clone();
    listen(&pair, "input", move |_| {
        show(&shown);
    });
}

/// Puts the slider's position where the style sheet and screen readers find it.
fn show(pair: &HtmlElement) -> Option<()> {
    let slider: HtmlInputElement = find(pair, "#split")?;
    let percent = slider.value();
    pair.style()
        .set_property("--split", &(percent.clone() + "%"))
        .ok()?;
    let words = pair.get_attribute("data-words")?;
    // The number comes first in every language: to look for its place would weigh more than all the rest.
    let words = percent + &words;
    slider.set_attribute("aria-valuetext", &words).ok()?;
    Some(())
}
