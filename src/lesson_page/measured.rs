//! What is measured, as a table. Of thousands of figures it shows the first, and any that the
//! reader asks for: a table of them all would cost each frame and could not be read.

use faultline_course::Session;
use faultline_systems::{MetricValue, Metrics};
use faultline_view::Label;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::side::{head, part};
use crate::app::el::{El, el};
use crate::bench::compare;
use crate::bench::intent::Bench;

/// The most rows.
const ROWS_MAX: usize = 64;

/// What the table needs.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub bench: Bench,
}

/// A metric, with its value in every pane.
struct Measure {
    /// Its public name.
    name: Label,
    /// Its unit.
    unit: &'static str,
    /// One sentence.
    help: &'static str,
    /// Its value as text, per pane; none where a pane does not have it.
    values: Vec<Option<String>>,
}

/// The rows of a table and how many there are in all, and among those looked for.
struct Rows<R> {
    rows: Vec<R>,
    found: usize,
    all: usize,
}

/// The table, and with many figures a field to find one.
#[component]
pub fn Measured(props: &Props) -> Html {
    let wanted = use_state(String::new);
    let words = words(&wanted);
    let (table, found, all) = props.bench.player.read(|session| {
        if session.forked_at().is_some() {
            let Rows { rows, found, all } = chosen(session.differences(), |one| &one.name, &words);
            (compare::table(session, &rows), found, all)
        } else {
            let Rows { rows, found, all } = measures(session, &words);
            (table(session, &rows), found, all)
        }
    });
    let find = (all > ROWS_MAX).then(|| find(&wanted, found, all));
    part("measure", "measured-title", "Measured")
        .child_some(find)
        .child(table)
        .into()
}

/// What leaves only the rows with these words, and how many those are.
fn find(wanted: &UseStateHandle<String>, found: usize, all: usize) -> El {
    let state = wanted.clone();
    let on_input = Callback::from(move |event: InputEvent| {
        let field = event.target_unchecked_into::<HtmlInputElement>();
        state.set(field.value());
    });
    let field = el("input")
        .class("field")
        .id("find-figure")
        .set("type", "search")
        .set("placeholder", "Find a figure: node 7")
        .set("aria-label", "Find a figure")
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .on_input(on_input);
    let count = match found {
        0 => format!("None of {all} figures has these words."),
        _ if found > ROWS_MAX => format!("The first {ROWS_MAX} of {found} figures."),
        _ => format!("{found} of {all} figures."),
    };
    el("div")
        .class("find-figure")
        .child(field)
        .child(el("p").class("muted").text(count))
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether each word begins a part of the name: "node 7" finds `node.7.active`.
fn has(name: &str, words: &[String]) -> bool {
    let begins = |word: &String| {
        let mut parts = name.split(['.', '_']);
        parts.any(|part| part.to_lowercase().starts_with(word.as_str()))
    };
    words.iter().all(begins)
}

/// Those looked for, as many as the table has rows.
fn chosen<R>(all: Vec<R>, name: impl Fn(&R) -> &str, words: &[String]) -> Rows<R> {
    let mut rows = Rows {
        rows: Vec::new(),
        found: 0,
        all: all.len(),
    };
    for one in all {
        if has(name(&one), words) {
            rows.found += 1;
            if rows.rows.len() < ROWS_MAX {
                rows.rows.push(one);
            }
        }
    }
    rows
}

fn measures(session: &Session, words: &[String]) -> Rows<Measure> {
    let panes = 0..session.pane_count();
    let metrics: Vec<Metrics> = panes.map(|pane| session.lab(pane).metrics()).collect();
    let mut names: Vec<(usize, &Label)> = Vec::new();
    for (pane, own) in metrics.iter().enumerate() {
        for (index, (name, _)) in own.iter().enumerate() {
            let known = |earlier| value(earlier, index, name).is_some();
            if !metrics[..pane].iter().any(known) {
                names.push((index, name));
            }
        }
    }
    let Rows { rows, found, all } = chosen(names, |(_, name)| name, words);
    let specs = session.system().metrics;
    let measure = |(index, name): (usize, &Label)| {
        let spec = specs.iter().find(|spec| spec.describes(name));
        let values = metrics.iter().map(|own| value(own, index, name).map(text));
        Measure {
            unit: spec.map_or("", |spec| spec.unit),
            help: spec.map_or("", |spec| spec.help),
            values: values.collect(),
            name: name.clone(),
        }
    };
    Rows {
        rows: rows.into_iter().map(measure).collect(),
        found,
        all,
    }
}

/// A metric by its name. Of thousands, most stand at the same place in every pane.
fn value<'a>(metrics: &'a Metrics, place: usize, name: &Label) -> Option<&'a MetricValue> {
    let here = metrics.get(place).filter(|(other, _)| other == name);
    let found = here.or_else(|| metrics.iter().find(|(other, _)| other == name));
    found.map(|(_, value)| value)
}

/// A value for reading: measures to three decimal places.
fn text(value: &MetricValue) -> String {
    match value {
        MetricValue::Int(count) => count.to_string(),
        MetricValue::Float(measure) => {
            let text = format!("{measure:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        MetricValue::Text(text) => text.to_string(),
    }
}

fn table(session: &Session, measures: &[Measure]) -> El {
    let panes = session.pane_count();
    let cell = |measure: &Measure, pane: usize| {
        let value = measure.values.get(pane).cloned().flatten();
        el("td")
            .set("data-pane", session.pane_id(pane).to_owned())
            .set("data-metric", measure.name.to_string())
            .text(value.unwrap_or_else(|| "–".to_owned()))
    };
    let row = |measure: &Measure| {
        let name = measure.name.replace(['_', '.'], " ");
        let unit = match measure.unit {
            "" => None,
            unit => Some(el("span").class("unit").text(format!(" ({unit})"))),
        };
        el("tr")
            .set("title", measure.help)
            .child(el("th").set("scope", "row").text(name).child_some(unit))
            .children((0..panes).map(|pane| cell(measure, pane)))
    };
    let heads = (panes > 1).then(|| {
        let heads = (0..panes).map(|pane| head(&compare::title(session, pane)));
        el("thead").child(el("tr").child(el("td")).children(heads))
    });
    el("table")
        .class("measured")
        .set("aria-labelledby", "measured-title")
        .child_some(heads)
        .child(el("tbody").children(measures.iter().map(row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_cut_to_what_can_be_read() {
        assert_eq!(text(&MetricValue::Float(74.6)), "74.6");
        assert_eq!(text(&MetricValue::Float(75.0)), "75");
        assert_eq!(text(&MetricValue::Float(1.0 / 3.0)), "0.333");
        assert_eq!(text(&MetricValue::Int(-3)), "-3");
        assert_eq!(text(&MetricValue::Text("B".into())), "B");
    }

    #[test]
    fn a_figure_is_found_by_the_beginnings_of_its_words() {
        let found = |name, typed| has(name, &words(typed));
        assert!(found("node.7.share_percent", ""));
        assert!(found("node.7.share_percent", "node 7"));
        assert!(found("node.7.share_percent", "Share, 7"));
        assert!(found("node.70.active", "7 act"));
        assert!(!found("node.17.active", "7"));
        assert!(!found("requests_sent", "node"));
    }

    #[test]
    fn of_many_figures_the_first_are_shown_and_all_are_counted() {
        let all: Vec<String> = (1..=1000)
            .map(|node| format!("node.{node}.active"))
            .collect();
        let rows = chosen(all, |name| name, &words("node 9"));
        assert_eq!(rows.rows[0], "node.9.active");
        assert_eq!((rows.rows.len(), rows.found, rows.all), (64, 111, 1000));
    }
}
