//! The buttons over a pane's picture.

use faultline_view::display::{DisplayList, Point, Rect, Target, TargetKind};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

use super::super::overlay::center;
use super::{Go, Spot};
use crate::app::dom;

/// The most buttons there are. Of more targets, those around the one that Tab stops at have one.
const BUTTONS_MAX: usize = 48;
/// Between two times that all of them follow their targets.
const FOLLOW_EVERY_MS: f64 = 250.0;
/// A button is at least so large, pixels.
const SIDE_MIN: f32 = 24.0;

/// The buttons of a pane, in the order of the targets.
pub struct Buttons {
    group: HtmlElement,
    all: Vec<Button>,
    /// The one that Tab stops at.
    at: usize,
    /// It has the focus.
    focused: bool,
    followed_ms: f64,
}

struct Button {
    element: HtmlElement,
    spot: Spot,
    label: String,
    rect: Rect,
    is_round: bool,
    is_pressed: bool,
}

impl Buttons {
    pub fn new(group: HtmlElement) -> Self {
        Self {
            group,
            all: Vec::new(),
            at: 0,
            focused: false,
            followed_ms: f64::NEG_INFINITY,
        }
    }

    /// What the button of an event stands for, and its name.
    pub fn at(&self, event: &Event) -> Option<(Spot, String)> {
        let button = &self.all[self.index(event)?];
        Some((button.spot.clone(), button.label.clone()))
    }

    fn index(&self, event: &Event) -> Option<usize> {
        let element = event.target()?.dyn_into::<HtmlElement>().ok()?;
        self.all.iter().position(|one| one.element == element)
    }

    /// A button has got the focus, or lost it.
    pub fn focused(&mut self, event: &Event, focused: bool) {
        let Some(index) = self.index(event) else {
            return;
        };
        self.focused = focused;
        if focused {
            self.stop_at(index);
        }
    }

    /// Moves the stop of Tab to another button.
    fn stop_at(&mut self, index: usize) {
        for (place, button) in [(self.at, "-1"), (index, "0")] {
            if let Some(one) = self.all.get(place) {
                let _ = one.element.set_attribute("tabindex", button);
            }
        }
        self.at = index;
    }

    /// The picture was painted, at this moment if more will follow by themselves. Says what the
    /// focus has gone to, if its target is no more.
    pub fn follow(
        &mut self,
        list: &DisplayList,
        selected: Option<&Spot>,
        now_ms: Option<f64>,
    ) -> Option<String> {
        let due = |now_ms: f64| now_ms - self.followed_ms >= FOLLOW_EVERY_MS;
        if now_ms.is_none_or(due) {
            self.followed_ms = now_ms.unwrap_or(f64::NEG_INFINITY);
            return self.refresh(list, selected);
        }
        if !self.focused {
            return None;
        }
        let button = self.all.get_mut(self.at)?;
        match list.find(button.spot.kind, &button.spot.id) {
            Some(target) => {
                button.place(target);
                None
            }
            None => self.refresh(list, selected),
        }
    }

    /// Goes to another target, whose button is to get the focus.
    pub fn go(
        &mut self,
        list: &DisplayList,
        selected: Option<&Spot>,
        go: Go,
    ) -> Option<HtmlElement> {
        let targets = reachable(list);
        let count = targets.len();
        if count == 0 {
            return None;
        }
        let now = self.place_of(list, &targets).unwrap_or(0);
        let next = match go {
            Go::To(index) => index.min(count - 1),
            Go::By(step) => (now as isize + step).rem_euclid(count as isize) as usize,
        };
        let spot = spot(list, targets[next]);
        let known = self.all.iter().position(|button| button.spot == spot);
        // Another button than the one with the focus, or nobody would hear that it has moved.
        let index = known.unwrap_or_else(|| (self.at + 1) % self.all.len().max(1));
        self.stop_at(index);
        if let Some(button) = self.all.get_mut(index) {
            button.spot = spot;
        }
        self.refresh(list, selected);
        self.all.get(self.at).map(|button| button.element.clone())
    }

    /// Where the target of the button that Tab stops at is among the targets.
    fn place_of(&self, list: &DisplayList, targets: &[&Target]) -> Option<usize> {
        let wanted = &self.all.get(self.at)?.spot;
        let is = |target: &&Target| target.kind == wanted.kind && list.str(target.id) == wanted.id;
        targets.iter().position(is)
    }

    /// Makes the buttons those of the targets around the one that Tab stops at.
    fn refresh(&mut self, list: &DisplayList, selected: Option<&Spot>) -> Option<String> {
        let targets = reachable(list);
        let mut said = None;
        let place = self.place_of(list, &targets).unwrap_or_else(|| {
            // A message that has arrived hands over to the node it has reached.
            let left = self.all.get(self.at).map(|button| button.rect.center());
            let heir = left.map_or(0, |left| nearest_node(&targets, left));
            if self.focused
                && let Some(target) = targets.get(heir)
            {
                let label = &self.all[self.at].label;
                said = Some(format!("{label}: gone. Now at {}.", list.str(target.label)));
            }
            heir
        });
        let start = place.saturating_sub(BUTTONS_MAX / 2);
        let start = start.min(targets.len().saturating_sub(BUTTONS_MAX));
        let end = targets.len().min(start + BUTTONS_MAX);
        self.shift(place - start, end - start);
        for (button, target) in self.all.iter_mut().zip(&targets[start..end]) {
            button.show(list, target, selected);
        }
        said
    }

    /// Makes so many buttons, with the one that Tab stops at on a place, without taking that one
    /// out of the page: it may have the focus.
    fn shift(&mut self, place: usize, count: usize) {
        if count == 0 {
            for button in self.all.drain(..) {
                button.element.remove();
            }
            (self.at, self.focused) = (0, false);
            return;
        }
        if self.all.is_empty() {
            self.at = 0;
        }
        while self.at > place {
            let first = self.all.remove(0);
            let _ = self.group.append_child(&first.element);
            self.all.push(first);
            self.at -= 1;
        }
        while self.at < place && !self.all.is_empty() {
            // Those behind come to the front; there may be none.
            let is_last = self.at + 1 == self.all.len();
            let moved = if is_last { None } else { self.all.pop() };
            let Some(button) = moved.or_else(Button::new) else {
                return;
            };
            let first = self.all.first().map(|button| button.element.as_ref());
            let _ = self.group.insert_before(&button.element, first);
            self.all.insert(0, button);
            self.at += 1;
        }
        while self.all.len() < count {
            let Some(button) = Button::new() else { return };
            let _ = self.group.append_child(&button.element);
            self.all.push(button);
        }
        while self.all.len() > count
            && let Some(button) = self.all.pop()
        {
            button.element.remove();
        }
        self.stop_at(place);
    }
}

/// The group outlives them: it is the virtual DOM's.
impl Drop for Buttons {
    fn drop(&mut self) {
        for button in &self.all {
            button.element.remove();
        }
    }
}

impl Button {
    fn new() -> Option<Self> {
        let element = dom::document().create_element("button").ok()?;
        let element: HtmlElement = element.dyn_into().ok()?;
        let attributes = [
            ("type", "button"),
            ("class", "target"),
            ("tabindex", "-1"),
            ("aria-pressed", "false"),
        ];
        for (name, value) in attributes {
            let _ = element.set_attribute(name, value);
        }
        Some(Self {
            element,
            spot: Spot {
                kind: TargetKind::Node,
                id: String::new(),
            },
            label: String::new(),
            rect: Rect::new(0.0, 0.0, 0.0, 0.0),
            is_round: false,
            is_pressed: false,
        })
    }

    /// Becomes the button of a target.
    fn show(&mut self, list: &DisplayList, target: &Target, selected: Option<&Spot>) {
        self.place(target);
        let spot = spot(list, target);
        if self.spot != spot {
            let _ = self.element.set_attribute("data-target", &spot.id);
            self.spot = spot;
        }
        let label = list.str(target.label);
        if self.label != label {
            label.clone_into(&mut self.label);
            let _ = self.element.set_attribute("aria-label", label);
        }
        let is_pressed = selected == Some(&self.spot);
        if self.is_pressed != is_pressed {
            self.is_pressed = is_pressed;
            let pressed = if is_pressed { "true" } else { "false" };
            let _ = self.element.set_attribute("aria-pressed", pressed);
        }
        let is_round = matches!(
            target.bounds,
            faultline_view::display::Bounds::Circle { .. }
        );
        if self.is_round != is_round {
            self.is_round = is_round;
            let _ = self
                .element
                .set_attribute("class", if is_round { "target round" } else { "target" });
        }
    }

    /// Goes to where a target is.
    fn place(&mut self, target: &Target) {
        let rect = target.bounds.rect();
        let short = |side: f32| ((SIDE_MIN - side) / 2.0).max(3.0);
        let rect = rect.inset(-short(rect.width), -short(rect.height));
        if self.rect == rect {
            return;
        }
        self.rect = rect;
        let Rect {
            x,
            y,
            width,
            height,
        } = rect;
        let style = format!("left:{x:.0}px;top:{y:.0}px;width:{width:.0}px;height:{height:.0}px");
        let _ = self.element.set_attribute("style", &style);
    }
}

/// The targets that the keyboard reaches: rows of tables and marked moments have their own places.
fn reachable(list: &DisplayList) -> Vec<&Target> {
    let reachable = |target: &&Target| {
        matches!(
            target.kind,
            TargetKind::Node
                | TargetKind::Message
                | TargetKind::Key
                | TargetKind::Bin
                | TargetKind::Bar
        )
    };
    list.targets().iter().filter(reachable).collect()
}

fn spot(list: &DisplayList, target: &Target) -> Spot {
    Spot {
        kind: target.kind,
        id: list.str(target.id).to_owned(),
    }
}

/// The place of the node nearest to a point, among targets; the first if there is no node.
fn nearest_node(targets: &[&Target], at: Point) -> usize {
    let nodes = targets.iter().enumerate();
    let nodes = nodes.filter(|(_, target)| target.kind == TargetKind::Node);
    let distance = |target: &Target| center(&target.bounds).distance(at);
    let nearest = nodes.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map_or(0, |(place, _)| place)
}
