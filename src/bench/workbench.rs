//! The part of the bench that a first look at a lesson does not need. It loads on demand.
//!
//! What is reached through [`Workbench`] alone, and from nowhere else, is in that part of the
//! program: the split follows the calls.

use yew::Html;

use super::dock::Tab;
use super::intent::Bench;
use super::{charts, log, spacetime};
use crate::content::Unloaded;

/// The way into the part: plain functions, so that they are called without waiting once it is
/// loaded.
pub struct Workbench {
    spacetime: fn(&Bench) -> Html,
    log: fn(&Bench) -> Html,
    charts: fn(&Bench) -> Html,
}

static WORKBENCH: Workbench = Workbench {
    spacetime: spacetime::content,
    log: log::content,
    charts: charts::content,
};

#[wasm_split_helpers::wasm_split(workbench, fallible)]
fn part() -> Result<&'static Workbench, Unloaded> {
    Ok(&WORKBENCH)
}

/// Loads the part, unless that has been done.
pub async fn load() -> Result<&'static Workbench, Unloaded> {
    part().await
}

impl Workbench {
    /// What a tab of the dock shows.
    pub fn content(&self, tab: Tab, bench: &Bench) -> Html {
        let content = match tab {
            Tab::SpaceTime => self.spacetime,
            Tab::Log => self.log,
            Tab::Charts => self.charts,
        };
        content(bench)
    }
}
