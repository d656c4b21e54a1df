//! Changing the run: commands, parameters, seed, comparison; and taking changes back.

use faultline_sim::{Span, Time};

use super::{MAX_UNDO, Placed, RunError, Session, SessionPane};
use crate::lesson::Action;
use crate::link::{LinkError, MAX_COMMANDS};
use crate::run::Run;

impl Session {
    /// Places a command at a time, in all panes; the cursor stays, and what comes after the
    /// command is computed again. Returns the command's id.
    ///
    /// # Errors
    /// A command that any pane refuses; it is placed in none then.
    pub fn insert(&mut self, at: Time, text: &str) -> Result<u64, RunError> {
        let before = self.doings();
        let id = self.insert_quietly(at, text)?;
        self.remember(before);
        Ok(id)
    }

    /// Moves or rewrites a command in all panes; it keeps its id, and comes last among those of
    /// equal time.
    ///
    /// # Errors
    /// An unknown id, or a command that any pane refuses; nothing is changed then.
    pub fn edit(&mut self, id: u64, at: Time, text: &str) -> Result<(), RunError> {
        check_command(at, text)?;
        let index = self.index_of(id).ok_or(RunError::NoCommand { id })?;
        let (before, cursor) = (self.doings(), self.target());
        // The new one first: if it is refused, the old one is still where it was.
        match place(&mut self.panes, id, at, text) {
            Ok(placed) => {
                self.take_off(index);
                keep_in_order(&mut self.placed, placed);
            }
            Err(error) => {
                self.return_to(cursor);
                return Err(error);
            }
        }
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Takes a command off the timeline of all panes; false when there is none of that id.
    pub fn remove(&mut self, id: u64) -> bool {
        let Some(index) = self.index_of(id) else {
            return false;
        };
        let (before, cursor) = (self.doings(), self.target());
        self.take_off(index);
        self.return_to(cursor);
        self.remember(before);
        true
    }

    /// Sets a parameter, which starts the run again with the same commands; the cursor comes
    /// back to where it was.
    ///
    /// # Errors
    /// A name or value that is not allowed, or a command that is refused under the new value;
    /// nothing is changed then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), RunError> {
        self.set_all(&[(name.to_owned(), value.to_owned())])
    }

    /// Sets several parameters at once.
    ///
    /// # Errors
    /// As [`Session::set`].
    pub fn set_all(&mut self, params: &[(String, String)]) -> Result<(), RunError> {
        self.change(|run| run.params = over(&run.params, params))
    }

    /// Runs everything again with another seed.
    ///
    /// # Errors
    /// A command that is refused under it.
    pub fn set_seed(&mut self, seed: u64) -> Result<(), RunError> {
        self.change(|run| run.seed = seed)
    }

    /// Shows the run beside one that sets these parameters over it; none: the lesson's panes.
    ///
    /// # Errors
    /// As [`Session::set`].
    pub fn compare(&mut self, set: Option<Vec<(String, String)>>) -> Result<(), RunError> {
        self.change(|run| run.compare = set)
    }

    /// Back to how the lesson opens (or a bare system with its defaults): parameters, seed,
    /// commands and cursor. Can be undone.
    ///
    /// # Errors
    /// A lesson whose own opening does not run.
    pub fn reset(&mut self) -> Result<(), RunError> {
        let opening = match &self.setup.lesson {
            Some(lesson) => lesson.opening(),
            None => Run {
                of: self.run.of.clone(),
                seed: self.run.seed,
                ..Run::default()
            },
        };
        let at = Time::from_nanos(opening.at);
        self.change(|run| *run = opening)?;
        self.return_to(at);
        self.acted.clear();
        Ok(())
    }

    /// Does what a step's or failure's button does: sets its parameters, then places its
    /// commands at the cursor. Returns how long to play now; zero: stay. The whole can be
    /// undone as one.
    ///
    /// # Errors
    /// As [`Session::set`] and [`Session::insert`]; nothing is changed then.
    pub fn act(&mut self, action: &Action) -> Result<Span, RunError> {
        let before = self.doings();
        let cursor = self.target();
        let outcome = self.act_quietly(action, cursor);
        if let Err(error) = outcome {
            self.restore(&before)?;
            return Err(error);
        }
        self.remember(before);
        self.acted.insert(self.current_step().to_owned());
        Ok(action.play.parse().unwrap_or(Span::ZERO))
    }

    /// Takes the last change back; false when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else {
            return false;
        };
        let now = self.doings();
        // It ran before, so it runs again.
        let done = self.restore(&before).is_ok();
        self.redo.push(now);
        done
    }

    /// Does what was undone last again; false when there is nothing.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.redo.pop() else {
            return false;
        };
        let now = self.doings();
        let done = self.restore(&after).is_ok();
        self.undo.push(now);
        done
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    fn act_quietly(&mut self, action: &Action, cursor: Time) -> Result<(), RunError> {
        if !action.set.is_empty() {
            let mut run = self.doings();
            run.params = over(&run.params, &action.set);
            self.restart(&run)?;
            self.return_to(cursor);
        }
        for text in &action.commands {
            self.insert_quietly(cursor, text)?;
        }
        Ok(())
    }

    fn insert_quietly(&mut self, at: Time, text: &str) -> Result<u64, RunError> {
        check_command(at, text)?;
        if self.placed.len() >= MAX_COMMANDS {
            let problem = format!("is full; at most {MAX_COMMANDS} are allowed");
            return Err(LinkError::Limit {
                what: "list of commands".into(),
                problem,
            }
            .into());
        }
        let (id, cursor) = (self.next_id, self.target());
        let placed = place(&mut self.panes, id, at, text);
        // Also after a refusal: panes that took the command may have gone back to its time.
        self.return_to(cursor);
        keep_in_order(&mut self.placed, placed?);
        self.next_id += 1;
        Ok(id)
    }

    /// The run without its cursor: what undo goes back to.
    fn doings(&self) -> Run {
        let commands = self
            .placed
            .iter()
            .map(|p| (p.at.as_nanos(), p.text.clone()))
            .collect();
        Run {
            commands,
            ..self.run.clone()
        }
    }

    /// A change that needs a new start.
    fn change(&mut self, change: impl FnOnce(&mut Run)) -> Result<(), RunError> {
        let (before, cursor) = (self.doings(), self.target());
        let mut run = before.clone();
        change(&mut run);
        run.check_limits()?;
        self.restart(&run)?;
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Builds the panes anew; nothing is changed when one refuses.
    fn restart(&mut self, run: &Run) -> Result<(), RunError> {
        let (panes, mut placed) = self.setup.build(run, self.next_id)?;
        let same = |(new, old): (&Placed, &Placed)| (new.at, &new.text) == (old.at, &old.text);
        if placed.len() == self.placed.len() && placed.iter().zip(&self.placed).all(same) {
            // The same commands keep their ids.
            placed
                .iter_mut()
                .zip(&self.placed)
                .for_each(|(new, old)| new.id = old.id);
        }
        self.next_id += run.commands.len() as u64;
        let step = std::mem::take(&mut self.run.step);
        self.run = Run {
            step,
            ..self.setup.normal_form(run)?
        };
        (self.panes, self.placed) = (panes, placed);
        self.within_instant = false;
        Ok(())
    }

    /// Goes back to an earlier run, with the cursor where it stands. If only commands differ,
    /// the runs go on; otherwise they start again.
    fn restore(&mut self, target: &Run) -> Result<(), RunError> {
        let (now, cursor) = (self.doings(), self.target());
        let same_start = now.seed == target.seed
            && now.params == target.params
            && now.compare == target.compare
            && now.code == target.code;
        if same_start {
            self.replay_commands(target)?;
        } else {
            self.restart(target)?;
        }
        self.return_to(cursor);
        Ok(())
    }

    /// Makes the commands those of `target`, keeping the ones they begin with in common.
    fn replay_commands(&mut self, target: &Run) -> Result<(), RunError> {
        let pairs = self.placed.iter().zip(&target.commands);
        let common = pairs
            .take_while(|(placed, (at, text))| placed.at.as_nanos() == *at && placed.text == *text)
            .count();
        while self.placed.len() > common {
            self.take_off(self.placed.len() - 1);
        }
        for (at, text) in &target.commands[common..] {
            let id = self.next_id;
            let placed = place(&mut self.panes, id, Time::from_nanos(*at), text)?;
            keep_in_order(&mut self.placed, placed);
            self.next_id += 1;
        }
        Ok(())
    }

    fn take_off(&mut self, index: usize) {
        let placed = self.placed.remove(index);
        for (pane, id) in self.panes.iter_mut().zip(placed.in_panes) {
            pane.lab.remove(id);
        }
    }

    fn remember(&mut self, before: Run) {
        if self.undo.len() == MAX_UNDO {
            self.undo.remove(0);
        }
        self.undo.push(before);
        self.redo.clear();
    }

    fn index_of(&self, id: u64) -> Option<usize> {
        self.placed.iter().position(|placed| placed.id == id)
    }
}

/// Places a command in all panes or in none. Those cursors that stood after it may have moved.
pub(super) fn place(
    panes: &mut [SessionPane],
    id: u64,
    at: Time,
    text: &str,
) -> Result<Placed, RunError> {
    let mut in_panes = Vec::with_capacity(panes.len());
    for index in 0..panes.len() {
        match panes[index].lab.insert(at, text) {
            Ok(id) => in_panes.push(id),
            Err(why) => {
                for (pane, id) in panes.iter_mut().zip(in_panes) {
                    pane.lab.remove(id);
                }
                let pane = (panes.len() > 1).then(|| panes[index].id.clone());
                return Err(RunError::Command {
                    at,
                    text: text.to_owned(),
                    pane,
                    why,
                });
            }
        }
    }
    let text = normal_text(&panes[0], in_panes[0], text);
    Ok(Placed {
        id,
        at,
        text,
        in_panes,
    })
}

/// Adds a command after all that apply before it or at the same time.
pub(super) fn keep_in_order(placed: &mut Vec<Placed>, command: Placed) {
    let index = placed.partition_point(|other| other.at <= command.at);
    placed.insert(index, command);
}

/// A command's text as the pane writes it.
fn normal_text(pane: &SessionPane, id: u64, given: &str) -> String {
    let found = pane
        .lab
        .commands()
        .into_iter()
        .find(|command| command.id == id);
    found.map_or_else(|| given.trim().to_owned(), |command| command.text)
}

/// The limits of links, so that every run can be shared.
fn check_command(at: Time, text: &str) -> Result<(), RunError> {
    let probe = Run {
        of: "run".into(),
        commands: vec![(at.as_nanos(), text.to_owned())],
        ..Run::default()
    };
    Ok(probe.check_limits()?)
}

/// `set` over `params`: each name once, in the order first met.
fn over(params: &[(String, String)], set: &[(String, String)]) -> Vec<(String, String)> {
    let mut all = params.to_vec();
    for (name, value) in set {
        match all.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => old.clone_from(value),
            None => all.push((name.clone(), value.clone())),
        }
    }
    all
}
