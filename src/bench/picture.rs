//! A panel as a still picture: painted when the panel, the theme or the size changes, once it is
//! on screen.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::Panel;
use faultline_view::display::DisplayList;
use faultline_view::paint::paint_untitled;
use faultline_view::theme::Theme;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::canvas::Canvas;
use super::watch::{ScreenWatch, SizeWatch};
use crate::app::el::el;

/// What is painted.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The picture.
    pub panel: Rc<Panel>,
    /// Its colours.
    pub theme: &'static Theme,
    /// Classes of the box that it fills.
    #[prop_or_default]
    pub class: &'static str,
    /// Height of the box in pixels; else the style sheet's.
    #[prop_or_default]
    pub height: Option<f32>,
    /// What the picture shows, for those who do not see it; empty: it only adorns.
    #[prop_or_default]
    pub label: AttrValue,
}

/// A canvas in a box.
#[component]
pub fn Still(props: &Props) -> Html {
    let node = use_node_ref();
    let picture = use_mut_ref(|| Picture::new(Rc::clone(&props.panel), props.theme));
    {
        let (node, picture) = (node.clone(), Rc::clone(&picture));
        use_effect_with((), move |()| {
            let element = node.cast::<HtmlCanvasElement>();
            let watches = element.map(|element| watch(&element, &picture));
            move || drop(watches)
        });
    }
    let seen = (Rc::clone(&props.panel), props.theme);
    use_effect_with(seen, move |(panel, theme)| {
        let mut picture = picture.borrow_mut();
        (picture.panel, picture.theme) = (Rc::clone(panel), theme);
        picture.change(|picture| picture.due = true);
    });
    let canvas = match props.label.is_empty() {
        true => el("canvas").set("aria-hidden", "true"),
        false => el("canvas")
            .set("role", "img")
            .set("aria-label", props.label.clone()),
    };
    let height = props.height.map(|height| format!("height:{height:.0}px"));
    el("div")
        .class_if("picture", true, props.class)
        .set_some("style", height)
        .child(canvas.node(&node))
        .into()
}

/// What is to be painted, and on what.
struct Picture {
    panel: Rc<Panel>,
    theme: &'static Theme,
    canvas: Option<Canvas>,
    list: DisplayList,
    /// On screen, as far as the browser has told.
    visible: bool,
    /// It is not as it was painted last.
    due: bool,
    resized: bool,
}

impl Picture {
    fn new(panel: Rc<Panel>, theme: &'static Theme) -> Self {
        Self {
            panel,
            theme,
            canvas: None,
            list: DisplayList::new(),
            visible: false,
            due: true,
            resized: true,
        }
    }

    /// Takes in what is new, and paints it if anybody sees it.
    fn change(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        let Some(canvas) = self.canvas.as_mut().filter(|_| self.visible && self.due) else {
            return;
        };
        self.due = false;
        if std::mem::take(&mut self.resized) {
            canvas.fit();
        }
        paint_untitled(&self.panel, canvas.size(), &mut self.list);
        canvas.paint(&self.list, self.theme);
    }
}

/// Paints on a canvas from now on: when its size changes, and when it comes on screen and is not
/// up to date.
fn watch(
    element: &HtmlCanvasElement,
    picture: &Rc<RefCell<Picture>>,
) -> (Option<SizeWatch>, Option<ScreenWatch>) {
    picture.borrow_mut().canvas = Canvas::new(element.clone());
    let resized = Rc::clone(picture);
    let sizes = SizeWatch::new(move || {
        let resize = |picture: &mut Picture| (picture.resized, picture.due) = (true, true);
        resized.borrow_mut().change(resize);
    });
    if let Some(sizes) = &sizes {
        sizes.add(element);
    }
    let shown = Rc::clone(picture);
    let screen = ScreenWatch::new(element, move |visible| {
        shown
            .borrow_mut()
            .change(|picture| picture.visible = visible);
    });
    if screen.is_none() {
        picture.borrow_mut().visible = true;
    }
    (sizes, screen)
}
