//! The line to a Web Worker that has the engine: orders go there as bytes, reports come back.

use faultline_course::{Order, Report};
use gloo_events::EventListener;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::address;

/// What is said when there is no engine any more.
pub const LOST: &str = "The engine did not start, or ran out of memory. Try again.";
/// What is said when it does not understand the page.
pub const OTHER_VERSION: &str = "The engine is of another version than this page. Reload the page.";

/// What is said when it does not come back.
pub const LATE: &str = "The program took too long and was ended.";

/// What comes from a worker.
pub enum Heard {
    /// How much of an order is done, from 0 to 1.
    Done(f64),
    /// What came of the order of a number.
    Report(u32, Report),
    /// It did not start, or ended by itself.
    Lost,
}

/// A worker. It ends, whatever it does, when this goes.
pub struct Wire {
    worker: Worker,
    last_id: u32,
    _listeners: [EventListener; 2],
}

impl Wire {
    /// Starts a worker; none where the browser has none.
    pub fn new(tell: impl Fn(Heard) + Clone + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&address("worker.js"), &options).ok()?;
        let lost = tell.clone();
        let message = EventListener::new(&worker, "message", move |event| {
            if let Some(event) = event.dyn_ref() {
                tell(heard(event));
            }
        });
        let error = EventListener::new(&worker, "error", move |_| lost(Heard::Lost));
        Some(Self {
            worker,
            last_id: 0,
            _listeners: [message, error],
        })
    }

    /// Sends an order; gives its number.
    pub fn send(&mut self, order: &Order) -> u32 {
        self.last_id += 1;
        let message = Object::new();
        let bytes = postcard::to_allocvec(order).unwrap_or_default();
        let bytes = Uint8Array::from(&bytes[..]);
        let _ = Reflect::set(&message, &"id".into(), &self.last_id.into());
        let _ = Reflect::set(&message, &"bytes".into(), &bytes);
        let _ = self.worker.post_message(&message);
        self.last_id
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn heard(event: &MessageEvent) -> Heard {
    let data = event.data();
    let field = |name: &str| Reflect::get(&data, &JsValue::from_str(name)).ok();
    if let Some(done) = field("done").and_then(|done| done.as_f64()) {
        return Heard::Done(done);
    }
    let id = field("id").and_then(|id| id.as_f64()).unwrap_or_default() as u32;
    let bytes = field("bytes").and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
    let bytes = bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
    Heard::Report(id, postcard::from_bytes(&bytes).unwrap_or(Report::Unknown))
}
