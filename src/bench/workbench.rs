//! The part of the bench that a first look at a lesson does not need. It loads on demand.
//!
//! What is reached through [`Workbench`] alone, and from nowhere else, is in that part of the
//! program: the split follows the calls.

use faultline_course::Panes;
use faultline_view::paint::paint_untitled;
use faultline_view::{View, sentences};
use web_sys::{Element, File};
use yew::{Callback, Context, Html, html};

use super::dock::Tab;
use super::edge::Edge;
use super::intent::Bench;
use super::player::{Player, Reader};
use super::stage::Touch;
use super::{
    charts, code, compare, inspector, keeping, log, marks, network, share, spacetime, targets,
    until,
};
use crate::app::Site;
use crate::content::{LessonRef, Unloaded};
use crate::lesson_page::slide::{self, Slide};
use crate::lesson_page::{LessonPage, Msg, Open, reading};

/// The way into the part: plain functions, so that they are called without waiting once it is
/// loaded.
pub struct Workbench {
    edge: fn() -> Html,
    spacetime: fn(&Bench) -> Html,
    log: fn(&Bench) -> Html,
    charts: fn(&Bench) -> Html,
    code: fn(&Bench, LessonRef) -> Html,
    inspector: fn(&Bench) -> Html,
    network: fn(&Bench) -> Html,
    touch: fn(&Bench, &Element) -> Box<dyn Touch>,
    /// The commands on the timeline, over the slider.
    pub marks: fn(&Bench) -> Html,
    /// What to run until.
    pub until: fn(&Bench) -> Html,
    /// A step as a room sees it.
    pub slide: fn(&Slide) -> Html,
    /// What the dialog on the reader's progress holds.
    pub progress: fn(&Site) -> Html,
    /// Opens a run file, or says why not.
    pub open: fn(File, Callback<String>),
    /// The bar over a stage on which two runs are compared: to which panes the reader's doings go.
    /// It says to which they are to go, and which pane to keep.
    pub compare_bar: fn(&Player, Panes, Callback<Panes>, Callback<usize>) -> Html,
    /// Paints a panel of any kind.
    pub reader: Reader,
    /// The parts of a divided network, as in `A,B | C`; none if it is whole.
    pub parts: fn(&Player) -> Option<String>,
    /// A view in words.
    pub sentences: fn(&View) -> Vec<String>,
    /// The right column of a lesson's page.
    pub side: fn(&LessonPage, &Context<LessonPage>, &Player) -> Html,
    /// What stands over a lesson's page.
    pub dialog: fn(&LessonPage, &Context<LessonPage>, &Player, Open) -> Html,
    /// Does what the reader wants of a lesson's page; whether it looks different then.
    pub update: fn(&mut LessonPage, &Context<LessonPage>, &Player, Msg) -> bool,
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
    code: code::content,
    inspector: inspector::inspector,
    network: network::network,
    touch: targets::touch,
    marks: marks::content,
    until: until::content,
    slide: slide::slide,
    progress: keeping::content,
    open: share::open,
    compare_bar: compare::bar,
    reader: paint_untitled,
    parts: reading::parts,
    sentences: sentences::view,
    side: LessonPage::column,
    dialog: LessonPage::dialog,
    update: LessonPage::do_it,
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
    pub fn content(&self, tab: Tab, bench: &Bench, lesson: LessonRef) -> Html {
        let content = match tab {
            Tab::SpaceTime => self.spacetime,
            Tab::Log => self.log,
            Tab::Charts => self.charts,
            Tab::Code => {
                let content = (self.code)(bench, lesson);
                return [(self.edge)(), content].into_iter().collect();
            }
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
}
