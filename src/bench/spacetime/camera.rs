//! Which part of the run the diagram shows. Times are nanoseconds.

/// As close as one can look.
const SHORTEST_NS: u64 = 20_000;
/// How long something stays in sight while the window follows time.
const WATCH_S: f64 = 6.0;
/// Where the cursor stands in a window that follows it, from 0 to 1: what is under way has
/// room before it.
const CURSOR_AT: f64 = 0.78;
/// How much of the window is left free beside what is brought into it.
const AIR: f64 = 0.15;

/// A window of time that follows the cursor, or stays where the reader put it.
#[derive(Clone, Debug, PartialEq)]
pub struct Camera {
    from: u64,
    length: u64,
    follows: bool,
    /// The cursor was in the window when it was last asked for.
    saw_cursor: bool,
}

impl Camera {
    /// Follows the cursor, with a length that suits a speed in virtual seconds per second.
    pub fn new(speed: f64) -> Self {
        Self {
            from: 0,
            length: ((speed * WATCH_S * 1e9) as u64).max(SHORTEST_NS),
            follows: true,
            saw_cursor: true,
        }
    }

    /// The window, now that the cursor stands there, in a run of a length.
    pub fn window(&mut self, cursor: u64, end: u64) -> (u64, u64) {
        self.length = self.length.clamp(SHORTEST_NS.min(end.max(1)), end.max(1));
        let inside = cursor >= self.from && cursor - self.from <= self.length;
        // It has run out of the window, or was sent away: it is what the reader looks at.
        if self.saw_cursor && !inside {
            self.follows = true;
        }
        if self.follows {
            let before = (self.length as f64 * CURSOR_AT) as u64;
            self.from = cursor.saturating_sub(before);
        }
        self.from = self.from.min(end.max(1) - self.length);
        self.saw_cursor = cursor >= self.from && cursor - self.from <= self.length;
        (self.from, self.from + self.length)
    }

    /// Whether it goes with the cursor.
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// Whether the whole run is to be seen.
    pub fn is_whole(&self, end: u64) -> bool {
        self.length >= end
    }

    /// How much time is to be seen.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Goes with the cursor from now on.
    pub fn follow(&mut self) {
        self.follows = true;
    }

    /// Shows the whole run.
    pub fn whole(&mut self, end: u64) {
        self.hold(0, end);
    }

    /// Shows `factor` times as much time. The moment `about` stays where it is; none: the
    /// cursor does, and a window that follows goes on following.
    pub fn zoom(&mut self, factor: f64, about: Option<u64>, cursor: u64, end: u64) {
        let follows = self.follows && about.is_none();
        let middle = about.unwrap_or(if self.saw_cursor {
            cursor
        } else {
            self.from + self.length / 2
        });
        let share = middle.saturating_sub(self.from) as f64 / self.length.max(1) as f64;
        let length = (self.length as f64 * factor) as u64;
        let length = length.clamp(SHORTEST_NS.min(end.max(1)), end.max(1));
        let before = (length as f64 * share.clamp(0.0, 1.0)) as u64;
        self.hold(middle.saturating_sub(before), length);
        self.follows = follows;
    }

    /// Moves by a part of what is to be seen, to later times if positive.
    pub fn pan(&mut self, part: f64) {
        let by = (self.length as f64 * part.abs()) as u64;
        let from = if part < 0.0 {
            self.from.saturating_sub(by)
        } else {
            self.from.saturating_add(by)
        };
        self.hold(from, self.length);
    }

    /// Moves so that the window begins there.
    pub fn begin_at(&mut self, from: u64) {
        self.hold(from, self.length);
    }

    /// Moves only as far as is needed to see all of a stretch, or its beginning.
    pub fn reveal(&mut self, from: u64, to: u64) {
        let air = (self.length as f64 * AIR) as u64;
        let last = self.from + self.length;
        if from < self.from || from > last {
            self.hold(from.saturating_sub(air * 2), self.length);
        } else if to > last && to - from < self.length {
            let begin = (to + air).saturating_sub(self.length);
            self.hold(begin.min(from), self.length);
        }
    }

    fn hold(&mut self, from: u64, length: u64) {
        self.from = from;
        self.length = length;
        self.follows = false;
        // Moved away on purpose; the cursor counts again once it is in sight.
        self.saw_cursor = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const END: u64 = 20 * SECOND;

    /// Six seconds long.
    fn camera() -> Camera {
        Camera::new(1.0)
    }

    #[test]
    fn the_window_follows_the_cursor_within_the_run() {
        let mut camera = camera();
        assert_eq!(camera.window(0, END), (0, 6 * SECOND));
        let (from, to) = camera.window(12 * SECOND, END);
        assert_eq!(to - from, 6 * SECOND);
        assert!(from < 8 * SECOND && to < 15 * SECOND, "{from} {to}");
        assert_eq!(camera.window(END, END), (14 * SECOND, END));
    }

    #[test]
    fn a_window_that_was_moved_stays_until_the_cursor_leaves_it() {
        let mut camera = camera();
        camera.window(10 * SECOND, END);
        camera.pan(-0.2);
        let held = camera.window(10 * SECOND, END);
        assert!(!camera.follows());
        assert_eq!(camera.window(9 * SECOND, END), held);
        let (from, _) = camera.window(END, END);
        assert!(camera.follows() && from > held.0);
        // Looking elsewhere while time runs is not disturbed.
        camera.begin_at(0);
        assert_eq!(camera.window(END, END), (0, 6 * SECOND));
        assert_eq!(camera.window(19 * SECOND, END), (0, 6 * SECOND));
    }

    #[test]
    fn what_is_pointed_at_stays_when_one_looks_closer() {
        let mut camera = camera();
        let (from, to) = camera.window(10 * SECOND, END);
        let about = from + (to - from) / 3;
        camera.zoom(0.5, Some(about), 10 * SECOND, END);
        let (from, to) = camera.window(10 * SECOND, END);
        assert_eq!(to - from, 6 * SECOND / 2);
        assert!((from + (to - from) / 3).abs_diff(about) < 10);
        for _ in 0..100 {
            camera.zoom(0.5, None, 10 * SECOND, END);
        }
        assert_eq!(camera.length(), SHORTEST_NS);
        for _ in 0..100 {
            camera.zoom(2.0, None, 10 * SECOND, END);
        }
        assert_eq!(camera.window(10 * SECOND, END), (0, END));
        assert!(camera.is_whole(END));
    }

    #[test]
    fn looking_closer_at_the_cursor_goes_on_following_it() {
        let mut camera = camera();
        camera.window(10 * SECOND, END);
        camera.zoom(0.5, None, 10 * SECOND, END);
        assert!(camera.follows());
    }

    #[test]
    fn what_is_selected_elsewhere_comes_into_sight() {
        let mut camera = camera();
        camera.window(2 * SECOND, END);
        camera.reveal(15 * SECOND, 16 * SECOND);
        let (from, to) = camera.window(2 * SECOND, END);
        assert!(from < 15 * SECOND && to > 16 * SECOND && !camera.follows());
        // What is in sight moves nothing.
        camera.reveal(14 * SECOND, 15 * SECOND);
        assert_eq!(camera.window(2 * SECOND, END), (from, to));
    }

    #[test]
    fn a_run_without_length_is_survived() {
        let mut camera = camera();
        assert_eq!(camera.window(0, 0), (0, 1));
        camera.zoom(0.5, Some(3), 0, 0);
        camera.pan(1.0);
        assert_eq!(camera.window(0, 0), (0, 1));
    }
}
