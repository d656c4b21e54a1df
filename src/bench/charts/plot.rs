//! A chart on a canvas, with the cursor of the run and the values at a moment that is pointed at.
//!
//! To the keyboard it is a slider over the moments: arrows read values, Enter goes there.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_course::samples::Number;
use faultline_view::paint::{ChartFrame, ChartPainter};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::data::{Data, short, text};
use crate::app::el::{El, el};
use crate::bench::canvas::Canvas;
use crate::bench::frames::Frames;
use crate::bench::intent::Bench;
use crate::bench::watch::SizeWatch;

/// More values than this are set in two columns.
const ONE_COLUMN: usize = 4;
/// Samples that Page Up and Page Down pass over.
const PAGE: usize = 10;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is shown.
    pub data: Rc<Data>,
    /// The run.
    pub bench: Bench,
    /// The reader wants to go to a moment: nanoseconds.
    pub on_go: Callback<u64>,
}

/// A chart over time.
pub struct Plot {
    /// The sample whose values are read out.
    read: Option<usize>,
    /// The keyboard reads, so a pointer that is left lying there does not.
    by_key: bool,
    picture: Rc<RefCell<Picture>>,
    canvas: NodeRef,
    frames: Frames,
    watch: Option<SizeWatch>,
}

pub enum Msg {
    Resized,
    Point(f32),
    Leave,
    Go,
    Key(KeyboardEvent),
    Focus(bool),
}

/// What is on the canvas.
#[derive(Default)]
struct Picture {
    canvas: Option<Canvas>,
    painter: ChartPainter,
    frame: Option<ChartFrame>,
}

impl Component for Plot {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let picture = Rc::new(RefCell::new(Picture::default()));
        let canvas = NodeRef::default();
        let (drawn, node) = (picture.clone(), canvas.clone());
        let player = ctx.props().bench.player.clone();
        // The cursor's line goes with the run at display rate.
        let frames = Frames::new(move || {
            let now = player.read(|session| session.now().as_nanos());
            drawn.borrow().set_now(&node, now as f64 / 1e9);
            player.playing()
        });
        Self {
            read: None,
            by_key: false,
            picture,
            canvas,
            frames,
            watch: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let data = &ctx.props().data;
        match msg {
            Msg::Point(x) => {
                let read = self.picture.borrow().seconds_at(x);
                let read = read.map(|seconds| data.index_at(seconds));
                self.by_key = false;
                std::mem::replace(&mut self.read, read) != read
            }
            Msg::Resized => true,
            Msg::Leave => {
                self.read = self.read.filter(|_| self.by_key);
                true
            }
            Msg::Focus(focused) => {
                // A pointer that clicks has its own moment.
                if !focused || self.read.is_none() {
                    self.by_key = focused;
                    self.read = focused.then(|| self.at_cursor(ctx));
                }
                true
            }
            Msg::Go => {
                if let Some(time) = self.read.and_then(|index| data.times.get(index)) {
                    ctx.props().on_go.emit((time * 1e9).round() as u64);
                }
                false
            }
            Msg::Key(event) => self.key(ctx, &event),
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let data = &ctx.props().data;
        let link = ctx.link();
        let last = data.times.len().saturating_sub(1);
        let index = self.read.unwrap_or_else(|| self.at_cursor(ctx)).min(last);
        let on_point = |event: PointerEvent| Msg::Point(event.offset_x() as f32);
        let read = self.read.map(|index| index.min(last));
        let more = (data.left_out > 0).then(|| {
            let words = format!("{} more lines are in the file.", data.left_out);
            el("p").class("plot-more").text(words)
        });
        el("div")
            .class("plot")
            .id("chart")
            .set("tabindex", "0")
            .set("role", "slider")
            .set("aria-label", data.name.clone())
            .set("aria-valuemin", "0")
            .set("aria-valuemax", last.to_string())
            .set("aria-valuenow", index.to_string())
            .set("aria-valuetext", data.spoken(index))
            .on_pointer_move(link.callback(on_point))
            .on_pointer_leave(link.callback(|_| Msg::Leave))
            .on_click(link.batch_callback(|event: MouseEvent| {
                vec![Msg::Point(event.offset_x() as f32), Msg::Go]
            }))
            .on_key_down(link.callback(Msg::Key))
            .on_focus(link.callback(|_| Msg::Focus(true)))
            .on_blur(link.callback(|_| Msg::Focus(false)))
            .child(el("canvas").set("aria-hidden", "true").node(&self.canvas))
            .child(el("i").class("plot-now"))
            .child_some(read.map(|_| el("i").class("plot-line")))
            .child_some(read.and_then(|index| reading(data, index)))
            .child_some(more)
            .into()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(element) = self.canvas.cast::<HtmlCanvasElement>() else {
            return;
        };
        if first {
            let picture = self.picture.clone();
            self.picture.borrow_mut().canvas = Canvas::new(element.clone());
            let link = ctx.link().clone();
            self.watch = SizeWatch::new(move || {
                if let Some(canvas) = &mut picture.borrow_mut().canvas {
                    canvas.fit();
                }
                link.send_message(Msg::Resized);
            });
            if let Some(watch) = &self.watch {
                watch.add(&element);
            }
            return;
        }
        self.paint(ctx);
    }
}

impl Plot {
    fn paint(&self, ctx: &Context<Self>) {
        let Props { data, bench, .. } = ctx.props();
        self.picture.borrow_mut().paint(data, bench);
        let picture = self.picture.borrow();
        let now = bench.player.read(|session| session.now().as_nanos());
        picture.set_now(&self.canvas, now as f64 / 1e9);
        if let Some(time) = self.read.and_then(|index| data.times.get(index)) {
            picture.set(&self.canvas, "--read", *time);
        }
        if bench.player.playing() {
            self.frames.wake();
        }
    }

    /// The sample at the run's cursor.
    fn at_cursor(&self, ctx: &Context<Self>) -> usize {
        let Props { data, bench, .. } = ctx.props();
        let now = bench.player.read(|session| session.now().as_nanos());
        data.index_at(now as f64 / 1e9)
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let last = ctx.props().data.times.len().saturating_sub(1);
        let now = self.read.unwrap_or_else(|| self.at_cursor(ctx));
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => now + 1,
            "PageDown" => now.saturating_sub(PAGE),
            "PageUp" => now + PAGE,
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                ctx.link().send_message(Msg::Go);
                return false;
            }
            _ => return false,
        };
        event.prevent_default();
        self.by_key = true;
        self.read = Some(next.min(last));
        true
    }
}

impl Picture {
    fn paint(&mut self, data: &Data, bench: &Bench) {
        let Some(canvas) = &self.canvas else {
            return;
        };
        self.frame = self.painter.paint(&data.chart, canvas.size());
        canvas.paint_all(&self.painter.lists(), bench.theme);
    }

    fn zoom(&self) -> f32 {
        self.canvas.as_ref().map_or(1.0, Canvas::zoom)
    }

    /// The moment at a place across the canvas, CSS pixels.
    fn seconds_at(&self, x: f32) -> Option<f64> {
        let frame = self.frame?;
        Some(frame.value_at(x / self.zoom()))
    }

    fn set_now(&self, canvas: &NodeRef, seconds: f64) {
        self.set(canvas, "--now", seconds);
    }

    /// Tells the style sheet where a moment is.
    fn set(&self, canvas: &NodeRef, name: &str, seconds: f64) {
        let plot = canvas
            .cast::<HtmlElement>()
            .and_then(|canvas| canvas.offset_parent())
            .and_then(|plot| plot.dyn_into::<HtmlElement>().ok());
        let (Some(plot), Some(frame)) = (plot, &self.frame) else {
            return;
        };
        let place = frame.plot();
        let places = [
            (name, frame.x_of(seconds)),
            ("--top", place.y),
            ("--high", place.height),
        ];
        let zoom = self.zoom();
        for (name, place) in places {
            let _ = plot
                .style()
                .set_property(name, &format!("{:.1}px", place * zoom));
        }
    }
}

/// The values at a sample. At the right of the chart they stand left of their line.
fn reading(data: &Data, index: usize) -> Option<El> {
    let (time, row) = (data.times.get(index)?, data.rows.get(index)?);
    let end = data.chart.span.map_or(1.0, |span| span.1);
    let value = |(line, number): (usize, &Option<Number>)| {
        let number = number.map_or_else(|| "\u{2013}".to_owned(), text);
        let name = el("span").text(data.label(line).to_owned());
        el("li").child(name).child(el("b").text(number))
    };
    let values = row.iter().enumerate().map(value);
    let many = row.len() > ONE_COLUMN;
    let list = el("ul").flag("data-many", many).children(values);
    let moment = el("b").text(format!("{} s", short(*time)));
    let reading = el("div").class_if("plot-reading figures", *time > end / 2.0, "left");
    Some(reading.child(moment).child(list))
}
