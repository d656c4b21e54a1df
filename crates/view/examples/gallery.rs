//! Writes the sample pictures into a folder, to look at them:
//! `cargo run -p faultline-view --example gallery -- FOLDER`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::{env, fs, io, path::PathBuf};

use faultline_view::display::{DisplayList, Size};
use faultline_view::theme::Theme;
use faultline_view::{paint, sentences, svg};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    fs::create_dir_all(&folder)?;
    let mut list = DisplayList::new();
    for (name, panel) in common::gallery() {
        for (label, size) in [
            ("phone", Size::new(300.0, 220.0)),
            ("tall", Size::new(360.0, 480.0)),
            ("stage", Size::new(720.0, 560.0)),
            ("wide", Size::new(1100.0, 420.0)),
            ("uhd", Size::new(3840.0, 2160.0)),
        ] {
            for theme in [&Theme::LIGHT, &Theme::DARK] {
                paint::paint(&panel, size, &mut list);
                let words = svg::Words {
                    title: name,
                    description: "",
                };
                let text = svg::write(&list, size, theme, words);
                fs::write(
                    folder.join(format!("{name}-{label}-{}.svg", theme.name)),
                    text,
                )?;
            }
        }
    }
    for (name, data) in common::spacetime::space_times() {
        for (label, size) in [
            ("strip", Size::new(770.0, 145.0)),
            ("phone", Size::new(360.0, 260.0)),
            ("stage", Size::new(1100.0, 420.0)),
            ("tall", Size::new(900.0, 900.0)),
            ("uhd", Size::new(3840.0, 2160.0)),
        ] {
            for theme in Theme::ALL {
                paint::space_time(&data, size, &mut list);
                let words = svg::Words {
                    title: name,
                    description: "",
                };
                let text = svg::write(&list, size, theme, words);
                let file = format!("{name}-{label}-{}.svg", theme.name);
                fs::write(folder.join(file), text)?;
            }
        }
        println!("{name}: {}", sentences::space_time(&data).join(" "));
    }
    for (label, size) in [
        ("stage", Size::new(1100.0, 720.0)),
        ("tall", Size::new(390.0, 844.0)),
    ] {
        let text = svg::view(&common::view(), size, &Theme::LIGHT);
        fs::write(folder.join(format!("view-{label}.svg")), text)?;
    }
    for sentence in sentences::view(&common::view()) {
        println!("{sentence}");
    }
    Ok(())
}
