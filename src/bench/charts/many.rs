//! The run over many seeds: what a metric comes to, how it spreads, and by which seed.
//!
//! The seeds are those of `faultline run --seeds`, and so are the figures. Runs without a program
//! are run here, in bites; those with one by the engine, in its worker.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_course::statistics::{Histogram, Summary};
use faultline_course::sweep::{Outcome, Sweep, metrics};
use faultline_course::{Address, Recording, Run, Session};
use faultline_sim::Time;
use faultline_systems::MetricSpec;
use faultline_view::paint::{Chart, ChartBar};
use faultline_view::{Label, Series, SeriesMark};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::data::{self, short};
use super::histogram::Drawn;
use crate::app::dom;
use crate::app::el::{El, el};
use crate::bench::code::seeds::{Came, Seeds};
use crate::bench::frames::{Frames, within};
use crate::bench::intent::Bench;

/// How many runs can be asked for.
const RUNS: [u64; 4] = [20, 50, 200, 1_000];
const RUNS_AT_FIRST: u64 = 200;
/// Of a frame, for running.
const BUDGET_MS: f64 = 7.0;
/// Events between two looks at the clock.
const BITE_EVENTS: u64 = 1_000;
/// Between two pictures while runs come in.
const PICTURE_EVERY_MS: f64 = 250.0;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub bench: Bench,
    /// The metric.
    pub metric: Option<&'static MetricSpec>,
}

/// Many runs.
pub struct Many {
    runs: u64,
    work: Rc<RefCell<Work>>,
    frames: Frames,
}

/// What the frames work on.
#[derive(Default)]
struct Work {
    by: By,
    state: State,
    /// What is run again and again.
    of: Run,
    runs: u64,
    until: Time,
    told_ms: f64,
}

/// Who runs them.
#[derive(Default)]
enum By {
    #[default]
    Nobody,
    /// This page.
    Page(Sweep),
    /// The engine, and what it has told. It ends when it is no longer held.
    Engine(Vec<Outcome>, Option<Seeds>),
}

#[derive(Clone, Debug, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    Running,
    Stopped,
    Done,
    Failed(String),
}

pub enum Msg {
    Runs(u64),
    Start,
    Stop,
    /// Runs are through, here.
    Came,
    /// Runs are through, or have failed, at the engine.
    Told(Came),
}

impl Component for Many {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let work = Rc::new(RefCell::new(Work::default()));
        let (shared, link) = (work.clone(), ctx.link().clone());
        let frames = Frames::new(move || {
            let (going, tell) = shared.borrow_mut().go_on();
            if tell {
                link.send_message(Msg::Came);
            }
            going
        });
        Self {
            runs: RUNS_AT_FIRST,
            work,
            frames,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Runs(runs) => self.runs = runs,
            Msg::Start => {
                let (runs, tell) = (self.runs, ctx.link().callback(Msg::Told));
                let start = |session: &Session| Work::start(session, runs, tell);
                *self.work.borrow_mut() = ctx.props().bench.player.read(start);
                self.frames.wake();
            }
            Msg::Stop => self.work.borrow_mut().end(State::Stopped),
            Msg::Came => {}
            Msg::Told(came) => self.work.borrow_mut().take(came),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let work = self.work.borrow();
        let bench = &ctx.props().bench;
        let outcomes = work.outcomes();
        let changed =
            work.state != State::Idle && bench.player.read(|session| !work.is_of(session));
        let stale = changed.then(|| {
            let words = "The run has changed since. Run again to see what it does now.";
            el("p").class("many-note").text(words)
        });
        let results = ctx.props().metric.filter(|_| !outcomes.is_empty());
        let results = results.map(|spec| results_of(bench, &work, spec, outcomes));
        let hint = (work.state == State::Idle).then(|| {
            el("p").class("many-note").text(
                "One run is one roll of the dice. Run the same thing with the seeds 1, 2, 3 and \
                 so on, to the end of the timeline, and see how much is luck.",
            )
        });
        el("div")
            .class("many")
            .child(self.tools(ctx, &work))
            .child_some(hint)
            .child_some(stale)
            .child_some(results)
            .into()
    }
}

impl Many {
    fn tools(&self, ctx: &Context<Self>, work: &Work) -> El {
        let link = ctx.link();
        let on_pick = link.callback(|event: Event| {
            let list = event.target_unchecked_into::<HtmlSelectElement>();
            let index = usize::try_from(list.selected_index()).unwrap_or_default();
            Msg::Runs(RUNS.get(index).copied().unwrap_or(RUNS_AT_FIRST))
        });
        let option = |runs: &u64| {
            el("option")
                .flag("selected", *runs == self.runs)
                .text(format!("{runs} runs"))
        };
        let list = el("select")
            .class("select")
            .id("many-runs")
            .set("aria-label", "How many runs")
            .on_change(on_pick)
            .children(RUNS.iter().map(option));
        let runs = work.state == State::Running;
        let button = el("button").id("many-run").set("type", "button");
        let button = match runs {
            true => button
                .class("btn")
                .on_click(link.callback(|_| Msg::Stop))
                .text("Stop"),
            false => button
                .class("btn primary")
                .on_click(link.callback(|_| Msg::Start))
                .text(format!("Run {} times", self.runs)),
        };
        let done = work.outcomes().len();
        let bar = runs.then(|| {
            el("progress")
                .set("aria-label", "Runs done")
                .set("max", work.runs.to_string())
                .set("value", done.to_string())
        });
        let said = match &work.state {
            State::Idle => String::new(),
            State::Running => format!("{done} of {}", work.runs),
            State::Stopped => format!("Stopped after {done} of {} runs.", work.runs),
            State::Done => format!("{done} runs, seeds 1 to {done}, each to {}.", work.until),
            State::Failed(why) => format!("Stopped after {done} of {} runs: {why}", work.runs),
        };
        // Each run that is through would be too much to listen to.
        let live = if runs { "off" } else { "polite" };
        el("div")
            .class("row")
            .child(list)
            .child(button)
            .child_some(bar)
            .child(
                el("span")
                    .class("charts-progress")
                    .id("many-said")
                    .set("role", "status")
                    .set("aria-live", live)
                    .text(said),
            )
    }
}

impl Work {
    fn start(session: &Session, runs: u64, tell: Callback<Came>) -> Self {
        let until = session.end();
        let by = match session.recording_of_seeds(until) {
            Some(recording) => {
                let first = Recording {
                    seed: 1,
                    ..recording
                };
                By::Engine(Vec::new(), Some(Seeds::new(first, runs, tell)))
            }
            None => By::Page(Sweep::new(session, 1..=runs, until)),
        };
        Self {
            by,
            state: State::Running,
            of: session.doings(),
            runs,
            until,
            told_ms: 0.0,
        }
    }

    /// The runs that are through.
    fn outcomes(&self) -> &[Outcome] {
        match &self.by {
            By::Nobody => &[],
            By::Page(sweep) => sweep.outcomes(),
            By::Engine(outcomes, _) => outcomes,
        }
    }

    /// Nothing more is run.
    fn end(&mut self, state: State) {
        self.state = state;
        if let By::Engine(_, seeds) = &mut self.by {
            *seeds = None;
        }
    }

    /// Takes what the engine tells.
    fn take(&mut self, came: Came) {
        let By::Engine(outcomes, Some(_)) = &mut self.by else {
            // What was on its way when it was stopped.
            return;
        };
        match came {
            Came::Outcomes(more) => {
                outcomes.extend(more);
                if outcomes.len() as u64 == self.runs {
                    self.end(State::Done);
                }
            }
            Came::Failed(why) => self.end(State::Failed(why)),
        }
    }

    /// Runs on for a part of a frame; whether there is more to run, and whether it is time to
    /// tell.
    fn go_on(&mut self) -> (bool, bool) {
        let (State::Running, By::Page(sweep)) = (&self.state, &mut self.by) else {
            return (false, false);
        };
        let mut failed = None;
        let done = within(BUDGET_MS, || match sweep.step(BITE_EVENTS) {
            Ok(done) => done,
            Err(why) => {
                failed = Some(why.to_string());
                true
            }
        });
        if done {
            self.state = failed.map_or(State::Done, State::Failed);
        }
        let now_ms = dom::clock_ms();
        let tell = done || now_ms - self.told_ms >= PICTURE_EVERY_MS;
        if tell {
            self.told_ms = now_ms;
        }
        (!done, tell)
    }

    /// Whether a session's run is still the one that was run, whatever its seed.
    fn is_of(&self, session: &Session) -> bool {
        let now = Run {
            seed: self.of.seed,
            step: self.of.step.clone(),
            ..session.doings()
        };
        now == self.of
    }

    /// The address of the run under a seed.
    fn address(&self, seed: u64) -> Option<String> {
        let run = Run {
            seed,
            at: self.until.as_nanos(),
            ..self.of.clone()
        };
        Address::of_run(&run, false)
            .ok()
            .map(|address| address.to_string())
    }
}

/// A table of figures and a histogram for every pane.
fn results_of(bench: &Bench, work: &Work, spec: &MetricSpec, outcomes: &[Outcome]) -> El {
    let titles = bench.player.read(data::titles);
    let mut rows: Vec<El> = Vec::new();
    let mut pictures: Vec<Html> = Vec::new();
    for (pane, title) in titles.iter().enumerate() {
        for metric in metrics(outcomes, pane) {
            if !spec.describes(&metric.name) {
                continue;
            }
            let name = match data::place_of(spec, &metric.name) {
                Some(place) if titles.len() > 1 => format!("{place}, {title}"),
                Some(place) => place,
                None if titles.len() > 1 => title.clone(),
                None => data::titled(spec),
            };
            rows.push(row(work, &name, &metric.name, &metric.summary));
            if pictures.len() < PICTURES {
                let values = outcomes
                    .iter()
                    .filter_map(|outcome| outcome.number(pane, &metric.name));
                let values: Vec<f64> = values.map(|number| number.value()).collect();
                let chart = Histogram::of(&values, metric.whole)
                    .map(|histogram| chart(&histogram, &metric.summary, spec));
                if let Some(chart) = chart {
                    let label = format!("How many runs came to what: {name}");
                    pictures.push(html! {
                        <Drawn chart={Rc::new(chart)} theme={bench.theme} {label} title={name} />
                    });
                }
            }
        }
    }
    let heads = ["mean", "std. dev.", "min", "p50", "p95", "max"];
    let heads = heads.map(|head| el("th").set("scope", "col").text(head));
    let heads = [el("td")].into_iter().chain(heads);
    let table = el("table")
        .class("chart-table figures")
        .id("many-table")
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(rows));
    let scroll = el("div")
        .class("many-figures")
        .set("tabindex", "0")
        .set("role", "region")
        .set("aria-label", "Figures of all runs")
        .child(table);
    el("div")
        .class("many-results")
        .child(scroll)
        .child(el("div").class("histograms").children(pictures))
}

/// Histograms at most; the table has the figures of all.
const PICTURES: usize = 4;

fn row(work: &Work, name: &str, metric: &str, summary: &Summary) -> El {
    let plain = |value: f64| el("td").text(short(value));
    let seed = |value: f64, seed: u64| {
        let words = format!("{} runs with seed {seed}", short(value));
        let cell = el("td").text(short(value)).text(" ");
        match work.address(seed) {
            Some(address) => cell.child(
                el("a")
                    .set("href", address)
                    .set("title", words)
                    .text(format!("seed {seed}")),
            ),
            None => cell.text(format!("seed {seed}")),
        }
    };
    el("tr")
        .set("data-metric", metric.to_owned())
        .child(el("th").set("scope", "row").text(name.to_owned()))
        .children([
            plain(summary.mean),
            plain(summary.standard_deviation),
            seed(summary.min, summary.min_seed),
            plain(summary.p50),
            plain(summary.p95),
            seed(summary.max, summary.max_seed),
        ])
}

fn chart(histogram: &Histogram, summary: &Summary, spec: &MetricSpec) -> Chart {
    let bar = |(index, count): (usize, &u64)| {
        let from = histogram.from + histogram.width * index as f64;
        ChartBar {
            from,
            to: from + histogram.width,
            height: *count as f64,
        }
    };
    let bars: Vec<ChartBar> = histogram.counts.iter().enumerate().map(bar).collect();
    let to = bars.last().map_or(histogram.from + 1.0, |bar| bar.to);
    let marks = [("mean", summary.mean), ("p95", summary.p95)];
    let mark = |(name, x): (&str, f64)| SeriesMark {
        x,
        label: format!("{name} {}", short(x)).into(),
    };
    Chart {
        series: Series {
            title: Label::from(""),
            x_label: data::titled(spec).into(),
            y_label: "runs".into(),
            lines: Vec::new(),
            marks: marks.map(mark).into(),
        },
        span: Some((histogram.from, to)),
        bars,
        ..Chart::default()
    }
}
