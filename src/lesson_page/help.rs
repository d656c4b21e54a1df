//! The help: every key, made from the table that handles them.

use yew::prelude::*;

use crate::app::dialog::Dialog;
use crate::app::el::{el, text};
use crate::bench::keys::{HOT_KEYS, HotKey};

/// A dialog with the table of keys.
pub fn help(on_close: Callback<()>) -> Html {
    let line = |line: &HotKey| {
        let keys = line
            .shown
            .iter()
            .flat_map(|key| [el("kbd").text(*key).into(), text(" ")]);
        let keys = el("th").set("scope", "row").children::<Html>(keys);
        el("tr").child(keys).child(el("td").text(line.help))
    };
    let lines = el("tbody").children(HOT_KEYS.iter().map(line));
    let table = Html::from(el("table").class("keys").child(lines));
    html! {
        <Dialog id="help-dialog" title="Keys" {on_close}>
            { table }
        </Dialog>
    }
}
