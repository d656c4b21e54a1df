//! The right column: parameters, commands, and what is measured.

use std::rc::Rc;

use faultline_systems::{CommandSpec, ParamSpec, PropertyReport, PropertyState, Value};
use faultline_view::paint::preferred_height;
use faultline_view::theme::Theme;
use faultline_view::{Label, Panel, Table};
use yew::prelude::*;

use super::commands::{Did, Doing, commands};
use super::control::Control;
use crate::bench::picture::Still;

/// Width for which the pictures' heights are reckoned: the column's, less its margins.
const WIDTH: f32 = 240.0;

/// A parameter that the lesson shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The parameter.
    pub spec: &'static ParamSpec,
    /// Its value now.
    pub value: Value,
    /// The lesson's own value.
    pub own: Value,
}

/// A metric, with its value in every pane.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its public name.
    pub name: Label,
    /// Its unit.
    pub unit: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// Its value as text, per pane; none where a pane does not have it.
    pub values: Vec<Option<String>>,
}

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
    pub nodes: Vec<Label>,
    /// Commands on the timeline.
    pub did: Vec<Did>,
    /// Ids of the panes.
    pub panes: Vec<AttrValue>,
    /// Metrics.
    pub measures: Vec<Measure>,
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
    /// Why the last command was refused.
    pub refused: Option<AttrValue>,
    /// Colours of the pictures.
    pub theme: &'static Theme,
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
    /// Places a command.
    pub on_command: Callback<String>,
    /// Takes a command off the timeline.
    pub on_remove: Callback<u64>,
    /// Sets the seed.
    pub on_seed: Callback<u64>,
}

/// The column; on a phone its two halves are tabs.
#[component]
pub fn Side(props: &Props) -> Html {
    let data = &props.data;
    let pick = |measured: bool, label: &'static str| {
        let on_tab = props.on_tab.reform(move |_: MouseEvent| measured);
        html! {
            <button type="button" class="btn quiet" onclick={on_tab}
                aria-pressed={(props.measured == measured).to_string()}>{ label }</button>
        }
    };
    let doing = Doing {
        own: data.commands,
        nodes: &data.nodes,
        did: &data.did,
        refused: &props.refused,
        on_command: &props.on_command,
        on_remove: &props.on_remove,
    };
    let tab = if props.measured { "measure" } else { "set" };
    html! {
        <aside class={classes!("side", props.open.then_some("open"))} id="side" data-tab={tab}
            aria-label="Parameters and measurements">
            <div class="side-tabs">{ pick(false, "Parameters") }{ pick(true, "Measured") }</div>
            { parameters(props) }
            { commands(&doing) }
            { readout(props) }
            { measured(data) }
            { run(props) }
        </aside>
    }
}

fn parameters(props: &Props) -> Html {
    let control = |shown: &Shown| {
        let Shown { spec, value, own } = *shown;
        html! { <Control key={spec.name} {spec} {value} {own} on_set={props.on_set.clone()} /> }
    };
    html! {
        if !props.data.shown.is_empty() {
            <section class="set" aria-labelledby="parameters-title">
                <h2 class="label" id="parameters-title">{ "Parameters" }</h2>
                { for props.data.shown.iter().map(control) }
            </section>
        }
    }
}

fn measured(data: &SideData) -> Html {
    let many = data.panes.len() > 1;
    let heads = data.titles.iter();
    let heads = heads.map(|title| html! { <th scope="col">{ &**title }</th> });
    let row = |measure: &Measure| {
        let cell = |(pane, value): (&AttrValue, &Option<String>)| {
            html! {
                <td data-pane={pane.clone()} data-metric={measure.name.to_string()}>
                    { value.clone().unwrap_or_else(|| "–".into()) }
                </td>
            }
        };
        let cells = data.panes.iter().zip(&measure.values).map(cell);
        html! {
            <tr title={measure.help}>
                <th scope="row">
                    { measure.name.replace(['_', '.'], " ") }
                    if !measure.unit.is_empty() {
                        <span class="unit">{ format!(" ({})", measure.unit) }</span>
                    }
                </th>
                { for cells }
            </tr>
        }
    };
    html! {
        <section class="measure" aria-labelledby="measured-title">
            <h2 class="label" id="measured-title">{ "Measured" }</h2>
            <table class="measured" aria-labelledby="measured-title">
                if many {
                    <thead><tr><td />{ for heads }</tr></thead>
                }
                <tbody>{ for data.measures.iter().map(row) }</tbody>
            </table>
        </section>
    }
}

fn readout(props: &Props) -> Html {
    let readout = &props.data.readout;
    let picture = |(panel, words): &(Rc<Panel>, String)| {
        let body = match &**panel {
            Panel::Table(data) => table(data),
            _ => {
                let height = preferred_height(panel, WIDTH, 1.0);
                html! {
                    <Still panel={Rc::clone(panel)} theme={props.theme} {height}
                        label={words.clone()} />
                }
            }
        };
        html! {
            <div class="readout">
                <h3>{ title(panel) }</h3>
                { body }
            </div>
        }
    };
    html! {
        if !readout.panels.is_empty() || !readout.properties.is_empty() {
            <section class="measure" aria-labelledby="pictures-title">
                <h2 class="label" id="pictures-title">{ "More pictures" }</h2>
                { panes(props) }
                { for readout.panels.iter().map(picture) }
                { properties(&readout.properties) }
            </section>
        }
    }
}

/// Which pane's pictures are shown.
fn panes(props: &Props) -> Html {
    let titles = &props.data.titles;
    let one = |(index, title): (usize, &Label)| {
        let on_pick = props.on_pane.reform(move |_: Event| index);
        html! {
            <label class="segment">
                <input type="radio" name="pane" onchange={on_pick}
                    checked={index == props.data.readout.pane} />
                <span>{ &**title }</span>
            </label>
        }
    };
    html! {
        if titles.len() > 1 {
            <div class="segments" role="radiogroup" aria-labelledby="pictures-title">
                { for titles.iter().enumerate().map(one) }
            </div>
        }
    }
}

fn title(panel: &Panel) -> Label {
    match panel {
        Panel::Topology(panel) => Label::clone(&panel.title),
        Panel::Ring(panel) => Label::clone(&panel.title),
        Panel::Bins(panel) => Label::clone(&panel.title),
        Panel::Bars(panel) => Label::clone(&panel.title),
        Panel::Table(panel) => Label::clone(&panel.title),
        Panel::Series(panel) => Label::clone(&panel.title),
    }
}

fn table(table: &Table) -> Html {
    let class = |column: usize| {
        let numeric = table
            .columns
            .get(column)
            .is_some_and(|column| column.numeric);
        numeric.then_some("n")
    };
    let heads = table.columns.iter().enumerate().map(|(index, column)| {
        html! { <th scope="col" class={class(index)}>{ &*column.label }</th> }
    });
    let row = |cells: &Vec<Label>| {
        let cell = |(index, text): (usize, &Label)| match index {
            0 => html! { <th scope="row" class={class(0)}>{ &**text }</th> },
            _ => html! { <td class={class(index)}>{ &**text }</td> },
        };
        html! { <tr>{ for cells.iter().enumerate().map(cell) }</tr> }
    };
    html! {
        <table>
            <thead><tr>{ for heads }</tr></thead>
            <tbody>{ for table.rows.iter().map(row) }</tbody>
        </table>
    }
}

fn properties(reports: &[PropertyReport]) -> Html {
    let line = |report: &PropertyReport| {
        let (sign, words, class) = match report.state {
            PropertyState::Open => ("…", "so far: ", "open"),
            PropertyState::Held { .. } => ("✓", "seen: ", "held"),
            PropertyState::Violated { .. } => ("✕", "violated: ", "violated"),
        };
        html! {
            <li {class} data-property={report.name}>
                <span aria-hidden="true">{ sign }</span>
                <span><span class="said">{ words }</span>{ report.text }</span>
            </li>
        }
    };
    html! {
        if !reports.is_empty() {
            <div class="readout">
                <h3>{ "Always true?" }</h3>
                <ul class="holds">{ for reports.iter().map(line) }</ul>
            </div>
        }
    }
}

fn run(props: &Props) -> Html {
    let on_seed = props.on_seed.clone();
    let seed = props.data.seed;
    let on_type = Callback::from(move |event: Event| {
        let input = event.target_unchecked_into::<web_sys::HtmlInputElement>();
        match input.value().trim().parse() {
            Ok(seed) => on_seed.emit(seed),
            Err(_) => input.set_value(&seed.to_string()),
        }
    });
    html! {
        <section class="measure" aria-labelledby="run-title">
            <h2 class="label" id="run-title">{ "This run" }</h2>
            <dl class="run">
                <dt><label for="seed">{ "Seed" }</label></dt>
                <dd><input id="seed" class="number figures" inputmode="numeric" size="9"
                    value={seed.to_string()} onchange={on_type} /></dd>
                <dt>{ "Events" }</dt>
                <dd data-events="">{ props.data.events }</dd>
                <dt title="Equal wherever the same run is replayed">{ "Fingerprint" }</dt>
                <dd><code data-fingerprint="run">{ &props.data.fingerprint }</code></dd>
            </dl>
        </section>
    }
}
