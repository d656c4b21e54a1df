//! Learner code in the page: the editor, and having runs recorded by the engine.
//!
//! The page's own program carries no engine. A run with a program is recorded by a Web Worker
//! ([`engine`]), and the session plays what comes back (`faultline_course::Session::play`).

mod editor;
mod engine;
mod kept;
mod ranks;
pub mod seeds;
mod wire;

use faultline_course::{ProgramFault, Session};
use gloo_timers::callback::Timeout;
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

use super::dock::Tab;
use super::intent::{Bench, Intent};
use super::player::Player;
use crate::app::dom;
use crate::app::el::{El, el};
use crate::content::LessonRef;
use editor::Editor;
use engine::{Doing, Outcome};
use ranks::Ranks;

/// How long a text rests before it is kept and read.
const REST_MS: u32 = 400;
/// What is said when the reader has stopped a program.
const STOPPED: &str = "Stopped. What you wrote is still here.";
/// Lines of what the program printed that are shown.
const PRINTED_MAX: usize = 200;

/// Where the engine and the editor stand in the site.
fn address(file: &str) -> String {
    let link = dom::document().get_element_by_id("learner-code");
    let folder = link.and_then(|link| link.get_attribute("href"));
    format!("{}{file}", folder.as_deref().unwrap_or("code/"))
}

/// Has the run recorded if it needs that, and plays it then. What fails is taken back and said.
pub fn record(bench: &Bench) {
    let player = &bench.player;
    let until = |session: &Session| session.end().max(session.opens_at());
    let Some(recording) = player.read(|session| session.recording(until(session))) else {
        return;
    };
    let (wanted, player) = (recording.clone(), player.clone());
    let on_intent = bench.on_intent.clone();
    let tell = Callback::from(move |outcome: Outcome| {
        let still = player.read(|session| session.recording(until(session)));
        if still.as_ref() != Some(&wanted) {
            if outcome == Outcome::Stopped {
                kept::came(kept::Last::said(STOPPED));
            }
            // The run is another by now, and is being recorded or has been.
            return;
        }
        finish(&player, &on_intent, outcome);
    });
    engine::record(recording, tell);
}

fn finish(player: &Player, on_intent: &Callback<Intent>, outcome: Outcome) {
    match outcome {
        Outcome::Recorded(recorded, took_ms) => {
            let steps: u64 = recorded.panes.iter().map(|pane| pane.steps).sum();
            let printed = recorded.panes.first().map(|pane| pane.printed.clone());
            kept::came(kept::Last {
                fault: None,
                said: match steps {
                    0 => format!("Ran in {}.", span(took_ms)),
                    _ => format!("Ran in {}, {}.", span(took_ms), counted(steps, "step")),
                },
                printed: printed.unwrap_or_default(),
            });
            if let Err(error) = player.change(|session| session.play(recorded)) {
                on_intent.emit(Intent::Refuse(error.to_string()));
            }
            if let Some(said) = player.read(unasked) {
                kept::came(kept::Last::said(&said));
            }
        }
        Outcome::Fault(fault) => {
            let said = format!("Line {}", worded(&fault));
            kept::came(kept::Last {
                printed: fault.printed.clone(),
                fault: Some(fault),
                said: said.clone(),
            });
            give_up(player, on_intent, said);
        }
        Outcome::Stopped => {
            kept::came(kept::Last::said(STOPPED));
            give_up(player, on_intent, String::new());
        }
        Outcome::Lost(why) => {
            kept::came(kept::Last::said(why));
            give_up(player, on_intent, why.to_owned());
        }
    }
}

/// A fault with its place: "1, column 2: the message."
fn worded(fault: &ProgramFault) -> String {
    let message = &fault.message;
    let end = if message.ends_with(['.', '?']) {
        ""
    } else {
        "."
    };
    format!("{}, column {}: {message}{end}", fault.line, fault.column)
}

/// Says that a run asked its program nothing, and what would have it ask.
fn unasked(session: &Session) -> Option<String> {
    let choice = session.asking_choice();
    let hint = choice.map_or_else(String::new, |(param, (_, label))| {
        format!(" Choose \u{201c}{label}\u{201d} under {}.", param.label)
    });
    session
        .asked_nothing()
        .then(|| format!("The run asked your program nothing.{hint}"))
}

/// The run is again what it was before the change that failed.
///
/// A link's program that fails was never anything else: the lesson's own runs then, and the
/// link's stands in the editor.
fn give_up(player: &Player, on_intent: &Callback<Intent>, said: String) {
    let back = player.change(|session| {
        let back = session.take_back();
        // The text that failed stays in the editor.
        kept::brought(session.code());
        back
    });
    if !back {
        let lesson = player.read(|session| session.lesson().and_then(|one| one.code.clone()));
        let starter = lesson.map(|code| code.starter).unwrap_or_default();
        kept::offer(player.read(|session| session.code().to_owned()));
        kept::brought(&starter);
        if let Err(error) = player.change(|session| session.set_code(&starter)) {
            on_intent.emit(Intent::Refuse(error.to_string()));
        }
    }
    // Where the tab is open, that says it.
    let tab = dom::document().get_element_by_id("code-said");
    if tab.is_none() && !said.is_empty() {
        on_intent.emit(Intent::Say(said));
    }
    on_intent.emit(Intent::Show(Tab::Code));
}

/// "0.12 s".
fn span(ms: f64) -> String {
    format!("{}.{:02} s", ms as u64 / 1000, ms as u64 % 1000 / 10)
}

fn counted(count: u64, what: &str) -> String {
    let count_text = faultline_systems::text::grouped(count);
    format!("{count_text} {what}{}", if count == 1 { "" } else { "s" })
}

/// What the tab of code shows.
pub fn content(bench: &Bench, lesson: LessonRef) -> Html {
    html! { <CodeTab bench={bench.clone()} {lesson} face={Face::Tab} /> }
}

/// The id of what a room sees of the program.
pub const BESIDE: &str = "slide-code";

/// The program as a room sees it, beside the stage; the solution is in reach once the step's
/// answer is shown.
pub fn beside(bench: &Bench, lesson: LessonRef, revealed: bool) -> Html {
    let face = Face::Room { revealed };
    el("section")
        .class("slide-code")
        .id(BESIDE)
        .set("aria-label", "The program")
        .set("tabindex", "-1")
        .child(html! { <CodeTab bench={bench.clone()} {lesson} {face} /> })
        .into()
}

/// A talk begins.
pub fn begin_talk() {
    kept::new_room();
}

/// Takes the focus out of the editor before a room; false if it is not there.
pub fn leave_editor() -> bool {
    let focused = dom::document().active_element();
    let inside = focused.is_some_and(|one| matches!(&*one.id(), "code-editor" | "code-text"));
    if inside {
        dom::focus(BESIDE);
    }
    inside
}

/// For whom the program is shown.
#[derive(Clone, Copy, PartialEq)]
enum Face {
    /// For the reader, in a tab beneath the stage.
    Tab,
    /// For a room, beside the stage.
    Room {
        /// The step's answer is shown.
        revealed: bool,
    },
}

/// The run, and the lesson with its programs.
#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
    lesson: LessonRef,
    face: Face,
}

/// The editor with its buttons.
struct CodeTab {
    text: String,
    host: NodeRef,
    editor: Option<Editor>,
    /// Whether CodeMirror is there; none while it loads.
    loaded: Option<bool>,
    doing: Doing,
    last: kept::Last,
    /// The text that stood there when a run ended: reading it without running it says less of it.
    ran: String,
    rest: Option<Timeout>,
    /// The program beside what is built in.
    ranks: Ranks,
}

enum Msg {
    /// CodeMirror is there, or will not be.
    Editor(bool),
    /// The reader wrote.
    Text(String),
    /// What was written has rested.
    Rested,
    /// What is wrong with it.
    Checked(Option<ProgramFault>),
    Run,
    Stop,
    /// Another text: by its place in the menu.
    Load(usize),
    Reset,
    Solution,
    /// To where the fault is.
    GoTo,
    Ranks(ranks::Msg),
    Doing(Doing),
    Came,
}

impl Component for CodeTab {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        editor::load(link.callback(Msg::Editor));
        let doing = engine::watch(link.callback(Msg::Doing));
        kept::watch(link.callback(|()| Msg::Came));
        let Props {
            bench,
            lesson,
            face,
        } = ctx.props();
        let running = bench.player.read(|session| session.code().to_owned());
        let first_text = match face {
            Face::Tab => kept::first_text,
            Face::Room { .. } => kept::room_text,
        };
        Self {
            text: first_text(*lesson, &running, &template(bench)),
            host: NodeRef::default(),
            editor: None,
            loaded: None,
            doing,
            last: kept::last(),
            ran: String::new(),
            rest: None,
            ranks: Ranks::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        // A button of a step, an undo or a link brought another program: that is what is seen.
        let running = ctx
            .props()
            .bench
            .player
            .read(|session| session.code().to_owned());
        if kept::brought(&running) && running != self.text && !running.is_empty() {
            self.show(ctx, running);
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        let host = self.host.cast::<Element>();
        if let (Some(true), Some(host)) = (self.loaded, host)
            && !self
                .editor
                .as_ref()
                .is_some_and(|editor| editor.is_in(&host))
        {
            let link = ctx.link();
            let (changed, run) = (link.callback(Msg::Text), link.callback(|()| Msg::Run));
            let leave = match ctx.props().face {
                Face::Tab => None,
                Face::Room { .. } => Some(Callback::from(|()| dom::focus(BESIDE))),
            };
            self.editor = Editor::new(&host, &self.text, changed, run, leave);
            self.mark();
            if self.editor.is_none() {
                link.send_message(Msg::Editor(false));
            }
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let Props { bench, lesson, .. } = ctx.props();
        match msg {
            Msg::Editor(loaded) => self.loaded = Some(loaded),
            Msg::Text(text) => {
                if text == self.text {
                    return false;
                }
                self.text = text;
                if ctx.props().face != Face::Tab {
                    // It may be hidden before it has rested.
                    self.keep(ctx);
                }
                let link = ctx.link().clone();
                self.rest = Some(Timeout::new(REST_MS, move || {
                    link.send_message(Msg::Rested)
                }));
            }
            Msg::Rested => {
                self.keep(ctx);
                engine::check(self.text.clone(), ctx.link().callback(Msg::Checked));
                return false;
            }
            Msg::Checked(fault) => {
                if self.ran != self.text && self.last.fault != fault {
                    self.last = match fault {
                        None => kept::Last::default(),
                        Some(fault) => kept::Last {
                            said: format!("Line {}", worded(&fault)),
                            fault: Some(fault),
                            printed: Vec::new(),
                        },
                    };
                    self.mark();
                }
            }
            Msg::Run => {
                self.keep(ctx);
                let same = bench
                    .player
                    .read(|session| session.code() == self.text && !session.needs_recording());
                if same {
                    self.last = kept::Last::said(
                        "This program is the one that runs: change it, then run it again.",
                    );
                } else {
                    kept::attempt();
                    if ctx.props().face == Face::Tab {
                        kept::ran(*lesson, &self.text);
                    }
                    bench.intend(Intent::Code(self.text.clone()));
                }
            }
            Msg::Stop => {
                self.ranks.stop();
                engine::stop();
            }
            Msg::Load(place) => {
                let choices = kept::choices(*lesson);
                if let Some((_, code)) = choices.into_iter().nth(place) {
                    self.show(ctx, code);
                }
            }
            Msg::Reset => {
                let text = kept::starter(*lesson, &template(bench));
                self.show(ctx, text);
            }
            Msg::Solution => {
                if let Some(code) = &lesson.0.code {
                    self.show(ctx, code.solution.clone());
                }
            }
            Msg::GoTo => {
                if let (Some(fault), Some(editor)) = (&self.last.fault, &self.editor) {
                    editor.go_to(fault.line, fault.column);
                }
                return false;
            }
            Msg::Ranks(msg) => self
                .ranks
                .update(msg, bench, &ctx.link().callback(Msg::Ranks)),
            Msg::Doing(doing) => self.doing = doing,
            Msg::Came => {
                // What was measured is of another program.
                self.ranks = Ranks::default();
                self.last = kept::last();
                self.ran.clone_from(&self.text);
                self.mark();
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let field = match self.loaded {
            None => el("p")
                .class("dock-said")
                .set("role", "status")
                .text("Loading the editor\u{2026}"),
            Some(true) => el("div")
                .class("code-editor")
                .id("code-editor")
                .node(&self.host),
            Some(false) => self.plain(ctx),
        };
        let tell = ctx.link().callback(Msg::Ranks);
        let ranks = self.ranks.show(&ctx.props().bench.player, &tell);
        let out = el("div")
            .class("code-out")
            .child(self.said(ctx))
            .child_some(self.printed())
            .child_some(ranks);
        // Before a room, Tab comes to the editor first.
        let (tools, field) = (self.tools(ctx), el("div").class("code-body").child(field));
        let parts = match ctx.props().face {
            Face::Tab => [tools, field],
            Face::Room { .. } => [field, tools],
        };
        el("div")
            .class("code-tab")
            .children(parts)
            .child(out)
            .into()
    }
}

impl CodeTab {
    /// Shows another text.
    fn show(&mut self, ctx: &Context<Self>, text: String) {
        self.text = text;
        if let Some(editor) = &self.editor {
            editor.set_text(&self.text);
            editor.focus();
        }
        self.last = kept::Last::default();
        self.mark();
        self.keep(ctx);
    }

    /// Keeps the text: a reader's on the device, a room's until the room has gone.
    fn keep(&self, ctx: &Context<Self>) {
        match ctx.props().face {
            Face::Tab => kept::keep(ctx.props().lesson, &self.text),
            Face::Room { .. } => kept::keep_for_room(&self.text),
        }
    }

    /// Marks what is wrong in the text.
    fn mark(&self) {
        if let Some(editor) = &self.editor {
            editor.set_fault(self.last.fault.as_ref());
        }
    }

    fn tools(&self, ctx: &Context<Self>) -> El {
        let link = ctx.link();
        let lesson = ctx.props().lesson;
        let plain = |id: &'static str, name: &'static str| {
            el("button")
                .class("btn")
                .id(id)
                .set("type", "button")
                .text(name)
        };
        let run = el("button")
            .class("btn primary")
            .id("code-run")
            .set("type", "button")
            .set("title", "Run your program (Ctrl+Enter)")
            .on_click(link.callback(|_| Msg::Run))
            .text("Run");
        let stop = plain("code-stop", "Stop")
            .flag("disabled", !self.runs())
            .on_click(link.callback(|_| Msg::Stop));
        let reset = plain("code-reset", "Reset")
            .set(
                "title",
                "Back to the program that the lesson began with; undo brings yours back",
            )
            .on_click(link.callback(|_| Msg::Reset));
        let has_solution = lesson
            .0
            .code
            .as_ref()
            .is_some_and(|code| !code.solution.is_empty());
        let (offers, waits) = match ctx.props().face {
            Face::Tab => (has_solution, !kept::attempted()),
            Face::Room { revealed } => (has_solution && revealed, false),
        };
        let solution = offers.then(|| {
            plain("code-solution", "Solution")
                .flag("disabled", waits)
                .set(
                    "title",
                    match waits {
                        true => "Run a program of your own first",
                        false => "Show a program that works; undo brings yours back",
                    },
                )
                .on_click(link.callback(|_| Msg::Solution))
        });
        let choices = kept::choices(lesson);
        let load = (!choices.is_empty()).then(|| {
            let option = |(place, (label, _)): (usize, (String, String))| {
                el("option").set("value", place.to_string()).text(label)
            };
            let first = el("option")
                .set("value", "")
                .flag("selected", true)
                .text("Load\u{2026}");
            let chosen = link.batch_callback(|event: Event| {
                let select = event.target_dyn_into::<web_sys::HtmlSelectElement>()?;
                let place = select.value().parse().ok();
                select.set_value("");
                place.map(Msg::Load)
            });
            el("select")
                .class("code-load")
                .id("code-load")
                .set("aria-label", "Load a program")
                .on_change(chosen)
                .child(first)
                .children(choices.into_iter().enumerate().map(option))
        });
        el("div")
            .class("dock-tools code-tools")
            .child(run)
            .child(stop)
            .child_some(load)
            .child(reset)
            .child_some(solution)
    }

    /// A plain text area, where CodeMirror did not load.
    fn plain(&self, ctx: &Context<Self>) -> El {
        let changed = ctx.link().batch_callback(|event: InputEvent| {
            let area = event.target_dyn_into::<HtmlTextAreaElement>()?;
            Some(Msg::Text(area.value()))
        });
        let before_room = ctx.props().face != Face::Tab;
        let keys = ctx.link().batch_callback(move |event: KeyboardEvent| {
            event.stop_propagation();
            let runs = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
            if event.key() == "Escape" && before_room {
                dom::focus(BESIDE);
            }
            runs.then_some(Msg::Run)
        });
        el("textarea")
            .class("code-editor")
            .id("code-text")
            .set("aria-label", "Your program, in Python syntax")
            .set("spellcheck", "false")
            .set("autocapitalize", "off")
            .value(self.text.clone())
            .on_input(changed)
            .on_key_down(keys)
    }

    /// How the last run went.
    fn said(&self, ctx: &Context<Self>) -> El {
        let line = el("div")
            .class("code-said")
            .id("code-said")
            .set("role", "status");
        if self.doing.runs {
            let done = (self.doing.done * 100.0) as u32;
            return line
                .child(
                    el("progress")
                        .set("max", "100")
                        .set("value", done.to_string())
                        .set("aria-label", "Running your program"),
                )
                .child(el("span").text("Running your program\u{2026}"));
        }
        match &self.last.fault {
            Some(_) => line.child(
                el("button")
                    .class("code-fault")
                    .id("code-fault")
                    .set("type", "button")
                    .set("title", "Go there")
                    .on_click(ctx.link().callback(|_| Msg::GoTo))
                    .text(self.last.said.clone()),
            ),
            None => line.text(self.last.said.clone()),
        }
    }

    /// Whether there is something to stop.
    fn runs(&self) -> bool {
        self.doing.runs || self.ranks.runs()
    }

    fn printed(&self) -> Option<El> {
        let lines = &self.last.printed;
        let shown = lines.iter().take(PRINTED_MAX).cloned().collect::<Vec<_>>();
        (!lines.is_empty()).then(|| {
            el("pre")
                .class("code-printed")
                .set("tabindex", "0")
                .set("aria-label", "What your program printed")
                .text(shown.join("\n"))
        })
    }
}

/// A program to begin with, where a lesson has none: the first function that the system asks for.
fn template(bench: &Bench) -> String {
    let info = bench.player.read(Session::system);
    let functions = info.code.as_ref().map_or(&[][..], |code| code.functions);
    functions.first().map_or_else(String::new, |function| {
        format!(
            "# {}\ndef {}:\n    return None\n",
            function.help, function.usage
        )
    })
}
