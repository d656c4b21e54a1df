//! A run being looked at: what the page and the command line both hold.
//!
//! A session is one run in one or more panes. The panes have the same seed and one cursor; they
//! differ in a few parameters or, after a fork, in some commands, so that two ways of doing
//! something can be seen side by side.

mod change;
mod code;
mod cursor;
mod difference;
mod error;
mod fork;
mod hunt;
mod placing;
mod progress;

use std::rc::Rc;

use faultline_sim::{Span, Time};
use faultline_systems::code::Tape;
use faultline_systems::{Lab, PlacedCommand, SystemInfo, Values};
use faultline_view::View;

pub use difference::Difference;
pub use error::RunError;
pub use hunt::{Hunt, Hunted, Sought};
pub use placing::Panes;
pub(crate) use placing::place_on;
pub use progress::{CheckStatus, StepStatus};

use crate::lesson::{Course, Lesson, Pane};
use crate::run::{Run, over};
use code::Played;
use placing::{Given, Refusal, givens};

/// Events that a session computes at most to bring its cursor back to where it was, after a
/// change of the run. A run that takes more is brought there by [`Session::settle`].
pub const SETTLE_EVENTS: u64 = 5_000_000;
/// How far a timeline can be extended.
pub const MAX_END: Time = Time::from_secs(3_600);
/// Changes that can be undone.
pub const MAX_UNDO: usize = 200;
/// The id of the pane of a run without a lesson's panes.
const ONLY_PANE: &str = "run";
/// The id of the second pane of a comparison.
const SECOND_PANE: &str = "compare";

/// A run in its panes, with a cursor.
pub struct Session {
    setup: Setup,
    /// The run as the user made it, in normal form. Cursor and commands are kept apart from it,
    /// in `panes` and `placed`.
    run: Run,
    panes: Vec<SessionPane>,
    placed: Vec<Placed>,
    next_id: u64,
    /// Where the reader wants the timeline to end, if that is later than the lesson does.
    extended: Time,
    /// Where the cursor was sent and has not arrived; none when it stands.
    wanted: Option<Time>,
    /// The cursor stands between two events of one instant.
    within_instant: bool,
    undo: Vec<Run>,
    redo: Vec<Run>,
    /// Ids of steps that are done, and of those whose buttons were pressed; some may stand twice.
    done: Vec<String>,
    acted: Vec<String>,
    /// What the panes play, if the run has a program.
    played: Option<Played>,
    /// Where a run with a program opens, and how many steps into the instant, once its program
    /// was asked.
    opening: Option<(Time, u64)>,
}

/// What a session is of, and does not change.
#[derive(Clone)]
struct Setup {
    lesson: Option<Rc<Lesson>>,
    info: &'static SystemInfo,
    /// The lesson's own parameters; none for a bare system.
    own: Vec<(String, String)>,
    /// What the panes' programs answered when the run was recorded last, in the panes' order.
    tapes: Vec<Rc<Tape>>,
}

/// One pane of a session.
struct SessionPane {
    id: String,
    lab: Box<dyn Lab>,
}

/// A command on the timelines.
struct Placed {
    id: u64,
    at: Time,
    text: String,
    /// The panes it is meant for.
    panes: Panes,
    /// Its id in each pane; none where the pane does not have it: it is meant for others, or it
    /// names a node that this one lacks.
    in_panes: Vec<Option<u64>>,
}

impl Placed {
    fn given(&self) -> Given {
        Given {
            at: self.at,
            text: self.text.clone(),
            panes: self.panes,
        }
    }
}

impl Session {
    /// Opens a run of a lesson or, by the system's name, of a bare system, with its commands
    /// placed and its cursor where the run says. If getting there takes more than
    /// [`SETTLE_EVENTS`], it is on its way: go on with [`Session::settle`].
    ///
    /// # Errors
    /// What the run names and is not there, a parameter or a command that a pane refuses, and
    /// what breaks the limits of links.
    pub fn open(course: &Course, run: Run) -> Result<Session, RunError> {
        run.check_limits()?;
        let mut session = Session::open_among(faultline_systems::registry(), course, run)?;
        session.settle(SETTLE_EVENTS);
        Ok(session)
    }

    /// Like [`Session::open`], with only some of the systems there are, for a run that is within
    /// the limits of links, as one from a link or a lesson is. The cursor is on its way to where
    /// the run says: go on with [`Session::settle`], in bites as large as the caller has time for.
    ///
    /// A program that uses nothing else carries no other systems, and nothing that checks limits:
    /// that keeps the page small.
    ///
    /// # Errors
    ///
    /// As [`Session::open`].
    pub fn open_among(
        systems: &[&'static SystemInfo],
        course: &Course,
        run: Run,
    ) -> Result<Session, RunError> {
        let setup = Setup::find(systems, course, &run.of)?;
        let (panes, placed) = setup.build(&run, &givens(&run), 1)?;
        let mut session = Session {
            run: setup.normal_form(&run)?,
            next_id: placed.len() as u64 + 1,
            setup,
            panes,
            placed,
            extended: Time::ZERO,
            wanted: None,
            within_instant: false,
            undo: Vec::new(),
            redo: Vec::new(),
            done: Vec::new(),
            acted: Vec::new(),
            played: None,
            opening: None,
        };
        let at = Time::from_nanos(run.at);
        match (run.code.is_empty(), run.steps) {
            (false, steps) => session.opening = Some((at, steps)),
            (true, 0) => session.wanted = Some(at),
            (true, steps) => session.open_at(at, steps),
        }
        Ok(session)
    }

    /// The lesson; none for a bare system.
    pub fn lesson(&self) -> Option<&Lesson> {
        self.setup.lesson.as_deref()
    }

    /// The system's entry in the registry.
    pub fn system(&self) -> &'static SystemInfo {
        self.setup.info
    }

    /// The run as a value: what a link holds. Only what differs from the lesson's own
    /// parameters is in it.
    pub fn run(&self) -> Run {
        Run {
            at: self.now().as_nanos(),
            steps: self.steps_within_instant(),
            ..self.doings()
        }
    }

    /// The seed of all panes.
    pub fn seed(&self) -> u64 {
        self.run.seed
    }

    /// The run's parameters before any pane sets its own: what the controls show.
    pub fn values(&self) -> Values {
        self.setup
            .values(&self.run.params, &[])
            .unwrap_or_else(|_| Values::defaults(self.setup.info.params))
    }

    /// The commands on the timelines, in the order they apply. Their ids are the session's. One
    /// that did nothing wherever it applied says why, as the first pane does.
    pub fn commands(&self) -> Vec<PlacedCommand> {
        let in_panes: Vec<_> = self.panes.iter().map(|pane| pane.lab.commands()).collect();
        let refused = |placed: &Placed| {
            let both = in_panes.iter().zip(&placed.in_panes);
            let mut answers = both.filter_map(|(commands, id)| {
                let own = commands.iter().find(|command| Some(command.id) == *id)?;
                Some(own.refused.clone())
            });
            let first = answers.next()??;
            answers.all(|other| other.is_some()).then_some(first)
        };
        let plain = |placed: &Placed| PlacedCommand {
            id: placed.id,
            at: placed.at,
            text: placed.text.clone(),
            refused: refused(placed),
        };
        self.placed.iter().map(plain).collect()
    }

    /// Whether there are commands on the timelines.
    pub fn has_commands(&self) -> bool {
        !self.placed.is_empty()
    }

    /// The panes that have a command; none when there is none of that id.
    pub fn panes_of(&self, id: u64) -> Option<Panes> {
        let placed = self.placed.iter().find(|placed| placed.id == id);
        placed.map(|placed| placed.panes)
    }

    /// The id that a pane's own run has for a command; none where it has not got it.
    pub fn id_in_pane(&self, id: u64, pane: usize) -> Option<u64> {
        let placed = self.placed.iter().find(|placed| placed.id == id)?;
        placed.in_panes.get(pane).copied().flatten()
    }

    /// How many panes there are: at least one.
    pub fn pane_count(&self) -> usize {
        self.panes.len()
    }

    /// A pane's id, by which checks name it.
    ///
    /// # Panics
    /// This and the other readers of a pane, for an index from [`Session::pane_count`] on.
    pub fn pane_id(&self, pane: usize) -> &str {
        &self.panes[pane].id
    }

    /// A pane's run, for reading.
    pub fn lab(&self, pane: usize) -> &dyn Lab {
        &*self.panes[pane].lab
    }

    /// What a pane shows at the cursor.
    pub fn view(&self, pane: usize) -> View {
        self.panes[pane].lab.view()
    }

    /// How long the lesson (or the system) means a run to be.
    pub fn duration(&self) -> Span {
        let own = self
            .lesson()
            .and_then(|lesson| lesson.duration.parse().ok());
        own.unwrap_or(self.setup.info.duration)
    }

    /// How many checkpoints the panes have together, and how many bytes those hold.
    pub fn checkpoint_size(&self) -> (usize, usize) {
        let sizes = self.panes.iter().map(|pane| pane.lab.checkpoint_size());
        sizes.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    }

    /// Where the timeline ends: as far as the lesson says, and as far as the reader, the cursor
    /// or a command has gone beyond that.
    pub fn end(&self) -> Time {
        let reached = self.panes.iter().map(|pane| pane.lab.furthest());
        let placed = self.placed.last().map(|placed| placed.at);
        let end = (Time::ZERO + self.duration()).max(self.extended);
        reached.chain(placed).fold(end, Time::max)
    }

    /// Makes the timeline longer by the lesson's duration, up to [`MAX_END`]; false where it is
    /// that long already.
    pub fn extend(&mut self) -> bool {
        let end = self.end();
        self.extended = (end + self.duration()).min(MAX_END);
        self.extended > end
    }

    /// Hashes of each pane's trace up to the cursor, equal on every platform.
    pub fn fingerprints(&self) -> Vec<u64> {
        self.panes
            .iter()
            .map(|pane| pane.lab.fingerprint())
            .collect()
    }

    /// One hash of all panes: the pane's own where there is one, else FNV-1a (64 bits) over the
    /// panes' hashes in order, low byte first.
    pub fn fingerprint(&self) -> u64 {
        if let [only] = &self.panes[..] {
            return only.lab.fingerprint();
        }
        let bytes = self.fingerprints().into_iter().flat_map(u64::to_le_bytes);
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}

impl Setup {
    fn find(systems: &[&'static SystemInfo], course: &Course, of: &str) -> Result<Setup, RunError> {
        let unknown = |given: &str| RunError::UnknownLesson {
            given: given.to_owned(),
            allowed: names(systems, course),
        };
        let system = |name: &str| {
            let info = systems.iter().copied().find(|info| info.name == name);
            info.ok_or_else(|| unknown(name))
        };
        let Some(lesson) = course.lesson(of) else {
            let info = system(of)?;
            return Ok(Setup {
                lesson: None,
                info,
                own: Vec::new(),
                tapes: Vec::new(),
            });
        };
        let info = system(&lesson.system)?;
        let own = lesson.params.clone();
        Ok(Setup {
            lesson: Some(Rc::new(lesson.clone())),
            info,
            own,
            tapes: Vec::new(),
        })
    }

    /// The parameters of a pane: its own over the run's over the lesson's over the defaults.
    fn values(
        &self,
        params: &[(String, String)],
        pane: &[(String, String)],
    ) -> Result<Values, RunError> {
        let all: Vec<_> = self.own.iter().chain(params).chain(pane).cloned().collect();
        Ok(Values::parse(self.info.params, &all)?)
    }

    /// What the pane that a comparison is of sets for itself.
    fn pane_set(&self, run: &Run) -> Result<&[(String, String)], RunError> {
        let name = run.compare.as_ref().map_or("", |branch| &branch.pane);
        if name.is_empty() {
            return Ok(&[]);
        }
        let panes = self.lesson.as_ref().map_or(&[][..], |l| &l.panes);
        let pane = panes.iter().find(|pane| pane.id == name);
        pane.map(|pane| &pane.set[..])
            .ok_or_else(|| RunError::NoPane {
                given: name.to_owned(),
                allowed: listed(panes.iter().map(|pane| pane.id.as_str())),
            })
    }

    /// The run with its parameters in normal form, without those that the lesson has anyway or,
    /// in a second run, the first.
    fn normal_form(&self, run: &Run) -> Result<Run, RunError> {
        let own = self.values(&[], &[])?;
        let params = self.values(&run.params, &[])?.differences_from(&own);
        let mut compare = run.compare.clone();
        if let Some(branch) = &mut compare {
            let set = self.pane_set(run)?;
            let first = self.values(&run.params, set)?;
            let second = self.values(&run.params, &over(set, &branch.params))?;
            branch.params = second.differences_from(&first);
            branch.commands.clear();
        }
        Ok(Run {
            params,
            commands: Vec::new(),
            at: 0,
            steps: 0,
            compare,
            ..run.clone()
        })
    }

    /// The panes that a run has.
    fn panes(&self, run: &Run) -> Result<Vec<Pane>, RunError> {
        let pane = |id: &str, set: Vec<_>| Pane { id: id.into(), set };
        Ok(match (&run.compare, &self.lesson) {
            (Some(branch), _) => {
                let set = self.pane_set(run)?;
                let first = if branch.pane.is_empty() {
                    ONLY_PANE
                } else {
                    &branch.pane
                };
                let second = over(set, &branch.params);
                vec![pane(first, set.to_vec()), pane(SECOND_PANE, second)]
            }
            (None, Some(lesson)) if !lesson.panes.is_empty() => lesson.panes.clone(),
            (None, _) => vec![pane(ONLY_PANE, Vec::new())],
        })
    }

    /// Starts every pane and places the commands, with the cursors at the start.
    fn build(&self, run: &Run, commands: &[Given], first_id: u64) -> Result<Built, Unbuilt> {
        let mut panes = Vec::new();
        for (index, pane) in self.panes(run)?.into_iter().enumerate() {
            let values = self.values(&run.params, &pane.set)?;
            let lab = self.start(run, index, &values)?;
            panes.push(SessionPane { id: pane.id, lab });
        }
        let placed =
            placing::place_all(&mut panes, first_id, commands).map_err(Unbuilt::Command)?;
        Ok((panes, placed))
    }
}

/// Panes with the commands on them.
type Built = (Vec<SessionPane>, Vec<Placed>);

/// Why panes could not be built.
enum Unbuilt {
    /// A command's fault.
    Command(Refusal),
    /// Anything else's.
    Other(RunError),
}

impl From<RunError> for Unbuilt {
    fn from(error: RunError) -> Self {
        Unbuilt::Other(error)
    }
}

impl From<Unbuilt> for RunError {
    fn from(unbuilt: Unbuilt) -> Self {
        match unbuilt {
            Unbuilt::Command(refusal) => refusal.error,
            Unbuilt::Other(error) => error,
        }
    }
}

/// Everything a run can be of.
fn names(systems: &[&SystemInfo], course: &Course) -> String {
    let lessons = course.lessons.iter().map(|lesson| lesson.slug.as_str());
    let systems = systems.iter().map(|info| info.name);
    listed(lessons.chain(systems))
}

/// What is allowed, for a message.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
