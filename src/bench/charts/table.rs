//! The numbers of a chart as a table.

use std::rc::Rc;

use yew::prelude::*;

use super::data::{Data, short, text};
use crate::app::el::{El, el};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is shown.
    pub data: Rc<Data>,
}

/// A row for every sample, a column for every line.
#[component]
pub fn Table(props: &Props) -> Html {
    let data = &props.data;
    let head = |words: &str| el("th").set("scope", "col").text(words.to_owned());
    let lines = 0..data.chart.series.lines.len();
    let heads = [head("time (s)")]
        .into_iter()
        .chain(lines.map(|line| head(data.label(line))));
    let rows = data.times.iter().zip(&data.rows).map(|(time, numbers)| {
        let numbers = numbers.iter().map(|number| {
            let number = number.map_or_else(|| "\u{2013}".to_owned(), text);
            el("td").text(number)
        });
        let time = el("th").set("scope", "row").text(short(*time));
        el("tr").child(time).children::<El>(numbers)
    });
    let table = el("table")
        .class("chart-table figures")
        .id("chart-table")
        .child(el("caption").class("said").text(data.name.clone()))
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(rows));
    el("div")
        .class("chart-scroll")
        .set("tabindex", "0")
        .set("role", "region")
        .set("aria-label", format!("{}, as a table", data.name))
        .child(table)
        .into()
}
