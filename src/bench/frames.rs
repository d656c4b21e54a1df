//! Work in small parts, one for each frame, so that the page answers meanwhile.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::app::dom;

/// Calls back once a frame until there is nothing left to do; dropped, it stops.
pub struct Frames(Rc<Inner>);

struct Inner {
    work: RefCell<Box<dyn FnMut() -> bool>>,
    on_frame: RefCell<Option<Closure<dyn FnMut()>>>,
    asked: Cell<Option<i32>>,
}

impl Frames {
    /// `work` does a part and says whether there is more. It is called from the first
    /// [`Frames::wake`] on.
    pub fn new(work: impl FnMut() -> bool + 'static) -> Self {
        let inner = Rc::new(Inner {
            work: RefCell::new(Box::new(work)),
            on_frame: RefCell::new(None),
            asked: Cell::new(None),
        });
        let weak = Rc::downgrade(&inner);
        *inner.on_frame.borrow_mut() = Some(Closure::new(move || turn(&weak)));
        Self(inner)
    }

    /// There is something to do.
    pub fn wake(&self) {
        self.0.ask();
    }
}

impl Inner {
    fn ask(&self) {
        if self.asked.get().is_some() {
            return;
        }
        if let Some(on_frame) = &*self.on_frame.borrow() {
            let asked = dom::window().request_animation_frame(on_frame.as_ref().unchecked_ref());
            self.asked.set(asked.ok());
        }
    }
}

fn turn(inner: &Weak<Inner>) {
    if let Some(inner) = inner.upgrade() {
        inner.asked.set(None);
        if (inner.work.borrow_mut())() {
            inner.ask();
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(asked) = self.0.asked.take() {
            let _ = dom::window().cancel_animation_frame(asked);
        }
    }
}

/// Does bites of work until there is no more or the time of a frame that may be spent on it has
/// passed; true when there is no more.
pub fn within(budget_ms: f64, mut bite: impl FnMut() -> bool) -> bool {
    let start_ms = dom::clock_ms();
    loop {
        if bite() {
            return true;
        }
        if dom::clock_ms() - start_ms >= budget_ms {
            return false;
        }
    }
}
