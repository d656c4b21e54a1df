//! What the reader's hand does in the diagram: takes the head of an arrow, a command, the
//! cursor or the ground, with one finger or two.

use faultline_sim::Time;
use faultline_systems::MessageEdit;
use faultline_view::display::{Point, TargetKind};
use faultline_view::{DropPlace, MessageFate, Selection, SpaceTimeMark, SpaceTimeMessage};

use super::camera::Camera;
use super::diagram::{Diagram, Named, Preview};
use super::edit::moment;
use crate::bench::intent::{Intent, Selected};

/// A hand that moves less than this has not moved.
const STILL: f32 = 4.0;
/// An arrow's head this far from its lane is torn off.
const TORN: f32 = 30.0;
/// How far beside something a mouse, and a finger, still hits it.
const SLOP: (f32, f32) = (5.0, 16.0);

/// The hand.
#[derive(Default)]
pub struct Hand {
    held: Option<Held>,
    fingers: Vec<(i32, Point)>,
    pinch: Option<Pinch>,
}

struct Held {
    pointer: i32,
    start: Point,
    at: Point,
    moved: bool,
    /// The key for copies was down.
    copies: bool,
    on: Option<Named>,
    grab: Grab,
}

enum Grab {
    Head(Box<SpaceTimeMessage>),
    Mark(Box<SpaceTimeMark>),
    Cursor,
    /// And where the window began.
    Ground(u64),
}

/// Two fingers on the ground.
struct Pinch {
    camera: Camera,
    apart: f32,
    about: u64,
}

/// What letting an arrow's head go here would do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Aim {
    Arrive(u64),
    /// It cannot arrive before this.
    Early(u64),
    Drop(u64),
    Copy(u64),
}

/// How far beside something a pointer still hits it.
pub fn slop(touch: bool) -> f32 {
    if touch { SLOP.1 } else { SLOP.0 }
}

impl Diagram {
    /// A pointer goes down.
    pub fn press(&mut self, pointer: i32, at: Point, touch: bool, copies: bool) {
        self.hand.fingers.retain(|finger| finger.0 != pointer);
        self.hand.fingers.push((pointer, at));
        if let [(_, one), (_, other)] = self.hand.fingers[..] {
            self.let_go();
            let middle = (one.x + other.x) / 2.0;
            self.hand.pinch = Some(Pinch {
                camera: self.camera.clone(),
                apart: apart(one, other),
                about: self.frame().time_at(middle),
            });
            return;
        }
        let on = self.at(at, slop(touch)).map(|(named, _)| named);
        let grab = self.grab(on.as_ref(), at);
        if !matches!(grab, Grab::Ground(_)) {
            self.player.pause();
        }
        self.hand.held = Some(Held {
            pointer,
            start: at,
            at,
            moved: false,
            copies,
            on,
            grab,
        });
    }

    fn grab(&self, on: Option<&Named>, at: Point) -> Grab {
        let ground = Grab::Ground(self.data().from_ns);
        let axis = at.y > self.frame().plot().bottom();
        match on {
            Some(on) if on.kind == TargetKind::MessageHead => match self.message(&on.id) {
                Some(message) => Grab::Head(Box::new(message.clone())),
                None => ground,
            },
            Some(on) if on.kind == TargetKind::Command => match self.mark(&on.id) {
                Some(mark) => Grab::Mark(Box::new(mark.clone())),
                None => ground,
            },
            Some(on) if on.kind == TargetKind::Cursor => Grab::Cursor,
            None if axis => Grab::Cursor,
            _ => ground,
        }
    }

    /// Whether a pointer there would take hold of something, rather than of the ground.
    pub fn grabs(&self, at: Point, touch: bool) -> bool {
        let on = self.at(at, slop(touch));
        let kinds = [
            TargetKind::MessageHead,
            TargetKind::Command,
            TargetKind::Cursor,
        ];
        on.is_some_and(|(on, _)| kinds.contains(&on.kind))
    }

    /// A pointer moves; what that wants at once.
    pub fn drag(&mut self, pointer: i32, at: Point, copies: bool) -> Option<Intent> {
        if let Some(finger) = self.hand.fingers.iter_mut().find(|one| one.0 == pointer) {
            finger.1 = at;
        }
        if self.hand.pinch.is_some() {
            self.pinch();
            return None;
        }
        let held = self.hand.held.as_mut()?;
        if held.pointer != pointer {
            return None;
        }
        held.at = at;
        held.copies = copies;
        held.moved |= at.distance(held.start) > STILL;
        if !held.moved {
            return None;
        }
        let held = self.hand.held.as_ref()?;
        match &held.grab {
            Grab::Cursor => return Some(Intent::Seek(self.frame().time_at(at.x))),
            Grab::Ground(from) => {
                let by = held.start.x - at.x;
                let moved = self.frame().duration_of(by.abs());
                let from = match by < 0.0 {
                    true => from.saturating_sub(moved),
                    false => from.saturating_add(moved),
                };
                self.camera.begin_at(from);
            }
            Grab::Head(message) => self.preview = Some(self.would_be(message, held)),
            Grab::Mark(mark) => {
                let id = mark.id.clone();
                self.preview = Some(Preview::Mark(id, self.put_at(mark, held)));
            }
        }
        None
    }

    fn pinch(&mut self) {
        let ([(_, one), (_, other)], Some(pinch)) = (&self.hand.fingers[..], &self.hand.pinch)
        else {
            return;
        };
        let factor = pinch.apart / apart(*one, *other);
        let plot = self.frame().plot();
        let share = f64::from(((one.x + other.x) / 2.0 - plot.x) / plot.width.max(1.0));
        let about = pinch.about;
        self.camera = pinch.camera.clone();
        let (cursor, end) = self.times();
        self.camera
            .zoom(f64::from(factor), Some(about), cursor, end);
        // What was between the fingers stays between them.
        let before = (self.camera.length() as f64 * share.clamp(0.0, 1.0)) as u64;
        self.camera.begin_at(about.saturating_sub(before));
    }

    /// A pointer goes up; what that wants.
    pub fn release(&mut self, pointer: i32) -> Vec<Intent> {
        self.hand.fingers.retain(|finger| finger.0 != pointer);
        if self.hand.pinch.is_some() {
            if self.hand.fingers.is_empty() {
                self.hand.pinch = None;
            }
            return Vec::new();
        }
        let Some(held) = self.hand.held.take() else {
            return Vec::new();
        };
        self.preview = None;
        if !held.moved {
            return self.click(&held).into_iter().collect();
        }
        match &held.grab {
            Grab::Cursor | Grab::Ground(_) => Vec::new(),
            Grab::Head(message) => {
                let edit = match self.aim(message, &held) {
                    Aim::Arrive(at) | Aim::Early(at) => MessageEdit::ArriveAt(Time::from_nanos(at)),
                    Aim::Drop(at) => MessageEdit::DropAt(Time::from_nanos(at)),
                    Aim::Copy(_) => MessageEdit::Duplicate,
                };
                let what = Selection::Message(message.id.clone());
                vec![self.change(message, edit), self.select(what)]
            }
            Grab::Mark(mark) => {
                let at = self.put_at(mark, &held);
                self.move_mark(mark, at).into_iter().collect()
            }
        }
    }

    fn click(&self, held: &Held) -> Option<Intent> {
        let Some(on) = &held.on else {
            return Some(Intent::Seek(self.frame().time_at(held.at.x)));
        };
        let id = on.id.as_str().into();
        let what = match on.kind {
            TargetKind::Message | TargetKind::MessageHead => Selection::Message(id),
            TargetKind::Command | TargetKind::Mark | TargetKind::Event => Selection::Mark(id),
            TargetKind::Lane => Selection::Node(id),
            _ => return None,
        };
        Some(self.select(what))
    }

    /// To look at something in this pane.
    pub fn select(&self, what: Selection) -> Intent {
        let pane = self.pane;
        Intent::Select(Selected { pane, what })
    }

    /// Lets go of everything, and nothing has happened.
    pub fn let_go(&mut self) {
        self.hand.held = None;
        self.preview = None;
    }

    /// The pointer is gone.
    pub fn cancel(&mut self, pointer: i32) {
        self.hand.fingers.retain(|finger| finger.0 != pointer);
        self.hand.pinch = None;
        self.let_go();
    }

    /// Whether the hand holds something, or is moving the ground.
    pub fn is_held(&self) -> bool {
        self.hand.pinch.is_some() || self.hand.held.as_ref().is_some_and(|held| held.moved)
    }

    /// What letting go now would do, in words.
    pub fn hint(&self) -> Option<String> {
        let held = self.hand.held.as_ref().filter(|held| held.moved)?;
        match &held.grab {
            Grab::Head(message) => Some(match self.aim(message, held) {
                Aim::Arrive(at) => {
                    let planned = message.planned_ns.or(message.arrives_ns).unwrap_or(at);
                    format!("{} later", moment(at - planned))
                }
                Aim::Early(at) => format!("not before {}", moment(at)),
                Aim::Drop(at) => format!("lost at {}", moment(at)),
                Aim::Copy(_) => "a copy".to_owned(),
            }),
            Grab::Mark(mark) => {
                let at = moment(self.put_at(mark, held));
                Some(format!("{} at {at}", mark.label))
            }
            Grab::Cursor | Grab::Ground(_) => None,
        }
    }

    fn aim(&self, message: &SpaceTimeMessage, held: &Held) -> Aim {
        let arrives = message.arrives_ns.unwrap_or(message.sent_ns);
        let planned = message.planned_ns.unwrap_or(arrives);
        let here = self.frame().time_at(held.at.x);
        if held.copies {
            return Aim::Copy(here.max(planned));
        }
        let lane = self.frame().y_of(message.to).unwrap_or(held.start.y);
        if (held.at.y - lane).abs() > TORN && (held.at.y - held.start.y).abs() > TORN {
            return Aim::Drop(here.clamp(message.sent_ns, planned.max(message.sent_ns)));
        }
        let start = self.frame().time_at(held.start.x);
        let at = (arrives + here).saturating_sub(start);
        let step = self.hand_step();
        let later = at.saturating_sub(planned) / step * step;
        match later {
            0 => Aim::Early(planned),
            later => Aim::Arrive(planned + later),
        }
    }

    fn put_at(&self, mark: &SpaceTimeMark, held: &Held) -> u64 {
        let (start, here) = (
            self.frame().time_at(held.start.x),
            self.frame().time_at(held.at.x),
        );
        let at = (mark.at_ns + here).saturating_sub(start);
        let step = self.hand_step();
        (at + step / 2) / step * step
    }

    fn would_be(&self, message: &SpaceTimeMessage, held: &Held) -> Preview {
        let mut changed = message.clone();
        let planned = message.planned_ns.or(message.arrives_ns);
        let command = Some(message.command.unwrap_or_default());
        match self.aim(message, held) {
            Aim::Arrive(at) => {
                changed.arrives_ns = Some(at);
                changed.planned_ns = planned;
                changed.fate = MessageFate::Delivered { at_ns: at };
                changed.command = command;
            }
            Aim::Early(at) => {
                changed.arrives_ns = Some(at);
                changed.planned_ns = None;
                changed.fate = MessageFate::Delivered { at_ns: at };
            }
            Aim::Drop(at) => {
                changed.fate = MessageFate::Dropped {
                    at_ns: at,
                    why: "dropped in flight".into(),
                    place: DropPlace::OnTheWay,
                };
                changed.command = command;
            }
            Aim::Copy(at) => {
                changed.id = format!("{} copy", message.id).into();
                changed.copy = true;
                changed.arrives_ns = Some(at);
                changed.planned_ns = None;
                changed.fate = MessageFate::Delivered { at_ns: at };
                changed.command = command;
                return Preview::Copy(changed);
            }
        }
        Preview::Message(changed)
    }
}

/// How far two fingers are apart along time.
fn apart(one: Point, other: Point) -> f32 {
    (one.x - other.x).abs().max(12.0)
}
