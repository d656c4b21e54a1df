//! A lesson's picture, for its card on the course page.

use faultline_sim::Time;
use faultline_view::Panel;

use crate::lesson::{Course, Lesson};
use crate::recording::Recorded;
use crate::session::Session;

/// Events that a picture may take.
const MAX_EVENTS: u64 = 1_000_000;

/// The last pane's stage, from a real run. A lesson that opens in the midst of a run opens on
/// something worth seeing, and that is its picture. Else it is the stage after the first action
/// that a prediction is made about, at the lesson's end: a lesson's first prediction is its
/// question, and the picture is the answer. None if the lesson does not run;
/// [`lint`](super::lint) says why.
pub fn still(course: &Course, lesson: &Lesson) -> Option<Panel> {
    let mut session = Session::open(course, lesson.opening()).ok()?;
    if session.needs_recording() {
        // Nobody is asked here; the last pane of a lesson with code is one that needs nobody.
        let until = session.end().as_nanos();
        let nothing = Recorded {
            until,
            ..Recorded::default()
        };
        session.play(nothing).ok()?;
    }
    let stage = |session: &Session| {
        let view = session.view(session.pane_count() - 1);
        view.panels.into_iter().next()
    };
    if session.now() > Time::ZERO {
        return stage(&session);
    }
    let asked = lesson.steps.iter().find(|step| step.predict.is_some());
    if let Some(action) = asked.and_then(|step| step.actions.first()) {
        session.act(action).ok()?;
    }
    session.seek(session.end(), MAX_EVENTS);
    stage(&session)
}
