//! A lesson's prose as elements. The text was Markdown once; here it is plain data, and every
//! piece of it becomes a text node.

use faultline_course::{Address, Block, Inline};
use yew::Html;

use super::el::{El, el, text};

/// Blocks, one after the other. `level` is the heading level that a heading within takes.
pub fn blocks(blocks: &[Block], level: u8) -> Vec<Html> {
    blocks.iter().map(|one| block(one, level).into()).collect()
}

/// Blocks whose only paragraph needs no paragraph around it: list items and steps.
pub fn tight(inner: &[Block], level: u8) -> Vec<Html> {
    match inner {
        [Block::Paragraph(text)] => inlines(text),
        _ => blocks(inner, level),
    }
}

fn block(block: &Block, level: u8) -> El {
    match block {
        Block::Paragraph(text) => el("p").children(inlines(text)),
        Block::Heading(text) => el(if level <= 2 { "h2" } else { "h3" }).children(inlines(text)),
        Block::List { ordered, items } => {
            let items = items
                .iter()
                .map(|item| el("li").children(tight(item, level)));
            el(if *ordered { "ol" } else { "ul" }).children(items)
        }
        Block::Code(text) => {
            let code = el("code").text(text.clone());
            // Code that scrolls is reached by the keyboard.
            el("pre").set("tabindex", "0").child(code)
        }
        Block::Quote(inner) => el("blockquote").children(blocks(inner, level)),
        Block::Table { head, rows } => {
            let head = head
                .iter()
                .map(|cell| el("th").set("scope", "col").children(inlines(cell)));
            let row = |cells: &Vec<Vec<Inline>>| {
                el("tr").children(cells.iter().map(|cell| el("td").children(inlines(cell))))
            };
            el("table")
                .child(el("thead").child(el("tr").children(head)))
                .child(el("tbody").children(rows.iter().map(row)))
        }
    }
}

fn inlines(text: &[Inline]) -> Vec<Html> {
    text.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> Html {
    match inline {
        Inline::Text(words) => text(words.clone()),
        Inline::Emphasis(inner) => el("em").children(inlines(inner)).into(),
        Inline::Strong(inner) => el("strong").children(inlines(inner)).into(),
        Inline::Code(text) => el("code").text(text.clone()).into(),
        Inline::Link { to, text } => {
            let to = match to.starts_with("https://") {
                true => to.clone(),
                false => Address::lesson(to).to_string(),
            };
            el("a").set("href", to).children(inlines(text)).into()
        }
    }
}
