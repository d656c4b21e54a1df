//! What the share dialog holds: the link, a frame for other pages, files, and a way to open one.

mod open;
mod picture;

use std::cell::RefCell;
use std::rc::Rc;

use faultline_course::export::{Export, Format};
use faultline_course::{Address, Session};
use faultline_sim::Span;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::download::{self, File};
use super::frames::{Frames, within};
use super::intent::Bench;
use crate::app::dom;
use crate::app::el::{El, el};

pub use open::open;

/// The ids of the fields that hold the link and the frame.
const LINK: &str = "link";
const FRAME: &str = "frame";
/// Some programs cut links that are longer than this.
const SHORT_CHARS: usize = 2_000;
/// Of a frame, for writing a file.
const BUDGET_MS: f64 = 7.0;
/// Events between two looks at the clock.
const BITE_EVENTS: u64 = 1_000;
/// Between two numbers while a file is written.
const TELL_EVERY_MS: f64 = 200.0;
/// How often metrics over time are measured, unless the reader says otherwise.
const EVERY: &str = "100ms";

/// What the dialog holds.
pub fn content(bench: &Bench) -> Html {
    html! { <Share bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

/// A file that can be saved.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Svg,
    Png,
    CsvNow,
    CsvOverTime,
    Json,
    JsonLines,
    ShiViz,
    RunFile,
}

/// Kinds of files, by what they hold: what that is, what it is for, and the files.
const FILES: [(&str, &str, &[Kind]); 5] = [
    (
        "Picture",
        "This moment, for a slide or a paper.",
        &[Kind::Svg, Kind::Png],
    ),
    (
        "Figures",
        "Everything measured, at this moment.",
        &[Kind::CsvNow, Kind::Json],
    ),
    (
        "Over time",
        "Everything measured, from the start to this moment.",
        &[Kind::CsvOverTime],
    ),
    (
        "Events",
        "Every message and fault up to this moment. ShiViz, a web page, draws its log.",
        &[Kind::JsonLines, Kind::ShiViz],
    ),
    (
        "The run",
        "Small, and opens again: here, or by faultline replay.",
        &[Kind::RunFile],
    ),
];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Png => "PNG",
            Self::CsvNow | Self::CsvOverTime => "CSV",
            Self::Json => "JSON",
            Self::JsonLines => "JSON lines",
            Self::ShiViz => "ShiViz log",
            Self::RunFile => "Run file",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Svg => "save-svg",
            Self::Png => "save-png",
            Self::CsvNow => "save-csv",
            Self::CsvOverTime => "save-csv-over-time",
            Self::Json => "save-json",
            Self::JsonLines => "save-jsonl",
            Self::ShiViz => "save-shiviz",
            Self::RunFile => "save-run",
        }
    }

    /// What tells its file's name from those of others with the same ending.
    fn what(self) -> &'static str {
        match self {
            Self::CsvNow | Self::Json => "figures",
            Self::CsvOverTime => "over-time",
            Self::JsonLines => "events",
            Self::ShiViz => "shiviz",
            Self::RunFile => "run",
            Self::Svg | Self::Png => "",
        }
    }

    /// Holds one pane, not all.
    fn is_of_pane(self) -> bool {
        matches!(self, Self::Svg | Self::Png | Self::JsonLines | Self::ShiViz)
    }
}

/// The dialog's contents.
struct Share {
    copied: Copied,
    /// Which pane the pictures and events are of.
    pane: usize,
    every: String,
    job: Rc<RefCell<Option<Job>>>,
    frames: Frames,
    /// How the last file went.
    said: Result<String, String>,
}

/// How copying went.
#[derive(Clone, Copy, PartialEq)]
enum Copied {
    NotYet,
    Yes(&'static str),
    ByHand,
}

/// A file being written.
struct Job {
    export: Export,
    file: File,
    name: String,
    media_type: &'static str,
    share: f64,
    told_ms: f64,
}

impl Job {
    /// Writes for a part of a frame; how it ended, once it has.
    fn go_on(&mut self) -> Option<Result<(), String>> {
        let mut outcome = Ok(());
        let done = within(BUDGET_MS, || {
            match self.export.step(BITE_EVENTS, self.file.text()) {
                Ok(progress) => {
                    self.share = progress.share;
                    progress.done
                }
                Err(why) => {
                    outcome = Err(why.to_string());
                    true
                }
            }
        });
        done.then_some(outcome)
    }
}

enum Msg {
    Copy(&'static str),
    Copied(Copied),
    Pane(usize),
    Every(String),
    Save(Kind),
    Wrote(Option<Result<String, String>>),
    Cancel,
    Open(Option<web_sys::File>),
    Said(Result<String, String>),
}

impl Component for Share {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let job = Rc::new(RefCell::new(None::<Job>));
        let (work, link) = (job.clone(), ctx.link().clone());
        let frames = Frames::new(move || {
            let job = work.borrow_mut().take();
            let Some(mut job) = job else {
                return false;
            };
            match job.go_on() {
                Some(outcome) => {
                    let wrote = outcome
                        .and_then(|()| saved(job.file.save(&job.name, job.media_type), job.name));
                    link.send_message(Msg::Wrote(Some(wrote)));
                    false
                }
                None => {
                    if dom::clock_ms() - job.told_ms >= TELL_EVERY_MS {
                        job.told_ms = dom::clock_ms();
                        link.send_message(Msg::Wrote(None));
                    }
                    *work.borrow_mut() = Some(job);
                    true
                }
            }
        });
        let panes = ctx.props().bench.player.read(Session::pane_count);
        Self {
            copied: Copied::NotYet,
            pane: panes - 1,
            every: EVERY.to_owned(),
            job,
            frames,
            said: Ok(String::new()),
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        // Who asks to share wants the link.
        if first {
            ctx.link().send_message(Msg::Copy(LINK));
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let link = ctx.link();
        match msg {
            Msg::Copy(field) => {
                copy(field, link.callback(Msg::Copied));
                return false;
            }
            Msg::Copied(copied) => self.copied = copied,
            Msg::Pane(pane) => self.pane = pane,
            Msg::Every(every) => self.every = every,
            Msg::Save(kind) => self.save(ctx, kind),
            Msg::Wrote(None) => {}
            Msg::Wrote(Some(said)) | Msg::Said(said) => self.said = said,
            Msg::Cancel => {
                *self.job.borrow_mut() = None;
                self.said = Ok("Cancelled; nothing was saved.".to_owned());
            }
            Msg::Open(None) => return false,
            Msg::Open(Some(file)) => {
                let said = link.callback(|why| Msg::Said(Err(why)));
                open(file, said);
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let player = &ctx.props().bench.player;
        let (run, fingerprint) = player.read(|session| {
            let fingerprint = format!("{:016x}", session.fingerprint());
            (session.run(), fingerprint)
        });
        let address = |embed| {
            let address = Address::of_run(&run, embed).map_err(|error| error.to_string());
            address.map(|address| address.on(&dom::base_address()))
        };
        let fingerprint = el("code")
            .set("data-fingerprint", "shared")
            .text(fingerprint);
        let foot = el("p")
            .class("muted")
            .text("Fingerprint ")
            .child(fingerprint)
            .text(": equal wherever the run is replayed.");
        let link = match address(false) {
            Ok(address) => self.link(ctx, address),
            Err(why) => vec![
                el("p").class("fault").set("role", "alert").text(why),
                el("p").text("The run file below holds it all the same."),
            ],
        };
        let frame = address(true).ok().map(|address| self.frame(ctx, &address));
        el("div")
            .class("share")
            .children(link)
            .child(foot)
            .child_some(frame)
            .child(self.files(ctx))
            .child(self.opener(ctx))
            .into()
    }
}

impl Share {
    fn link(&self, ctx: &Context<Self>, address: String) -> Vec<El> {
        let said = match self.copied {
            Copied::NotYet => "",
            Copied::Yes(what) => what,
            Copied::ByHand => {
                "This browser does not let the page copy. It is selected: press Ctrl+C or ⌘C."
            }
        };
        let chars = address.chars().count();
        let long = (chars > SHORT_CHARS).then(|| {
            el("p").class("muted").text(format!(
                "The link has {chars} characters, and some programs cut long links. If it does \
                 not arrive whole, send the run file."
            ))
        });
        let field = el("input")
            .class("field")
            .id(LINK)
            .flag("readonly", true)
            .set("aria-label", "Link")
            .value(address);
        let button = el("button")
            .class("btn primary")
            .id("copy")
            .set("type", "button")
            .on_click(ctx.link().callback(|_| Msg::Copy(LINK)))
            .text("Copy the link");
        let words = el("p").text(
            "This link is the run: lesson, parameters, seed, what you did, and this moment. \
             Whoever opens it sees what you see.",
        );
        let row = el("p").class("row link-row").child(field).child(button);
        let said = el("p").set("role", "status").id("copied").text(said);
        [Some(words), Some(row), Some(said), long]
            .into_iter()
            .flatten()
            .collect()
    }

    /// A piece of HTML that shows the stage on another page.
    fn frame(&self, ctx: &Context<Self>, address: &str) -> El {
        let title = ctx.props().bench.player.read(|session| {
            let lesson = session.lesson().map(|lesson| lesson.title.clone());
            lesson.unwrap_or_else(|| session.system().title.to_owned())
        });
        let code = format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"520\" \
             style=\"border:0\" loading=\"lazy\"></iframe>",
            escaped(address),
            escaped(&title)
        );
        let field = el("input")
            .class("field")
            .id(FRAME)
            .flag("readonly", true)
            .set("aria-label", "HTML of the frame")
            .value(code);
        let button = el("button")
            .class("btn")
            .id("copy-frame")
            .set("type", "button")
            .on_click(ctx.link().callback(|_| Msg::Copy(FRAME)))
            .text("Copy the HTML");
        part("In a page of yours", "frame-title")
            .child(el("p").class("muted").text(
                "The stage with its time, live, in a frame. Paste this into the page's HTML.",
            ))
            .child(el("p").class("row link-row").child(field).child(button))
    }

    fn files(&self, ctx: &Context<Self>) -> El {
        let link = ctx.link();
        let busy = self.job.borrow().is_some();
        let button = |kind: &Kind| {
            let kind = *kind;
            el("button")
                .class("btn")
                .id(kind.id())
                .set("type", "button")
                .flag("disabled", busy)
                .on_click(link.callback(move |_| Msg::Save(kind)))
                .text(kind.name())
        };
        let line = |&(title, words, kinds): &(&'static str, &'static str, &'static [Kind])| {
            let every = kinds.contains(&Kind::CsvOverTime).then(|| self.every(ctx));
            let row = el("div")
                .class("row")
                .children(kinds.iter().map(button))
                .child_some(every);
            let words = el("p").class("muted").text(words);
            el("div")
                .class("save")
                .child(el("h4").text(title))
                .child(el("div").child(row).child(words))
        };
        part("Save a file", "files-title")
            .child_some(self.panes(ctx))
            .children(FILES.iter().map(line))
            .child(self.progress(ctx))
    }

    /// Which pane pictures and events are of.
    fn panes(&self, ctx: &Context<Self>) -> Option<El> {
        let titles = ctx.props().bench.player.read(super::charts::titles);
        let on_pick = ctx.link().callback(|event: Event| {
            let list = event.target_unchecked_into::<HtmlSelectElement>();
            Msg::Pane(usize::try_from(list.selected_index()).unwrap_or_default())
        });
        let option = |(index, title): (usize, &String)| {
            el("option")
                .flag("selected", index == self.pane)
                .text(title.clone())
        };
        let list = || {
            let list = el("select")
                .class("select")
                .id("save-pane")
                .on_change(on_pick)
                .children(titles.iter().enumerate().map(option));
            let label = el("label")
                .set("for", "save-pane")
                .text("Pictures and events of");
            el("p").class("row").child(label).child(list)
        };
        (titles.len() > 1).then(list)
    }

    fn every(&self, ctx: &Context<Self>) -> El {
        let on_type = ctx.link().callback(|event: Event| {
            Msg::Every(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let field = el("input")
            .class("number figures")
            .id("save-every")
            .set("type", "text")
            .set("size", "7")
            .value(self.every.clone())
            .on_change(on_type);
        el("label").class("row").text("every").child(field)
    }

    /// How far a long file is; how the last one went.
    fn progress(&self, ctx: &Context<Self>) -> El {
        let place = el("div").class("row save-progress");
        let said = el("p").id("saved").set("role", "status");
        if let Some(job) = &*self.job.borrow() {
            let bar = el("progress")
                .set("aria-label", "Written")
                .set("max", "1")
                .set("value", format!("{:.3}", job.share));
            let cancel = el("button")
                .class("btn quiet")
                .id("save-cancel")
                .set("type", "button")
                .on_click(ctx.link().callback(|_| Msg::Cancel))
                .text("Cancel");
            let words = format!("Writing {}\u{2026}", job.name);
            return place.child(bar).child(cancel).child(said.text(words));
        }
        match &self.said {
            Ok(words) => place.child(said.text(words.clone())),
            Err(why) => place.child(said.class("fault").text(why.clone())),
        }
    }

    fn opener(&self, ctx: &Context<Self>) -> El {
        let on_pick = ctx.link().callback(|event: Event| {
            let field = event.target_unchecked_into::<HtmlInputElement>();
            let file = field.files().and_then(|files| files.get(0));
            // So that the same file can be picked again.
            field.set_value("");
            Msg::Open(file)
        });
        let field = el("input")
            .id("open-run")
            .set("type", "file")
            .set("accept", ".json,application/json")
            .on_change(on_pick);
        let label = el("label")
            .set("for", "open-run")
            .text("A run file that somebody saved; or drop it anywhere on the page.");
        part("Open a run file", "open-title")
            .child(el("p").class("muted").child(label))
            .child(el("p").child(field))
    }

    fn save(&mut self, ctx: &Context<Self>, kind: Kind) {
        let bench = &ctx.props().bench;
        let made = bench.player.read(|session| {
            let pane = self.pane.min(session.pane_count() - 1);
            let of_pane = kind.is_of_pane() && session.pane_count() > 1;
            let mut what = match of_pane {
                true => session.pane_id(pane).to_owned(),
                false => String::new(),
            };
            if !what.is_empty() && !kind.what().is_empty() {
                what.push('-');
            }
            what.push_str(kind.what());
            let format = match kind {
                Kind::Svg => {
                    let name = download::name(session, &what, "svg");
                    return saved(picture::svg(session, pane, bench.theme, &name), name).map(Some);
                }
                Kind::Png => {
                    let name = download::name(session, &what, "png");
                    let said = ctx.link().callback(Msg::Said);
                    return match picture::png(session, pane, bench.theme, name, said) {
                        true => Ok(Some(String::new())),
                        false => Err("This browser does not make pictures of this kind.".into()),
                    };
                }
                Kind::CsvNow => Format::Csv { every: None },
                Kind::CsvOverTime => {
                    let every = self.every.trim().parse::<Span>();
                    let every = every.map_err(|why| format!("{:?}: {why}", self.every))?;
                    Format::Csv { every: Some(every) }
                }
                Kind::Json => Format::Json,
                Kind::JsonLines => Format::JsonLines,
                Kind::ShiViz => Format::ShiViz,
                Kind::RunFile => Format::RunFile,
            };
            let export = Export::new(session, pane, format).map_err(|why| why.to_string())?;
            *self.job.borrow_mut() = Some(Job {
                export,
                file: File::new(),
                name: download::name(session, &what, format.extension()),
                media_type: format.media_type(),
                share: 0.0,
                told_ms: dom::clock_ms(),
            });
            Ok(None)
        });
        self.said = match made {
            Ok(said) => Ok(said.unwrap_or_default()),
            Err(why) => Err(why),
        };
        self.frames.wake();
    }
}

/// A part of the dialog.
fn part(title: &'static str, id: &'static str) -> El {
    el("section")
        .class("share-part")
        .set("aria-labelledby", id)
        .child(el("h3").id(id).text(title))
}

fn saved(done: bool, name: String) -> Result<String, String> {
    match done {
        true => Ok(format!("Saved as {name}.")),
        false => Err("This browser does not let the page save a file.".to_owned()),
    }
}

/// A text for an attribute of HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

/// Selects what a field holds and copies it, then says how that went.
fn copy(id: &'static str, done: Callback<Copied>) {
    let field = dom::document()
        .get_element_by_id(id)
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else {
        return;
    };
    field.select();
    spawn_local(async move {
        let copied = to_clipboard(&field.value()).await;
        let what = if id == LINK {
            "Copied."
        } else {
            "Copied the HTML."
        };
        done.emit(if copied {
            Copied::Yes(what)
        } else {
            Copied::ByHand
        });
    });
}

async fn to_clipboard(text: &str) -> bool {
    // Pages that are not served securely have no clipboard at all.
    let navigator = dom::window().navigator();
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into());
    if !has.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    let written = JsFuture::from(navigator.clipboard().write_text(text));
    written.await.is_ok()
}
