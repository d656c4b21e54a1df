//! Observers of an element's size and of whether it is on screen; dropped, they stop.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, ResizeObserver};

/// Watches the size of elements.
pub struct SizeWatch {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Calls back when an element's size has changed, and once at first; none where the browser
    /// has no such observer.
    pub fn new(on_change: impl FnMut() + 'static) -> Option<Self> {
        let on_change = Closure::<dyn FnMut()>::new(on_change);
        let observer = ResizeObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        Some(Self {
            observer,
            _on_change: on_change,
        })
    }

    /// Watches one more element.
    pub fn add(&self, element: &Element) {
        self.observer.observe(element);
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Watches whether an element is on screen.
pub struct ScreenWatch {
    observer: IntersectionObserver,
    _on_change: Closure<dyn FnMut(js_sys::Array)>,
}

impl ScreenWatch {
    /// Calls back with true when the element has come on screen, with false when it has left.
    pub fn new(element: &Element, mut on_change: impl FnMut(bool) + 'static) -> Option<Self> {
        let on_change = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let last: JsValue = entries.pop();
            if let Ok(entry) = last.dyn_into::<IntersectionObserverEntry>() {
                on_change(entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _on_change: on_change,
        })
    }
}

impl Drop for ScreenWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
