//! The part of the bench that a first look at a lesson does not need. It loads on demand.
//!
//! What is reached through [`Workbench`] alone, and from nowhere else, is in that part of the
//! program: the split follows the calls.

use faultline_course::Session;
use faultline_view::paint::paint_untitled;
use faultline_view::{View, sentences};
use web_sys::{Element, File};
use yew::{Callback, Context, Html, html};

use super::dock::Tab;
use super::edge::Edge;
use super::intent::Bench;
use super::keys::Press;
use super::player::{Player, Reader};
use super::stage::Touch;
use super::{
    charts, compare, doing, inspector, keeping, log, marks, network, share, spacetime, targets,
    until,
};
use crate::app::Site;
use crate::content::Unloaded;
use crate::lesson_page::slide::{self, Slide};
use crate::lesson_page::{LessonPage, help, later};

/// The way into the part: plain functions, so that they are called without waiting once it is
/// loaded.
pub struct Workbench {
    edge: fn() -> Html,
    spacetime: fn(&Bench) -> Html,
    log: fn(&Bench) -> Html,
    charts: fn(&Bench) -> Html,
    inspector: fn(&Bench) -> Html,
    network: fn(&Bench) -> Html,
    touch: fn(&Bench, &Element) -> Box<dyn Touch>,
    press: fn(&Bench, Press),
    /// The commands on the timeline, over the slider.
    pub marks: fn(&Bench) -> Html,
    /// What to run until.
    pub until: fn(&Bench) -> Html,
    /// A step as a room sees it.
    pub slide: fn(&Slide) -> Html,
    /// What the share dialog holds.
    pub share: fn(&Bench) -> Html,
    /// What the dialog on the reader's progress holds.
    pub progress: fn(&Site) -> Html,
    /// Opens a run file, or says why not.
    pub open: fn(File, Callback<String>),
    /// For comparing two runs.
    pub compare: compare::Tools,
    /// The address of a run.
    pub address: fn(&Session) -> Result<String, String>,
    /// What the dialog on the keys holds.
    pub help: fn() -> Html,
    /// Paints a panel of any kind.
    pub reader: Reader,
    /// A view in words.
    pub sentences: fn(&View) -> Vec<String>,
    /// The right column of a lesson's page.
    pub side: fn(&LessonPage, &Context<LessonPage>, &Player) -> Html,
}

/// There is one.
impl PartialEq for Workbench {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

static WORKBENCH: Workbench = Workbench {
    edge: || html! { <Edge /> },
    spacetime: spacetime::content,
    log: log::content,
    charts: charts::content,
    inspector: inspector::inspector,
    network: network::network,
    touch: targets::touch,
    press: doing::press,
    marks: marks::content,
    until: until::content,
    slide: slide::slide,
    share: share::content,
    progress: keeping::content,
    open: share::open,
    compare: compare::TOOLS,
    address: later::address,
    help: help::content,
    reader: paint_untitled,
    sentences: sentences::view,
    side: LessonPage::column,
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
        [(self.edge)(), content(bench)].into_iter().collect()
    }

    /// What is selected, from close by.
    pub fn inspector(&self, bench: &Bench) -> Html {
        (self.inspector)(bench)
    }

    /// What all links do.
    pub fn network(&self, bench: &Bench) -> Html {
        (self.network)(bench)
    }

    /// Makes what is on a stage reachable.
    pub fn touch(&self, bench: &Bench, stage: &Element) -> Box<dyn Touch> {
        (self.touch)(bench, stage)
    }

    /// Does what a key means for what is selected.
    pub fn press(&self, bench: &Bench, press: Press) {
        (self.press)(bench, press);
    }
}
