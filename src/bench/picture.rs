//! A panel as a still picture: painted when the panel, the theme or the size changes.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::Panel;
use faultline_view::display::DisplayList;
use faultline_view::paint::paint_untitled;
use faultline_view::theme::Theme;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::canvas::Canvas;
use super::watch::SizeWatch;
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
    let canvas = use_mut_ref(|| None::<Canvas>);
    let list = use_mut_ref(DisplayList::new);
    {
        let (node, panel, theme) = (node.clone(), Rc::clone(&props.panel), props.theme);
        use_effect_with((panel, theme), move |(panel, theme)| {
            let (panel, theme) = (Rc::clone(panel), *theme);
            let element = node.cast::<HtmlCanvasElement>();
            let target = element.clone();
            // The observer calls once at first, which paints the picture.
            let watch = SizeWatch::new(move || {
                paint(
                    &mut canvas.borrow_mut(),
                    target.as_ref(),
                    &panel,
                    theme,
                    &list,
                );
            });
            if let (Some(watch), Some(element)) = (&watch, &element) {
                watch.add(element);
            }
            move || drop(watch)
        });
    }
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

fn paint(
    canvas: &mut Option<Canvas>,
    element: Option<&HtmlCanvasElement>,
    panel: &Panel,
    theme: &Theme,
    list: &RefCell<DisplayList>,
) {
    if canvas.is_none() {
        *canvas = element.cloned().and_then(Canvas::new);
    }
    if let Some(canvas) = canvas {
        canvas.fit();
        let mut list = list.borrow_mut();
        paint_untitled(panel, canvas.size(), &mut list);
        canvas.paint(&list, theme);
    }
}
