//! Fork and compare on the lesson's page: what the reader does goes to the panes that the reader
//! chose.

use faultline_course::{Panes, Session};
use yew::prelude::*;

use super::doings::refusal;
use super::{LessonPage, Msg};
use crate::bench::clock;
use crate::bench::compare::NAMES;
use crate::bench::player::Player;

/// What is said to a comparison.
pub enum Compare {
    /// Fork the run at the cursor.
    Fork,
    /// What the reader does goes to these panes.
    To(Panes),
    /// What the reader does goes to the next choice of panes.
    Next,
    /// End it; the run goes on as this pane.
    Keep(usize),
}

/// How a page compares.
#[derive(Default)]
pub struct Comparison {
    /// To which panes the reader's doings go.
    to: Panes,
}

/// Whether two panes that parted are compared.
pub fn is_forked(player: &Player) -> bool {
    player.read(|session| session.forked_at().is_some())
}

impl LessonPage {
    pub(super) fn compare(&mut self, player: &Player, said: Compare) {
        let forked = is_forked(player);
        match said {
            Compare::Fork if forked => {
                self.said = "Two runs are compared already: keep one of them first.".into();
            }
            Compare::Fork => self.fork(player),
            Compare::To(panes) => self.comparison.to = panes,
            Compare::Next if !forked => self.fork(player),
            Compare::Next => {
                self.comparison.to = match self.comparison.to {
                    Panes::All => Panes::Only(0),
                    Panes::Only(0) => Panes::Only(1),
                    Panes::Only(_) => Panes::All,
                };
                let to = match self.comparison.to {
                    Panes::All => "both panes",
                    Panes::Only(pane) => ["pane A", "pane B"][pane.min(1)],
                };
                self.said = format!("What you do goes to {to}.").into();
            }
            Compare::Keep(pane) => {
                player.pause();
                self.refused = refusal(player.change(|session| session.keep(pane)));
                if self.refused.is_none() {
                    self.said = format!("Kept {}.", NAMES[pane.min(1)]).into();
                    // The button that was pressed is gone.
                    self.focus_soon("compare");
                }
            }
        }
    }

    fn fork(&mut self, player: &Player) {
        player.pause();
        let last = player.read(Session::pane_count) - 1;
        let pane = self.pane.unwrap_or(last).min(last);
        self.refused = refusal(player.change(|session| session.fork(pane)));
        if self.refused.is_none() {
            // The next thing that a reader wants is to change something in one of them.
            self.comparison.to = Panes::Only(1);
            let at = player.read(|session| clock::spoken(session.now().as_nanos()));
            self.said = format!(
                "Forked at {at}. Pane A goes on as it was; what you do now goes to pane B."
            )
            .into();
        }
    }

    /// To which panes the reader's doings go.
    pub(super) fn to(&self, player: &Player) -> Panes {
        if is_forked(player) {
            self.comparison.to
        } else {
            Panes::All
        }
    }

    /// In which panes a command is to be changed: in its own one, where it has only one.
    pub(super) fn to_command(&self, player: &Player, id: u64) -> Panes {
        match player.read(|session| session.panes_of(id)) {
            Some(Panes::Only(_)) => Panes::All,
            _ => self.to(player),
        }
    }

    /// The bar over the stage.
    pub(super) fn compare_bar(&self, ctx: &Context<Self>, player: &Player) -> Option<Html> {
        let workbench = self.workbench.as_ref().ok();
        let workbench = workbench.filter(|_| is_forked(player))?;
        let on_to = ctx.link().callback(|to| Msg::Compare(Compare::To(to)));
        let on_keep = ctx
            .link()
            .callback(|pane| Msg::Compare(Compare::Keep(pane)));
        Some((workbench.compare_bar)(
            player,
            self.comparison.to,
            on_to,
            on_keep,
        ))
    }
}
