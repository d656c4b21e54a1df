//! The page as a whole: which address is open, the theme, and what is kept on the device.

pub mod dialog;
pub mod dom;
pub mod el;
pub mod header;
pub mod icon;
pub mod later;
pub mod opening;
pub mod panic;
pub mod progress;
pub mod prose;
pub mod sorry;
pub mod storage;
pub mod theme;

use std::rc::Rc;

use faultline_course::{Address, AddressError};
use faultline_view::theme::Theme;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::DragEvent;
use yew::prelude::*;

use crate::bench::workbench;
use crate::content::{LessonRef, Unloaded};
use crate::course_page;
use crate::lesson_page::{self, LessonPage};
use el::{button, el};
use icon::Icon;
use progress::{LessonProgress, Progress};

/// What every part of the page may know of the whole.
#[derive(Clone, PartialEq)]
pub struct Site {
    /// The colours now.
    pub theme: &'static Theme,
    /// The reader's choice of theme.
    pub choice: theme::Choice,
    /// Goes on to the next theme.
    pub on_theme: Callback<()>,
    /// Something is presented to a room, or no more: the colours follow.
    pub on_project: Callback<bool>,
    /// Progress in every lesson.
    pub progress: Rc<Progress>,
    /// Keeps the progress in a lesson.
    pub on_progress: Callback<(&'static str, LessonProgress)>,
    /// Replaces the progress in all lessons.
    pub on_all_progress: Callback<Progress>,
    /// Tells the reader something, above the page.
    pub on_notice: Callback<String>,
}

/// The page.
pub struct App {
    address: Result<Address, AddressError>,
    /// Counts the addresses opened, so that each gets a page of its own.
    visit: u32,
    choice: theme::Choice,
    /// The reader's choice before presenting began.
    before: Option<theme::Choice>,
    device_dark: bool,
    progress: Rc<Progress>,
    notices: Vec<Notice>,
    /// How the page of all lessons is made, once that has loaded; none while it is not wanted.
    course: Option<Result<course_page::Page, Unloaded>>,
    /// What is shown instead of a page that there is not, once that has loaded.
    sorry: Option<Result<&'static sorry::Pages, Unloaded>>,
    _listeners: Vec<EventListener>,
}

/// Something that the reader is told.
enum Notice {
    /// Words, to be dismissed.
    Words(String),
    /// This device has a newer version of the page, which is taken over on the reader's word.
    NewVersion,
}

/// What happens to the page.
pub enum Msg {
    /// The address changed: a link, the history or the reader.
    Went,
    /// The reader pressed the theme button.
    NextTheme,
    /// Presenting has begun, or ended.
    Project(bool),
    /// The device changed between light and dark.
    Device(bool),
    /// Something to tell.
    Notice(String),
    /// The first notice was read.
    Dismiss,
    /// A newer version of the page is on the device: static/start.js says so.
    NewVersion,
    /// The newer version is to be taken over, which static/start.js does.
    TakeOver,
    /// The page of all lessons has loaded, or did not.
    Course(Result<course_page::Page, Unloaded>),
    /// What is shown instead of a page has loaded, or did not.
    Sorry(Result<&'static sorry::Pages, Unloaded>),
    /// What did not load is to be loaded once more.
    Retry,
    /// A lesson's progress changed.
    Progress(&'static str, LessonProgress),
    /// The progress in all lessons is another.
    AllProgress(Progress),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        storage::on_trouble(link.callback(Msg::Notice));
        let mut listeners = Vec::new();
        let window = dom::window();
        let went = link.callback(|()| Msg::Went);
        listeners.push(EventListener::new(&window, "hashchange", move |_| {
            went.emit(());
        }));
        let newer = link.callback(|()| Msg::NewVersion);
        listeners.push(EventListener::new(&window, "new-version", move |_| {
            newer.emit(());
        }));
        listeners.extend(drop_file(link.callback(Msg::Notice)));
        let device = theme::device();
        let device_dark = device.as_ref().is_some_and(|query| query.matches());
        if let Some(query) = device {
            let changed = link.callback(Msg::Device);
            let asked = query.clone();
            listeners.push(EventListener::new(&query, "change", move |_| {
                changed.emit(asked.matches());
            }));
        }
        let app = Self {
            address: Address::parse(&dom::fragment()),
            visit: 0,
            choice: storage::read(theme::KEY, theme::Choice::parse),
            before: None,
            device_dark,
            progress: Rc::new(storage::read(progress::KEY, Progress::parse)),
            notices: Vec::new(),
            course: None,
            sorry: None,
            _listeners: listeners,
        };
        theme::apply(app.theme());
        app.entitle();
        app.load(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Went => {
                self.address = Address::parse(&dom::fragment());
                self.visit += 1;
                self.entitle();
                self.load(ctx);
                dom::window().scroll_to_with_x_and_y(0.0, 0.0);
            }
            Msg::NextTheme => {
                self.choice = self.choice.next(self.device_dark);
                // What is chosen for a room is for that room alone.
                if self.before.is_none() {
                    storage::write(theme::KEY, self.choice.face().1);
                }
                theme::apply(self.theme());
            }
            Msg::Project(begins) => {
                if begins {
                    self.before = Some(self.choice);
                    self.choice = theme::Choice::Projector;
                } else if let Some(before) = self.before.take() {
                    self.choice = before;
                }
                theme::apply(self.theme());
            }
            Msg::Device(dark) => {
                self.device_dark = dark;
                theme::apply(self.theme());
            }
            Msg::Notice(text) => self.notices.push(Notice::Words(text)),
            Msg::NewVersion => self.notices.push(Notice::NewVersion),
            Msg::TakeOver => dom::announce("take-over"),
            Msg::Course(loaded) => self.course = Some(loaded),
            Msg::Sorry(loaded) => self.sorry = Some(loaded),
            Msg::Retry => {
                (self.course, self.sorry) = (None, None);
                self.load(ctx);
            }
            Msg::Dismiss => {
                if !self.notices.is_empty() {
                    self.notices.remove(0);
                }
            }
            Msg::AllProgress(progress) => {
                storage::write(progress::KEY, &progress.to_string());
                self.progress = Rc::new(progress);
            }
            Msg::Progress(slug, lesson) => {
                let changed = Rc::make_mut(&mut self.progress).set(slug, lesson);
                if changed {
                    storage::write(progress::KEY, &self.progress.to_string());
                }
                return changed;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let site = Site {
            theme: self.theme(),
            choice: self.choice,
            on_theme: link.callback(|()| Msg::NextTheme),
            on_project: link.callback(Msg::Project),
            progress: Rc::clone(&self.progress),
            on_progress: link.callback(|(slug, lesson)| Msg::Progress(slug, lesson)),
            on_all_progress: link.callback(Msg::AllProgress),
            on_notice: link.callback(Msg::Notice),
        };
        let skip = Callback::from(|event: MouseEvent| {
            // The fragment is the page's address, so this link may not change it.
            event.prevent_default();
            dom::focus("main");
        });
        let skip = el("a")
            .class("skip")
            .set("href", "#main")
            .on_click(skip)
            .text("Skip to the content");
        html! { <>{ skip }{ self.notice(ctx) }{ self.page(ctx, &site) }</> }
    }
}

/// Loads what the address needs, so that the page is made at once. What does not load is loaded by
/// the page once more, and it is the page that says so if that fails too.
pub async fn prepare() {
    // Being compiled has kept the browser busy for long enough.
    dom::breathe().await;
    match Address::parse(&dom::fragment()) {
        Ok(Address::Course) => drop(course_page::load().await),
        Ok(address) => lesson_page::prepare(address).await,
        Err(_) => drop(sorry::load().await),
    }
    dom::breathe().await;
}

/// A run file that is dropped anywhere on the page is opened.
fn drop_file(refuse: Callback<String>) -> [EventListener; 2] {
    let listen = |name: &'static str, mut on_drag: Box<dyn FnMut(&DragEvent)>| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&dom::document(), name, options, move |event| {
            let Some(event) = event.dyn_ref::<DragEvent>() else {
                return;
            };
            let data = event.data_transfer();
            if data.is_some_and(|data| data.types().includes(&"Files".into(), 0)) {
                // Without this the browser would leave the page and show the file.
                event.prevent_default();
                on_drag(event);
            }
        })
    };
    let drop = move |event: &DragEvent| {
        let files = event.data_transfer().and_then(|data| data.files());
        let Some(file) = files.and_then(|files| files.get(0)) else {
            return;
        };
        let refuse = refuse.clone();
        spawn_local(async move {
            match workbench::load().await {
                Ok(workbench) => (workbench.open)(file, refuse),
                Err(Unloaded) => refuse.emit("What opens files did not load.".to_owned()),
            }
        });
    };
    [
        listen("dragover", Box::new(|_| {})),
        listen("drop", Box::new(drop)),
    ]
}

impl App {
    fn theme(&self) -> &'static Theme {
        self.choice.theme(self.device_dark)
    }

    fn notice(&self, ctx: &Context<Self>) -> Html {
        let Some(notice) = self.notices.first() else {
            return Html::default();
        };
        let (words, take_over) = match notice {
            Notice::Words(words) => (AttrValue::from(words.clone()), None),
            Notice::NewVersion => {
                let words = "A new version of Faultline is ready. Your run is kept.";
                let take_over = el("button")
                    .class("btn")
                    .id("take-over")
                    .set("type", "button")
                    .on_click(ctx.link().callback(|_| Msg::TakeOver))
                    .text("Reload");
                (AttrValue::from(words), Some(take_over))
            }
        };
        let dismiss = button("dismiss", Icon::Cross, "Dismiss")
            .class("btn quiet icon")
            .on_click(ctx.link().callback(|_| Msg::Dismiss));
        el("div")
            .class("notice")
            .set("role", "status")
            .child(el("p").text(words))
            .child_some(take_over)
            .child(dismiss)
            .into()
    }

    /// Loads what the address needs and a lesson's page does not: the page of all lessons, or what
    /// is shown instead of a page that there is not.
    fn load(&self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        match &self.address {
            Ok(Address::Course) if !matches!(self.course, Some(Ok(_))) => {
                spawn_local(async move {
                    link.send_message(Msg::Course(course_page::load().await));
                });
            }
            Ok(Address::Course) => {}
            Ok(Address::Lesson { slug, .. }) if LessonRef::find(slug).is_some() => {}
            _ if !matches!(self.sorry, Some(Ok(_))) => {
                spawn_local(async move { link.send_message(Msg::Sorry(sorry::load().await)) });
            }
            _ => {}
        }
    }

    fn page(&self, ctx: &Context<Self>, site: &Site) -> Html {
        let known = match &self.address {
            Ok(Address::Course) => self.course.map(|loaded| loaded.map(|page| page(site))),
            Ok(address @ Address::Lesson { slug, .. }) => match LessonRef::find(slug) {
                Some(lesson) => {
                    let address = address.clone();
                    return html! {
                        <LessonPage key={self.visit} site={site.clone()} {lesson} {address} />
                    };
                }
                None => self.sorry(|pages| (pages.no_lesson)(site, slug)),
            },
            Err(why) => self.sorry(|pages| (pages.nowhere)(site, why)),
        };
        const WITHIN: &str = "Faultline";
        const TITLE: &str = "All lessons";
        match known {
            Some(Ok(page)) => page,
            Some(Err(Unloaded)) => {
                let retry = ctx.link().callback(|_| Msg::Retry);
                opening::unloaded(site, WITHIN, TITLE, retry)
            }
            None => opening::loading(site, WITHIN, TITLE),
        }
    }

    /// A page instead of one that there is not.
    fn sorry(&self, page: impl Fn(&sorry::Pages) -> Html) -> Option<Result<Html, Unloaded>> {
        self.sorry.map(|loaded| loaded.map(page))
    }

    /// Names the page in the browser's tab and history.
    fn entitle(&self) {
        let lesson = match &self.address {
            Ok(Address::Lesson { slug, .. }) => LessonRef::find(slug),
            _ => None,
        };
        dom::document().set_title(&match lesson {
            Some(lesson) => format!("{} \u{b7} Faultline", lesson.0.title),
            None => "Faultline: a distributed-systems lab".to_owned(),
        });
    }
}
