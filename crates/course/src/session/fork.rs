//! Two panes that part at a moment: the run as it was, and the run with something changed.
//!
//! Both have the same seed. So chance gives both the same: requests arrive at the same times,
//! and a node that did as much as its twin draws the same numbers. What differs between the
//! panes is what was changed in one of them, and what came of it.

use faultline_sim::Time;

use super::{ONLY_PANE, Panes, RunError, SECOND_PANE, Session, SessionPane, listed};
use crate::run::{Branch, Run, over};

impl Session {
    /// Forks a pane at the cursor: it goes on beside a copy of itself. Of a lesson with several
    /// panes, only these two are shown until one of them is kept.
    ///
    /// # Errors
    /// A run that is forked already, and a pane that is not there.
    pub fn fork(&mut self, pane: usize) -> Result<(), RunError> {
        if self.run.compare.is_some() {
            return Err(RunError::Forked);
        }
        if pane >= self.panes.len() {
            return Err(self.no_pane(pane));
        }
        let (before, cursor) = (self.doings(), self.target());
        // What led here is there already: nothing has to be computed again.
        let first = self.panes.swap_remove(pane);
        let second = SessionPane {
            id: SECOND_PANE.to_owned(),
            lab: first.lab.fork(),
        };
        let own = self.lesson().map_or(&[][..], |lesson| &lesson.panes);
        let own = own.iter().find(|pane| pane.id == first.id);
        self.run.compare = Some(Branch {
            pane: own.map(|pane| pane.id.clone()).unwrap_or_default(),
            from: cursor.as_nanos(),
            ..Branch::default()
        });
        self.panes = vec![first, second];
        for placed in &mut self.placed {
            placed.in_panes = vec![placed.in_panes[pane]; 2];
        }
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Shows the run beside one that differs from its start, by these parameters.
    ///
    /// # Errors
    /// A run that is forked already, and as [`Session::set`].
    pub fn compare(&mut self, set: &[(String, String)]) -> Result<(), RunError> {
        if self.run.compare.is_some() {
            return Err(RunError::Forked);
        }
        self.change(|run| {
            run.compare = Some(Branch {
                params: set.to_vec(),
                ..run.branch(0)
            });
        })
    }

    /// Ends the fork: the run goes on as one of its two panes. A lesson with several panes shows
    /// all of them again; what they set for themselves they keep.
    ///
    /// # Errors
    /// A run that is not forked, a pane that is not there, and a command that one of the
    /// lesson's panes refuses.
    pub fn keep(&mut self, pane: usize) -> Result<(), RunError> {
        let before = self.doings();
        let run = match (pane, before.second()) {
            (_, None) => return Err(RunError::NotForked),
            (0, _) => Run {
                compare: None,
                ..before.clone()
            },
            (1, Some(second)) => second,
            _ => return Err(self.no_pane(pane)),
        };
        if self.lesson().is_some_and(|l| !l.panes.is_empty()) {
            return self.change_to(run);
        }
        let (cursor, normal) = (self.target(), self.setup.normal_form(&run)?);
        let mut kept = self.panes.swap_remove(pane);
        ONLY_PANE.clone_into(&mut kept.id);
        self.panes = vec![kept];
        self.placed.retain(|placed| placed.in_panes[pane].is_some());
        for placed in &mut self.placed {
            placed.panes = Panes::All;
            placed.in_panes = vec![placed.in_panes[pane]];
        }
        self.run = normal;
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// When the two panes part; none where the run is not forked.
    pub fn forked_at(&self) -> Option<Time> {
        let branch = self.run.compare.as_ref()?;
        Some(Time::from_nanos(branch.from))
    }

    /// Sets parameters in some panes. They hold from the start of the run: with one of them
    /// changed, the panes of a fork differ before it too.
    ///
    /// # Errors
    /// As [`Session::set`]; and in one pane alone where there is no fork.
    pub fn set_in(&mut self, panes: Panes, params: &[(String, String)]) -> Result<(), RunError> {
        self.check_panes(panes, Time::MAX)?;
        let mut run = self.doings();
        self.set_params(&mut run, panes, params)?;
        self.change_to(run)
    }

    /// Writes parameters into a run.
    pub(super) fn set_params(
        &self,
        run: &mut Run,
        panes: Panes,
        params: &[(String, String)],
    ) -> Result<(), RunError> {
        let is_set = |name: &str| params.iter().any(|(other, _)| other == name);
        let Some(branch) = &run.compare else {
            run.params = over(&run.params, params);
            return Ok(());
        };
        let mut second = branch.params.clone();
        if panes == Panes::Only(1) {
            second = over(&second, params);
        } else {
            let set = self.setup.pane_set(run)?;
            if let Some((name, _)) = set.iter().find(|(name, _)| is_set(name)) {
                return Err(RunError::PaneOwn {
                    name: name.clone(),
                    pane: branch.pane.clone(),
                });
            }
            run.params = over(&run.params, params);
            if panes == Panes::All {
                second.retain(|(name, _)| !is_set(name));
            } else {
                // The second pane keeps what it had.
                let first = self.setup.values(&run.params, set)?;
                second = self.panes[1].lab.values().differences_from(&first);
            }
        }
        if let Some(branch) = &mut run.compare {
            branch.params = second;
        }
        Ok(())
    }

    /// Whether the panes named are there, and may differ at this time.
    pub(super) fn check_panes(&self, panes: Panes, at: Time) -> Result<(), RunError> {
        let Panes::Only(pane) = panes else {
            return Ok(());
        };
        let from = self.forked_at().ok_or(RunError::NotForked)?;
        if pane >= self.panes.len() {
            return Err(self.no_pane(pane));
        }
        if at < from {
            return Err(RunError::Shared { at, from });
        }
        Ok(())
    }

    fn no_pane(&self, given: usize) -> RunError {
        RunError::NoPane {
            given: given.to_string(),
            allowed: listed(self.panes.iter().map(|pane| pane.id.as_str())),
        }
    }
}
