//! What the page's parts show, read from the session.

use std::rc::Rc;

use faultline_course::{Panes, Session};
use faultline_view::Panel;
use yew::AttrValue;

use super::commands::Did;
use super::control::Shown;
use super::side::{Readout, SideData};
use crate::bench::compare::{NAMES, only, title};
use crate::bench::player::Player;
use crate::bench::rules::first_broken;
use crate::bench::stage::PaneText;
use crate::bench::workbench::Workbench;
use crate::content::LessonRef;

/// The words around every pane; the pictures' own come once the workbench, which finds them, has
/// loaded.
pub fn panes(player: &Player, workbench: Option<&Workbench>) -> Vec<PaneText> {
    player.read(|session| {
        let pane = |index: usize| {
            let view = player.view(index);
            let sentences = workbench.map(|workbench| (workbench.sentences)(&view));
            PaneText {
                id: AttrValue::from(session.pane_id(index).to_owned()),
                title: title(session, index),
                subtitle: match session.forked_at() {
                    Some(_) => view.title.clone(),
                    None => view.subtitle.clone(),
                },
                wide: matches!(view.panels.first(), Some(Panel::StateMachine(_))),
                figures: view.figures.clone(),
                sentences: sentences.unwrap_or_default(),
                broken: first_broken(session.lab(index).properties()),
            }
        };
        (0..session.pane_count()).map(pane).collect()
    })
}

/// The headline figures of all panes in one sentence.
pub fn headline(player: &Player) -> String {
    player.read(|session| {
        let pane = |index: usize| {
            let view = player.view(index);
            let figure = view.figures.first();
            let title = title(session, index);
            figure.map(|figure| format!("{title}, {} {}.", figure.value, figure.unit))
        };
        let all: Vec<String> = (0..session.pane_count()).filter_map(pane).collect();
        all.join(" ")
    })
}

/// The parts of the network, as in `A,B | C`; none if it is whole.
pub fn parts(player: &Player) -> Option<String> {
    let parts = player.read(|session| session.lab(0).network().parts);
    let names: Vec<String> = parts.iter().map(|nodes| nodes.join(",")).collect();
    (!names.is_empty()).then(|| names.join(" | "))
}

/// All that the right column shows; its pictures are those of one pane, by default the last.
pub fn side(
    player: &Player,
    lesson: LessonRef,
    pane: Option<usize>,
    fault: &Option<(&'static str, AttrValue)>,
    to: Panes,
) -> SideData {
    player.read(|session| SideData {
        titles: (0..session.pane_count())
            .map(|index| match session.forked_at() {
                Some(_) => NAMES[index.min(1)].into(),
                None => title(session, index),
            })
            .collect(),
        readout: {
            let last = session.pane_count() - 1;
            readout(player, session, pane.unwrap_or(last).min(last))
        },
        shown: shown(session, lesson, fault, to),
        commands: session.system().commands,
        nodes: Rc::new(session.lab(0).node_names()),
        did: session
            .commands()
            .into_iter()
            .map(|one| Did {
                id: one.id,
                at: one.at.as_nanos(),
                text: match only(session, one.id) {
                    Some(pane) => format!("{pane}: {}", one.text).into(),
                    None => one.text.into(),
                },
                refused: one.refused.map(AttrValue::from),
            })
            .collect(),
        seed: session.seed(),
        fingerprint: format!("{:016x}", session.fingerprint()),
        events: session.events(),
    })
}

/// The parameters that the lesson shows, less those that every pane sets for itself.
fn shown(
    session: &Session,
    lesson: LessonRef,
    fault: &Option<(&'static str, AttrValue)>,
    to: Panes,
) -> Vec<Shown> {
    let values = match (session.forked_at(), to) {
        (None, _) => session.values(),
        (Some(_), Panes::Only(1)) => session.lab(1).values().clone(),
        (Some(_), _) => session.lab(0).values().clone(),
    };
    let own = lesson.values(session.system());
    let controls = lesson.0.controls.iter();
    let specs = controls.filter_map(|name| {
        session
            .system()
            .params
            .iter()
            .find(|spec| spec.name == name)
    });
    specs
        .filter_map(|spec| {
            let value = values.get(spec.name)?;
            let fault = fault.as_ref().filter(|(name, _)| *name == spec.name);
            Some(Shown {
                spec,
                value,
                own: own.get(spec.name).unwrap_or(value),
                fault: fault.map(|(_, why)| why.clone()),
            })
        })
        .collect()
}

fn readout(player: &Player, session: &Session, index: usize) -> Readout {
    let view = player.view(index);
    let panels = view.panels.iter().skip(1);
    Readout {
        pane: index,
        panels: panels
            .map(|panel| {
                let words = faultline_view::sentences::panel(panel).join(" ");
                (Rc::new(panel.clone()), words)
            })
            .collect(),
        properties: session.lab(index).properties(),
    }
}
