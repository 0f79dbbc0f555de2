//! Tables in a card.

use crate::ui::{Icon, IconName};
use leptos::prelude::*;
use std::borrow::Cow;

/// A table in a card, with a heading for each column.
pub fn table_of<H: IntoIterator<Item = Cow<'static, str>>, V: IntoView>(
    headings: H,
    rows: V,
) -> impl IntoView + use<H, V> {
    let columns = headings.into_iter().map(Column::named).collect();
    view! { <Table columns rows=rows.into_any()/> }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub struct Column {
    words: String,
    /// Figures stand at the right.
    figures: bool,
    /// The address of the same list sorted by this column, and whether it is sorted so now.
    sort: Option<(String, Option<Direction>)>,
    /// Seen by those who listen alone, as above boxes to tick.
    hidden: bool,
}

impl Column {
    pub fn named(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            figures: false,
            sort: None,
            hidden: false,
        }
    }

    pub fn figures(self) -> Self {
        Self {
            figures: true,
            ..self
        }
    }

    pub fn unseen(self) -> Self {
        Self {
            hidden: true,
            ..self
        }
    }

    pub fn sorted_at(self, href: impl Into<String>, now: Option<Direction>) -> Self {
        Self {
            sort: Some((href.into(), now)),
            ..self
        }
    }

    fn head(self) -> impl IntoView {
        let class = self.figures.then_some("figures");
        let order = self.sort.as_ref().map(|(_, now)| match now {
            Some(Direction::Ascending) => "ascending",
            Some(Direction::Descending) => "descending",
            None => "none",
        });
        let icon = match self.sort.as_ref().and_then(|(_, now)| *now) {
            Some(Direction::Ascending) => Some(IconName::ChevronUp),
            Some(Direction::Descending) => Some(IconName::ChevronDown),
            None => None,
        };
        let words = self.words;
        let words = match self.sort {
            Some((href, _)) => view! {
                <a class="sort" href=href>{words}{icon.map(|name| view! { <Icon name/> })}</a>
            }
            .into_any(),
            None if self.hidden => {
                view! { <span class="visually-hidden">{words}</span> }.into_any()
            }
            None => words.into_any(),
        };
        view! { <th scope="col" class=class aria-sort=order>{words}</th> }
    }
}

/// A table in a card. On a phone each row stacks itself. With `dense`, rows are lower. `bulk` is what can be
/// done with the rows that are ticked: it stays in sight at the foot.
#[component]
pub fn Table(
    columns: Vec<Column>,
    rows: AnyView,
    #[prop(optional, into)] caption: Option<String>,
    #[prop(optional)] dense: bool,
    #[prop(optional, into)] bulk: Option<AnyView>,
) -> impl IntoView {
    let class = if dense {
        "card table-card table-dense"
    } else {
        "card table-card"
    };
    let heads = columns.into_iter().map(Column::head).collect_view();
    view! {
        <div class=class>
            <table>
                {caption.map(|words| view! { <caption class="visually-hidden">{words}</caption> })}
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {bulk.map(|bulk| view! { <div class="bulk-bar">{bulk}</div> })}
        </div>
    }
}
