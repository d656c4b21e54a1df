//! The help: every key, made from the table that handles them.

use yew::prelude::*;

use crate::app::dialog::dialog;
use crate::app::el::{El, el, text};
use crate::bench::keys::{HOT_KEYS, HotKey};

/// A dialog with the table of keys.
pub fn help(node: &NodeRef, on_close: &Callback<()>) -> El {
    let line = |line: &HotKey| {
        let keys = line
            .shown
            .iter()
            .flat_map(|key| [el("kbd").text(*key).into(), text(" ")]);
        let keys = el("th").set("scope", "row").children::<Html>(keys);
        el("tr").child(keys).child(el("td").text(line.help))
    };
    let lines = el("tbody").children(HOT_KEYS.iter().map(line));
    dialog(node, "help-dialog", "Keys", on_close).child(el("table").class("keys").child(lines))
}
