//! The help: every key, made from the table that handles them.

use yew::prelude::*;

use crate::app::dialog::Dialog;
use crate::bench::keys::HOT_KEYS;

/// A dialog with the table of keys.
pub fn help(on_close: Callback<()>) -> Html {
    let lines = HOT_KEYS.iter().map(|line| {
        let keys = line
            .shown
            .iter()
            .map(|key| html! { <><kbd>{ *key }</kbd>{ " " }</> });
        html! { <tr><th scope="row">{ for keys }</th><td>{ line.help }</td></tr> }
    });
    html! {
        <Dialog id="help-dialog" title="Keys" {on_close}>
            <table class="keys"><tbody>{ for lines }</tbody></table>
        </Dialog>
    }
}
