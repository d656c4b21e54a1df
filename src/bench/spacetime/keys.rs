//! The diagram's keys: everything that a hand can do in it.

use faultline_view::display::TargetKind;
use faultline_view::{Label, Selection};

use super::diagram::Diagram;
use super::tools::Tool;
use crate::bench::intent::Intent;

/// How far the window moves, as a part of itself.
const PAGE: f64 = 0.7;

/// A moment, and of things of one moment the name.
type Place = (u64, Label);

/// A key, as the diagram reads it.
pub struct Key<'a> {
    /// As the browser names it.
    pub name: &'a str,
    /// With Shift.
    pub shift: bool,
}

impl Diagram {
    /// What a key does; none: it means nothing here.
    pub fn key(&mut self, key: &Key) -> Option<Vec<Intent>> {
        let tool = match (key.name, key.shift) {
            ("ArrowRight", true) => Tool::Shift(1),
            ("ArrowLeft", true) => Tool::Shift(-1),
            ("ArrowRight", false) => return Some(self.walk(true)),
            ("ArrowLeft", false) => return Some(self.walk(false)),
            ("ArrowDown", _) => return Some(self.climb(true)),
            ("ArrowUp", _) => return Some(self.climb(false)),
            ("Delete" | "Backspace", _) => Tool::Remove,
            ("c" | "C", _) => Tool::Copy,
            ("+" | "=", _) => Tool::Closer,
            ("-" | "_", _) => Tool::Wider,
            ("w" | "W", _) => Tool::Whole,
            ("f" | "F", _) => Tool::Follow,
            ("PageUp", _) => {
                self.camera.pan(-PAGE);
                return Some(Vec::new());
            }
            ("PageDown", _) => {
                self.camera.pan(PAGE);
                return Some(Vec::new());
            }
            ("Enter", _) => return Some(self.go_there().into_iter().collect()),
            ("Escape", _) => return self.put_away(),
            _ => return None,
        };
        Some(self.use_tool(tool).into_iter().collect())
    }

    /// Selects the next message or mark in time, or the one before.
    fn walk(&mut self, forward: bool) -> Vec<Intent> {
        let now = self.place_of_selected();
        let found = self.beside(&now, forward).or_else(|| {
            // On to what is not in sight yet.
            self.camera.pan(if forward { PAGE } else { -PAGE });
            self.look();
            self.beside(&now, forward)
        });
        match found {
            Some(what) => self.select_aloud(what),
            None => Vec::new(),
        }
    }

    /// The place of what is selected, else of the cursor.
    fn place_of_selected(&self) -> Place {
        let mut things = self.things();
        let own = things.find(|(_, what)| *what == self.selected);
        let cursor = || (self.data().cursor_ns, "".into());
        own.map_or_else(cursor, |(place, _)| place)
    }

    /// The nearest thing after a place, or before it.
    fn beside(&self, from: &Place, forward: bool) -> Option<Selection> {
        let things = self.things();
        let found = if forward {
            let after = things.filter(|(place, _)| place > from);
            after.min_by(|one, other| one.0.cmp(&other.0))
        } else {
            let before = things.filter(|(place, _)| place < from);
            before.max_by(|one, other| one.0.cmp(&other.0))
        };
        Some(found?.1)
    }

    /// Messages and marks in sight, with their places.
    fn things(&self) -> impl Iterator<Item = (Place, Selection)> {
        let data = self.data();
        let within = data.from_ns..=data.to_ns;
        let messages = data.messages.iter().map(|message| {
            let what = Selection::Message(message.id.clone());
            ((message.sent_ns, message.id.clone()), what)
        });
        let marks = data.marks.iter().map(|mark| {
            let what = Selection::Mark(mark.id.clone());
            ((mark.at_ns, mark.id.clone()), what)
        });
        let all = marks.chain(messages);
        all.filter(move |(place, _)| within.contains(&place.0))
    }

    /// Selects the next node down, or up.
    fn climb(&self, down: bool) -> Vec<Intent> {
        let lanes = &self.data().lanes;
        let now = match &self.selected {
            Selection::Node(name) => lanes.iter().position(|lane| lane.name == *name),
            Selection::Message(id) => self.message(id).map(|message| message.from as usize),
            _ => None,
        };
        let next = match (now, down) {
            (None, _) => 0,
            (Some(now), true) => now + 1,
            (Some(now), false) => now.wrapping_sub(1),
        };
        match lanes.get(next) {
            Some(lane) => self.select_aloud(Selection::Node(lane.name.clone())),
            None => Vec::new(),
        }
    }

    /// Selects something, and says what it is.
    fn select_aloud(&self, what: Selection) -> Vec<Intent> {
        let words = match &what {
            Selection::Message(id) => self.words(TargetKind::Message, id),
            Selection::Mark(id) => {
                let command = self.mark(id).is_some_and(|mark| mark.command.is_some());
                let kind = if command {
                    TargetKind::Command
                } else {
                    TargetKind::Mark
                };
                self.words(kind, id)
            }
            Selection::Node(name) => self.words(TargetKind::Lane, name),
            Selection::None => None,
        };
        let words = words.map(|words| Intent::Say(words.to_owned()));
        [self.select(what)].into_iter().chain(words).collect()
    }

    /// The cursor to the moment of what is selected.
    fn go_there(&self) -> Option<Intent> {
        let at = match &self.selected {
            Selection::Message(id) => self.message(id)?.sent_ns,
            Selection::Mark(id) => self.mark(id)?.at_ns,
            _ => return None,
        };
        Some(Intent::Seek(at))
    }

    /// Lets go; with nothing held, looks at nothing in particular.
    fn put_away(&mut self) -> Option<Vec<Intent>> {
        if self.is_held() {
            self.let_go();
            return Some(Vec::new());
        }
        let something = self.selected != Selection::None;
        something.then(|| vec![self.select(Selection::None)])
    }
}
