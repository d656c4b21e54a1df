//! Files that the page hands to the reader. Nothing leaves the device: a browser saves them.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use faultline_course::Session;

use crate::app::dom;

/// A text grows to about so many bytes before it is handed over to the browser, which has more
/// room than the program.
const PART_BYTES: usize = 1 << 20;

/// A file being written.
pub struct File {
    parts: Array,
    text: String,
}

impl File {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            parts: Array::new(),
            text: String::new(),
        }
    }

    /// Where to write.
    pub fn text(&mut self) -> &mut String {
        if self.text.len() > PART_BYTES {
            self.flush();
        }
        &mut self.text
    }

    fn flush(&mut self) {
        let part = Array::of1(&JsValue::from_str(&self.text));
        if let Ok(blob) = Blob::new_with_str_sequence(&part) {
            self.parts.push(&blob);
        }
        self.text.clear();
    }

    /// Lets the reader have it; false where the browser cannot.
    pub fn save(mut self, name: &str, media_type: &str) -> bool {
        self.flush();
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_blob_sequence_and_options(&self.parts, &options);
        blob.is_ok_and(|blob| save(name, &blob))
    }
}

/// Lets the reader have a file of this name; false where the browser cannot.
pub fn save(name: &str, blob: &Blob) -> bool {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return false;
    };
    let link = dom::document().create_element("a").ok();
    let link = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = &link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser has taken the file by then.
    gloo_timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    link.is_some()
}

/// `faultline-gossip-seed7-ring.svg`: what a run's file is called. `what` tells files of one
/// kind apart, and may be empty.
pub fn name(session: &Session, what: &str, extension: &str) -> String {
    let (system, seed) = (session.system().name, session.seed());
    let dash = if what.is_empty() { "" } else { "-" };
    let what: String = what
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    format!("faultline-{system}-seed{seed}{dash}{what}.{extension}")
}
