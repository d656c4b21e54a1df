//! The diagram itself: what it knows of the run, what it shows of it, and its two canvases.

use faultline_course::Session;
use faultline_sim::Time;
use faultline_systems::{PlacedCommand, SpaceTimeModel, Window};
use faultline_view::display::{Bounds, DisplayList, Point, Size, Stroke, TargetKind};
use faultline_view::paint::{SpaceTimeFrame, lanes_that_fit, space_time};
use faultline_view::theme::Theme;
use faultline_view::{Label, Selection, SpaceTime, SpaceTimeMark, SpaceTimeMessage, Tone};
use web_sys::HtmlCanvasElement;

use super::camera::Camera;
use super::hand::Hand;
use super::overview::Overview;
use crate::bench::canvas::Canvas;
use crate::bench::player::{Player, Turn};

/// Trace entries that one frame takes in; what is left waits for the next.
const ENTRIES_PER_FRAME: usize = 4_000;
/// One message for so many pixels across.
const PIXELS_PER_MESSAGE: f32 = 3.0;
/// The line over what the pointer is on.
const HOVER_WIDTH: f32 = 6.0;
const HOVER_OPACITY: f32 = 0.22;

/// Something in the picture, as its target names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// What it is.
    pub kind: TargetKind,
    /// Its id.
    pub id: String,
}

/// How the picture would be after what the reader is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Preview {
    /// This message would look so.
    Message(SpaceTimeMessage),
    /// This one would come into being.
    Copy(SpaceTimeMessage),
    /// This mark would be there.
    Mark(Label, u64),
}

/// A pane's diagram.
pub struct Diagram {
    /// The run.
    pub player: Player,
    /// The pane that it is of.
    pub pane: usize,
    /// What the reader looks at in that pane.
    pub selected: Selection,
    /// The colours.
    pub theme: &'static Theme,
    /// What is to be seen.
    pub camera: Camera,
    /// What the pointer is on.
    pub hover: Option<Named>,
    /// What would be.
    pub preview: Option<Preview>,
    /// What the reader's hand is doing.
    pub hand: Hand,
    /// A command of the session that was moved, whose mark is to be found again.
    pub moved: Option<u64>,
    model: SpaceTimeModel,
    /// The program that the model's run plays.
    code: String,
    /// The nodes' tones are to be read anew.
    looks: bool,
    data: SpaceTime,
    /// `data` was looked up in the frame before, for this one to paint.
    looked: bool,
    list: DisplayList,
    frame: SpaceTimeFrame,
    canvas: Option<Canvas>,
    overview: Overview,
    resized: bool,
}

/// What a diagram knows and shows, without what it is painted on: kept by the player while
/// something else is open.
struct Kept {
    pane: usize,
    model: SpaceTimeModel,
    code: String,
    camera: Camera,
}

impl Diagram {
    /// The diagram as it was left, or a new one of a pane; without canvases yet.
    pub fn new(player: Player, pane: usize, theme: &'static Theme) -> Self {
        let kept = player.kept().and_then(|kept| kept.downcast::<Kept>().ok());
        let kept = kept.map_or_else(
            || Kept {
                pane,
                model: SpaceTimeModel::new(),
                code: String::new(),
                camera: Camera::new(player.speed()),
            },
            |kept| *kept,
        );
        Self {
            camera: kept.camera,
            player,
            pane: kept.pane,
            selected: Selection::None,
            theme,
            hover: None,
            preview: None,
            hand: Hand::default(),
            moved: None,
            model: kept.model,
            code: kept.code,
            looks: true,
            data: SpaceTime::default(),
            looked: false,
            list: DisplayList::new(),
            frame: SpaceTimeFrame::default(),
            canvas: None,
            overview: Overview::default(),
            resized: true,
        }
    }

    /// Leaves what it knows with the player.
    pub fn leave(&mut self) {
        let kept = Kept {
            pane: self.pane,
            model: std::mem::take(&mut self.model),
            code: std::mem::take(&mut self.code),
            camera: self.camera.clone(),
        };
        self.player.keep(Box::new(kept));
    }

    /// Paints on these from now on.
    pub fn attach(&mut self, canvas: Option<HtmlCanvasElement>, over: Option<HtmlCanvasElement>) {
        self.canvas = canvas.and_then(Canvas::new);
        self.overview.attach(over);
        self.resized = true;
    }

    /// The canvases have another size.
    pub fn resized(&mut self) {
        self.resized = true;
    }

    /// Something may have changed that is not read in every frame.
    pub fn refresh(&mut self) {
        self.looks = true;
        self.overview.refresh();
    }

    /// Shows another pane.
    pub fn show_pane(&mut self, pane: usize) {
        if self.pane != pane {
            self.pane = pane;
            self.model = SpaceTimeModel::new();
            self.let_go();
            self.refresh();
        }
    }

    /// Brings what is selected into sight.
    pub fn reveal(&mut self) {
        if let Some((from, to)) = self.model.when(&self.selected) {
            self.camera.reveal(from.as_nanos(), to.as_nanos());
        }
    }

    /// The diagram's data, as last looked at.
    pub fn data(&self) -> &SpaceTime {
        &self.data
    }

    /// Where its times and lanes are, as last painted.
    pub fn frame(&self) -> &SpaceTimeFrame {
        &self.frame
    }

    /// Where the cursor stands and where the run ends.
    pub fn times(&self) -> (u64, u64) {
        let read = |session: &Session| (session.now().as_nanos(), session.end().as_nanos());
        self.player.read(read)
    }

    /// A message that is to be seen.
    pub fn message(&self, id: &str) -> Option<&SpaceTimeMessage> {
        self.data.messages.iter().find(|one| &*one.id == id)
    }

    /// A mark that is to be seen.
    pub fn mark(&self, id: &str) -> Option<&SpaceTimeMark> {
        self.data.marks.iter().find(|one| &*one.id == id)
    }

    /// What is at a place, with its words.
    pub fn at(&self, at: Point, slop: f32) -> Option<(Named, &str)> {
        let target = self.list.hit(at, slop)?;
        let named = Named {
            kind: target.kind,
            id: self.list.str(target.id).to_owned(),
        };
        Some((named, self.list.str(target.label)))
    }

    /// What something is called, if it is to be seen.
    pub fn words(&self, kind: TargetKind, id: &str) -> Option<&str> {
        let target = self.list.find(kind, id)?;
        Some(self.list.str(target.label))
    }

    /// The session's command that a mark or a message names by its pane's.
    pub fn command(&self, id: u64) -> Option<PlacedCommand> {
        self.player.read(|session| {
            let mut all = session.commands().into_iter();
            all.find(|command| session.id_in_pane(command.id, self.pane) == Some(id))
        })
    }

    /// Takes in what is new; whether there is more.
    pub fn look(&mut self) -> bool {
        let size = self.size();
        let more = self.take_in();
        let player = self.player.clone();
        player.read(|session| {
            let pane = self.pane.min(session.pane_count() - 1);
            let lab = session.lab(pane);
            if std::mem::take(&mut self.looks) {
                self.model.look_at(&player.view(pane));
            }
            let (now, end) = (lab.now(), session.end());
            let (from, to) = self.camera.window(now.as_nanos(), end.as_nanos());
            let window = Window {
                from: Time::from_nanos(from),
                to: Time::from_nanos(to),
                lanes: lanes_that_fit(size),
                messages: (size.width / PIXELS_PER_MESSAGE) as usize,
                selected: self.selected.clone(),
            };
            self.data = self.model.diagram(now, &window);
            more
        })
    }

    /// What a frame asks; whether another is wanted.
    pub fn turn(&mut self, turn: Turn) -> bool {
        match turn {
            Turn::Follow => self.take_in(),
            // With a crowd on the stage, both together are too much for one frame.
            Turn::Paint if self.player.playing() && !self.looked => {
                self.look();
                self.looked = true;
                true
            }
            Turn::Paint => self.paint(),
        }
    }

    /// Takes in what has happened; whether there is more.
    fn take_in(&mut self) -> bool {
        let (player, pane) = (self.player.clone(), self.pane);
        player.read(|session| {
            // A lab does not know what it is told by a program.
            if self.code != session.played_code() {
                session.played_code().clone_into(&mut self.code);
                self.model.forget();
            }
            let lab = session.lab(pane.min(session.pane_count() - 1));
            !self.model.update(lab, ENTRIES_PER_FRAME)
        })
    }

    /// Paints it; whether another frame is wanted.
    fn paint(&mut self) -> bool {
        if std::mem::take(&mut self.resized) {
            self.canvas.iter_mut().for_each(Canvas::fit);
            self.overview.fit();
        }
        let size = self.size();
        if size.width < 1.0 {
            return false;
        }
        let looked = std::mem::take(&mut self.looked) && self.player.playing();
        let more = !looked && self.look();
        let mut shown = std::mem::take(&mut self.data);
        if let Some(preview) = &self.preview {
            apply(preview, &mut shown);
        }
        self.frame = space_time(&shown, size, &mut self.list);
        self.data = shown;
        self.light();
        if let Some(canvas) = &self.canvas {
            canvas.paint(&self.list, self.theme);
        }
        let (_, end) = self.times();
        self.overview
            .paint(&self.model, &self.data, end, self.theme);
        more
    }

    /// Width and height of the picture in pixels.
    pub fn extent(&self) -> (f32, f32) {
        let size = self.size();
        (size.width, size.height)
    }

    fn size(&self) -> Size {
        let size = self.canvas.as_ref().map(Canvas::size);
        size.unwrap_or(Size::new(0.0, 0.0))
    }

    /// A veil of light over what the pointer is on.
    fn light(&mut self) {
        let hover = self.hover.as_ref();
        let Some(bounds) = hover.and_then(|on| Some(self.list.find(on.kind, &on.id)?.bounds))
        else {
            return;
        };
        let tone = Tone::Accent;
        match bounds {
            Bounds::Line { from, to } => {
                let stroke = Stroke::new(tone, HOVER_WIDTH).faded(HOVER_OPACITY);
                self.list.segments([(from, to)], stroke);
            }
            Bounds::Circle { center, radius } => {
                let fill = faultline_view::display::Paint::new(tone, HOVER_OPACITY);
                let radius = radius + HOVER_WIDTH / 2.0;
                self.list.circles([center], radius, Some(fill), None);
            }
            Bounds::Rect(_) => {}
        }
    }
}

fn apply(preview: &Preview, data: &mut SpaceTime) {
    match preview {
        Preview::Message(message) => {
            let own = data.messages.iter_mut().find(|one| one.id == message.id);
            if let Some(own) = own {
                own.clone_from(message);
            }
        }
        Preview::Copy(copy) => data.messages.push(copy.clone()),
        Preview::Mark(id, at) => {
            if let Some(mark) = data.marks.iter_mut().find(|one| one.id == *id) {
                mark.at_ns = *at;
            }
        }
    }
}
