//! The table: as high as all rows together, with elements only for those in sight.

use std::ops::Range;

use faultline_systems::{LogEntry, number};
use faultline_view::Selection;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::row::{COLUMNS, Kinds, cells, pieces};
use crate::app::dom;
use crate::app::el::{El, el};

/// Height of a row in root ems; the style sheet has the same.
const ROW_REM: f64 = 1.6;
/// Rows beyond the edges, so that a quick scroll finds something.
const SPARE: usize = 8;

/// What is in sight.
#[derive(Debug)]
pub struct Table {
    row_px: f64,
    /// Rows have another height than they were placed with.
    moved: bool,
    top: usize,
    rows: usize,
    /// The end is in sight, and stays so when rows are added.
    at_end: bool,
    /// A row that is to be brought into sight.
    reveal: Option<usize>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            row_px: row_px(),
            moved: false,
            top: 0,
            rows: 12,
            at_end: true,
            reveal: None,
        }
    }
}

/// What the table shows.
pub struct Shown<'a> {
    /// The rows in sight, with their numbers.
    pub rows: &'a [(usize, LogEntry)],
    /// How many rows there are.
    pub count: usize,
    /// The entry that is looked at.
    pub current: Option<u64>,
    /// What the reader looks at, whichever part it was chosen in.
    pub selected: &'a Selection,
    /// What is searched for.
    pub needle: &'a str,
}

/// Whether a key means something in the table.
pub fn means(event: &KeyboardEvent) -> bool {
    let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
    let keys = [
        "ArrowDown",
        "ArrowUp",
        "PageDown",
        "PageUp",
        "Home",
        "End",
        "/",
        "n",
        "N",
        "c",
        "C",
        "Enter",
        "Escape",
    ];
    plain && keys.contains(&&*event.key())
}

impl Table {
    /// The rows that have elements.
    pub fn range(&self, count: usize) -> Range<usize> {
        let first = if self.at_end && self.reveal.is_none() {
            count.saturating_sub(self.rows)
        } else {
            self.top.min(count.saturating_sub(self.rows))
        };
        let first = first.saturating_sub(SPARE);
        first..(first + self.rows + 2 * SPARE).min(count)
    }

    /// How many rows are a page.
    pub fn page(&self) -> usize {
        self.rows.saturating_sub(1).max(1)
    }

    /// The first row in sight.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Brings a row into sight when it is next shown.
    pub fn reveal_row(&mut self, row: Option<usize>) {
        self.reveal = row;
    }

    /// Notes what is in sight; whether that is something else.
    pub fn look(&mut self, body: &NodeRef) -> bool {
        let Some(body) = body.cast::<HtmlElement>() else {
            return false;
        };
        let height = f64::from(body.client_height());
        let scrolled = f64::from(body.scroll_top());
        let rest = f64::from(body.scroll_height()) - scrolled - height;
        let before = (self.top, self.rows, self.at_end);
        self.top = (scrolled / self.row_px) as usize;
        self.rows = (height / self.row_px) as usize + 1;
        if std::mem::take(&mut self.moved) {
            return true;
        }
        self.at_end = rest < self.row_px;
        before != (self.top, self.rows, self.at_end)
    }

    /// After the rows have been put on the page: scrolls to where it should be; whether what is
    /// in sight is to be looked at again.
    pub fn settle(&mut self, body: &NodeRef) -> bool {
        let Some(body) = body.cast::<HtmlElement>() else {
            return false;
        };
        let row_px = row_px();
        if self.row_px != row_px {
            // Letters have another size: rows are placed anew before anything is scrolled to.
            self.row_px = row_px;
            self.moved = true;
            return true;
        }
        let height = f64::from(body.client_height());
        // The head stands over the first row in sight.
        let room = height - self.row_px;
        let scrolled = f64::from(body.scroll_top());
        let rows = (height / self.row_px) as usize + 1;
        let resized = rows != self.rows;
        let wanted = match self.reveal.take() {
            Some(row) => {
                self.at_end = false;
                let place = row as f64 * self.row_px;
                if place < scrolled {
                    place - room / 3.0
                } else if place + self.row_px > scrolled + room {
                    place - room * 2.0 / 3.0
                } else {
                    return resized;
                }
            }
            None if self.at_end => f64::from(body.scroll_height()) - height,
            None => return resized,
        };
        let wanted = wanted.max(0.0) as i32;
        if body.scroll_top() != wanted {
            body.set_scroll_top(wanted);
            return true;
        }
        resized
    }

    /// The table with its head.
    pub fn view(&self, body: &NodeRef, shown: &Shown) -> El {
        let heads = COLUMNS.iter().map(|(name, class)| {
            el("div")
                .class(class)
                .set("role", "columnheader")
                .text(*name)
        });
        let head = el("div")
            .class("log-row log-head")
            .set("role", "row")
            .set("aria-rowindex", "1")
            .children(heads);
        let first = shown.rows.first().map_or(0, |(row, _)| *row);
        let place = format!("transform:translateY({:.0}px)", first as f64 * self.row_px);
        let rows = el("div")
            .class("log-rows")
            .set("role", "rowgroup")
            .set("style", place)
            .children(
                shown
                    .rows
                    .iter()
                    .map(|(row, entry)| line(*row, entry, shown)),
            );
        let height = format!("height:{:.0}px", shown.count as f64 * self.row_px);
        let all = el("div")
            .class("log-all")
            .set("role", "presentation")
            .set("style", height)
            .child(rows);
        let current = shown.current.filter(|id| {
            let mut rows = shown.rows.iter();
            rows.any(|(_, entry)| entry.id == *id)
        });
        let empty = (shown.count == 0).then(|| {
            el("p")
                .class("dock-said")
                .text("Nothing has happened yet that would be shown here.")
        });
        el("div")
            .class("log-body")
            .id("log-body")
            .node(body)
            .set("tabindex", "0")
            .set("role", "grid")
            .set("aria-label", "Log")
            .set("aria-rowcount", (shown.count + 1).to_string())
            .set_some("aria-activedescendant", current.map(row_id))
            .child(
                el("div")
                    .set("role", "rowgroup")
                    .class("log-heads")
                    .child(head),
            )
            .child(all)
            .child_some(empty)
    }
}

fn row_id(id: u64) -> String {
    format!("log-{id}")
}

fn line(row: usize, entry: &LogEntry, shown: &Shown) -> El {
    let is_current = shown.current == Some(entry.id);
    let linked = match shown.selected {
        Selection::Message(id) => entry.message.as_ref() == Some(id),
        Selection::Node(name) => entry.node.as_ref() == Some(name),
        Selection::Mark(mark) => mark.strip_prefix('e') == Some(&*entry.id.to_string()),
        Selection::None => false,
    };
    let mut class = format!("log-row {}", Kinds::class(entry.kind));
    if linked {
        class.push_str(" linked");
    }
    let texts = cells(entry).into_iter().zip(COLUMNS);
    let texts = texts.enumerate().map(|(column, (text, (_, class)))| {
        let cell = el("div").class(class).set("role", "gridcell");
        let searched = (1..6).contains(&column);
        if column == 6 && !text.is_empty() {
            let cause = el("span")
                .class("link")
                .set("data-cause", entry.id.to_string())
                .set("title", "Go to what caused this");
            return cell.child(cause.text(format!("↑ {text}")));
        }
        if !searched || shown.needle.is_empty() {
            return cell.text(text);
        }
        let pieces = pieces(&text, shown.needle).into_iter();
        let pieces = pieces.map(|(text, found)| {
            let tag = if found { "mark" } else { "span" };
            el(tag).text(text.to_owned())
        });
        cell.children(pieces.collect::<Vec<_>>())
    });
    el("div")
        .set("class", class)
        .id(row_id(entry.id))
        .set("role", "row")
        .set("data-id", entry.id.to_string())
        .set("aria-rowindex", (row + 2).to_string())
        .state("aria-selected", is_current)
        .children(texts)
}

/// A row's height on this page.
fn row_px() -> f64 {
    let root: Option<Element> = dom::root().map(Into::into);
    let style = root.and_then(|root| dom::window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let size = size.and_then(|size| number::read(size.strip_suffix("px")?));
    size.unwrap_or(16.0) * ROW_REM
}
