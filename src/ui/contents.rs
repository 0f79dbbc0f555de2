//! What stands in a component.

use leptos::{children::ToChildren, prelude::*};

/// Made at once, unlike `Children`, so that it may borrow what the page is made from.
pub struct Contents(pub(super) AnyView);

impl<F, V> ToChildren<F> for Contents
where
    F: FnOnce() -> V,
    V: RenderHtml + Send,
{
    fn to_children(make: F) -> Self {
        Self(make().into_any())
    }
}
