//! What the browser's half adds to a gallery.

use super::{
    figure::{self, Further},
    function,
};
use crate::ui::further::{Came, Coming, further, put};
use leptos::{prelude::*, web_sys::Element};

/// Around the link to earlier photos: they come to below those that are there, a stage that goes on where it stands.
#[island]
pub fn EarlierPhotos(children: Children) -> impl IntoView {
    further(children, earlier)
}

fn earlier(journey: i64, after: String, island: Element) -> Coming {
    Box::pin(async move {
        let Further {
            stages,
            last,
            more,
            said,
        } = function::earlier_photos(journey, after).await?;
        let mut first = None;
        let mut stages = stages.as_slice();
        // A stage that goes on where it stands.
        if let Some((stage, others)) = stages.split_first()
            && let Some(album) = begun(stage.stage)
        {
            first = put(&album, None, &figure::items(&stage.figures));
            stages = others;
        }
        // The others stand before the element that Leptos keeps the island in.
        let island = island.closest("leptos-island").ok().flatten();
        if let Some(island) = island
            && let Some(page) = island.parent_element()
        {
            let section = put(&page, Some(&island), &figure::sections(stages));
            let begins = section.and_then(|section| section.query_selector("li").ok()?);
            first = first.or(begins);
        }
        Ok(Came {
            last,
            more,
            said,
            first,
        })
    })
}

/// The list of a stage that is on the page already.
fn begun(stage: i32) -> Option<Element> {
    let heading = document().get_element_by_id(&format!("{}{stage}", figure::HEADING))?;
    let section = heading.parent_element()?;
    section.query_selector(".album").ok()?
}
