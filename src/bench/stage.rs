//! The stage: one pane per run, each with its headline figure and its picture.

use faultline_systems::PropertyReport;
use faultline_view::{Figure, Label};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

use super::intent::{Bench, Intent};
use super::player::Player;
use super::rules::broken;
use super::watch::{ScreenWatch, SizeWatch};
use super::workbench::Workbench;
use crate::app::el::{El, el, text};

/// What stands around a pane's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PaneText {
    /// The pane's id.
    pub id: AttrValue,
    /// What it shows.
    pub title: Label,
    /// The title's second half.
    pub subtitle: Label,
    /// Its picture is wide: on a phone it stands beneath the figures, not beside them.
    pub wide: bool,
    /// Its figures, the first set large.
    pub figures: Vec<Figure>,
    /// The picture in words.
    pub sentences: Vec<String>,
    /// What must hold and does not.
    pub broken: Option<PropertyReport>,
}

/// What makes that which is on a stage reachable; it is in the workbench.
pub trait Touch {
    /// Takes in what the reader looks at now.
    fn look(&self, bench: &Bench);
}

/// What can be done to the network as a whole, on the stage itself.
pub struct Network<'a> {
    /// The reader is about to divide it.
    pub cutting: bool,
    /// Its parts, as in `A,B | C`; none if it is whole.
    pub parts: Option<String>,
    /// Says what the reader wants.
    pub on_intent: &'a Callback<Intent>,
}

/// The panes. Their pictures are painted by the player, outside the virtual DOM.
pub fn stage(node: &NodeRef, panes: &[PaneText], network: &Network) -> El {
    let many = panes.len() > 1;
    let last = panes.len().saturating_sub(1);
    let panes = panes.iter().enumerate();
    // Where runs stand side by side, the last is the one to look at.
    let panes = panes.map(|(index, text)| pane(text, many && index == last, network.on_intent));
    let class = if many { "stage panes-many" } else { "stage" };
    el("div")
        .class_if(class, network.cutting, "cutting")
        .id("stage")
        .node(node)
        .children(panes)
        .child(tools(network))
}

/// Parts longer than this are left to the tooltip.
const PARTS_CHARS_MAX: usize = 32;

fn tools(network: &Network) -> El {
    let cutting = network.cutting;
    let cut = el("button")
        .class("btn quiet")
        .id("cut")
        .set("type", "button")
        .set("title", "Divide the network: draw a line between nodes")
        .state("aria-pressed", cutting)
        .on_click(network.on_intent.reform(move |_| Intent::Cut(!cutting)))
        .text("Divide");
    let heal = network.parts.as_ref().map(|parts| {
        let words = match parts.chars().count() {
            0..=PARTS_CHARS_MAX => parts.clone(),
            _ => "Divided".to_owned(),
        };
        let shown = el("span")
            .class("parts")
            .set("title", format!("The network is divided: {parts}"))
            .text(words);
        let on_heal = network.on_intent.reform(|_| Intent::Place {
            at: None,
            text: "heal".to_owned(),
        });
        let heal = el("button")
            .class("btn quiet")
            .id("heal")
            .set("type", "button")
            .set("title", "Join the network again")
            .on_click(on_heal)
            .text("Heal");
        el("span").child(shown).child(heal)
    });
    el("div")
        .class("stage-tools")
        .set("role", "group")
        .set("aria-label", "Network")
        .child_some(heal)
        .child(cut)
}

/// Watches a stage that is on the page; dropped, it stops.
pub struct StageWatch {
    stage: Element,
    panes: usize,
    touch: Option<Box<dyn Touch>>,
    _sizes: Option<SizeWatch>,
    _screen: Option<ScreenWatch>,
}

impl StageWatch {
    /// Hands the canvases of a stage to the player, and tells it of their sizes and of whether
    /// the stage is on screen.
    pub fn new(player: &Player, stage: Element) -> Self {
        let canvases = stage.get_elements_by_tag_name("canvas");
        let resized = player.clone();
        let sizes = SizeWatch::new(move || resized.resized());
        for index in 0..canvases.length() {
            let Some(element) = canvases.item(index) else {
                continue;
            };
            if let Some(sizes) = &sizes {
                sizes.add(&element);
            }
            if let Ok(canvas) = element.dyn_into::<HtmlCanvasElement>() {
                player.attach_canvas(index as usize, canvas);
            }
        }
        let shown = player.clone();
        let screen = ScreenWatch::new(&stage, move |visible| shown.set_visible(visible));
        let panes = canvases.length() as usize;
        Self {
            stage,
            panes,
            touch: None,
            _sizes: sizes,
            _screen: screen,
        }
    }

    /// Makes what is on the stage reachable, once the workbench is there to do it, and shows
    /// there what the reader looks at.
    pub fn look(&mut self, workbench: &Workbench, bench: &Bench) {
        let touch = &mut self.touch;
        let touch = touch.get_or_insert_with(|| workbench.touch(bench, &self.stage));
        touch.look(bench);
    }

    /// Whether it watches this stage with so many panes.
    pub fn is_of(&self, stage: &Element, panes: usize) -> bool {
        self.stage == *stage && self.panes == panes
    }
}

fn pane(text: &PaneText, lit: bool, on_intent: &Callback<Intent>) -> El {
    let label = match text.sentences.first() {
        Some(first) => format!("{}: {first}", text.title),
        None => text.title.to_string(),
    };
    let heading = el("h2")
        .text(text.title.to_string())
        .child(el("span").text(text.subtitle.to_string()));
    let figures = el("div")
        .class("figure-row")
        .children(text.figures.iter().map(figure));
    let head = el("div").class("pane-head").child(heading).child(figures);
    let canvas = el("canvas").set("role", "img").set("aria-label", label);
    // Filled by the workbench, outside the virtual DOM: see `targets`.
    let targets = el("div")
        .class("targets")
        .set("role", "group")
        .set("aria-label", format!("Nodes and messages: {}", text.title));
    let picture = el("div").class("picture").child(canvas).child(targets);
    let sentences = text.sentences.iter().map(|one| el("li").text(one.clone()));
    let words = el("details")
        .class("words")
        .child(el("summary").text("In words"))
        .child(
            el("ul")
                .set("tabindex", "0")
                .set("aria-label", "The picture in words")
                .children(sentences),
        );
    el("section")
        .class_if("pane", lit, "lit")
        .set("data-pane", text.id.clone())
        .set_some("data-wide", text.wide.then_some(""))
        .set("aria-label", format!("{} {}", text.title, text.subtitle))
        .children([head, picture, words])
        .child_some(
            text.broken
                .as_ref()
                .and_then(|report| broken(report, on_intent)),
        )
}

fn figure(figure: &Figure) -> El {
    let value = el("b").text(figure.value.to_string());
    // Where they do not fit in one line, the parts of a detail are parted first.
    let last = figure.detail.split(" · ").count() - 1;
    let parts = figure.detail.split(" · ").enumerate();
    let parts = parts.flat_map(|(index, part)| {
        let dot = if index < last { " ·" } else { "" };
        [el("span").text(format!("{part}{dot}")).into(), text(" ")]
    });
    let unit = el("small").text(figure.unit.to_string());
    el("div")
        .class("figure")
        .child(el("p").class("big").child(value).text(" ").child(unit))
        .child(el("p").class("detail").children::<Html>(parts))
}
