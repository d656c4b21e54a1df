//! The lab of any system: a timeline of the kernel behind the object-safe face.

use std::marker::PhantomData;
use std::rc::Rc;

use faultline_sim::property::{Quantifier, Verdict};
use faultline_sim::{CommandId, Entry, EntryId, Model as _, NodeId, Time, Timeline};
use faultline_view::{Label, View};

use super::running::{self, AnyScene, Beginning, Own, begin};
use super::watched::Watched;
use super::{
    CommandError, Lab, LogEntry, MessageReport, Metrics, NetworkReport, NodeReport, PlacedCommand,
    Programmable, Progress, PropertyReport, PropertyState, Scene, System, SystemInfo, inspect, log,
};
use crate::Values;
use crate::code::Program;
use crate::commands::{self, Command, Names, Words};

/// The most commands a timeline takes.
pub const COMMANDS_MAX: usize = 1_000;

/// A run of one system.
///
/// `S` is for tests, which look at the system's own scene. What runs is `SimLab<()>`, one type
/// however many systems there are: all that depends on the system is behind its scene.
#[derive(Clone)]
pub struct SimLab<S = ()> {
    run: SimRun,
    system: PhantomData<S>,
}

/// A run of any system. What [`Lab`] has moves it and shows it; what is here looks at it from
/// close by, and is reached through [`Lab::run`], so that a page which has not begun to do so
/// needs none of it.
#[derive(Clone)]
pub struct SimRun {
    timeline: Timeline<Watched>,
    /// The properties' sentences.
    sentences: Vec<&'static str>,
    values: Values,
    seed: u64,
    /// Commands up to this id are the system's script: no user placed them.
    script: u64,
    nodes_at_start: u32,
}

/// Starts a run: what [`SystemInfo::start`] is for a system.
pub fn start<S: System>(values: &Values, seed: u64) -> Box<dyn Lab> {
    any(begin(S::build(values, seed)), values, seed)
}

/// Starts a run that asks a program: what [`CodeSpec::start`](crate::code::CodeSpec::start) is
/// for a system.
pub fn start_with<S: Programmable>(
    values: &Values,
    seed: u64,
    program: Rc<dyn Program>,
) -> Box<dyn Lab> {
    any(begin(S::build_with(values, seed, program)), values, seed)
}

fn any(beginning: Beginning, values: &Values, seed: u64) -> Box<dyn Lab> {
    Box::new(SimLab::<()>::at_start(beginning, values, seed))
}

impl<S: System> SimLab<S> {
    /// A run at time 0.
    pub fn new(values: &Values, seed: u64) -> Self {
        Self::at_start(begin(S::build(values, seed)), values, seed)
    }

    /// The run at the cursor.
    pub fn scene(&self) -> &Scene<S> {
        running::scene(self.run.running())
    }
}

impl<S> SimLab<S> {
    fn at_start(beginning: Beginning, values: &Values, seed: u64) -> Self {
        let nodes_at_start = beginning.scene.0.node_count();
        let (properties, sentences) = beginning.properties.into_iter().unzip();
        let mut timeline = Timeline::new(Watched::new(beginning.scene, properties));
        let mut last = 0;
        for (at, own) in beginning.script {
            last = timeline.insert(at, Command::Own(own)).0;
        }
        let run = SimRun {
            timeline,
            sentences,
            values: values.clone(),
            seed,
            script: last,
            nodes_at_start,
        };
        Self {
            run,
            system: PhantomData,
        }
    }
}

impl SimRun {
    fn running(&self) -> &AnyScene {
        &self.timeline.model().scene
    }

    /// The names of all nodes that there are or may come to be.
    fn possible_names(&self) -> Vec<Label> {
        let own = self
            .timeline
            .commands()
            .iter()
            .filter_map(|placed| match &placed.command {
                Command::Own(own) => Some(own),
                Command::Fault(_) => None,
            });
        let own: Vec<&Own> = own.collect();
        let scene = &self.running().0;
        let count = scene.possible_nodes(self.nodes_at_start, &own);
        let name = |id| scene.node_name(NodeId(id));
        (0..count).map(name).collect()
    }

    fn read(&self, text: &str) -> Result<Command<Own>, CommandError> {
        let words = Words::new(text)?;
        let names = self.possible_names();
        let names = Names(&names);
        if let Some(own) = self.running().0.read(&words, names) {
            return own.map(Command::Own);
        }
        match commands::read_fault(&words, names) {
            Some(fault) => fault.map(Command::Fault),
            None => Err(commands::unknown_command(
                &words,
                self.running().0.info().commands,
            )),
        }
    }

    fn write(&self, command: &Command<Own>, names: Names) -> String {
        match command {
            Command::Fault(fault) => commands::fault_text(fault, names),
            Command::Own(own) => self.running().0.write(own),
        }
    }

    /// Changes the timeline and brings the cursor back to where it stood.
    fn keep_cursor<R>(&mut self, change: impl FnOnce(&mut Timeline<Watched>) -> R) -> R {
        let now = self.timeline.now();
        let result = change(&mut self.timeline);
        if self.timeline.now() != now {
            self.timeline.seek(now);
        }
        result
    }

    fn is_users(&self, id: u64) -> bool {
        id > self.script
            && self
                .timeline
                .commands()
                .iter()
                .any(|placed| placed.id.0 == id)
    }
}

/// Looking at it from close by: see the same methods of `dyn Lab`.
impl SimRun {
    /// The properties at the cursor.
    pub fn properties(&self) -> Vec<PropertyReport> {
        let verdicts = self.timeline.model().monitor.verdicts();
        verdicts
            .zip(&self.sentences)
            .map(|((property, verdict), text)| PropertyReport {
                name: property.name(),
                text,
                kind: match property.quantifier() {
                    Quantifier::Always => "always",
                    Quantifier::Eventually => "eventually",
                    Quantifier::Sometimes => "sometimes",
                },
                state: match verdict {
                    Verdict::Open => PropertyState::Open,
                    Verdict::Holds(moment) => PropertyState::Held { at: moment.time },
                    Verdict::Violated(moment) => PropertyState::Violated { at: moment.time },
                },
            })
            .collect()
    }

    /// Moves or rewrites a command.
    pub fn edit(&mut self, id: u64, at: Time, text: &str) -> Result<(), CommandError> {
        if !self.is_users(id) {
            return Err(CommandError(format!(
                "there is no command {id} on the timeline"
            )));
        }
        let command = self.read(text)?;
        self.keep_cursor(|timeline| {
            timeline.edit(CommandId(id), command);
            timeline.move_to(CommandId(id), at);
        });
        Ok(())
    }

    /// The title of what there is to see at the cursor.
    pub fn title(&self) -> Label {
        self.running().0.title()
    }

    /// Up to `limit` trace entries from id `from` on, none later than the cursor.
    pub fn trace(&self, from: u64, limit: usize) -> Vec<LogEntry> {
        let names = self.running().node_names();
        let entries = self.entries(from, limit);
        let texts = entries.map(|entry| log::entry(entry, Names(&names)));
        texts.collect()
    }

    /// The same as the kernel has them. A busy run has a hundred thousand a second: writing them
    /// out would take longer than the run.
    pub(super) fn entries(&self, from: u64, limit: usize) -> impl Iterator<Item = &Entry> {
        let after = EntryId(from.saturating_sub(1));
        self.timeline.entries_since(after, limit)
    }

    /// The first entry after the one of id `after`, up to the cursor, that is worth a stop: a
    /// note, a fault, a command, a node that started.
    pub fn notable_after(&self, after: u64) -> Option<LogEntry> {
        let mut entries = self.timeline.entries_since(EntryId(after), usize::MAX);
        let found = entries.find(|entry| log::is_notable(&entry.kind))?;
        Some(log::entry(found, Names(&self.running().node_names())))
    }

    /// The last such entry earlier than a time, of those up to the cursor that are kept.
    pub fn notable_before(&self, before: Time) -> Option<LogEntry> {
        let next = self.timeline.model().next_entry();
        let entries = self.timeline.entries_between(Time::ZERO, before);
        let found = entries
            .rev()
            .find(|entry| entry.id < next && entry.time < before && log::is_notable(&entry.kind))?;
        Some(log::entry(found, Names(&self.running().node_names())))
    }

    /// How many checkpoints are kept, and how many bytes they hold.
    pub fn checkpoint_size(&self) -> (usize, usize) {
        self.timeline.checkpoint_size()
    }

    /// The id of the last trace entry up to the cursor, kept or not; 0 before the first.
    pub fn last_entry(&self) -> u64 {
        self.timeline.model().next_entry().0 - 1
    }

    /// A node from close by, by its name; none if there is no such node.
    pub fn inspect(&self, node: &str) -> Option<NodeReport> {
        let names = self.running().node_names();
        let index = names.iter().position(|name| &**name == node)?;
        let id = NodeId(index as u32);
        Some(inspect::node(self.running(), Names(&names), id))
    }

    /// A message from close by, by its id; none if it was not sent yet, or so long ago that
    /// nothing of it is kept.
    pub fn message(&self, id: &str) -> Option<MessageReport> {
        let names = self.running().node_names();
        let id = Names(&names).read_message(id).ok()?;
        inspect::message(&self.timeline, Names(&names), id)
    }

    /// What is in force for all links.
    pub fn network(&self) -> NetworkReport {
        inspect::network(self.running().0.network(), &self.running().node_names())
    }

    /// The run as the command line's text output.
    pub fn text(&self) -> String {
        self.running().0.text()
    }
}

impl<S: 'static> Lab for SimLab<S> {
    fn run(&self) -> &SimRun {
        &self.run
    }

    fn run_mut(&mut self) -> &mut SimRun {
        &mut self.run
    }

    fn info(&self) -> &'static SystemInfo {
        self.run.running().0.info()
    }

    fn values(&self) -> &Values {
        &self.run.values
    }

    fn seed(&self) -> u64 {
        self.run.seed
    }

    fn now(&self) -> Time {
        self.run.timeline.now()
    }

    fn events(&self) -> u64 {
        self.run.timeline.event_count()
    }

    fn furthest(&self) -> Time {
        self.run.timeline.furthest()
    }

    fn next_time(&self) -> Option<Time> {
        self.run.timeline.next_time()
    }

    fn seek(&mut self, to: Time, max_events: u64) -> Progress {
        let progress = self.run.timeline.seek_within(to, max_events);
        Progress {
            events: progress.events,
            reached: progress.done,
        }
    }

    fn step(&mut self) -> bool {
        self.run.timeline.step()
    }

    fn step_back(&mut self) -> bool {
        self.run.timeline.step_back()
    }

    fn commands(&self) -> Vec<PlacedCommand> {
        let names = self.run.possible_names();
        let users = self
            .timeline
            .commands()
            .iter()
            .filter(|placed| placed.id.0 > self.run.script);
        users
            .map(|placed| PlacedCommand {
                id: placed.id.0,
                at: placed.at,
                text: self.run.write(&placed.command, Names(&names)),
                refused: placed.refused.as_ref().map(ToString::to_string),
            })
            .collect()
    }

    fn insert(&mut self, at: Time, text: &str) -> Result<u64, CommandError> {
        if self.run.timeline.commands().len() >= COMMANDS_MAX {
            return Err(CommandError(format!(
                "there are {COMMANDS_MAX} commands on the timeline already, the most allowed"
            )));
        }
        let command = self.run.read(text)?;
        Ok(self
            .run
            .keep_cursor(|timeline| timeline.insert(at, command))
            .0)
    }

    fn remove(&mut self, id: u64) -> bool {
        self.run.is_users(id)
            && self
                .run
                .keep_cursor(|timeline| timeline.remove(CommandId(id)).is_some())
    }

    fn view(&self) -> View {
        self.run.running().0.view()
    }

    fn metrics(&self) -> Metrics {
        self.run.running().0.metrics()
    }

    fn node_names(&self) -> Vec<Label> {
        self.run.running().node_names()
    }

    fn fingerprint(&self) -> u64 {
        self.run.timeline.fingerprint()
    }
}

impl From<SimRun> for SimLab {
    fn from(run: SimRun) -> Self {
        Self {
            run,
            system: PhantomData,
        }
    }
}

impl<S> std::ops::Deref for SimLab<S> {
    type Target = SimRun;

    fn deref(&self) -> &SimRun {
        &self.run
    }
}

impl<S> std::ops::DerefMut for SimLab<S> {
    fn deref_mut(&mut self) -> &mut SimRun {
        &mut self.run
    }
}
