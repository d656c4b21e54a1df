//! Elements by function calls.
//!
//! `html!` writes out, at every element, the code that builds it: three times as much as a call
//! here. The page has some hundreds of elements and is downloaded by phones, so they are built
//! by these few functions; `html!` stays where components are named.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{Listener, VTag, VText};

use super::icon::{Icon, icon};

/// An element being built.
pub struct El(VTag);

/// Begins an element.
pub fn el(tag: &'static str) -> El {
    El(VTag::new(tag))
}

/// Begins a button that shows an icon and is named in words.
pub fn button(id: &'static str, face: Icon, name: impl Into<AttrValue>) -> El {
    let name = name.into();
    el("button")
        .set("type", "button")
        .id(id)
        .set("aria-label", name.clone())
        .set("title", name)
        .child(icon(face))
}

/// Why what the reader wanted was not done, said aloud at once.
pub fn refused(why: AttrValue) -> El {
    el("p")
        .class("fault")
        .id("refused")
        .set("role", "alert")
        .text(why)
}

/// A text by itself.
pub fn text(text: impl Into<AttrValue>) -> Html {
    Html::VText(VText::new(text.into()))
}

impl El {
    /// Sets its classes.
    pub fn class(self, class: &'static str) -> Self {
        self.put("class", AttrValue::Static(class))
    }

    /// Sets its classes, and one more if a condition holds.
    pub fn class_if(self, class: &'static str, condition: bool, more: &'static str) -> Self {
        match condition {
            true => self.put("class", format!("{class} {more}").into()),
            false => self.class(class),
        }
    }

    /// Sets its id.
    pub fn id(self, id: impl Into<AttrValue>) -> Self {
        self.put("id", id.into())
    }

    /// Sets an attribute.
    pub fn set(self, name: &'static str, value: impl Into<AttrValue>) -> Self {
        self.put(name, value.into())
    }

    /// Sets an attribute if there is a value.
    pub fn set_some(self, name: &'static str, value: Option<impl Into<AttrValue>>) -> Self {
        match value {
            Some(value) => self.put(name, value.into()),
            None => self,
        }
    }

    /// Sets an attribute that says "true" or "false".
    pub fn state(self, name: &'static str, state: bool) -> Self {
        self.put(
            name,
            AttrValue::Static(if state { "true" } else { "false" }),
        )
    }

    /// Sets an attribute without a value if a condition holds.
    pub fn flag(self, name: &'static str, condition: bool) -> Self {
        match condition {
            true => self.put(name, AttrValue::Static("")),
            false => self,
        }
    }

    /// Whether a box or a radio button is checked.
    pub fn checked(mut self, checked: bool) -> Self {
        self.0.set_checked(checked);
        self
    }

    /// What a field holds.
    pub fn value(mut self, value: impl Into<AttrValue>) -> Self {
        self.0.set_value(Some(value.into()));
        self
    }

    /// Names it among its siblings, so that it is kept when they change.
    pub fn key(mut self, key: &'static str) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Like [`El::key`], by a number.
    pub fn number_key(mut self, key: u64) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Lets others reach the element itself.
    pub fn node(mut self, node: &NodeRef) -> Self {
        self.0.node_ref = node.clone();
        self
    }

    /// Calls back on a click.
    pub fn on_click(self, callback: Callback<MouseEvent>) -> Self {
        self.listen(Rc::new(yew::html::onclick::Wrapper::new(callback)))
    }

    /// Calls back on a finished change.
    pub fn on_change(self, callback: Callback<Event>) -> Self {
        self.listen(Rc::new(yew::html::onchange::Wrapper::new(callback)))
    }

    /// Calls back on every change.
    pub fn on_input(self, callback: Callback<InputEvent>) -> Self {
        self.listen(Rc::new(yew::html::oninput::Wrapper::new(callback)))
    }

    /// Calls back on a key, before the page's hot-keys see it.
    pub fn on_key_down(self, callback: Callback<KeyboardEvent>) -> Self {
        self.listen(Rc::new(yew::html::onkeydown::Wrapper::new(callback)))
    }

    /// Calls back when a pointer is pressed on it.
    pub fn on_pointer_down(self, callback: Callback<PointerEvent>) -> Self {
        self.listen(Rc::new(yew::html::onpointerdown::Wrapper::new(callback)))
    }

    /// Calls back when a pointer moves over it, or anywhere while it has it captured.
    pub fn on_pointer_move(self, callback: Callback<PointerEvent>) -> Self {
        self.listen(Rc::new(yew::html::onpointermove::Wrapper::new(callback)))
    }

    /// Calls back when a pointer is let go.
    pub fn on_pointer_up(self, callback: Callback<PointerEvent>) -> Self {
        self.listen(Rc::new(yew::html::onpointerup::Wrapper::new(callback)))
    }

    /// Calls back when a form is sent.
    pub fn on_submit(self, callback: Callback<SubmitEvent>) -> Self {
        self.listen(Rc::new(yew::html::onsubmit::Wrapper::new(callback)))
    }

    /// Calls back when a dialog has closed.
    pub fn on_close(self, callback: Callback<Event>) -> Self {
        self.listen(Rc::new(yew::html::onclose::Wrapper::new(callback)))
    }

    /// Calls back when a pointer has left it.
    pub fn on_pointer_leave(self, callback: Callback<PointerEvent>) -> Self {
        self.listen(Rc::new(yew::html::onpointerleave::Wrapper::new(callback)))
    }

    /// Calls back when it gets the focus.
    pub fn on_focus(self, callback: Callback<FocusEvent>) -> Self {
        self.listen(Rc::new(yew::html::onfocus::Wrapper::new(callback)))
    }

    /// Calls back when it loses the focus.
    pub fn on_blur(self, callback: Callback<FocusEvent>) -> Self {
        self.listen(Rc::new(yew::html::onblur::Wrapper::new(callback)))
    }

    /// Adds a text.
    pub fn text(self, content: impl Into<AttrValue>) -> Self {
        self.add(text(content))
    }

    /// Adds a child.
    pub fn child(self, child: impl Into<Html>) -> Self {
        self.add(child.into())
    }

    /// Adds a child, if there is one. Its place stays, so that what follows is not taken for
    /// another element when it comes or goes, and keeps its focus.
    pub fn child_some(self, child: Option<impl Into<Html>>) -> Self {
        self.add(child.map_or_else(Html::default, Into::into))
    }

    /// Adds children as one list, so that what follows keeps its place however many there are.
    pub fn children<H: Into<Html>>(self, children: impl IntoIterator<Item = H>) -> Self {
        self.add(children.into_iter().map(Into::into).collect())
    }

    #[inline(never)]
    fn put(mut self, name: &'static str, value: AttrValue) -> Self {
        self.0.add_attribute(name, value);
        self
    }

    #[inline(never)]
    fn listen(mut self, listener: Rc<dyn Listener>) -> Self {
        self.0.add_listener(listener);
        self
    }

    #[inline(never)]
    fn add(mut self, child: Html) -> Self {
        self.0.add_child(child);
        self
    }
}

impl From<El> for Html {
    fn from(element: El) -> Self {
        element.0.into()
    }
}
