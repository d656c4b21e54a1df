//! A chart on a canvas that only has to be looked at.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::paint::{Chart, ChartPainter};
use faultline_view::theme::Theme;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use crate::app::el::el;
use crate::bench::canvas::Canvas;
use crate::bench::watch::SizeWatch;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The picture.
    pub chart: Rc<Chart>,
    /// Its colours.
    pub theme: &'static Theme,
    /// What stands over it.
    pub title: AttrValue,
    /// What it shows, for those who do not see it.
    pub label: AttrValue,
}

/// A canvas in a figure.
#[component]
pub fn Drawn(props: &Props) -> Html {
    let node = use_node_ref();
    let picture = use_mut_ref(|| (None::<Canvas>, ChartPainter::default()));
    {
        let (node, theme) = (node.clone(), props.theme);
        use_effect_with((props.chart.clone(), theme), move |(chart, theme)| {
            let (chart, theme) = (chart.clone(), *theme);
            let element = node.cast::<HtmlCanvasElement>();
            let target = element.clone();
            // The observer calls once at first, which paints the picture.
            let watch = SizeWatch::new(move || paint(&picture, target.as_ref(), &chart, theme));
            if let (Some(watch), Some(element)) = (&watch, &element) {
                watch.add(element);
            }
            move || drop(watch)
        });
    }
    let canvas = el("canvas")
        .set("role", "img")
        .set("aria-label", props.label.clone());
    el("figure")
        .child(el("figcaption").text(props.title.clone()))
        .child(el("div").class("picture").child(canvas.node(&node)))
        .into()
}

fn paint(
    picture: &RefCell<(Option<Canvas>, ChartPainter)>,
    element: Option<&HtmlCanvasElement>,
    chart: &Chart,
    theme: &Theme,
) {
    let (canvas, painter) = &mut *picture.borrow_mut();
    if canvas.is_none() {
        *canvas = element.cloned().and_then(Canvas::new);
    }
    if let Some(canvas) = canvas {
        canvas.fit();
        painter.paint(chart, canvas.size());
        canvas.paint_all(&painter.lists(), theme);
    }
}
