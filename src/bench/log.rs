//! The log of a pane: every entry of its trace up to the cursor, of which only those in sight
//! are on the page.

mod book;
mod row;
mod table;
mod tools;

use std::cell::RefCell;
use std::rc::Rc;

use faultline_course::Session;
use faultline_systems::{Lab, LogEntry};
use faultline_view::{Label, Selection};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use super::intent::{Bench, Intent, Selected};
use super::player::Beside;
use crate::app::dom;
use crate::app::el::el;
use book::{Book, Filter};
use row::Kinds;
use table::Table;

/// The field that is searched by.
const SEARCH: &str = "log-search";

/// What the dock shows.
pub fn content(bench: &Bench) -> Html {
    html! { <Content bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

enum Msg {
    /// More has been filtered and searched.
    Read,
    /// The table was scrolled, or has another size.
    Scrolled,
    /// Another filter.
    Filter(Filter),
    /// Something else is searched for.
    Search(String),
    /// To the next match, or the one before.
    Match(bool),
    /// Another pane.
    Pane(usize),
    /// An entry is looked at.
    Choose(u64),
    /// The cursor to the entry's moment.
    Go(u64),
    /// The entry that caused it.
    Cause(u64),
    /// A key, in the table.
    Key(KeyboardEvent),
}

struct Content {
    pane: usize,
    book: Rc<RefCell<Book>>,
    beside: Beside,
    /// The entry that is looked at.
    current: Option<u64>,
    /// The last selection that was made here.
    own: Option<Selected>,
    table: Table,
    body: NodeRef,
    _listeners: Vec<EventListener>,
}

impl Component for Content {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let bench = &ctx.props().bench;
        let panes = bench.player.read(Session::pane_count);
        let selected = &bench.selected;
        let pane = match selected.what {
            Selection::None => panes - 1,
            _ => selected.pane.min(panes - 1),
        };
        let book = Rc::new(RefCell::new(Book::default()));
        let beside = read_beside(ctx, pane, &book);
        let mut content = Self {
            pane,
            book,
            beside,
            current: None,
            own: None,
            table: Table::default(),
            body: NodeRef::default(),
            _listeners: Vec::new(),
        };
        content.update_book(ctx);
        content.find_selected(ctx);
        content
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let selected = &ctx.props().bench.selected;
        if old.bench.selected != *selected {
            if selected.what != Selection::None && selected.pane != self.pane {
                self.show_pane(ctx, selected.pane);
            }
            self.update_book(ctx);
            if self.own.as_ref() != Some(selected) {
                self.find_selected(ctx);
            }
        } else {
            self.update_book(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Read => {}
            Msg::Scrolled => return self.table.look(&self.body),
            Msg::Filter(filter) => {
                let needle = self.book.borrow().needle().to_owned();
                self.ask(ctx, filter, &needle);
                self.table.reveal_row(self.row_of_current());
            }
            Msg::Search(needle) => {
                let filter = self.book.borrow().filter().clone();
                self.ask(ctx, filter, &needle);
            }
            Msg::Match(forward) => {
                let next = self.book.borrow().next_match(self.current, forward);
                if let Some(id) = next {
                    self.choose(ctx, id);
                }
            }
            Msg::Pane(pane) => {
                self.show_pane(ctx, pane);
                self.update_book(ctx);
            }
            Msg::Choose(id) => self.choose(ctx, id),
            Msg::Go(id) => {
                if let Some(entry) = self.entry(ctx, id) {
                    let seek = Intent::Seek(entry.at.as_nanos());
                    ctx.props().bench.intend(seek);
                }
            }
            Msg::Cause(id) => self.go_to_cause(ctx, id),
            Msg::Key(event) => return self.key(ctx, &event),
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(body) = self.body.cast::<HtmlElement>() {
            self._listeners = listen(ctx, &body);
        }
        if self.table.settle(&self.body) {
            ctx.link().send_message(Msg::Scrolled);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let bench = &ctx.props().bench;
        let rows = self.with_lab(ctx, |lab, book| {
            let range = self.table.range(book.count());
            let rows = range.filter_map(|row| {
                let id = book.id(row)?;
                Some((row, book.entry(lab, id)?))
            });
            rows.collect::<Vec<_>>()
        });
        let book = self.book.borrow();
        let selected = &bench.selected;
        let what = (selected.pane == self.pane).then_some(&selected.what);
        let shown = table::Shown {
            rows: &rows,
            count: book.count(),
            current: self.current,
            selected: what.unwrap_or(&Selection::None),
            needle: book.needle(),
        };
        let current = self.current.and_then(|id| {
            let own = rows.iter().find(|(_, entry)| entry.id == id);
            own.map(|(_, entry)| entry)
        });
        el("div")
            .class("log")
            .child(tools::tools(ctx, self.pane, current))
            .child(tools::search(ctx, self.pane, &book, self.current))
            .child(self.table.view(&self.body, &shown))
            .into()
    }
}

/// A pane's run.
fn lab_of(session: &Session, pane: usize) -> &dyn Lab {
    session.lab(pane.min(session.pane_count() - 1))
}

/// Reads on in the player's frames, and has the log shown when all is read.
fn read_beside(ctx: &Context<Content>, pane: usize, book: &Rc<RefCell<Book>>) -> Beside {
    let player = ctx.props().bench.player.clone();
    let (read, link, book) = (player.clone(), ctx.link().clone(), Rc::clone(book));
    let mut behind = false;
    player.paint_beside(move |_| {
        let more = read.read(|session| book.borrow_mut().update(lab_of(session, pane)));
        if behind && !more {
            link.send_message(Msg::Read);
        }
        behind = more;
        more
    })
}

fn listen(ctx: &Context<Content>, body: &HtmlElement) -> Vec<EventListener> {
    let options = EventListenerOptions::enable_prevent_default();
    let link = ctx.link().clone();
    let scroll = EventListener::new(body, "scroll", move |_| link.send_message(Msg::Scrolled));
    let link = ctx.link().clone();
    let click = EventListener::new(body, "click", move |event| {
        if let Some(id) = named(event, "data-cause") {
            link.send_message(Msg::Cause(id));
        } else if let Some(id) = named(event, "data-id") {
            link.send_message(Msg::Choose(id));
        }
    });
    let link = ctx.link().clone();
    let double = EventListener::new(body, "dblclick", move |event| {
        if let Some(id) = named(event, "data-id") {
            link.send_message(Msg::Go(id));
        }
    });
    let link = ctx.link().clone();
    let key = EventListener::new_with_options(body, "keydown", options, move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>()
            && table::means(event)
        {
            event.prevent_default();
            link.send_message(Msg::Key(event.clone()));
        }
    });
    vec![scroll, click, double, key]
}

/// The number that the nearest element around an event's target has by a name.
fn named(event: &Event, name: &str) -> Option<u64> {
    let event = event.dyn_ref::<MouseEvent>()?;
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest(&format!("[{name}]")).ok()??;
    element.get_attribute(name)?.parse().ok()
}

impl Content {
    /// Reads the pane's run and its book.
    fn with_lab<R>(&self, ctx: &Context<Self>, read: impl FnOnce(&dyn Lab, &mut Book) -> R) -> R {
        let pane = self.pane;
        let mut book = self.book.borrow_mut();
        let player = &ctx.props().bench.player;
        player.read(|session| read(lab_of(session, pane), &mut book))
    }

    fn update_book(&mut self, ctx: &Context<Self>) {
        if self.with_lab(ctx, |lab, book| book.update(lab)) {
            self.beside.repaint();
        }
    }

    fn entry(&self, ctx: &Context<Self>, id: u64) -> Option<LogEntry> {
        self.with_lab(ctx, |lab, book| book.entry(lab, id))
    }

    fn ask(&mut self, ctx: &Context<Self>, filter: Filter, needle: &str) {
        self.book.borrow_mut().ask(filter, needle);
        self.update_book(ctx);
    }

    fn show_pane(&mut self, ctx: &Context<Self>, pane: usize) {
        self.pane = pane;
        self.current = None;
        let (filter, needle) = {
            let book = self.book.borrow();
            (book.filter().clone(), book.needle().to_owned())
        };
        let mut book = Book::default();
        book.ask(filter, &needle);
        self.book = Rc::new(RefCell::new(book));
        self.beside = read_beside(ctx, pane, &self.book);
    }

    fn row_of_current(&self) -> Option<usize> {
        self.book.borrow().row(self.current?)
    }

    /// Looks at an entry, here and in the other parts.
    fn choose(&mut self, ctx: &Context<Self>, id: u64) {
        let Some(entry) = self.entry(ctx, id) else {
            return;
        };
        self.current = Some(id);
        self.table.reveal_row(self.book.borrow().row(id));
        let what = match (&entry.message, &entry.node) {
            (Some(message), _) => Selection::Message(message.clone()),
            (None, Some(node)) if !Kinds::Done.has(entry.kind) => Selection::Node(node.clone()),
            _ => Selection::Mark(self.mark(ctx, &entry)),
        };
        let selected = Selected {
            pane: self.pane,
            what,
        };
        self.own = Some(selected.clone());
        ctx.props().bench.intend(Intent::Select(selected));
    }

    /// The mark of a fault or a command: the one placed then, if a user did.
    fn mark(&self, ctx: &Context<Self>, entry: &LogEntry) -> Label {
        let placed = self.with_lab(ctx, |lab, _| {
            let mut placed = lab.commands();
            placed.retain(|command| command.at == entry.at);
            let own = placed.iter().find(|command| *command.text == *entry.label);
            own.or(placed.first()).map(|command| command.id)
        });
        match placed {
            Some(id) => id.to_string().into(),
            None => format!("e{}", entry.id).into(),
        }
    }

    fn go_to_cause(&mut self, ctx: &Context<Self>, id: u64) {
        let cause = self.entry(ctx, id).and_then(|entry| entry.cause);
        let Some(cause) = cause else {
            let words = "Nothing in the log caused this.".to_owned();
            ctx.props().bench.intend(Intent::Say(words));
            return;
        };
        if self.book.borrow().row(cause).is_none() {
            // It is filtered away.
            let needle = self.book.borrow().needle().to_owned();
            self.ask(ctx, Filter::default(), &needle);
        }
        self.choose(ctx, cause);
    }

    /// Looks for what was selected in another part.
    fn find_selected(&mut self, ctx: &Context<Self>) {
        let selected = &ctx.props().bench.selected;
        if selected.pane != self.pane {
            return;
        }
        let id = self.with_lab(ctx, |lab, book| match &selected.what {
            Selection::Message(message) => book.latest(lab, |entry| {
                matches!(entry.kind, "sent" | "duplicated")
                    && entry.message.as_ref() == Some(message)
            }),
            Selection::Mark(mark) => match mark.strip_prefix('e') {
                Some(id) => id.parse().ok(),
                None => {
                    let id = mark.parse().ok();
                    let mut placed = lab.commands().into_iter();
                    let at = placed.find(|command| Some(command.id) == id)?.at;
                    let is_there = |entry: &LogEntry| entry.at == at && Kinds::Done.has(entry.kind);
                    book.latest(lab, is_there)
                }
            },
            Selection::Node(_) | Selection::None => None,
        });
        if let Some(id) = id {
            self.current = Some(id);
            self.table.reveal_row(self.book.borrow().row(id));
        }
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let send = |msg| {
            ctx.link().send_message(msg);
            false
        };
        let now = self.row_of_current();
        let (top, page) = (self.table.top(), self.table.page());
        let row = match (&*event.key(), self.current) {
            ("ArrowDown", _) => now.map_or(top, |row| row + 1),
            ("ArrowUp", _) => now.map_or(top, |row| row.saturating_sub(1)),
            ("PageDown", _) => now.map_or(top, |row| row + page),
            ("PageUp", _) => now.map_or(0, |row| row.saturating_sub(page)),
            ("Home", _) => 0,
            ("End", _) => usize::MAX,
            ("n", _) => return send(Msg::Match(true)),
            ("N", _) => return send(Msg::Match(false)),
            ("Enter", Some(id)) => return send(Msg::Go(id)),
            ("c" | "C", Some(id)) => return send(Msg::Cause(id)),
            ("Escape", Some(_)) => {
                self.current = None;
                let none = Selected {
                    pane: self.pane,
                    what: Selection::None,
                };
                ctx.props().bench.intend(Intent::Select(none));
                return true;
            }
            ("/", _) => {
                dom::focus(SEARCH);
                return false;
            }
            _ => return false,
        };
        let book = self.book.borrow();
        let id = book.id(row.min(book.count().saturating_sub(1)));
        drop(book);
        if let Some(id) = id {
            self.choose(ctx, id);
        }
        true
    }
}
