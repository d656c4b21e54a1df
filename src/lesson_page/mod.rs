//! A lesson: prose and steps, the stage with time beneath it, parameters and read-outs.
//!
//! The page holds a player and nothing else that matters: what it shows is read from the
//! player's session, what the reader does goes to it.

mod commands;
mod compare;
mod control;
mod doings;
pub mod help;
pub mod later;
mod measured;
mod present;
mod prose;
pub mod reading;
mod scale;
mod side;
pub mod slide;
mod step;
mod telling;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use faultline_course::{Action, Address, Check, MAX_END, RunError, Session};
use faultline_sim::Time;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::app::el::{button, el};
use crate::app::header::header;
use crate::app::icon::{Icon, icon};
use crate::app::{Site, dom, opening, sorry};
use crate::bench::clock::{self, SPEEDS};
use crate::bench::dock::{self, Tab, dock};
use crate::bench::intent::{Bench, Intent, Selected};
use crate::bench::keys::{self, Press};
use crate::bench::player::Player;
use crate::bench::stage::{Network, StageWatch, stage};
use crate::bench::transport::{Time as TimeBar, transport};
use crate::bench::workbench::{self, Workbench};
use crate::content::{LessonRef, OpenError, open};
use compare::{Compare, Comparison};
use present::Talk;
use prose::Prose;
use slide::Slide;

/// The workbench loads so long after the lesson, and so long after it could not be loaded.
const WORKBENCH_AFTER_MS: u32 = 100;
const WORKBENCH_AGAIN_MS: u32 = 10_000;

/// Which lesson, and with which run.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The page around it.
    pub site: Site,
    /// The lesson.
    pub lesson: LessonRef,
    /// Its address, perhaps with a run to open.
    pub address: Address,
}

/// A lesson that is open.
pub struct LessonPage {
    /// The lesson; without its prose until that has loaded.
    lesson: LessonRef,
    /// Or why there is none.
    player: Result<Player, NoPlayer>,
    guesses: Vec<(String, usize)>,
    refused: Option<AttrValue>,
    /// What the reader looks at, in all parts of the bench.
    selected: Selected,
    /// The reader is about to divide the network.
    cutting: bool,
    /// What a first look does not need, once it has loaded, or when it is to be loaded; no time
    /// while it is on its way.
    workbench: Result<&'static Workbench, Option<Timeout>>,
    /// What is to be done as soon as that is there.
    waiting: Vec<Msg>,
    /// How much of it is on the page.
    built: Piece,
    /// Counts what has changed, so that the bench's parts know.
    moment: u64,
    /// What is open beneath the stage.
    dock: Option<Tab>,
    /// The parameter that was given something it does not allow, and why not.
    fault: Option<(&'static str, AttrValue)>,
    fresh: Option<usize>,
    /// The selector of what to scroll to once it is on the page.
    reveal: Option<String>,
    sheet_open: bool,
    side_open: bool,
    measured: bool,
    pane: Option<usize>,
    comparison: Comparison,
    open: Option<Open>,
    /// The form for what to run until is open.
    until: bool,
    /// What that is, while it is looked for, and how the last search ended.
    sought: Option<Check>,
    found: AttrValue,
    /// Presenting, and where.
    talk: Option<Talk>,
    /// Whether it is, for the keys.
    presenting: Rc<Cell<bool>>,
    /// The id of what is to have the focus once it is on the page.
    focus: Option<&'static str>,
    said: AttrValue,
    time: NodeRef,
    scrub: NodeRef,
    stage: NodeRef,
    watch: Option<StageWatch>,
    address: Option<Timeout>,
    /// The stage and the right column as they were when there last was something to see: a run
    /// with a program has nothing until it is recorded.
    held: RefCell<Option<[Html; 2]>>,
    _listeners: [EventListener; 2],
}

/// What the workbench adds to the page. Each piece comes in a turn of its own, so that the browser
/// answers the reader in between.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Piece {
    /// Nothing but what there is in any case.
    None,
    /// What was waiting for it is done.
    Doings,
    /// The stage in words, and what is on it within reach.
    Stage,
    /// The right column.
    Side,
    /// What is open beneath the stage.
    Dock,
}

impl Piece {
    fn next(self) -> Option<Self> {
        match self {
            Self::None => Some(Self::Doings),
            Self::Doings => Some(Self::Stage),
            Self::Stage => Some(Self::Side),
            Self::Side => Some(Self::Dock),
            Self::Dock => None,
        }
    }
}

/// Why a lesson is not to be seen.
pub enum NoPlayer {
    /// Its system is on its way.
    Loading,
    /// A part of it did not load.
    Unloaded,
    /// Its run cannot be shown: why not, and what says so.
    Broken(RunError, &'static sorry::Pages),
}

/// What came of opening a lesson.
type Opened = Result<(LessonRef, Session), NoPlayer>;

thread_local! {
    /// A lesson that was opened before there was a page of it, by its address.
    static READY: RefCell<Option<(Address, Opened)>> = const { RefCell::new(None) };
}

/// Opens the lesson of an address for the page that is about to be made of it.
pub async fn prepare(address: Address) {
    if let Address::Lesson { slug, .. } = &address
        && let Some(lesson) = LessonRef::find(slug)
    {
        let opened = opened(lesson, address.clone()).await;
        READY.set(Some((address, opened)));
    }
}

/// Loads a lesson and opens the run in its address.
async fn opened(lesson: LessonRef, address: Address) -> Opened {
    let why = match open(lesson, &address).await {
        Ok(opened) => return Ok(opened),
        Err(why) => why,
    };
    let OpenError::Run(why) = why else {
        return Err(NoPlayer::Unloaded);
    };
    let pages = sorry::load().await.map_err(|_| NoPlayer::Unloaded)?;
    Err(NoPlayer::Broken(why, pages))
}

/// What stands over the page.
#[derive(Clone, Copy, PartialEq)]
pub enum Open {
    /// How to share the run.
    Share,
    /// What the keys do.
    Help,
}

/// What happens to a lesson.
pub enum Msg {
    /// The run is open, or cannot be.
    Opened(Box<Opened>),
    /// The lesson's system is to be loaded once more.
    Retry,
    /// The workbench is to be loaded.
    Load,
    /// It has been, or could not be.
    Loaded(Option<&'static Workbench>),
    /// The next piece of it comes onto the page.
    Build,
    /// The session has something new to read.
    Changed,
    /// A key or a button of the transport.
    Press(Press),
    /// Another speed: index.
    Speed(usize),
    /// An action, of a step if it has an index.
    Act(Option<usize>, Action),
    /// A prediction: the step's index and the option's.
    Guess(usize, usize),
    /// A parameter was set.
    Set(&'static str, String),
    /// Another seed.
    Seed(u64),
    /// Something else beneath the stage; what is open already closes.
    Dock(Option<Tab>),
    /// A part of the bench was used.
    Intent(Intent),
    /// Two runs are compared, or no longer.
    Compare(Compare),
    /// Another step is the one to do now.
    Step(&'static str),
    /// The lesson begins again.
    Again,
    /// The sheet of steps goes up or down.
    Sheet,
    /// The drawer of parameters comes out or goes in.
    Drawer,
    /// The pane whose pictures the right column shows.
    Pane(usize),
    /// On a phone: the tab of measurements, or of parameters.
    Tab(bool),
    /// The browser went to full screen or came back from it.
    Screen,
    /// A dialog has closed.
    Close,
    /// Time to write the address.
    Address,
}

impl Component for LessonPage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        let press = link.callback(Msg::Press);
        let presenting = Rc::new(Cell::new(false));
        let reads = presenting.clone();
        let screen = link.callback(|()| Msg::Screen);
        let screen = EventListener::new(&dom::document(), "fullscreenchange", move |_| {
            screen.emit(());
        });
        let keys = EventListener::new_with_options(
            &dom::document(),
            "keydown",
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                    && let Some(meaning) = keys::read(event, reads.get())
                {
                    event.prevent_default();
                    press.emit(meaning);
                }
            },
        );
        let mut page = Self {
            lesson: ctx.props().lesson,
            player: Err(NoPlayer::Loading),
            guesses: Vec::new(),
            refused: None,
            selected: Selected::default(),
            cutting: false,
            workbench: Err(None),
            waiting: Vec::new(),
            built: Piece::None,
            moment: 0,
            dock: None,
            fault: None,
            fresh: None,
            reveal: None,
            sheet_open: false,
            side_open: false,
            measured: false,
            pane: None,
            comparison: Comparison::default(),
            open: None,
            until: false,
            sought: None,
            found: AttrValue::from(""),
            talk: None,
            presenting,
            focus: None,
            said: AttrValue::from(""),
            time: NodeRef::default(),
            scrub: NodeRef::default(),
            stage: NodeRef::default(),
            watch: None,
            address: None,
            held: RefCell::default(),
            _listeners: [keys, screen],
        };
        let ready = READY.take();
        match ready.filter(|(address, _)| *address == ctx.props().address) {
            Some((_, opened)) => page.opened(ctx, opened),
            None => page.load(ctx),
        }
        page
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        if self.talk.take().is_some() {
            dom::leave_full_screen();
            self.project(ctx);
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let theme = ctx.props().site.theme;
        if let Ok(player) = &self.player
            && old.site.theme != theme
        {
            player.set_theme(theme);
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        if let Some(selector) = self.reveal.take() {
            dom::reveal(&selector);
        }
        let (time, scrub) = (
            self.time.cast::<Element>(),
            self.scrub.cast::<HtmlInputElement>(),
        );
        if let Some(id) = self.focus.take() {
            dom::focus(id);
        }
        let Ok(player) = &self.player else {
            return;
        };
        if let (Some(time), Some(scrub)) = (time, scrub) {
            player.attach_face(time, scrub);
        }
        let bench = self.bench(ctx, player);
        let panes = player.read(Session::pane_count);
        if let Some(stage) = self.stage.cast::<Element>()
            && !self
                .watch
                .as_ref()
                .is_some_and(|watch| watch.is_of(&stage, panes))
        {
            self.watch = Some(StageWatch::new(player, stage));
        }
        let workbench = self.with(Piece::Stage);
        if let (Some(watch), Some(workbench)) = (&mut self.watch, workbench) {
            watch.look(workbench, &bench);
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let msg = match msg {
            Msg::Opened(opened) => {
                self.opened(ctx, *opened);
                return true;
            }
            Msg::Retry => {
                self.load(ctx);
                return true;
            }
            other => other,
        };
        let Ok(player) = &self.player else {
            return false;
        };
        let player = player.clone();
        self.moment += 1;
        match msg {
            Msg::Load => self.load_workbench(ctx),
            Msg::Loaded(Some(workbench)) => {
                self.workbench = Ok(workbench);
                player.read_with(workbench.reader);
                self.build_soon(ctx);
                return false;
            }
            Msg::Build => self.build(ctx, &player),
            Msg::Loaded(None) => self.not_loaded(ctx),
            Msg::Press(Press::Play) => play(&player),
            Msg::Speed(index) => {
                if let Some((speed, _)) = SPEEDS.get(index) {
                    player.set_speed(*speed);
                }
            }
            Msg::Intent(Intent::Seek(at)) => player.seek(Time::from_nanos(at)),
            msg => match self.with(Piece::Doings) {
                Some(workbench) => return (workbench.update)(self, ctx, &player, msg),
                None => self.wait(ctx, msg),
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        match &self.player {
            Ok(player) if !self.is_recording() || self.held.borrow().is_some() => {
                self.page(ctx, player)
            }
            Ok(_) | Err(NoPlayer::Loading) => {
                let lesson = props.lesson;
                opening::loading(&props.site, lesson.track_title(), &lesson.0.title)
            }
            Err(NoPlayer::Unloaded) => {
                let retry = ctx.link().callback(|_| Msg::Retry);
                let lesson = props.lesson;
                opening::unloaded(&props.site, lesson.track_title(), &lesson.0.title, retry)
            }
            Err(NoPlayer::Broken(why, pages)) => {
                (pages.broken_link)(&props.site, props.lesson, why)
            }
        }
    }
}

impl LessonPage {
    /// Loads the lesson's system and opens the run.
    fn load(&mut self, ctx: &Context<Self>) {
        let Props {
            lesson, address, ..
        } = ctx.props();
        let opened = opened(*lesson, address.clone());
        self.player = Err(NoPlayer::Loading);
        let link = ctx.link().clone();
        spawn_local(async move { link.send_message(Msg::Opened(Box::new(opened.await))) });
    }

    fn opened(&mut self, ctx: &Context<Self>, opened: Opened) {
        let site = &ctx.props().site;
        let known = site.progress.of(&self.lesson.0.slug);
        self.player = opened.map(|(lesson, mut session)| {
            self.lesson = lesson;
            session.mark_done(known.done.iter().map(String::as_str));
            let on_change = ctx.link().callback(|()| Msg::Changed);
            Player::new(session, site.theme, lesson.0.speed, on_change)
        });
        self.guesses = known.guesses;
        self.await_workbench(ctx, WORKBENCH_AFTER_MS);
        self.dock = dock::at_first(self.lesson);
        if self.is_recording() {
            self.load_workbench(ctx);
        }
        if self.dock == Some(Tab::Code) {
            // Who writes looks at what came of it, which is in the first pane.
            self.pane = Some(0);
        }
    }

    /// Has the workbench loaded a while from now.
    fn await_workbench(&mut self, ctx: &Context<Self>, after_ms: u32) {
        let link = ctx.link().clone();
        let load = Timeout::new(after_ms, move || link.send_message(Msg::Load));
        self.workbench = Err(Some(load));
    }

    /// Has the workbench loaded now, unless it is on its way.
    fn load_workbench(&mut self, ctx: &Context<Self>) {
        if !matches!(self.workbench, Err(Some(_))) {
            return;
        }
        self.workbench = Err(None);
        let link = ctx.link().clone();
        spawn_local(async move {
            link.send_message(Msg::Loaded(workbench::load().await.ok()));
        });
    }

    /// The next piece of the workbench comes onto the page.
    fn build(&mut self, ctx: &Context<Self>, player: &Player) {
        let (Some(next), Ok(workbench)) = (self.built.next(), self.workbench.as_ref()) else {
            return;
        };
        let workbench: &'static Workbench = workbench;
        self.built = next;
        if next == Piece::Doings {
            // What has happened until now is looked at in any case.
            let waiting = std::mem::take(&mut self.waiting);
            for msg in [Msg::Build].into_iter().chain(waiting) {
                (workbench.update)(self, ctx, player, msg);
            }
        }
        self.build_soon(ctx);
    }

    /// Has the next piece of the workbench come onto the page, if there is one.
    fn build_soon(&self, ctx: &Context<Self>) {
        if self.built.next().is_some() {
            let link = ctx.link().clone();
            spawn_local(async move {
                dom::breathe().await;
                link.send_message(Msg::Build);
            });
        }
    }

    /// The workbench, once so much of it is on the page.
    fn with(&self, piece: Piece) -> Option<&'static Workbench> {
        let workbench = self.workbench.as_ref().ok().copied();
        workbench.filter(|_| self.built >= piece)
    }

    /// Keeps what is to be done until the workbench is there.
    fn wait(&mut self, ctx: &Context<Self>, msg: Msg) {
        match (&msg, self.waiting.last()) {
            // Time runs: nobody waits for what comes of that.
            (Msg::Changed, Some(Msg::Changed)) => return,
            (Msg::Changed, _) => {}
            _ => self.load_workbench(ctx),
        }
        self.waiting.push(msg);
    }

    /// The workbench did not load: what was to be done is to be asked for again.
    fn not_loaded(&mut self, ctx: &Context<Self>) {
        self.await_workbench(ctx, WORKBENCH_AGAIN_MS);
        let asked = |msg: &Msg| !matches!(msg, Msg::Changed);
        if std::mem::take(&mut self.waiting).iter().any(asked) {
            let words = "A part of this page did not load. Check the connection, then try again.";
            ctx.props().site.on_notice.emit(words.to_owned());
        }
    }

    /// What a part of the bench is given.
    fn bench(&self, ctx: &Context<Self>, player: &Player) -> Bench {
        Bench {
            player: player.clone(),
            moment: self.moment,
            selected: self.selected.clone(),
            cutting: self.cutting,
            refused: self.refused.clone(),
            theme: ctx.props().site.theme,
            on_intent: ctx.link().callback(Msg::Intent),
        }
    }

    /// The colours and the keys follow whether this is presented.
    fn project(&self, ctx: &Context<Self>) {
        let presenting = self.talk.is_some();
        if self.presenting.replace(presenting) != presenting {
            ctx.props().site.on_project.emit(presenting);
        }
    }

    fn page(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let props = ctx.props();
        let on_intent = ctx.link().callback(Msg::Intent);
        let network = Network {
            cutting: self.cutting,
            parts: self
                .with(Piece::Stage)
                .and_then(|workbench| (workbench.parts)(player)),
            on_intent: &on_intent,
        };
        let stage = stage(
            &self.stage,
            &reading::panes(player, self.with(Piece::Stage)),
            &network,
        );
        let main = el("main").id("main").set("tabindex", "-1");
        if props.address.embeds() {
            // In somebody else's page only the stage is seen; a screen reader hears what it is of.
            let title = el("h1").class("said").text(self.lesson.0.title.as_str());
            let main = main.class("lesson-main embed").child(title);
            return main.child(stage).child(self.transport(ctx, player)).into();
        }
        let presents = self.talk.is_some();
        let words = match &self.talk {
            Some(talk) => self.slide(ctx, player, talk),
            None => self.prose(ctx, player),
        };
        let side = (!presents).then(|| self.side(ctx, player));
        let [stage, side] = self.hold([stage.into(), side.unwrap_or_default()]);
        let main = main
            .class("lesson-main")
            .child(words)
            .child_some(self.compare_bar(ctx, player))
            .child(stage)
            .child(self.transport(ctx, player))
            .child_some((!presents).then(|| self.dock(ctx, player)))
            .child(side);
        let said = el("p")
            .class("said")
            .set("role", "status")
            .id("said")
            .text(self.said.clone());
        el("div")
            .class_if("lesson", presents, "presenting")
            .child_some((!presents).then(|| self.header(ctx, player)))
            .child(main)
            .child(said)
            .child_some(self.open.and_then(|open| {
                let workbench = self.workbench.as_ref().ok()?;
                Some((workbench.dialog)(self, ctx, player, open))
            }))
            .into()
    }

    /// Whether the run has a program whose answers are not known yet.
    fn is_recording(&self) -> bool {
        let player = self.player.as_ref();
        player.is_ok_and(|player| player.read(Session::needs_recording))
    }

    /// What shows the run, as it is or, while it is being recorded, as it was.
    fn hold(&self, now: [Html; 2]) -> [Html; 2] {
        let mut held = self.held.borrow_mut();
        if !self.is_recording() {
            *held = Some(now.clone());
        }
        held.clone().unwrap_or(now)
    }

    fn prose(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let link = ctx.link();
        let steps = self.lesson.0.steps.iter();
        let done: Vec<bool> = steps
            .map(|step| player.read(|session| session.is_done(&step.id)))
            .collect();
        let now = self.current(player).filter(|now| !done[*now]);
        html! {
            <Prose lesson={self.lesson} now={now.unwrap_or(done.len())} {done}
                guesses={self.guesses.clone()} open={self.sheet_open} fresh={self.fresh}
                on_open={link.callback(|()| Msg::Sheet)}
                on_act={link.callback(|(step, action)| Msg::Act(step, action))}
                on_step={link.callback(Msg::Step)}
                on_code={link.callback(|()| Msg::Intent(Intent::Show(Tab::Code)))}
                on_again={link.callback(|()| Msg::Again)}
                on_guess={link.callback(|(step, option)| Msg::Guess(step, option))} />
        }
    }

    fn side(&self, ctx: &Context<Self>, player: &Player) -> Html {
        match self.with(Piece::Side) {
            Some(workbench) => (workbench.side)(self, ctx, player),
            None => opening::column(),
        }
    }

    /// The step as a room sees it.
    fn slide(&self, ctx: &Context<Self>, player: &Player, talk: &Talk) -> Html {
        let link = ctx.link();
        let Ok(workbench) = self.workbench else {
            return el("p").class("slide").text("Loading\u{2026}").into();
        };
        let id = self.lesson.0.steps.get(talk.step).map(|step| &step.id);
        (workbench.slide)(&Slide {
            lesson: self.lesson,
            step: talk.step,
            done: id.is_some_and(|id| player.read(|session| session.is_done(id))),
            revealed: talk.revealed,
            notes: talk.notes,
            code: talk.code,
            bench: self.bench(ctx, player),
            on_press: link.callback(Msg::Press),
            on_act: link.callback(|(step, action)| Msg::Act(step, action)),
        })
    }

    /// The index of the step to do now.
    fn current(&self, player: &Player) -> Option<usize> {
        let steps = &self.lesson.0.steps;
        player.read(|session| {
            let now = session.current_step();
            steps.iter().position(|step| step.id == now)
        })
    }

    fn dock(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let content = self.dock.map(|tab| match self.with(Piece::Dock) {
            Some(workbench) => workbench.content(tab, &self.bench(ctx, player), self.lesson),
            None => dock::loading(),
        });
        dock(
            self.lesson,
            self.dock,
            content,
            ctx.link().callback(Msg::Dock),
        )
    }

    fn header(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let (lesson, site) = (self.lesson, &ctx.props().site);
        let link = ctx.link();
        let crumbs = [
            AttrValue::from(lesson.track_title()),
            AttrValue::from(format!("{} {}", lesson.0.number, lesson.0.short_title)),
        ];
        let drawer = button("drawer", Icon::Sliders, "Parameters and measurements")
            .class("btn quiet icon side-toggle")
            .state("aria-expanded", self.side_open)
            .set("aria-controls", "side")
            .on_click(link.callback(|_| Msg::Drawer));
        let help = button("help", Icon::Help, "Keys")
            .class("btn quiet icon wide-only")
            .on_click(link.callback(|_| Msg::Press(Press::Help)));
        let present = button("present", Icon::Screen, "Present: full screen for a room")
            .class("btn quiet icon wide-only")
            .on_click(link.callback(|_| Msg::Press(Press::Present)));
        let share = el("button")
            .class("btn")
            .id("share")
            .set("type", "button")
            .on_click(link.callback(|_| Msg::Press(Press::Share)))
            .child(icon(Icon::Share))
            .child(el("span").text("Share"));
        let forked = compare::is_forked(player);
        let compare = el("button")
            .class("btn quiet")
            .id("compare")
            .set("type", "button")
            .set(
                "title",
                match forked {
                    true => "Two runs are compared; keep one of them first",
                    false => "Fork the run here, change one thing, and compare",
                },
            )
            .state("aria-disabled", forked)
            .on_click(link.callback(|_| Msg::Compare(Compare::Fork)))
            .child(icon(Icon::Fork))
            .child(el("span").class("wide-only").text("Compare"));
        header(
            site,
            &crumbs,
            vec![
                drawer.into(),
                help.into(),
                compare.into(),
                present.into(),
                share.into(),
            ],
        )
    }

    fn transport(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let link = ctx.link();
        let (now, end) = player.read(|session| (session.now(), session.end()));
        let (next, by) = player.read(|session| (session.next_time(), session.duration()));
        let bench = self.bench(ctx, player);
        let marks = compare::is_forked(player) || player.read(Session::has_commands);
        let loaded = self.workbench.as_ref().ok().copied();
        transport(&TimeBar {
            playing: player.playing(),
            hunting: player.hunting(),
            at_start: now == Time::ZERO,
            at_end: now >= end,
            over: next.is_none(),
            end: end.as_nanos(),
            extension: by.min(MAX_END.since(end)).as_nanos(),
            speed: clock::nearest_speed(player.speed()),
            // Their room is there before they are, so that the stage keeps its size.
            marks: marks.then(|| match loaded {
                Some(loaded) => (loaded.marks)(&bench),
                None => el("div").class("marks-room").into(),
            }),
            until: self.until.then(|| self.until(loaded, &bench)),
            time: &self.time,
            scrub: &self.scrub,
            on_press: link.callback(Msg::Press),
            on_seek: link.callback(|at| Msg::Intent(Intent::Seek(at))),
            on_speed: link.callback(Msg::Speed),
        })
    }

    /// The form for what to run until, and how the last search ended.
    fn until(&self, loaded: Option<&Workbench>, bench: &Bench) -> Html {
        let form = match loaded {
            Some(workbench) => (workbench.until)(bench),
            None => el("p").text("Loading\u{2026}").into(),
        };
        el("div")
            .class("pop")
            .id("until")
            .child(form)
            .child(el("p").id("until-found").text(self.found.clone()))
            .into()
    }
}

/// Has time run or stand; from its end it runs once more.
fn play(player: &Player) {
    if player.playing() || player.hunting() {
        return player.pause();
    }
    let (now, end) = player.read(|session| (session.now(), session.end()));
    if now >= end {
        player.seek(Time::ZERO);
    }
    player.play_until(end);
}
