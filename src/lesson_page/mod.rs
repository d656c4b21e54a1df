//! A lesson: prose and steps, the stage with time beneath it, parameters and read-outs.
//!
//! The page holds a player and nothing else that matters: what it shows is read from the
//! player's session, what the reader does goes to it.

mod commands;
mod compare;
mod control;
pub mod help;
pub mod later;
mod present;
mod prose;
mod reading;
mod scale;
mod side;
pub mod slide;
mod step;

use std::cell::Cell;
use std::rc::Rc;

use faultline_course::{Action, Check, Hunted, MAX_END, Run, RunError, Session, Sought, Step};
use faultline_sim::Time;
use faultline_view::Selection;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::app::el::{button, el};
use crate::app::header::header;
use crate::app::icon::{Icon, icon};
use crate::app::later::Later;
use crate::app::progress::LessonProgress;
use crate::app::{Site, dom, opening, sorry};
use crate::bench::clock::{self, SPEEDS};
use crate::bench::dock::{self, Dock, Tab};
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

/// Between two writings of the address; browsers refuse when it is written too often.
const ADDRESS_EVERY_MS: u32 = 700;

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
    /// The run to open, none where the lesson opens as it is; or why it cannot be read.
    pub run: Result<Option<Run>, String>,
    /// Only the stage, for other people's pages.
    pub embed: bool,
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
    /// What a first look does not need, once it has loaded, or when it is to be loaded.
    workbench: Result<&'static Workbench, Option<Timeout>>,
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
    dialog: Option<Dialog>,
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
    _listeners: [EventListener; 2],
}

/// Why a lesson is not to be seen.
#[derive(Clone)]
enum NoPlayer {
    /// Its system is on its way.
    Loading,
    /// Its system did not load.
    Unloaded,
    /// Its run cannot be shown; why not.
    Broken(String),
}

impl From<OpenError> for NoPlayer {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unloaded => Self::Unloaded,
            OpenError::Run(error) => Self::Broken(error.to_string()),
        }
    }
}

/// What stands over the page.
#[derive(Clone, Copy, PartialEq)]
enum Dialog {
    Share,
    Help,
}

/// What happens to a lesson.
pub enum Msg {
    /// The run is open, or cannot be.
    Opened(Box<Result<(LessonRef, Session), OpenError>>),
    /// The lesson's system is to be loaded once more.
    Retry,
    /// The workbench is to be loaded.
    Load,
    /// It has been, or could not be.
    Loaded(Option<&'static Workbench>),
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
            dialog: None,
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
            _listeners: [keys, screen],
        };
        page.load(ctx);
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
        if let (Some(watch), Ok(workbench)) = (&mut self.watch, &self.workbench) {
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
        let Ok(player) = self.player.clone() else {
            return false;
        };
        self.moment += 1;
        match msg {
            Msg::Opened(_) | Msg::Retry => {}
            Msg::Load => self.load_workbench(ctx),
            Msg::Loaded(Some(workbench)) => {
                self.workbench = Ok(workbench);
                player.read_with(workbench.reader);
                self.fork_if_asked(&player);
            }
            Msg::Loaded(None) => self.await_workbench(ctx, WORKBENCH_AGAIN_MS),
            Msg::Dock(tab) => self.open_dock(tab),
            Msg::Changed => {
                self.hunted(&player);
                self.tick(ctx);
                self.follow(ctx);
            }
            Msg::Press(press) => return self.press(ctx, &player, press),
            Msg::Speed(index) => {
                if let Some((speed, _)) = SPEEDS.get(index) {
                    player.set_speed(*speed);
                }
            }
            Msg::Act(step, action) => {
                self.sheet_open = false;
                let of = step.and_then(|index| self.lesson.0.steps.get(index));
                let place = of.and_then(|step| step.actions.iter().position(|one| *one == action));
                self.before_move(&player, place.map_or(0, |place| place + 1));
                self.act(&player, step, &action);
            }
            Msg::Guess(step, option) => {
                if let Some(step) = self.lesson.0.steps.get(step) {
                    self.guesses.retain(|(id, _)| *id != step.id);
                    self.guesses.push((step.id.clone(), option));
                    self.keep_progress(ctx, &player);
                    self.tick(ctx);
                }
            }
            Msg::Set(name, text) => {
                let (to, param) = (self.to(&player), [(name.to_owned(), text)]);
                let refused = refusal(player.change(|session| session.set_in(to, &param)));
                self.fault = refused.map(|why| (name, why));
            }
            Msg::Seed(seed) => {
                self.refused = refusal(player.change(|session| session.set_seed(seed)));
            }
            Msg::Compare(said) => self.compare(ctx, &player, said),
            Msg::Intent(intent) => self.intend(ctx, &player, intent),
            Msg::Step(id) => {
                player.change(|session| session.go_to_step(id));
            }
            Msg::Again => {
                self.guesses.clear();
                player.pause();
                self.refused = refusal(player.change(|session| {
                    session.forget_progress();
                    session.reset()
                }));
            }
            Msg::Sheet => {
                self.sheet_open = !self.sheet_open;
                let steps = &self.lesson.0.steps;
                let seen = self.fresh.take().and_then(|index| steps.get(index));
                self.reveal = seen
                    .filter(|_| self.sheet_open)
                    .map(|step| step_selector(&step.id));
            }
            Msg::Pane(pane) => self.pane = Some(pane),
            Msg::Drawer => self.side_open = !self.side_open,
            Msg::Tab(measured) => self.measured = measured,
            Msg::Close => self.dialog = None,
            Msg::Screen => {
                // Escape leaves full screen without a key for the page.
                if self.talk.is_some() && !dom::is_full_screen() {
                    self.present(&player);
                    self.project(ctx);
                }
            }
            Msg::Address => {
                self.write_address(ctx, &player);
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        match &self.player {
            Ok(player) => self.page(ctx, player),
            Err(NoPlayer::Loading) => {
                let lesson = props.lesson;
                opening::loading(&props.site, lesson.track_title(), &lesson.0.title)
            }
            Err(NoPlayer::Unloaded) => {
                let retry = ctx.link().callback(|_| Msg::Retry);
                let lesson = props.lesson;
                opening::unloaded(&props.site, lesson.track_title(), &lesson.0.title, retry)
            }
            Err(NoPlayer::Broken(why)) => {
                sorry::broken_link(&props.site, props.lesson, why.clone())
            }
        }
    }
}

impl LessonPage {
    /// Loads the lesson's system and opens the run.
    fn load(&mut self, ctx: &Context<Self>) {
        let Props { lesson, run, .. } = ctx.props();
        let lesson = *lesson;
        let run = match run {
            Ok(run) => run.clone().unwrap_or_else(|| lesson.0.opening()),
            Err(why) => {
                self.player = Err(NoPlayer::Broken(why.clone()));
                return;
            }
        };
        self.player = Err(NoPlayer::Loading);
        let link = ctx.link().clone();
        spawn_local(async move {
            let opened = open(lesson, run).await;
            link.send_message(Msg::Opened(Box::new(opened)));
        });
    }

    fn opened(&mut self, ctx: &Context<Self>, opened: Result<(LessonRef, Session), OpenError>) {
        let site = &ctx.props().site;
        let known = site.progress.of(&self.lesson.0.slug);
        self.player = match opened {
            Ok((lesson, mut session)) => {
                self.lesson = lesson;
                session.mark_done(known.done.iter().map(String::as_str));
                let on_change = ctx.link().callback(|()| Msg::Changed);
                Ok(Player::new(session, site.theme, lesson.0.speed, on_change))
            }
            Err(error) => Err(error.into()),
        };
        self.guesses = known.guesses;
        self.await_workbench(ctx, WORKBENCH_AFTER_MS);
        self.dock = dock::at_first();
        self.tick(ctx);
    }

    /// Has the workbench loaded a while from now.
    fn await_workbench(&mut self, ctx: &Context<Self>, after_ms: u32) {
        let link = ctx.link().clone();
        let load = Timeout::new(after_ms, move || link.send_message(Msg::Load));
        self.workbench = Err(Some(load));
    }

    fn load_workbench(&mut self, ctx: &Context<Self>) {
        if self.workbench.is_ok() {
            return;
        }
        self.workbench = Err(None);
        let link = ctx.link().clone();
        spawn_local(async move {
            link.send_message(Msg::Loaded(workbench::load().await.ok()));
        });
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

    /// Opens something beneath the stage; what is open already closes.
    fn open_dock(&mut self, tab: Option<Tab>) {
        self.dock = tab.filter(|_| self.dock != tab);
        dock::keep(self.dock);
    }

    /// Ticks the steps that are done, says so, and keeps it.
    fn tick(&mut self, ctx: &Context<Self>) {
        let Ok(player) = self.player.clone() else {
            return;
        };
        let steps = &self.lesson.0.steps;
        let mut ticked = None;
        // Several may hold at once, each only once the one before is done.
        for _ in steps {
            // A run that goes on by itself does not answer what has not been asked; a room is
            // asked aloud.
            let now = player.read(|session| session.current_step().to_owned());
            if self.talk.is_none() && self.awaits_guess(&now) {
                break;
            }
            match player.quietly(Session::tick) {
                Some(id) => ticked = Some(id),
                None => break,
            }
        }
        let Some(id) = ticked else {
            return;
        };
        let index = steps.iter().position(|step| step.id == id);
        let number = index.map_or(0, |index| index + 1);
        self.fresh = index;
        // What was seen stands with the step; the column may show another part of it.
        self.reveal = Some(step_selector(&id));
        self.said = match number == steps.len() {
            true => format!("Step {number} is done. That was the last step."),
            false => format!("Step {number} of {} is done.", steps.len()),
        }
        .into();
        self.keep_progress(ctx, &player);
    }

    fn keep_progress(&self, ctx: &Context<Self>, player: &Player) {
        let status = player.read(Session::step_status);
        let done = status
            .into_iter()
            .filter(|step| step.done)
            .map(|step| step.id);
        let progress = LessonProgress {
            done: done.collect(),
            guesses: self.guesses.clone(),
        };
        let on_progress = &ctx.props().site.on_progress;
        on_progress.emit((&self.lesson.0.slug, progress));
    }

    /// When time has come to rest, says what there is to see; while it runs that would be noise.
    fn say(&mut self, player: &Player) {
        let at = player.read(|session| clock::spoken(session.now().as_nanos()));
        let seen = reading::headline(player);
        self.said = format!("At {at}: {seen}").into();
    }

    fn press(&mut self, ctx: &Context<Self>, player: &Player, press: Press) -> bool {
        let (now, end) = player.read(|session| (session.now(), session.end()));
        match press {
            Press::Play if player.playing() || player.hunting() => player.pause(),
            Press::Play => {
                if now >= end {
                    player.seek(Time::ZERO);
                }
                player.play_until(end);
            }
            Press::Forward => player.step(true),
            Press::Back => player.step(false),
            Press::Next => {
                self.sought = None;
                player.hunt(Sought::Notable);
            }
            Press::Previous => self.back_to_notable(player),
            Press::Until => {
                self.load_workbench(ctx);
                self.until = !self.until;
                self.found = AttrValue::from("");
                self.focus_soon(if self.until {
                    "until-what"
                } else {
                    "press-until"
                });
            }
            Press::Extend => {
                let at_end = now >= end;
                if player.change(Session::extend) {
                    let end = player.read(Session::end);
                    self.said = format!("The end is {} now.", clock::spoken(end.as_nanos())).into();
                    if at_end {
                        player.play_until(end);
                    }
                }
            }
            Press::Start => player.seek(Time::ZERO),
            Press::End => player.seek(end),
            Press::Faster | Press::Slower => {
                let index = clock::nearest_speed(player.speed());
                let index = match press {
                    Press::Faster => (index + 1).min(SPEEDS.len() - 1),
                    _ => index.saturating_sub(1),
                };
                player.set_speed(SPEEDS[index].0);
                self.said = format!("Speed {}", SPEEDS[index].1).into();
            }
            Press::Act => self.act_on_current(player),
            Press::Compare => self.compare(ctx, player, Compare::Next),
            Press::Undo => {
                let undone = player.change(Session::undo);
                self.said = if undone {
                    "Taken back."
                } else {
                    "Nothing to take back."
                }
                .into();
            }
            Press::Redo => {
                let redone = player.change(Session::redo);
                self.said = if redone {
                    "Done again."
                } else {
                    "Nothing to do again."
                }
                .into();
            }
            Press::Share => {
                self.dialog = Some(Dialog::Share);
            }
            Press::Dock(tab) => self.open_dock(Some(tab)),
            Press::Theme => ctx.props().site.on_theme.emit(()),
            Press::Help => self.dialog = Some(Dialog::Help),
            Press::Present => {
                self.load_workbench(ctx);
                self.present(player);
                self.project(ctx);
            }
            Press::Onward => self.onward(player),
            Press::Backward => self.backward(player),
            Press::Reveal | Press::Notes => {
                if let Some(talk) = &mut self.talk {
                    match press {
                        Press::Reveal => talk.revealed = !talk.revealed,
                        _ => talk.notes = !talk.notes,
                    }
                }
            }
            Press::Close if self.until => {
                self.until = false;
                self.focus_soon("press-until");
            }
            Press::Close if self.talk.is_some() => {
                self.present(player);
                self.project(ctx);
            }
            Press::Close => {
                self.sheet_open = false;
                self.side_open = false;
                self.cutting = false;
                self.selected = Selected::default();
            }
            Press::Break
            | Press::Restart
            | Press::Hold
            | Press::Copy
            | Press::Divide
            | Press::Join
            | Press::Inspect => match &self.workbench {
                Ok(workbench) => workbench.press(&self.bench(ctx, player), press),
                Err(_) => self.load_workbench(ctx),
            },
        }
        if matches!(
            press,
            Press::Forward | Press::Back | Press::Start | Press::End
        ) {
            self.say(player);
        }
        true
    }

    /// The colours and the keys follow whether this is presented.
    fn project(&self, ctx: &Context<Self>) {
        let presenting = self.talk.is_some();
        if self.presenting.replace(presenting) != presenting {
            ctx.props().site.on_project.emit(presenting);
        }
    }

    /// Moves the focus once the page shows what has the id.
    fn focus_soon(&mut self, id: &'static str) {
        self.focus = Some(id);
    }

    fn back_to_notable(&mut self, player: &Player) {
        player.pause();
        let what = player.change(Session::back_to_notable);
        let at = player.read(|session| clock::spoken(session.now().as_nanos()));
        self.said = match what {
            Some(what) => format!("At {at}: {what}"),
            None => "The start".to_owned(),
        }
        .into();
    }

    /// Says how a search has ended.
    fn hunted(&mut self, player: &Player) {
        let Some(end) = player.hunted() else {
            return;
        };
        let at = player.read(|session| session.now().as_nanos());
        let (shown, spoken) = (clock::long(at), clock::spoken(at));
        let words = match (end, &self.sought) {
            (Hunted::Going, _) => return,
            (Hunted::Found(what), None) => format!("At {spoken}: {what}"),
            (Hunted::Found(what), Some(check)) => {
                format!("Reached at {shown}: {} is {what}.", check.metric)
            }
            (Hunted::Ended(_), None) => {
                format!("The end, {shown}: nothing of interest until here.")
            }
            (Hunted::Ended(last), Some(check)) => {
                let last = last.map_or_else(String::new, |last| {
                    format!(" {} is {last} there.", check.metric)
                });
                format!("The end of the timeline, {shown}, was reached without it.{last}")
            }
        };
        self.found = match self.sought {
            Some(_) => words.clone().into(),
            None => AttrValue::from(""),
        };
        self.said = words.into();
    }

    /// Whether a step's prediction is still to be made.
    fn awaits_guess(&self, step: &str) -> bool {
        let asks = |one: &Step| one.id == step && one.predict.is_some();
        self.lesson.0.steps.iter().any(asks) && !self.guesses.iter().any(|(id, _)| id == step)
    }

    /// The first action of the step to do now, once its prediction is made.
    fn act_on_current(&mut self, player: &Player) {
        let steps = &self.lesson.0.steps;
        let now = player.read(|session| session.current_step().to_owned());
        let Some(index) = steps.iter().position(|step| step.id == now) else {
            return;
        };
        if self.awaits_guess(&now) {
            self.said = AttrValue::from("Predict first: choose an answer in the current step.");
        } else if let Some(action) = steps[index].actions.first() {
            self.act(player, Some(index), action);
        }
    }

    fn act(&mut self, player: &Player, step: Option<usize>, action: &Action) {
        player.pause();
        self.fresh = None;
        let to = self.to(player);
        let step = step.and_then(|index| self.lesson.0.steps.get(index));
        let outcome = player.change(|session| match step {
            Some(step) => session.act_for(&step.id, to, action),
            None => session.act_in(to, action),
        });
        match outcome {
            Ok(span) => {
                self.refused = None;
                let now = player.read(Session::now);
                player.play_until(now + span);
            }
            Err(error) => self.refused = Some(error.to_string().into()),
        }
        self.say(player);
    }

    /// Does what the reader wants, whichever part of the bench it was said to.
    fn intend(&mut self, ctx: &Context<Self>, player: &Player, intent: Intent) {
        match intent {
            Intent::Select(selected) => {
                // What is looked at closely stands still.
                if selected.what != Selection::None && player.playing() {
                    player.pause();
                }
                self.refused = None;
                // The column may show another part of itself.
                self.reveal = (selected.what != Selection::None).then(|| "#inspector".to_owned());
                self.selected = selected;
                self.load_workbench(ctx);
            }
            Intent::Cut(cutting) => {
                if cutting && player.playing() {
                    player.pause();
                }
                self.cutting = cutting;
                self.reveal = cutting.then(|| "#inspector".to_owned());
                self.load_workbench(ctx);
            }
            Intent::Seek(at) => player.seek(Time::from_nanos(at)),
            Intent::Place { at, text } => {
                let to = self.to(player);
                let placed = player.change(|session| {
                    let at = at.map_or_else(|| session.now(), Time::from_nanos);
                    session.insert_in(to, at, &text)
                });
                self.refused = refusal(placed);
                self.say(player);
                if self.refused.is_none() {
                    self.said = format!("{text}. {}", self.said).into();
                }
            }
            Intent::Edit { id, at, text } => {
                let (to, at) = (self.to_command(player, id), Time::from_nanos(at));
                let edited = player.change(|session| session.edit_in(to, id, at, &text));
                self.refused = refusal(edited);
                self.say(player);
            }
            Intent::Remove(id) => {
                let to = self.to_command(player, id);
                self.refused = refusal(player.change(|session| session.remove_in(to, id)));
            }
            Intent::Undo => {
                self.press(ctx, player, Press::Undo);
            }
            Intent::Redo => {
                self.press(ctx, player, Press::Redo);
            }
            Intent::Until(check) => {
                self.found = AttrValue::from("");
                self.sought = Some(check.clone());
                player.hunt(Sought::Check(check));
            }
            Intent::Hold => player.pause(),
            Intent::CloseUntil => {
                self.until = false;
                self.focus_soon("press-until");
            }
            Intent::Refuse(why) => self.refused = Some(why.into()),
            Intent::Say(words) => self.said = words.into(),
        }
    }

    /// Sees to it that the address follows the run, now and then.
    fn follow(&mut self, ctx: &Context<Self>) {
        if self.address.is_none() && !ctx.props().embed {
            let link = ctx.link().clone();
            let write = move || link.send_message(Msg::Address);
            self.address = Some(Timeout::new(ADDRESS_EVERY_MS, write));
        }
    }

    fn write_address(&mut self, ctx: &Context<Self>, player: &Player) {
        self.address = None;
        let Ok(workbench) = self.workbench else {
            self.load_workbench(ctx);
            return self.follow(ctx);
        };
        // A run too large for a link keeps the address it had; Share says why.
        if let Ok(address) = player.read(workbench.address) {
            dom::replace_fragment(&address);
        }
    }

    fn page(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let props = ctx.props();
        let on_intent = ctx.link().callback(Msg::Intent);
        let network = Network {
            cutting: self.cutting,
            parts: reading::parts(player),
            on_intent: &on_intent,
        };
        let stage = stage(
            &self.stage,
            &reading::panes(player, self.workbench.as_ref().ok().copied()),
            &network,
        );
        let main = el("main").id("main").set("tabindex", "-1");
        if props.embed {
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
        let main = main
            .class("lesson-main")
            .child(words)
            .child_some(self.compare_bar(ctx, player))
            .child(stage)
            .child(self.transport(ctx, player))
            .child_some((!presents).then(|| self.dock(ctx, player)))
            .child_some((!presents).then(|| self.side(ctx, player)));
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
            .child_some(self.dialog(ctx, player))
            .into()
    }

    fn prose(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let link = ctx.link();
        let status = player.read(Session::step_status);
        let now = status.iter().position(|step| step.current && !step.done);
        let done: Vec<bool> = status.iter().map(|step| step.done).collect();
        html! {
            <Prose lesson={self.lesson} now={now.unwrap_or(done.len())} {done}
                guesses={self.guesses.clone()} open={self.sheet_open} fresh={self.fresh}
                on_open={link.callback(|()| Msg::Sheet)}
                on_act={link.callback(|(step, action)| Msg::Act(step, action))}
                on_step={link.callback(Msg::Step)}
                on_again={link.callback(|()| Msg::Again)}
                on_guess={link.callback(|(step, option)| Msg::Guess(step, option))} />
        }
    }

    fn side(&self, ctx: &Context<Self>, player: &Player) -> Html {
        match self.workbench {
            Ok(workbench) => (workbench.side)(self, ctx, player),
            Err(_) => opening::column(),
        }
    }

    /// The step as a room sees it.
    fn slide(&self, ctx: &Context<Self>, player: &Player, talk: &Talk) -> Html {
        let link = ctx.link();
        let Ok(workbench) = self.workbench else {
            return el("p").class("slide").text("Loading\u{2026}").into();
        };
        let status = player.read(Session::step_status);
        (workbench.slide)(&Slide {
            lesson: self.lesson,
            step: talk.step,
            done: status.get(talk.step).is_some_and(|step| step.done),
            revealed: talk.revealed,
            notes: talk.notes,
            on_press: link.callback(Msg::Press),
            on_act: link.callback(|(step, action)| Msg::Act(step, action)),
        })
    }

    fn dock(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let bench = self.bench(ctx, player);
        html! { <Dock {bench} tab={self.dock} on_tab={ctx.link().callback(Msg::Dock)} /> }
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
        let marks =
            compare::is_forked(player) || player.read(|session| !session.commands().is_empty());
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

    fn dialog(&self, ctx: &Context<Self>, player: &Player) -> Option<Html> {
        let on_close = ctx.link().callback(|()| Msg::Close);
        Some(match self.dialog? {
            Dialog::Help => {
                let content = Callback::from(|workbench: &'static Workbench| (workbench.help)());
                html! { <Later id="help-dialog" title="Keys" {content} {on_close} /> }
            }
            Dialog::Share => {
                let bench = self.bench(ctx, player);
                let content =
                    Callback::from(move |workbench: &'static Workbench| (workbench.share)(&bench));
                html! {
                    <Later id="share-dialog" title="Share this run" {content} {on_close} />
                }
            }
        })
    }
}

/// Finds a step on the page. Ids are words: letters, digits and dashes.
fn step_selector(id: &str) -> String {
    format!("[data-step=\"{id}\"]")
}

/// Why something was refused, if it was.
fn refusal<T>(outcome: Result<T, RunError>) -> Option<AttrValue> {
    outcome.err().map(|error| error.to_string().into())
}
