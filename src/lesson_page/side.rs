//! The right column: what is selected, parameters, commands, and what is measured.

use std::rc::Rc;

use faultline_course::Session;
use faultline_systems::{CommandSpec, PropertyReport};
use faultline_view::paint::{preferred_height, title};
use faultline_view::{Label, Panel, Selection, Table};
use yew::prelude::*;

use super::commands::{Did, Doing, commands};
use super::control::{Shown, control};
use super::measured::Measured;
use crate::app::el::{El, el};
use crate::bench::intent::Bench;
use crate::bench::picture::Still;
use crate::bench::rules::rule;
use crate::bench::workbench::Workbench;

/// Width for which the pictures' heights are reckoned: the column's, less its margins.
const WIDTH: f32 = 240.0;

/// A pane's secondary pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Readout {
    /// The pane.
    pub pane: usize,
    /// Its panels after the first, each with itself in words.
    pub panels: Vec<(Rc<Panel>, String)>,
    /// Its properties.
    pub properties: Vec<PropertyReport>,
}

/// The column's data: what it shows changes a few times a second at most.
#[derive(Clone, PartialEq)]
pub struct SideData {
    /// Parameters.
    pub shown: Vec<Shown>,
    /// The system's commands.
    pub commands: &'static [CommandSpec],
    /// Names of the nodes.
    pub nodes: Rc<Vec<Label>>,
    /// Commands on the timeline.
    pub did: Vec<Did>,
    /// Titles of the panes.
    pub titles: Vec<Label>,
    /// Secondary pictures of one pane.
    pub readout: Readout,
    /// The seed.
    pub seed: u64,
    /// The fingerprint of the first pane's run.
    pub fingerprint: String,
    /// Events so far in the first pane's run.
    pub events: u64,
}

/// What the column needs.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it shows.
    pub data: SideData,
    /// The run and what is selected.
    pub bench: Bench,
    /// What shows it from close by, once it has loaded.
    pub workbench: Option<&'static Workbench>,
    /// On a tablet: the drawer is out.
    pub open: bool,
    /// On a phone: the tab of measurements, not of parameters.
    pub measured: bool,
    /// A tab was chosen.
    pub on_tab: Callback<bool>,
    /// Another pane's pictures are to be shown.
    pub on_pane: Callback<usize>,
    /// Sets a parameter.
    pub on_set: Callback<(&'static str, String)>,
    /// Sets the seed.
    pub on_seed: Callback<u64>,
}

/// The column; on a phone its two halves are tabs.
#[component]
pub fn Side(props: &Props) -> Html {
    let data = &props.data;
    // The inspector says it itself.
    let inspected = props.bench.cutting || props.bench.selected.what != Selection::None;
    let refused = props.bench.refused.clone().filter(|_| !inspected);
    let doing = Doing {
        own: data.commands,
        nodes: &data.nodes,
        did: &data.did,
        can_undo: props.bench.player.read(Session::can_undo),
        can_redo: props.bench.player.read(Session::can_redo),
        refused: &refused,
        on_intent: &props.bench.on_intent,
        network: props
            .workbench
            .map(|workbench| workbench.network(&props.bench)),
    };
    let tabs = [(false, "Parameters"), (true, "Measured")].map(|(measured, label)| {
        el("button")
            .class("btn quiet")
            .set("type", "button")
            .state("aria-pressed", props.measured == measured)
            .on_click(props.on_tab.reform(move |_| measured))
            .text(label)
    });
    el("aside")
        .class_if("side", props.open, "open")
        .id("side")
        .set("data-tab", if props.measured { "measure" } else { "set" })
        .set("aria-label", "Parameters and measurements")
        .child_some(
            props
                .workbench
                .map(|workbench| workbench.inspector(&props.bench)),
        )
        .child(el("div").class("side-tabs").children(tabs))
        .child_some((!data.shown.is_empty()).then(|| parameters(props)))
        .child(commands(&doing))
        .child_some(readout(props))
        .child(html! { <Measured bench={props.bench.clone()} /> })
        .child(run(props))
        .into()
}

/// A part of the column. `class` names the tab it belongs to on a phone.
pub fn part(class: &'static str, id: &'static str, title: &'static str) -> El {
    el("section")
        .class(class)
        .set("aria-labelledby", id)
        .child(el("h2").class("label").id(id).text(title))
}

fn parameters(props: &Props) -> El {
    let controls = props
        .data
        .shown
        .iter()
        .map(|shown| control(shown, &props.on_set));
    part("set", "parameters-title", "Parameters").children(controls)
}

/// A column's head.
pub fn head(text: &str) -> El {
    el("th").set("scope", "col").text(text.to_owned())
}

fn readout(props: &Props) -> Option<El> {
    let readout = &props.data.readout;
    let picture = |(panel, words): &(Rc<Panel>, String)| {
        let body: Html = match &**panel {
            Panel::Table(data) => table(data).into(),
            _ => {
                let height = preferred_height(panel, WIDTH, 1.0);
                html! {
                    <Still panel={Rc::clone(panel)} theme={props.bench.theme} {height}
                        label={words.clone()} />
                }
            }
        };
        titled(title(panel).to_owned()).child(body)
    };
    let empty = readout.panels.is_empty() && readout.properties.is_empty();
    (!empty).then(|| {
        part("measure", "pictures-title", "More pictures")
            .child_some((props.data.titles.len() > 1).then(|| panes(props)))
            .children(readout.panels.iter().map(picture))
            .child_some((!readout.properties.is_empty()).then(|| properties(props)))
    })
}

fn titled(title: impl Into<AttrValue>) -> El {
    el("div").class("readout").child(el("h3").text(title))
}

/// Which pane's pictures are shown.
fn panes(props: &Props) -> El {
    let one = |(index, title): (usize, &Label)| {
        let input = el("input")
            .set("type", "radio")
            .set("name", "pane")
            .checked(index == props.data.readout.pane)
            .on_change(props.on_pane.reform(move |_| index));
        let words = el("span").text(title.to_string());
        el("label").class("segment").child(input).child(words)
    };
    el("div")
        .class("segments")
        .set("role", "radiogroup")
        .set("aria-labelledby", "pictures-title")
        .children(props.data.titles.iter().enumerate().map(one))
}

fn table(table: &Table) -> El {
    let aligned = |cell: El, column: usize| {
        let numeric = table
            .columns
            .get(column)
            .is_some_and(|column| column.numeric);
        cell.set_some("class", numeric.then_some("n"))
    };
    let heads = table.columns.iter().enumerate();
    let heads = heads.map(|(index, column)| aligned(head(&column.label), index));
    let row = |cells: &Vec<Label>| {
        let cell = |(index, text): (usize, &Label)| {
            let cell = match index {
                0 => el("th").set("scope", "row"),
                _ => el("td"),
            };
            aligned(cell.text(text.to_string()), index)
        };
        el("tr").children(cells.iter().enumerate().map(cell))
    };
    el("table")
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(table.rows.iter().map(row)))
}

fn properties(props: &Props) -> El {
    let reports = props.data.readout.properties.iter();
    let lines = reports.map(|report| rule(report, &props.bench.on_intent));
    titled("Properties").child(el("ul").class("holds").children(lines))
}

fn run(props: &Props) -> El {
    let on_seed = props.on_seed.clone();
    let seed = props.data.seed;
    let on_type = Callback::from(move |event: Event| {
        let input = event.target_unchecked_into::<web_sys::HtmlInputElement>();
        match input.value().trim().parse() {
            Ok(seed) => on_seed.emit(seed),
            Err(_) => input.set_value(&seed.to_string()),
        }
    });
    let seed = el("input")
        .class("number figures")
        .id("seed")
        .set("inputmode", "numeric")
        .set("size", "9")
        .value(seed.to_string())
        .on_change(on_type);
    let fingerprint = el("code")
        .set("data-fingerprint", "run")
        .text(props.data.fingerprint.clone());
    let events = props.data.events.to_string();
    let facts = el("dl").class("run").children([
        el("dt").child(el("label").set("for", "seed").text("Seed")),
        el("dd").child(seed),
        el("dt").text("Events"),
        el("dd").set("data-events", "").text(events),
        el("dt")
            .set("title", "Equal wherever the same run is replayed")
            .text("Fingerprint"),
        el("dd").child(fingerprint),
    ]);
    part("measure", "run-title", "This run").child(facts)
}
