//! Whole runs: every pane of a [`Recording`], with the program that it asks.

use std::rc::Rc;

use faultline_course::sweep::{Outcome, numbers};
use faultline_course::{Engine, ProgramFault, Recorded, RecordedPane, Recording};
use faultline_sim::Time;
use faultline_systems::code::{CodeSpec, Program, Tape};
use faultline_systems::{Lab, SystemInfo};

use crate::{Fault, Kind, Limits, Source, Stats, record};

/// Events of a run between two looks at whether its program has failed.
const EVENTS_AT_ONCE: u64 = 256;
/// Events of a pane's run in all.
const EVENTS_MAX: u64 = 20_000_000;

/// Runs learner code for the systems that it knows.
pub struct Starlark<'a> {
    /// The systems that there are.
    pub systems: &'a [&'static SystemInfo],
    /// What the program is called in messages, e.g. "hash.star".
    pub name: &'a str,
    /// What a pane's program may use.
    pub limits: Limits,
    /// Told now and then how much is done, from 0 to 1.
    pub progress: &'a dyn Fn(f64),
}

impl Engine for Starlark<'_> {
    fn record(&self, recording: &Recording) -> Result<Recorded, ProgramFault> {
        let pane = |pane| {
            let (fingerprint, tape, stats) = self.pane(recording, pane, |lab| lab.fingerprint())?;
            Ok(RecordedPane {
                tape,
                fingerprint,
                steps: stats.steps,
                printed: stats.printed,
            })
        };
        let panes: Result<Vec<_>, Fault> = (0..recording.panes.len()).map(pane).collect();
        Ok(Recorded {
            until: recording.until,
            panes: panes?,
        })
    }
}

impl Starlark<'_> {
    /// Runs all panes for what they come to, and keeps no answers.
    ///
    /// # Errors
    /// What is wrong with the program.
    pub fn outcome(&self, recording: &Recording) -> Result<Outcome, ProgramFault> {
        let pane = |pane| Ok(self.pane(recording, pane, numbers)?.0);
        let panes: Result<Vec<_>, Fault> = (0..recording.panes.len()).map(pane).collect();
        Ok(Outcome {
            seed: recording.seed,
            panes: panes?,
        })
    }

    /// Runs one pane, and gives what `read` sees at its end.
    fn pane<R>(
        &self,
        recording: &Recording,
        pane: usize,
        read: impl FnOnce(&dyn Lab) -> R,
    ) -> Result<(R, Tape, Stats), Fault> {
        let source = Source {
            name: self.name,
            text: &recording.code,
        };
        let info = self
            .systems
            .iter()
            .find(|info| info.name == recording.system);
        let spec = info.and_then(|info| info.code.as_ref());
        let functions = spec.map_or(&[][..], |spec| spec.functions);
        let until = Time::from_nanos(recording.until);
        let work = |program: Rc<dyn Program>| {
            if !functions.iter().any(|spec| program.defines(spec.name())) {
                return Err(missing(spec));
            }
            let lab = recording.start(self.systems, pane, program.clone());
            let mut lab = lab.map_err(|error| error.to_string())?;
            if let Some(name) = spec.and_then(|spec| (spec.needs)(lab.values()))
                && !program.defines(name)
            {
                return Err(missing_one(spec, name));
            }
            let share = recording.panes.len().max(1) as f64;
            while !program.ended() && !lab.seek(until, EVENTS_AT_ONCE).reached {
                if lab.events() > EVENTS_MAX {
                    return Err(format!(
                        "the run takes more than {EVENTS_MAX} events until {until}"
                    ));
                }
                let done = lab.now().as_secs_f64() / until.as_secs_f64().max(1e-9);
                (self.progress)((pane as f64 + done.min(1.0)) / share);
            }
            Ok(read(&*lab))
        };
        let (result, tape, stats) = record(source, &self.limits, recording.seed, functions, work)?;
        let result = result.map_err(|message| self.fault_of_all(message))?;
        Ok((result, tape, stats))
    }
}

impl Starlark<'_> {
    /// A fault that is no single line's; it stands at the first.
    fn fault_of_all(&self, message: String) -> Fault {
        Fault {
            file: self.name.to_owned(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            kind: Kind::Answer,
            message,
            trace: Vec::new(),
            printed: Vec::new(),
        }
    }
}

fn missing(spec: Option<&CodeSpec>) -> String {
    let usages = spec.map_or(&[][..], |spec| spec.functions);
    let usages: Vec<_> = usages
        .iter()
        .map(|spec| format!("def {}:", spec.usage))
        .collect();
    format!(
        "this program has none of the functions that it could be asked for; write {}",
        usages.join(" or ")
    )
}

fn missing_one(spec: Option<&CodeSpec>, name: &str) -> String {
    let functions = spec.map_or(&[][..], |spec| spec.functions);
    let usage = functions.iter().find(|spec| spec.name() == name);
    let usage = usage.map_or(name, |spec| spec.usage);
    format!("this run asks for a function that the program has not got; write def {usage}:")
}

impl From<Fault> for ProgramFault {
    fn from(fault: Fault) -> Self {
        Self {
            line: fault.line,
            column: fault.column,
            end_line: fault.end_line,
            end_column: fault.end_column,
            message: fault.message,
            printed: fault.printed,
        }
    }
}
