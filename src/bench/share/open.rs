//! Opening a run file. What comes in is untrusted: it is small, it is read strictly, and what is
//! wrong with it is said.

use faultline_course::export::MAX_FILE_BYTES;
use faultline_course::{Address, Run};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;
use yew::Callback;

use crate::app::dom;
use crate::content::LessonRef;

/// Reads a file and goes to the run in it; says why not.
pub fn open(file: File, refuse: Callback<String>) {
    spawn_local(async move {
        match read(&file).await {
            Ok(address) => dom::go(&address.to_string()),
            Err(why) => refuse.emit(format!("{} was not opened: {why}", file.name())),
        }
    });
}

async fn read(file: &File) -> Result<Address, String> {
    // Before it is read: a film takes its time, and much memory.
    if file.size() > MAX_FILE_BYTES as f64 {
        return Err(format!(
            "it has {} bytes, and a run file has at most {MAX_FILE_BYTES}.",
            file.size()
        ));
    }
    let text = JsFuture::from(file.text()).await;
    let text = text.ok().and_then(|text| text.as_string());
    let text = text.ok_or("the browser could not read it.")?;
    let run = Run::from_file(&text).map_err(|why| format!("{why}."))?;
    if LessonRef::find(&run.of).is_none() {
        return Err(format!(
            "it is a run of {:?}, which is no lesson here; faultline replay runs it.",
            run.of
        ));
    }
    Address::of_run(&run, false).map_err(|why| format!("{why}."))
}
