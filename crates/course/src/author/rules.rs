//! What a lesson must keep to, as far as reading it shows: limits, names, and the registry.

mod code;
mod registry;
mod steps;
mod text;

use toml::Spanned;

pub(super) use code::check_code;
pub(super) use steps::check_steps_match;
pub(super) use text::text_problem;

use super::fault::{Faults, Source};
use super::manifest::{Manifest, Text};
use crate::lesson::Track;
use crate::link::is_name;
use text::{is_one_sentence, listed};

/// Virtual seconds per real second.
const SPEED: (f64, f64) = (0.001, 1000.0);

/// Checks all of `lesson.toml` that can be checked without running anything but the start.
pub(super) fn check_manifest(
    manifest: &Manifest,
    tracks: &[(Track, usize)],
    source: &Source,
    faults: &mut Faults,
) {
    let mut rules = Rules {
        source,
        faults,
        manifest,
    };
    if !tracks
        .iter()
        .any(|(track, _)| track.id == *manifest.track.get_ref())
    {
        let allowed = listed(tracks.iter().map(|(track, _)| track.id.as_str()));
        rules.at(
            &manifest.track,
            format!("there is no such track; allowed: {allowed}"),
        );
    }
    rules.text("kicker", &manifest.kicker, 60);
    rules.text("title", &manifest.title, 80);
    rules.text("short_title", &manifest.short_title, 30);
    rules.text("promise", &manifest.promise, 200);
    if !is_one_sentence(manifest.promise.get_ref()) {
        rules.at(
            &manifest.promise,
            "the promise is one sentence, ending in . ! or ?",
        );
    }
    if !(1..=120).contains(manifest.minutes.get_ref()) {
        rules.at(&manifest.minutes, "minutes is a whole number from 1 to 120");
    }
    if let Some(speed) = &manifest.speed
        && !(SPEED.0..=SPEED.1).contains(speed.get_ref())
    {
        rules.at(
            speed,
            format!("speed is a number from {} to {}", SPEED.0, SPEED.1),
        );
    }
    let system = faultline_systems::find(manifest.system.get_ref());
    match system {
        Some(info) => rules.against(info),
        None => {
            let allowed = listed(faultline_systems::registry().iter().map(|info| info.name));
            rules.at(
                &manifest.system,
                format!("there is no such system; allowed: {allowed}"),
            );
        }
    }
    rules.panes();
    rules.steps();
    rules.failures();
}

struct Rules<'a, 'f> {
    source: &'a Source<'a>,
    faults: &'f mut Faults,
    manifest: &'a Manifest,
}

impl Rules<'_, '_> {
    fn at<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.faults.add(self.source, place.span(), message);
    }

    fn text(&mut self, what: &str, text: &Text, most: usize) {
        if let Some(problem) = text_problem(text.get_ref(), most) {
            self.at(text, format!("{what} {problem}"));
        }
    }

    fn id(&mut self, what: &str, id: &Text) {
        if id.get_ref().len() > 40 || id.get_ref().is_empty() || !is_name(id.get_ref()) {
            self.at(
                id,
                format!("{what} is 1 to 40 of the characters a-z 0-9 - _"),
            );
        }
    }
}
