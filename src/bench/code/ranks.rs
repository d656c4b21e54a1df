//! The reader's program ranked beside what is built in: in the run that is shown, and over many
//! seeds.

use faultline_course::ranking::{Ranked, Ranking, SeedRanking};
use faultline_course::samples::Number;
use faultline_course::sweep::Outcome;
use faultline_course::{Recording, Session};
use faultline_systems::text::grouped;
use gloo_timers::callback::Timeout;
use yew::Callback;

use super::seeds::{Came, Seeds};
use crate::app::el::{El, el};
use crate::bench::intent::{Bench, Intent};
use crate::bench::player::Player;

/// Events of a ranking between two looks at the reader's hands.
const BITE_EVENTS: u64 = 20_000;
/// Seeds of a ranking that is not to be luck: 1, 2, 3 and so on.
const SEEDS: u64 = 20;

/// What is to be done about it.
pub enum Msg {
    /// To be ranked.
    Rank,
    /// On with that.
    Bite,
    /// To be ranked over many seeds.
    RankSeeds,
    /// What came of that.
    Came(Came),
}

/// A ranking, while it is measured and after; none before it is asked for.
#[derive(Default)]
pub struct Ranks {
    ranking: Option<Ranking>,
    /// All have run.
    through: bool,
    bite: Option<Timeout>,
    /// The same over many seeds.
    over_seeds: Option<OverSeeds>,
}

struct OverSeeds {
    ranking: SeedRanking,
    outcomes: Vec<Outcome>,
    /// Those on their way; none when they are through, or have failed.
    runs: Option<Seeds>,
    failed: Option<String>,
}

impl Ranks {
    /// Does that; what it leads to is told.
    pub fn update(&mut self, msg: Msg, bench: &Bench, tell: &Callback<Msg>) {
        match msg {
            Msg::Rank => {
                match bench.player.read(|session| Ranking::new(session, 0)) {
                    Ok(ranking) => self.ranking = ranking,
                    Err(error) => bench.intend(Intent::Refuse(error.to_string())),
                }
                self.through = false;
                self.over_seeds = None;
                self.bite_soon(tell);
            }
            Msg::Bite => {
                self.bite = None;
                if let Some(ranking) = &mut self.ranking {
                    self.through = ranking.step(BITE_EVENTS);
                    if !self.through {
                        self.bite_soon(tell);
                    }
                }
            }
            Msg::RankSeeds => match bench.player.read(|session| SeedRanking::new(session, 0)) {
                Ok(Some(ranking)) => {
                    let tell = tell.clone();
                    self.over_seeds = Some(OverSeeds::new(ranking, tell));
                }
                Ok(None) => {}
                Err(error) => bench.intend(Intent::Refuse(error.to_string())),
            },
            Msg::Came(came) => {
                if let Some(over_seeds) = &mut self.over_seeds {
                    over_seeds.take(came);
                }
            }
        }
    }

    /// Whether programs run for it.
    pub fn runs(&self) -> bool {
        let over_seeds = self.over_seeds.as_ref();
        over_seeds.is_some_and(|over_seeds| over_seeds.runs.is_some())
    }

    /// Runs no more programs for it.
    pub fn stop(&mut self) {
        if let Some(over_seeds) = &mut self.over_seeds {
            over_seeds.runs = None;
        }
    }

    fn bite_soon(&mut self, tell: &Callback<Msg>) {
        let tell = tell.clone();
        self.bite = Some(Timeout::new(0, move || tell.emit(Msg::Bite)));
    }

    /// The button that asks for it, or all of them, the best first; none where a run has nothing
    /// to be ranked.
    pub fn show(&self, player: &Player, tell: &Callback<Msg>) -> Option<El> {
        let Some(ranking) = &self.ranking else {
            return is_asked(player).then(|| {
                button("code-rank", tell, || Msg::Rank)
                    .set("title", "Run the others on the same requests, and compare")
                    .text("Rank")
            });
        };
        let (info, metric) = (player.read(Session::system), ranking.metric());
        let spec = info.metrics.iter().find(|spec| spec.describes(metric));
        let unit = spec.map_or("", |spec| spec.unit);
        let what = spec.map_or(metric, |spec| spec.help.trim_end_matches('.'));
        let over_seeds = self.over_seeds.as_ref();
        let ranked = match over_seeds.filter(|over_seeds| !over_seeds.outcomes.is_empty()) {
            Some(over_seeds) => over_seeds.ranking.ranked(&over_seeds.outcomes),
            None => ranking.ranked().to_vec(),
        };
        let title = match (self.through, over_seeds) {
            (_, Some(over_seeds)) => over_seeds.said(what),
            (true, None) => format!("{what}: the lowest first."),
            (false, None) => "Running the others\u{2026}".to_owned(),
        };
        let more = (self.through && over_seeds.is_none()).then(|| {
            button("code-rank-seeds", tell, || Msg::RankSeeds)
                .set(
                    "title",
                    "One run may be luck: run all of them with other seeds, too",
                )
                .text(format!("Rank over {SEEDS} seeds"))
        });
        Some(
            el("section")
                .id("code-ranks")
                .set("aria-label", "Ranking")
                .child(el("p").set("role", "status").text(title))
                .child(self.list(&ranked, unit))
                .child_some(more),
        )
    }

    /// Each with its place, once all have run, and its score.
    fn list(&self, ranked: &[Ranked], unit: &str) -> El {
        let scores = ranked.iter().filter_map(|one| one.score);
        let most = scores.map(Number::value).fold(1e-9, f64::max);
        let row = |(place, one): (usize, &Ranked)| {
            let score = one.score.map(Number::value);
            let shown = score.map_or_else(
                || "\u{2013}".to_owned(),
                |score| format!("{} {unit}", grouped(score.round() as u64)),
            );
            let width = format!("width: {:.1}%", score.unwrap_or(most) / most * 100.0);
            let place = match self.through {
                true => format!("{}.", place + 1),
                false => String::new(),
            };
            el("li")
                .class_if("rank", one.value == "custom", "mine")
                .child(el("span").text(place))
                .child(el("span").text(one.label))
                .child(el("span").class("score").text(shown))
                .child(el("span").class("bar").set("style", width))
        };
        // A list without its marks is none to some readers, unless it says so.
        el("ol")
            .class("ranks")
            .set("role", "list")
            .children(ranked.iter().enumerate().map(row))
    }
}

impl OverSeeds {
    fn new(ranking: SeedRanking, tell: Callback<Msg>) -> Self {
        let first = Recording {
            seed: 1,
            ..ranking.recording.clone()
        };
        let came = Callback::from(move |came| tell.emit(Msg::Came(came)));
        Self {
            ranking,
            outcomes: Vec::new(),
            runs: Some(Seeds::new(first, SEEDS, came)),
            failed: None,
        }
    }

    fn take(&mut self, came: Came) {
        match came {
            Came::Outcomes(more) => {
                self.outcomes.extend(more);
                if self.outcomes.len() as u64 == SEEDS {
                    self.runs = None;
                }
            }
            Came::Failed(why) => {
                self.runs = None;
                self.failed = Some(why);
            }
        }
    }

    /// How far it is, or what the figures are. While it runs that stays the same, or it would be
    /// too much to listen to.
    fn said(&self, what: &str) -> String {
        let done = self.outcomes.len();
        match (&self.runs, &self.failed) {
            (Some(_), _) => format!("Running with {SEEDS} seeds\u{2026}"),
            (None, Some(why)) => format!("Stopped after {done} of {SEEDS} seeds: {why}"),
            (None, None) => format!("{what}: the mean of {done} seeds, the lowest first."),
        }
    }
}

/// Whether the run plays a program that there is something to rank beside.
fn is_asked(player: &Player) -> bool {
    player.read(|session| {
        let code = session.system().code.as_ref();
        let asks = code.is_some_and(|code| {
            code.rank_by.is_some() && (code.needs)(session.lab(0).values()).is_some()
        });
        asks && !session.needs_recording()
    })
}

fn button(id: &'static str, tell: &Callback<Msg>, msg: fn() -> Msg) -> El {
    el("button")
        .class("btn")
        .id(id)
        .set("type", "button")
        .on_click(tell.reform(move |_| msg()))
}
