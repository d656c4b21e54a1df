//! The text field for code: CodeMirror, or a plain text area where it did not load.

use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlScriptElement};
use yew::Callback;

use faultline_course::ProgramFault;

use super::address;
use crate::app::dom;

/// Its name for a screen reader, and what its keys do.
pub const LABEL: &str = "Your program, in Python syntax";
const KEYS: &str = "Escape, then Tab, leaves the editor. Ctrl and Enter run the program. F8 goes to \
                    what is wrong.";
const KEYS_OF_ROOM: &str = "Escape leaves the editor. Ctrl and Enter run the program. F8 goes to what \
                            is wrong.";

#[wasm_bindgen]
extern "C" {
    /// What static/code/editor.js gives for a mounted editor.
    type Mounted;

    #[wasm_bindgen(js_namespace = codeEditor, js_name = mount, catch)]
    fn mount(
        host: &Element,
        text: &str,
        label: &str,
        keys: &str,
        changed: &js_sys::Function,
        run: &js_sys::Function,
        leave: Option<&js_sys::Function>,
    ) -> Result<Mounted, JsValue>;

    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Mounted, text: &str);
    #[wasm_bindgen(method, js_name = setFault)]
    fn set_fault(this: &Mounted, fault: &JsValue);
    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &Mounted, line: u32, column: u32);
    #[wasm_bindgen(method)]
    fn focus(this: &Mounted);
    #[wasm_bindgen(method)]
    fn destroy(this: &Mounted);
}

/// An editor in the page.
pub struct Editor {
    mounted: Mounted,
    host: Element,
    _changed: Closure<dyn FnMut(String)>,
    _run: Closure<dyn FnMut()>,
    _leave: Option<Closure<dyn FnMut()>>,
}

impl Editor {
    /// Puts an editor into an element; none where its script has not loaded. Before a room there is
    /// something to be done when Escape leaves it, and the presenter's keys are theirs.
    pub fn new(
        host: &Element,
        text: &str,
        on_change: Callback<String>,
        on_run: Callback<()>,
        on_leave: Option<Callback<()>>,
    ) -> Option<Self> {
        let keys = match on_leave {
            Some(_) => KEYS_OF_ROOM,
            None => KEYS,
        };
        let changed = Closure::new(move |text| on_change.emit(text));
        let run = Closure::new(move || on_run.emit(()));
        let leave = on_leave.map(|leave| Closure::new(move || leave.emit(())));
        let mounted = mount(
            host,
            text,
            LABEL,
            keys,
            Closure::as_ref(&changed).unchecked_ref(),
            Closure::as_ref(&run).unchecked_ref(),
            leave
                .as_ref()
                .map(|leave| Closure::as_ref(leave).unchecked_ref()),
        );
        Some(Self {
            mounted: mounted.ok()?,
            host: host.clone(),
            _changed: changed,
            _run: run,
            _leave: leave,
        })
    }

    /// Whether it is in this element.
    pub fn is_in(&self, host: &Element) -> bool {
        self.host == *host
    }

    /// Puts another text into it, which its own undo takes back.
    pub fn set_text(&self, text: &str) {
        self.mounted.set_text(text);
    }

    /// Marks what is wrong, or nothing.
    pub fn set_fault(&self, fault: Option<&ProgramFault>) {
        let Some(fault) = fault else {
            return self.mounted.set_fault(&JsValue::NULL);
        };
        let object = Object::new();
        let set = |name: &str, value: JsValue| {
            let _ = Reflect::set(&object, &name.into(), &value);
        };
        set("line", fault.line.into());
        set("column", fault.column.into());
        set("endLine", fault.end_line.into());
        set("endColumn", fault.end_column.into());
        set("message", fault.message.as_str().into());
        self.mounted.set_fault(&object);
    }

    /// Puts the cursor at a place.
    pub fn go_to(&self, line: u32, column: u32) {
        self.mounted.go_to(line, column);
    }

    /// Gives it the focus.
    pub fn focus(&self) {
        self.mounted.focus();
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.mounted.destroy();
    }
}

/// Loads the editor's script once, and tells whether it is there.
pub fn load(tell: Callback<bool>) {
    const ID: &str = "code-editor-script";
    let document = dom::document();
    if document.get_element_by_id(ID).is_some() && is_loaded() {
        return tell.emit(true);
    }
    let script = document.create_element("script");
    let Some(script) = script
        .ok()
        .and_then(|one| one.dyn_into::<HtmlScriptElement>().ok())
    else {
        return tell.emit(false);
    };
    script.set_id(ID);
    script.set_src(&address("editor.js"));
    let loaded = tell.clone();
    EventListener::once(&script, "load", move |_| loaded.emit(is_loaded())).forget();
    EventListener::once(&script, "error", move |_| tell.emit(false)).forget();
    if let Some(head) = document.head() {
        let _ = head.append_child(&script);
    }
}

fn is_loaded() -> bool {
    Reflect::has(&js_sys::global(), &"codeEditor".into()).unwrap_or(false)
}
