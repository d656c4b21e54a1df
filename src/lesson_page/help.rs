//! The help: every key, made from the table that handles them. It loads on demand, with the
//! workbench.

use yew::prelude::*;

use crate::app::el::{El, el, text};
use crate::bench::keys::{Group, HOT_KEYS, HotKey};

/// The table of keys.
pub fn content() -> Html {
    el("div")
        .class("key-groups")
        .children(Group::ALL.map(group))
        .into()
}

fn group((group, title): (Group, &'static str)) -> El {
    let lines = HOT_KEYS.iter().filter(|line| line.group == group);
    el("table")
        .class("keys")
        .child(el("caption").class("label").text(title))
        .child(el("tbody").children(lines.map(line)))
}

fn line(line: &HotKey) -> El {
    let keys = line
        .shown
        .iter()
        .flat_map(|key| [el("kbd").text(*key).into(), text(" ")]);
    let keys = el("th").set("scope", "row").children::<Html>(keys);
    el("tr").child(keys).child(el("td").text(line.help))
}
