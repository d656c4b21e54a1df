//! A lesson's prose as elements. The text was Markdown once; here it is plain data, and every
//! piece of it becomes a text node.

use faultline_course::{Address, Block, Inline};
use yew::prelude::*;

/// Blocks, one after the other. `level` is the heading level that a heading within takes.
pub fn blocks(blocks: &[Block], level: u8) -> Html {
    blocks.iter().map(|one| block(one, level)).collect()
}

fn block(block: &Block, level: u8) -> Html {
    match block {
        Block::Paragraph(text) => html! { <p>{ inlines(text) }</p> },
        Block::Heading(text) => html! { <@{format!("h{level}")}>{ inlines(text) }</@> },
        Block::List { ordered, items } => {
            let tag = if *ordered { "ol" } else { "ul" };
            let item = |item: &Vec<Block>| html! { <li>{ tight(item, level) }</li> };
            html! { <@{tag}>{ for items.iter().map(item) }</@> }
        }
        Block::Code(text) => html! { <pre tabindex="0"><code>{ text.clone() }</code></pre> },
        Block::Quote(inner) => html! { <blockquote>{ blocks(inner, level) }</blockquote> },
        Block::Table { head, rows } => {
            let cells = |row: &Vec<Vec<Inline>>| -> Html {
                row.iter()
                    .map(|cell| html! { <td>{ inlines(cell) }</td> })
                    .collect()
            };
            html! {
                <table>
                    <thead><tr>
                        { for head.iter().map(|cell| html! { <th scope="col">{ inlines(cell) }</th> }) }
                    </tr></thead>
                    <tbody>{ for rows.iter().map(|row| html! { <tr>{ cells(row) }</tr> }) }</tbody>
                </table>
            }
        }
    }
}

/// Blocks whose only paragraph needs no paragraph around it: list items and steps.
pub fn tight(inner: &[Block], level: u8) -> Html {
    match inner {
        [Block::Paragraph(text)] => inlines(text),
        _ => blocks(inner, level),
    }
}

fn inlines(text: &[Inline]) -> Html {
    text.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> Html {
    match inline {
        Inline::Text(text) => Html::from(text.clone()),
        Inline::Emphasis(inner) => html! { <em>{ inlines(inner) }</em> },
        Inline::Strong(inner) => html! { <strong>{ inlines(inner) }</strong> },
        Inline::Code(text) => html! { <code>{ text.clone() }</code> },
        Inline::Link { to, text } => {
            let to = match to.starts_with("https://") {
                true => to.clone(),
                false => Address::lesson(to).to_string(),
            };
            html! { <a href={to}>{ inlines(text) }</a> }
        }
    }
}
