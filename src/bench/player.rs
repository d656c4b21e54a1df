//! Moves a session in time and paints it, outside the virtual DOM.
//!
//! One `requestAnimationFrame` closure per stage; it asks for the next frame only while time
//! runs or something is to be painted, and is cancelled when the player is dropped. Components
//! are told of changes a few times a second, and at once when the reader did something.

mod lateness;
mod viewed;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use faultline_course::{Hunted, Session, Sought};
use faultline_sim::Time;
use faultline_view::display::{DisplayList, Size};
use faultline_view::theme::Theme;
use faultline_view::{Panel, View};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, HtmlInputElement};
use yew::Callback;

use super::canvas::Canvas;
use super::clock;
use crate::app::dom;
use lateness::{Extra, Lateness};
use viewed::Viewed;

/// Events that one frame may process; what is left waits for the next, so that the page
/// answers while a busy run catches up.
const EVENTS_PER_FRAME: u64 = 20_000;
/// A longer gap between frames was a hidden tab or a sleeping device: time does not run then.
const MAX_GAP_MS: f64 = 100.0;
/// Between two tellings while time runs: the least, and the most.
const TELL_EVERY_MS: f64 = 125.0;
const TELL_EVERY_MAX_MS: f64 = 500.0;
/// Tellings make frames late for at most this part of the time: what is read would else take the
/// time of what is watched.
const TELL_PART: f64 = 0.04;
/// A picture beside the stage takes at most this part of the time while that runs: one of a crowd
/// is painted in every third frame, or fourth. It never rests longer than so many milliseconds.
const BESIDE_PART: f64 = 0.06;
const BESIDE_REST_MAX_MS: f64 = 200.0;
/// So many places of the slider of time are told apart: more than a wide one has pixels.
const SLIDER_PLACES: f64 = 2_000.0;
/// Between two pictures where less motion was asked for: discrete steps instead of a film.
const STEP_EVERY_MS: f64 = 500.0;

/// Looking for a moment takes so much of a frame, and so many events between two looks at the
/// clock.
const HUNT_MS: f64 = 8.0;
const HUNT_EVENTS: u64 = 16;

/// A session that is being shown.
#[derive(Clone)]
pub struct Player(Rc<RefCell<Inner>>);

impl PartialEq for Player {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Paints a panel of any kind.
pub type Reader = fn(&Panel, Size, &mut DisplayList);

/// Adds to the picture of a pane, given by its index, what is painted over it; told whether more
/// frames follow by themselves.
pub type Overlay = Rc<dyn Fn(usize, bool, &mut DisplayList)>;

/// Looks for a moment a little further on each time it is called, until it says how that ended.
type Search = Box<dyn FnMut(&mut Session) -> Hunted>;

/// A picture beside the stage, painted in the player's frames; dropped, it is painted no more.
pub struct Beside {
    player: Player,
    slot: Rc<Slot>,
}

/// What a picture beside the stage is to do in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Take in what has happened: it is little in each frame, and much after a rest.
    Follow,
    /// That, and paint it.
    Paint,
}

struct Slot {
    turn: RefCell<Box<dyn FnMut(Turn) -> bool>>,
    /// Somebody asked for it, or it has not taken in all that there is.
    dirty: Cell<bool>,
    visible: Cell<bool>,
    /// When it was painted last, how long that took, and how long it rests then; milliseconds.
    painted_ms: Cell<f64>,
    took_ms: Cell<f64>,
    rest_ms: Cell<f64>,
}

struct Inner {
    session: Viewed,
    panes: Vec<Pane>,
    overlay: Option<Overlay>,
    /// Paints what is read rather than watched, once it has loaded.
    reader: Option<Reader>,
    beside: Vec<Weak<Slot>>,
    kept: Option<Box<dyn Any>>,
    theme: &'static Theme,
    face: Option<Face>,
    motion: Motion,
    /// Goes on with what is looked for.
    hunt: Option<Search>,
    /// How the last search ended, until that is read.
    hunted: Option<Hunted>,
    /// On screen, as far as the browser has told.
    visible: bool,
    dirty: bool,
    resized: bool,
    last_told_ms: f64,
    lateness: Lateness,
    frame: Option<i32>,
    on_frame: Option<Closure<dyn FnMut(f64)>>,
    on_change: Callback<()>,
}

/// How time runs.
struct Motion {
    playing: bool,
    speed: f64,
    /// Stop when this moment is reached.
    until: Time,
    /// Where the cursor is, as exactly as the clock says, while time runs.
    target: Time,
    /// Less motion was asked for: pictures half a second apart.
    stepped: bool,
    last_frame_ms: Option<f64>,
    last_paint_ms: f64,
}

#[derive(Default)]
struct Pane {
    canvas: Option<Canvas>,
    list: DisplayList,
}

/// The time's element and the slider, written at display rate.
struct Face {
    time: Element,
    scrub: HtmlInputElement,
    /// Where the slider stands.
    place: u32,
    shown_second: u64,
}

impl Player {
    /// Shows a session, paused. `on_change` is called when there is something new to read.
    pub fn new(
        session: Session,
        theme: &'static Theme,
        speed: f64,
        on_change: Callback<()>,
    ) -> Self {
        let panes = (0..session.pane_count()).map(|_| Pane::default()).collect();
        let now = session.now();
        let inner = Rc::new(RefCell::new(Inner {
            session: Viewed::new(session),
            panes,
            overlay: None,
            reader: None,
            beside: Vec::new(),
            kept: None,
            theme,
            face: None,
            motion: Motion {
                playing: false,
                speed,
                until: now,
                target: now,
                stepped: false,
                last_frame_ms: None,
                last_paint_ms: 0.0,
            },
            hunt: None,
            hunted: None,
            visible: true,
            dirty: true,
            resized: true,
            last_told_ms: 0.0,
            lateness: Lateness::default(),
            frame: None,
            on_frame: None,
            on_change,
        }));
        let weak = Rc::downgrade(&inner);
        let closure = Closure::new(move |now_ms| frame(&weak, now_ms));
        inner.borrow_mut().on_frame = Some(closure);
        Self(inner)
    }
}

impl Player {
    /// Reads the session.
    pub fn read<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        read(&self.0.borrow().session)
    }

    /// What a pane shows at the cursor.
    pub fn view(&self, pane: usize) -> Rc<View> {
        self.0.borrow().session.look(pane)
    }

    /// Changes the session (its commands or parameters), then paints and tells.
    pub fn change<R>(&self, change: impl FnOnce(&mut Session) -> R) -> R {
        let result = {
            let mut inner = self.0.borrow_mut();
            inner.hunt = None;
            let result = change(&mut inner.session);
            let count = inner.session.pane_count();
            inner.panes.resize_with(count, Pane::default);
            if inner.session.is_settled() {
                inner.motion.target = inner.session.now();
            }
            result
        };
        self.touched();
        result
    }

    /// Changes what has no picture: which step is the current one, and which are done.
    pub fn quietly<R>(&self, change: impl FnOnce(&mut Session) -> R) -> R {
        change(self.0.borrow_mut().session.unseen())
    }

    /// Whether time runs.
    pub fn playing(&self) -> bool {
        self.0.borrow().motion.playing
    }

    /// Virtual seconds per real second.
    pub fn speed(&self) -> f64 {
        self.0.borrow().motion.speed
    }

    /// Sets the virtual seconds per real second.
    pub fn set_speed(&self, speed: f64) {
        self.0.borrow_mut().motion.speed = speed;
        self.touched();
    }

    /// Runs until a moment, at most to the end of the timeline.
    pub fn play_until(&self, until: Time) {
        {
            let mut inner = self.0.borrow_mut();
            inner.hold();
            let now = inner.session.now();
            inner.motion.until = until.min(inner.session.end());
            inner.motion.playing = inner.motion.until > now;
            inner.motion.target = now;
            inner.motion.stepped = dom::reduced_motion();
            inner.motion.last_frame_ms = None;
        }
        self.touched();
    }

    /// Holds time.
    pub fn pause(&self) {
        self.0.borrow_mut().hold();
        self.touched();
    }

    /// Holds time where it was to run to, as if it had: nobody has to wait.
    pub fn finish(&self) {
        let until = self.0.borrow().motion.until;
        self.seek(until);
    }

    /// Goes forward until something is found or the timeline ends, a part of it in each frame.
    pub fn hunt(&self, sought: Sought) {
        {
            let mut inner = self.0.borrow_mut();
            inner.hold();
            inner.hunted = None;
            let mut hunt = inner.session.hunt_for(sought);
            let go_on = move |session: &mut Session| session.hunt(&mut hunt, HUNT_EVENTS);
            inner.hunt = Some(Box::new(go_on));
        }
        self.touched();
    }

    /// Whether something is looked for.
    pub fn hunting(&self) -> bool {
        self.0.borrow().hunt.is_some()
    }

    /// How the last search ended; once.
    pub fn hunted(&self) -> Option<Hunted> {
        self.0.borrow_mut().hunted.take()
    }

    /// Holds time and moves the cursor.
    pub fn seek(&self, to: Time) {
        {
            let mut inner = self.0.borrow_mut();
            inner.hold();
            let to = to.min(inner.session.end());
            if !inner.session.needs_recording() {
                inner.session.seek(to, EVENTS_PER_FRAME);
            }
        }
        self.touched();
    }

    /// Holds time and moves one event, forward or back.
    pub fn step(&self, forward: bool) {
        {
            let mut inner = self.0.borrow_mut();
            inner.hold();
            if inner.session.needs_recording() {
                // There is nowhere to go yet.
            } else if forward {
                inner.session.step();
            } else {
                inner.session.step_back();
            }
        }
        self.touched();
    }

    /// Paints a pane on a canvas from now on.
    pub fn attach_canvas(&self, pane: usize, element: HtmlCanvasElement) {
        let mut inner = self.0.borrow_mut();
        if let Some(pane) = inner.panes.get_mut(pane)
            && !pane
                .canvas
                .as_ref()
                .is_some_and(|canvas| canvas.is(&element))
        {
            pane.canvas = Canvas::new(element);
            inner.dirty = true;
            inner.resized = true;
            inner.request();
        }
    }

    /// Paints something over every pane from now on. It must not use the player.
    pub fn set_overlay(&self, overlay: Overlay) {
        self.0.borrow_mut().overlay = Some(overlay);
        self.repaint();
    }

    /// Reads a pane's picture as it was painted last; none where there is no such pane.
    pub fn picture<R>(&self, pane: usize, read: impl FnOnce(&DisplayList) -> R) -> Option<R> {
        self.0.borrow().panes.get(pane).map(|pane| read(&pane.list))
    }

    /// Calls `turn` in every frame in which the stage is painted, and when it is asked for; it
    /// says whether it wants another frame to paint what is new. It may read the player.
    pub fn paint_beside(&self, turn: impl FnMut(Turn) -> bool + 'static) -> Beside {
        let slot = Rc::new(Slot {
            turn: RefCell::new(Box::new(turn)),
            dirty: Cell::new(true),
            visible: Cell::new(true),
            painted_ms: Cell::new(0.0),
            took_ms: Cell::new(0.0),
            rest_ms: Cell::new(0.0),
        });
        let mut inner = self.0.borrow_mut();
        inner.beside.push(Rc::downgrade(&slot));
        inner.request();
        Beside {
            player: self.clone(),
            slot,
        }
    }

    /// Keeps what a picture beside the stage knows of the run, for when it is shown again.
    pub fn keep(&self, what: Box<dyn Any>) {
        self.0.borrow_mut().kept = Some(what);
    }

    /// Hands out what was kept.
    pub fn kept(&self) -> Option<Box<dyn Any>> {
        self.0.borrow_mut().kept.take()
    }

    /// Writes time and the slider's place from now on.
    pub fn attach_face(&self, time: Element, scrub: HtmlInputElement) {
        let mut inner = self.0.borrow_mut();
        if inner
            .face
            .as_ref()
            .is_some_and(|face| face.time == time && face.scrub == scrub)
        {
            return;
        }
        inner.face = Some(Face {
            time,
            scrub,
            place: u32::MAX,
            shown_second: u64::MAX,
        });
        inner.dirty = true;
        inner.request();
    }

    /// Paints every kind of panel from now on, also those that a stage seldom has.
    pub fn read_with(&self, reader: Reader) {
        self.0.borrow_mut().reader = Some(reader);
        self.repaint();
    }

    /// Paints in other colours.
    pub fn set_theme(&self, theme: &'static Theme) {
        self.0.borrow_mut().theme = theme;
        // Letters may have another size now.
        self.resized();
    }

    /// The stage came on screen or left it: off screen, time does not run.
    pub fn set_visible(&self, visible: bool) {
        let mut inner = self.0.borrow_mut();
        inner.visible = visible;
        inner.motion.last_frame_ms = None;
        inner.request();
    }

    /// The canvases have another size.
    pub fn resized(&self) {
        self.0.borrow_mut().resized = true;
        self.repaint();
    }

    /// Paints in the next frame.
    pub fn repaint(&self) {
        let mut inner = self.0.borrow_mut();
        inner.dirty = true;
        inner.request();
    }

    /// Paints soon and tells now.
    fn touched(&self) {
        self.repaint();
        let on_change = self.0.borrow().on_change.clone();
        on_change.emit(());
    }
}

impl Beside {
    /// Paints it in the next frame, whether or not the stage has something new.
    pub fn repaint(&self) {
        self.slot.dirty.set(true);
        self.player.0.borrow_mut().request();
    }

    /// It came on screen or left it.
    pub fn set_visible(&self, visible: bool) {
        self.slot.visible.set(visible);
        self.player.0.borrow_mut().request();
    }
}

fn frame(inner: &Weak<RefCell<Inner>>, now_ms: f64) {
    let Some(inner) = inner.upgrade() else {
        return;
    };
    // What is called may read the player, so it is called after the borrow has ended.
    let (tell, news, late_ms) = {
        let mut inner = inner.borrow_mut();
        inner.frame = None;
        if let Some(last_ms) = inner.motion.last_frame_ms {
            inner.lateness.begin(now_ms - last_ms);
        }
        let (painted, tell) = inner.turn(now_ms);
        let tell = tell.then(|| inner.on_change.clone());
        (tell, inner.news(painted), inner.lateness.of(Extra::Beside))
    };
    let mut did = Extra::None;
    for (slot, resting) in &news {
        if *resting && slot.is_resting(now_ms) {
            slot.follow();
        } else if tell.is_some() {
            // That is enough for one frame; they have the next.
            slot.dirty.set(true);
        } else {
            did = Extra::Beside;
            slot.paint_now(now_ms, late_ms);
        }
    }
    {
        let mut inner = inner.borrow_mut();
        inner.lateness.end(match tell {
            Some(_) => Extra::Told,
            None => did,
        });
        inner.request();
    }
    if let Some(tell) = tell {
        tell.emit(());
    }
}

impl Inner {
    /// Asks for a frame, if there is a reason and none is asked for.
    fn request(&mut self) {
        self.beside.retain(|slot| slot.strong_count() > 0);
        let beside = || self.beside.iter().filter_map(Weak::upgrade);
        let visible = self.visible || beside().any(|slot| slot.visible.get());
        let dirty = || self.dirty || beside().any(|slot| slot.is_asked_for());
        // A run that is being recorded has nothing new to show until it is played.
        let wanted = visible && (self.busy() || dirty()) && !self.session.needs_recording();
        let (true, None, Some(closure)) = (wanted, self.frame, &self.on_frame) else {
            return;
        };
        self.frame = dom::window()
            .request_animation_frame(closure.as_ref().unchecked_ref())
            .ok();
    }

    /// Time runs, or the cursor has not reached where it was sent or what it looks for.
    fn busy(&self) -> bool {
        self.motion.playing || self.hunt.is_some() || !self.session.is_settled()
    }

    /// Time does not run, and nothing is looked for.
    fn hold(&mut self) {
        self.motion.playing = false;
        self.hunt = None;
    }

    /// Goes on with the search for as long as a frame allows.
    fn look(&mut self) {
        let until = dom::clock_ms() + HUNT_MS;
        while let Some(go_on) = &mut self.hunt {
            match go_on(&mut self.session) {
                Hunted::Going if dom::clock_ms() < until => {}
                Hunted::Going => return,
                end => {
                    self.hunt = None;
                    self.hunted = Some(end);
                }
            }
        }
    }

    /// The pictures beside the stage that have something new, and whether they may rest.
    fn news(&self, painted: bool) -> Vec<(Rc<Slot>, bool)> {
        // Where time stands, what was painted is painted everywhere.
        let runs = self.busy();
        let slots = self.beside.iter().filter_map(Weak::upgrade);
        let slots = slots.filter(|slot| slot.visible.get() && (painted || slot.dirty.get()));
        slots
            .map(|slot| {
                let may_rest = runs && !slot.dirty.get();
                (slot, may_rest)
            })
            .collect()
    }

    /// One frame; whether the stage was painted, and whether it is time to tell.
    fn turn(&mut self, now_ms: f64) -> (bool, bool) {
        if self.session.needs_recording() {
            // Nothing is known of this run yet: what was painted last stays.
            self.motion.last_frame_ms = None;
            return (false, false);
        }
        let waits = self.motion.playing
            && !self.dirty
            && self.motion.stepped
            && now_ms - self.motion.last_paint_ms < STEP_EVERY_MS;
        let was_busy = self.busy();
        if waits || !was_busy && !self.dirty {
            return (false, false);
        }
        if self.motion.playing {
            self.run(now_ms);
        } else if self.hunt.is_some() {
            self.look();
        } else {
            self.session.settle(EVENTS_PER_FRAME);
        }
        let passing = self.hunt.is_some() && now_ms - self.motion.last_paint_ms < STEP_EVERY_MS;
        if passing {
            // What flies by is not looked at: the slider shows how far the search is.
            self.show_time();
            return (false, self.due(now_ms));
        }
        self.paint();
        self.motion.last_paint_ms = now_ms;
        let stopped = was_busy && !self.busy();
        if stopped {
            self.last_told_ms = now_ms;
        }
        (true, stopped || was_busy && self.due(now_ms))
    }

    /// Whether the last telling is long enough ago.
    fn due(&mut self, now_ms: f64) -> bool {
        let every_ms = self.lateness.of(Extra::Told) / TELL_PART;
        let every_ms = every_ms.clamp(TELL_EVERY_MS, TELL_EVERY_MAX_MS);
        let due = now_ms - self.last_told_ms >= every_ms;
        if due {
            self.last_told_ms = now_ms;
        }
        due
    }

    /// Moves the cursor by the time since the last frame, as far as a frame allows.
    fn run(&mut self, now_ms: f64) {
        let motion = &mut self.motion;
        let longest = if motion.stepped {
            STEP_EVERY_MS + MAX_GAP_MS
        } else {
            MAX_GAP_MS
        };
        let gap_ms = motion
            .last_frame_ms
            .map_or(0.0, |last| (now_ms - last).clamp(0.0, longest));
        motion.last_frame_ms = Some(now_ms);
        let span_ns = gap_ms * motion.speed * 1e6;
        let target = Time::from_nanos(motion.target.as_nanos().saturating_add(span_ns as u64));
        motion.target = target.min(motion.until);
        if !self.session.seek(motion.target, EVENTS_PER_FRAME).reached {
            // A run that cannot keep up runs slower; it does not pile up a debt of time.
            motion.target = self.session.now();
        }
        motion.playing = self.session.now() < motion.until;
    }

    fn paint(&mut self) {
        self.dirty = false;
        // Asking for a size makes the browser lay the page out, so it is asked only when due.
        let resized = std::mem::take(&mut self.resized);
        let moving = self.busy();
        let stage = self.session.system().stage;
        for (index, pane) in self.panes.iter_mut().enumerate() {
            let Some(canvas) = &mut pane.canvas else {
                continue;
            };
            let view = self.session.look(index);
            let Some(panel) = view.panels.first() else {
                continue;
            };
            if resized {
                canvas.fit();
            }
            let (size, list) = (canvas.size(), &mut pane.list);
            if !stage.iter().any(|paint| paint(panel, size, list)) {
                list.clear();
                if let Some(reader) = self.reader {
                    reader(panel, size, list);
                }
            }
            if let Some(overlay) = &self.overlay {
                overlay(index, moving, &mut pane.list);
            }
            canvas.paint(&pane.list, self.theme);
        }
        self.show_time();
    }

    fn show_time(&mut self) {
        let now = self.session.now().as_nanos();
        let end = self.session.end().as_nanos();
        let runs = self.busy();
        if let Some(face) = &mut self.face {
            face.show(now, end, runs);
        }
    }
}

impl Slot {
    /// Whether it is to be painted whatever the stage does.
    fn is_asked_for(&self) -> bool {
        self.visible.get() && self.dirty.get()
    }

    /// Whether it took so long lately that others have their turn.
    fn is_resting(&self, now_ms: f64) -> bool {
        now_ms - self.painted_ms.get() < self.rest_ms.get()
    }

    /// Takes in what has happened, and rests.
    fn follow(&self) {
        self.turn.borrow_mut()(Turn::Follow);
    }

    fn paint_now(&self, now_ms: f64, late_ms: f64) {
        let begun_ms = dom::clock_ms();
        let again = self.turn.borrow_mut()(Turn::Paint);
        self.painted_ms.set(now_ms);
        // What goes on in the next frame is one picture with this.
        let before_ms = if self.dirty.replace(again) {
            self.took_ms.get()
        } else {
            0.0
        };
        let took_ms = before_ms + dom::clock_ms() - begun_ms;
        self.took_ms.set(took_ms);
        let rest_ms = (took_ms.max(late_ms) / BESIDE_PART).min(BESIDE_REST_MAX_MS);
        self.rest_ms.set(rest_ms);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(frame) = self.frame {
            let _ = dom::window().cancel_animation_frame(frame);
        }
    }
}

impl Face {
    /// Shows the time; the slider, too, as soon as anybody could see that it has moved, and where
    /// time has come to rest.
    fn show(&mut self, now: u64, end: u64, runs: bool) {
        self.time.set_text_content(Some(&clock::long(now)));
        let part = now as f64 / end.max(1) as f64;
        let place = (part * SLIDER_PLACES) as u32;
        if runs && self.place == place {
            return;
        }
        self.place = place;
        self.scrub.set_value_as_number((now / 1_000_000) as f64);
        let _ = self
            .scrub
            .style()
            .set_property("--filled", &format!("{:.2}%", part * 100.0));
        // Spoken time changes by the second: a screen reader would stumble over every frame.
        let second = now / 1_000_000_000;
        if second != self.shown_second || now == end {
            self.shown_second = second;
            let _ = self
                .scrub
                .set_attribute("aria-valuetext", &clock::spoken(now));
        }
    }
}
