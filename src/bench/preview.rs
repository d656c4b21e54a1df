//! What the run looks like at a moment that is pointed at on the slider of time, before one goes
//! there.
//!
//! It is read from a copy of the run, which is made when the pointer comes and thrown away when it
//! goes.

use std::rc::Rc;

use faultline_course::{Run, Session};
use faultline_sim::Time;
use faultline_systems::Lab;
use faultline_view::Panel;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use super::clock;
use super::intent::Bench;
use super::picture::Still;
use crate::app::dom;
use crate::app::el::el;

/// The slider's id.
const SLIDER: &str = "scrub";
/// Half of the slider's thumb, pixels: so far the ends of time are from the slider's.
const HALF_THUMB: f64 = 7.6;
/// Half the width of what is shown, pixels.
const HALF_WIDTH: f64 = 110.0;
/// A pointer that moves is followed this often, milliseconds.
const EVERY_MS: u32 = 50;
/// Events of the copy between two looks: some milliseconds.
const BITE_EVENTS: u64 = 10_000;
/// A run whose history takes more than this, in bytes, is not copied for a glance.
const HISTORY_MAX: usize = 24 << 20;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub bench: Bench,
}

/// The picture over the slider, while there is one.
pub struct Preview {
    /// The run that was copied, and the copy of the pane that is looked at.
    copy: Option<(Run, Box<dyn Lab>)>,
    /// Where the pointer is, in the window.
    x: f64,
    shown: Option<Shown>,
    wait: Option<Timeout>,
    listeners: Vec<EventListener>,
}

/// What stands there.
struct Shown {
    left: f64,
    bottom: f64,
    time: String,
    figure: String,
    panel: Option<Rc<Panel>>,
}

pub enum Msg {
    Point(f64),
    Look,
    Leave,
}

impl Component for Preview {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            copy: None,
            x: 0.0,
            shown: None,
            wait: None,
            listeners: Vec::new(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Point(x) => {
                self.x = x;
                if self.wait.is_none() {
                    self.look_again(ctx);
                }
                false
            }
            Msg::Look => {
                self.wait = None;
                self.look(ctx);
                true
            }
            Msg::Leave => {
                (self.copy, self.wait) = (None, None);
                self.shown.take().is_some()
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Some(shown) = &self.shown else {
            return Html::default();
        };
        let picture = shown.panel.as_ref().map(|panel| {
            let (panel, theme) = (Rc::clone(panel), ctx.props().bench.theme);
            html! { <Still {panel} {theme} class="preview-picture" /> }
        });
        el("div")
            .class("preview")
            .set("aria-hidden", "true")
            .set(
                "style",
                format!("left:{:.0}px;bottom:{:.0}px", shown.left, shown.bottom),
            )
            .child_some(picture)
            .child(
                el("p")
                    .child(el("b").class("figures").text(shown.time.clone()))
                    .text(format!(" {}", shown.figure)),
            )
            .into()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let slider = dom::document().get_element_by_id(SLIDER);
        let (true, Some(slider)) = (first, slider) else {
            return;
        };
        let link = ctx.link();
        let point = link.batch_callback(|event: PointerEvent| {
            // A finger covers it, and a hand that drags sees the stage itself.
            let hovers = event.pointer_type() == "mouse" && event.buttons() == 0;
            Some(match hovers {
                true => Msg::Point(event.client_x().into()),
                false => Msg::Leave,
            })
        });
        let leave = link.callback(|_: PointerEvent| Msg::Leave);
        self.listeners = [
            ("pointermove", point),
            ("pointerdown", leave.clone()),
            ("pointerleave", leave),
        ]
        .map(|(name, handle)| listen(&slider, name, handle))
        .into();
    }
}

fn listen(to: &Element, name: &'static str, handle: Callback<PointerEvent>) -> EventListener {
    EventListener::new(to, name, move |event| {
        if let Some(event) = event.dyn_ref::<PointerEvent>() {
            handle.emit(event.clone());
        }
    })
}

impl Preview {
    fn look_again(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.wait = Some(Timeout::new(EVERY_MS, move || link.send_message(Msg::Look)));
    }

    /// Brings the copy to where the pointer is, and takes its picture.
    fn look(&mut self, ctx: &Context<Self>) {
        let player = &ctx.props().bench.player;
        let slider = dom::document().get_element_by_id(SLIDER);
        let Some(slider) = slider.filter(|_| !player.playing()) else {
            self.shown = None;
            return;
        };
        let place = slider.get_bounding_client_rect();
        let room = (place.width() - 2.0 * HALF_THUMB).max(1.0);
        let part = ((self.x - place.left() - HALF_THUMB) / room).clamp(0.0, 1.0);
        let (at, known) = player.read(|session| {
            let pane = session.pane_count() - 1;
            self.follow(session, pane);
            let at = Time::from_nanos((session.end().as_nanos() as f64 * part) as u64);
            (at, session.lab(pane).furthest())
        });
        // Nobody knows yet what is further on.
        let copy = self.copy.as_mut().filter(|_| at <= known);
        let reached = copy.map(|(_, lab)| (lab.seek(at, BITE_EVENTS).reached, lab));
        let seen = match reached {
            Some((false, _)) => return self.look_again(ctx),
            Some((true, lab)) => Some(lab.view()),
            None => None,
        };
        let wide = dom::root().map_or(0.0, |root| f64::from(root.client_width()));
        let high = dom::root().map_or(0.0, |root| f64::from(root.client_height()));
        let figure = seen.as_ref().and_then(|view| view.figures.first());
        self.shown = Some(Shown {
            left: (place.left() + HALF_THUMB + room * part)
                .clamp(HALF_WIDTH, (wide - HALF_WIDTH).max(HALF_WIDTH)),
            bottom: high - place.top() + 6.0,
            time: clock::long(at.as_nanos()),
            figure: match figure {
                Some(figure) => format!("{} {}", figure.value, figure.unit),
                None => "not played yet".to_owned(),
            },
            panel: seen.and_then(|view| view.panels.into_iter().next().map(Rc::new)),
        });
    }

    /// Sees to it that the copy is of the run as it is.
    fn follow(&mut self, session: &Session, pane: usize) {
        let run = session.doings();
        if self.copy.as_ref().is_none_or(|(copied, _)| *copied != run) {
            let small = session.checkpoint_size().1 <= HISTORY_MAX;
            self.copy = small.then(|| (run, session.lab(pane).fork()));
        }
    }
}
