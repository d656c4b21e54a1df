//! The stage: one pane per run, each with its headline figure and its picture.

use faultline_view::{Figure, Label};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

use super::player::Player;
use super::watch::{ScreenWatch, SizeWatch};

/// What stands around a pane's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PaneText {
    /// The pane's id.
    pub id: AttrValue,
    /// What it shows.
    pub title: Label,
    /// The title's second half.
    pub subtitle: Label,
    /// Its figures, the first set large.
    pub figures: Vec<Figure>,
    /// The picture in words.
    pub sentences: Vec<String>,
}

/// What the stage shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Paints the pictures.
    pub player: Player,
    /// The panes, left to right.
    pub panes: Vec<PaneText>,
}

/// The panes. Their pictures are painted by the player, outside the virtual DOM.
#[component]
pub fn Stage(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let (node, player) = (node.clone(), props.player.clone());
        use_effect_with((player, props.panes.len()), move |(player, _)| {
            let watches = node.cast::<Element>().map(|stage| watch(player, &stage));
            move || drop(watches)
        });
    }
    let many = if props.panes.len() > 1 {
        "panes-many"
    } else {
        "panes-one"
    };
    let last = props.panes.len().saturating_sub(1);
    let panes = props.panes.iter().enumerate().map(|(index, text)| {
        // Where runs stand side by side, the last is the one to look at.
        pane(text, last > 0 && index == last)
    });
    html! {
        <div class={classes!("stage", many)} id="stage" ref={node}>{ for panes }</div>
    }
}

fn watch(player: &Player, stage: &Element) -> (Option<SizeWatch>, Option<ScreenWatch>) {
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
    let screen = ScreenWatch::new(stage, move |visible| shown.set_visible(visible));
    (sizes, screen)
}

fn pane(text: &PaneText, lit: bool) -> Html {
    let label = match text.sentences.first() {
        Some(first) => format!("{}: {first}", text.title),
        None => text.title.to_string(),
    };
    html! {
        <section class={classes!("pane", lit.then_some("lit"))} key={text.id.as_str()}
            data-pane={text.id.clone()} aria-label={format!("{} {}", text.title, text.subtitle)}>
            <div class="pane-head">
                <h2>{ &*text.title }<span>{ &*text.subtitle }</span></h2>
                <div class="figure-row">{ for text.figures.iter().map(figure) }</div>
            </div>
            <div class="picture"><canvas role="img" aria-label={label} /></div>
            <details class="words">
                <summary>{ "In words" }</summary>
                <ul>{ for text.sentences.iter().map(|one| html! { <li>{ one }</li> }) }</ul>
            </details>
        </section>
    }
}

fn figure(figure: &Figure) -> Html {
    html! {
        <div class="figure">
            <p class="big"><b>{ &*figure.value }</b><small>{ " " }{ &*figure.unit }</small></p>
            <p class="detail">{ &*figure.detail }</p>
        </div>
    }
}
