//! The charts of a run: its metrics over time, and over many seeds.
//!
//! A run keeps no metrics of the past. They are sampled from a copy of it, a few milliseconds a
//! frame, as far as the run is known; after a change, from the change on.

mod data;
mod histogram;
mod many;
mod plot;
mod table;

use std::cell::RefCell;
use std::rc::Rc;

use faultline_course::Session;
use faultline_course::samples::Samples;
use faultline_sim::{Span, Time};
use faultline_systems::MetricSpec;
use yew::prelude::*;

use super::download::{self, File};
use super::frames::{Frames, within};
use super::intent::{Bench, Intent};
use crate::app::dom;
use crate::app::el::{El, el};
pub use data::titles;

use data::Data;
use many::Many;
use plot::Plot;
use table::Table;

/// Rows of a table over time, at most: about two for each pixel of a phone.
const ROWS: u64 = 300;
/// Of a frame, for sampling.
const BUDGET_MS: f64 = 4.0;
/// Events between two looks at the clock.
const BITE_EVENTS: u64 = 1_000;
/// Between two pictures while samples come in, and between two tables, which take longer.
const PICTURE_EVERY_MS: f64 = 120.0;
const TABLE_EVERY_MS: f64 = 600.0;

/// What the dock shows.
pub fn content(bench: &Bench) -> Html {
    html! { <Charts bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Face {
    #[default]
    Chart,
    Table,
    Many,
}

struct Charts {
    face: Face,
    /// The metric that the reader chose.
    chosen: Option<&'static MetricSpec>,
    /// The one that is shown without a choice.
    first: Option<&'static MetricSpec>,
    sampled: Rc<RefCell<Sampled>>,
    frames: Frames,
    data: Option<Rc<Data>>,
}

/// What the frames work on.
struct Sampled {
    samples: Samples,
    /// How far the run is known.
    known: Time,
    every_ms: f64,
    told_ms: f64,
}

enum Msg {
    Sampled,
    Face(Face),
    Metric(String),
    Save,
}

impl Sampled {
    fn new(session: &Session) -> Self {
        Self {
            samples: Samples::new(session, every(session)),
            known: known(session),
            every_ms: PICTURE_EVERY_MS,
            told_ms: 0.0,
        }
    }

    /// Takes over what is new in the session; whether its run has changed.
    fn follow(&mut self, session: &Session) -> bool {
        self.known = known(session);
        if self.samples.every() == every(session) {
            return self.samples.follow(session);
        }
        self.samples = Samples::new(session, every(session));
        true
    }

    /// Samples for a part of a frame; whether that is all, and whether it is time to tell.
    fn go_on(&mut self) -> (bool, bool) {
        let done = within(BUDGET_MS, || self.samples.step(self.known, BITE_EVENTS));
        let now_ms = dom::clock_ms();
        let tell = done || now_ms - self.told_ms >= self.every_ms;
        if tell {
            self.told_ms = now_ms;
        }
        (done, tell)
    }

    fn is_done(&self) -> bool {
        self.samples.next() > self.known
    }
}

/// Close enough for what the chart shows.
fn every(session: &Session) -> Span {
    Samples::interval(shown(session) - Time::ZERO, ROWS)
}

/// Up to where the chart goes: not much further than the run is known, so that a run that has just
/// begun is not a line at its edge. It grows in round steps, as each is measured again.
fn shown(session: &Session) -> Time {
    let known = Samples::interval(known(session) - Time::ZERO, 1);
    (Time::ZERO + known).min(session.end())
}

/// How far all panes have been computed.
fn known(session: &Session) -> Time {
    let panes = 0..session.pane_count();
    let known = panes.map(|pane| session.lab(pane).furthest()).min();
    known.unwrap_or(Time::ZERO).min(session.end())
}

impl Component for Charts {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let player = &ctx.props().bench.player;
        let sampled = Rc::new(RefCell::new(player.read(Sampled::new)));
        let (work, link) = (sampled.clone(), ctx.link().clone());
        let frames = Frames::new(move || {
            let (done, tell) = work.borrow_mut().go_on();
            if tell {
                link.send_message(Msg::Sampled);
            }
            !done
        });
        frames.wake();
        let mut charts = Self {
            face: Face::default(),
            chosen: None,
            first: None,
            sampled,
            frames,
            data: None,
        };
        charts.read(ctx);
        charts
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        let mut sampled = self.sampled.borrow_mut();
        let player = &ctx.props().bench.player;
        let is_other = player.read(|session| sampled.follow(session));
        if !sampled.is_done() {
            self.frames.wake();
        }
        drop(sampled);
        if is_other {
            self.read(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Sampled => self.read(ctx),
            Msg::Face(face) => {
                self.face = face;
                self.sampled.borrow_mut().every_ms = match face {
                    Face::Table => TABLE_EVERY_MS,
                    _ => PICTURE_EVERY_MS,
                };
            }
            Msg::Metric(name) => {
                let system = ctx.props().bench.player.read(Session::system);
                self.chosen = system.metrics.iter().find(|spec| spec.name == name);
                self.read(ctx);
            }
            Msg::Save => {
                if !self.save(ctx) {
                    let why = "This browser does not let the page save a file.";
                    ctx.props().bench.intend(Intent::Refuse(why.to_owned()));
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let body = match self.face {
            Face::Chart => self.plot(ctx),
            Face::Table => self.data.as_ref().map_or_else(Html::default, |data| {
                html! { <Table data={Rc::clone(data)} /> }
            }),
            Face::Many => {
                let metric = self.chosen.or(self.first);
                html! { <Many bench={ctx.props().bench.clone()} {metric} /> }
            }
        };
        el("div")
            .class("charts")
            .child(self.tools(ctx))
            .child(body)
            .into()
    }
}

impl Charts {
    /// Makes what is shown from what was sampled.
    fn read(&mut self, ctx: &Context<Self>) {
        let sampled = self.sampled.borrow();
        let table = sampled.samples.table();
        let player = &ctx.props().bench.player;
        if self.chosen.is_none() {
            // Once it has something to show it stays.
            let shows = |spec| data::changes(table, spec);
            if !self.first.is_some_and(shows) {
                self.first = player.read(|session| data::worth_a_chart(session, table));
            }
        }
        let data = |spec| player.read(|session| Data::new(session, table, spec, shown(session)));
        self.data = self.chosen.or(self.first).map(|spec| Rc::new(data(spec)));
    }

    fn plot(&self, ctx: &Context<Self>) -> Html {
        let Some(data) = &self.data else {
            return Html::default();
        };
        let bench = &ctx.props().bench;
        let on_go = bench.on_intent.reform(Intent::Seek);
        html! {
            <Plot data={Rc::clone(data)} bench={bench.clone()} {on_go} />
        }
    }

    fn tools(&self, ctx: &Context<Self>) -> El {
        let link = ctx.link();
        let face = |face: Face, id: &'static str, name: &'static str| {
            el("button")
                .class("btn quiet")
                .id(id)
                .set("type", "button")
                .state("aria-pressed", self.face == face)
                .on_click(link.callback(move |_| Msg::Face(face)))
                .text(name)
        };
        let faces = el("div")
            .class("row")
            .set("role", "group")
            .set("aria-label", "Show")
            .children([
                face(Face::Chart, "as-chart", "Chart"),
                face(Face::Table, "as-table", "Table"),
                face(Face::Many, "as-many", "Many runs"),
            ]);
        let save = el("button")
            .class("btn quiet")
            .id("chart-csv")
            .set("type", "button")
            .set(
                "title",
                "Every metric at these times, as a file for a spreadsheet",
            )
            .on_click(link.callback(|_| Msg::Save))
            .text("Save as CSV");
        el("div")
            .class("charts-tools row")
            .child(self.chooser(ctx))
            .child(faces)
            .child_some((self.face != Face::Many).then_some(save))
            .child(self.progress())
    }

    fn chooser(&self, ctx: &Context<Self>) -> El {
        let metrics = ctx.props().bench.player.read(|session| {
            let info = session.system();
            data::numeric(session)
                .into_iter()
                .map(|spec| (spec, info.charts.contains(&spec.name)))
                .collect::<Vec<_>>()
        });
        let now = self.chosen.or(self.first).map(|spec| spec.name);
        let options = |first: bool| {
            let some = metrics.iter().filter(move |(_, worth)| *worth == first);
            some.map(|(spec, _)| {
                el("option")
                    .set("value", spec.name)
                    .set("title", spec.help)
                    .flag("selected", now == Some(spec.name))
                    .text(data::titled(spec))
            })
        };
        let group = |label, first| el("optgroup").set("label", label).children(options(first));
        let on_pick = ctx.link().callback(|event: Event| {
            let list = event.target_unchecked_into::<web_sys::HtmlSelectElement>();
            Msg::Metric(list.value())
        });
        el("select")
            .class("select")
            .id("chart-metric")
            .set("aria-label", "Metric")
            .on_change(on_pick)
            .children([group("Worth a look", true), group("Others", false)])
    }

    /// How far the samples are, while they come in.
    fn progress(&self) -> El {
        let sampled = self.sampled.borrow();
        let place = el("span").class("charts-progress").set("role", "status");
        if sampled.is_done() {
            return place;
        }
        let share =
            sampled.samples.next().as_nanos() as f64 / sampled.known.as_nanos().max(1) as f64;
        place.text(format!("{:.0} % measured", share * 100.0))
    }

    fn save(&self, ctx: &Context<Self>) -> bool {
        let sampled = self.sampled.borrow();
        ctx.props().bench.player.read(|session| {
            let mut file = File::new();
            faultline_course::export::table(session, sampled.samples.table(), file.text());
            file.save(&download::name(session, "over-time", "csv"), "text/csv")
        })
    }
}
