//! Paints a large moment over and over, to be timed or profiled from outside:
//! `cargo build --release -p faultline-view --example frames`, then
//! `time target/release/examples/frames 1000` (frames; 1,000 nodes and 5,000 messages each, or
//! with `ring`, `series` or `space-time` after the number another picture).

#[path = "../tests/common/mod.rs"]
mod common;

use faultline_view::display::{DisplayList, Size};
use faultline_view::{Panel, paint};

fn main() {
    let frames: u32 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1000);
    let panel = match std::env::args().nth(2).as_deref() {
        Some("ring") => Panel::Ring(common::ring(8, 1000, 10_000, true)),
        Some("series") => Panel::Series(common::series()),
        _ => Panel::Topology(common::topology(1000, 5000)),
    };
    let mut list = DisplayList::new();
    let mut shapes = 0;
    let arrows = common::spacetime::space_time(8, 2000);
    let diagram = std::env::args().nth(2).as_deref() == Some("space-time");
    for _ in 0..frames {
        let size = Size::new(1200.0, 800.0);
        if diagram {
            paint::space_time(&arrows, size, &mut list);
        } else {
            paint::paint(&panel, size, &mut list);
        }
        shapes += list.shapes().len();
    }
    println!(
        "{frames} frames, {shapes} shapes, {} targets each",
        list.targets().len()
    );
}
