//! The space-time diagram of a pane, linked with the stage and the log, and editable.
//!
//! The diagram is painted in the player's frames. What the reader does to it, by hand or by
//! key, becomes an [`Intent`]; the page carries it out, and the diagram shows what came of it.

mod camera;
mod diagram;
mod edit;
mod hand;
mod keys;
mod overview;
mod pointer;
mod tools;

use std::cell::RefCell;
use std::rc::Rc;

use faultline_course::Session;
use faultline_view::Selection;
use gloo_events::EventListener;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::intent::{Bench, Intent, Selected};
use super::player::Beside;
use super::tools::panes;
use super::watch::{ScreenWatch, SizeWatch};
use crate::app::el::{El, el};
use diagram::Diagram;
use edit::moment;
use tools::Tool;

/// How the keys work, for those who do not see the buttons.
const KEYS: &str = "Left and right go from message to message, up and down from node to node. \
                    Shift with left or right moves what is selected in time, Delete loses a \
                    message or removes a command, C copies a message. Enter goes to its moment. \
                    Plus and minus zoom, Page Up and Page Down move the window, W shows the \
                    whole run, F follows time.";

/// What the dock shows.
pub fn content(bench: &Bench) -> Html {
    html! { <Content bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

enum Msg {
    /// What the buttons show may have changed.
    Refresh,
    /// A button.
    Tool(Tool),
    /// The form that asks how much later comes or goes.
    Ask(bool),
}

struct Content {
    diagram: Rc<RefCell<Diagram>>,
    beside: Rc<Beside>,
    /// The last selection that was made here: what it is of is in sight.
    own: Rc<RefCell<Option<Selected>>>,
    asks: bool,
    canvas: NodeRef,
    over: NodeRef,
    tip: NodeRef,
    _listeners: Vec<EventListener>,
    _watches: (Option<SizeWatch>, Option<ScreenWatch>),
}

impl Component for Content {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let bench = &ctx.props().bench;
        let selected = bench.selected.clone();
        let panes = bench.player.read(Session::pane_count);
        let pane = match selected.what {
            // As on the stage: the last is the one to look at.
            Selection::None => panes - 1,
            _ => selected.pane.min(panes - 1),
        };
        let mut diagram = Diagram::new(bench.player.clone(), pane, bench.theme);
        if selected.what != Selection::None {
            diagram.show_pane(pane);
        }
        diagram.selected = selected.what;
        let diagram = Rc::new(RefCell::new(diagram));
        let painted = Rc::clone(&diagram);
        let beside = bench
            .player
            .paint_beside(move |turn| painted.borrow_mut().turn(turn));
        Self {
            diagram,
            beside: Rc::new(beside),
            own: Rc::default(),
            asks: false,
            canvas: NodeRef::default(),
            over: NodeRef::default(),
            tip: NodeRef::default(),
            _listeners: Vec::new(),
            _watches: (None, None),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let bench = &ctx.props().bench;
        let mut diagram = self.diagram.borrow_mut();
        diagram.theme = bench.theme;
        diagram.refresh();
        let selected = &bench.selected;
        if old.bench.selected != *selected {
            self.asks = false;
            if selected.what != Selection::None {
                diagram.show_pane(selected.pane);
            }
            diagram.selected = selected.what.clone();
            diagram.look();
            if self.own.borrow().as_ref() != Some(selected) {
                diagram.reveal();
            }
        }
        if let Some(mark) = diagram.moved_mark() {
            bench.intend(diagram.select(mark));
        }
        // What the buttons say is read from it; while time runs it is looked at in any case.
        if !bench.player.playing() {
            diagram.look();
        }
        self.beside.repaint();
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Refresh => {}
            Msg::Ask(asks) => self.asks = asks,
            Msg::Tool(tool) => {
                self.asks = false;
                let intent = self.diagram.borrow_mut().use_tool(tool);
                if let Some(intent) = intent {
                    self.say(ctx, intent);
                }
            }
        }
        self.beside.repaint();
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if !first {
            return;
        }
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else {
            return;
        };
        let over = self.over.cast::<HtmlCanvasElement>();
        let mut diagram = self.diagram.borrow_mut();
        diagram.attach(Some(canvas.clone()), over.clone());
        diagram.look();
        diagram.reveal();
        let (beside, shown) = (Rc::clone(&self.beside), Rc::clone(&self.diagram));
        let sizes = SizeWatch::new(move || {
            shown.borrow_mut().resized();
            beside.repaint();
        });
        if let Some(sizes) = &sizes {
            sizes.add(&canvas);
        }
        let beside = Rc::clone(&self.beside);
        let screen = ScreenWatch::new(&canvas, move |visible| beside.set_visible(visible));
        self._watches = (sizes, screen);
        let handling = pointer::Handling {
            diagram: Rc::clone(&self.diagram),
            beside: Rc::clone(&self.beside),
            own: Rc::clone(&self.own),
            on_intent: ctx.props().bench.on_intent.clone(),
            on_done: ctx.link().callback(|()| Msg::Refresh),
            tip: self.tip.clone(),
        };
        self._listeners = pointer::listen(&handling, &canvas, over.as_ref());
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.diagram.borrow_mut().leave();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let diagram = self.diagram.borrow();
        let data = diagram.data();
        let label = format!(
            "Space-time diagram, {} to {}, {} nodes",
            moment(data.from_ns),
            moment(data.to_ns),
            data.lanes.len() + data.others as usize
        );
        let canvas = el("canvas")
            .id("space-time")
            .node(&self.canvas)
            .set("tabindex", "0")
            .set("role", "application")
            .set("aria-label", label)
            .set("aria-describedby", "space-time-keys");
        let keys = el("p").id("space-time-keys").set("hidden", "").text(KEYS);
        let tip = el("p")
            .class("tip")
            .node(&self.tip)
            .set("hidden", "")
            .set("aria-hidden", "true");
        let picture = el("div").class("picture").children([canvas, keys, tip]);
        let over = el("canvas").node(&self.over).set("aria-hidden", "true");
        let run = el("div").class("whole-run").child(over);
        let foot = el("div")
            .class("st-foot")
            .child(run)
            .child(tools::zoom(&diagram, ctx));
        el("div")
            .class("space-time")
            .child(self.tools(&diagram, ctx))
            .child(picture)
            .child(foot)
            .into()
    }
}

impl Content {
    fn tools(&self, diagram: &Diagram, ctx: &Context<Self>) -> El {
        el("div")
            .class("dock-tools")
            .child(tools::editing(diagram, self.asks, ctx))
            .child_some(panes(
                &diagram.player,
                "The diagram is of",
                diagram.pane,
                ctx.link().callback(|pane| Msg::Tool(Tool::Pane(pane))),
            ))
    }

    /// Passes on what the reader wants; what is selected here is in sight.
    fn say(&self, ctx: &Context<Self>, intent: Intent) {
        if let Intent::Select(selected) = &intent {
            self.own.replace(Some(selected.clone()));
        }
        ctx.props().bench.intend(intent);
    }
}
