//! Times the stage of 1,000 gossiping nodes with about 5,000 messages in flight: what a frame
//! costs natively, to say what there is to see and to turn it into shapes.
//! `cargo run --release -p faultline-systems --example stage`; a number asks for so many frames.

use std::time::Instant;

use faultline_sim::Time;
use faultline_systems::Values;
use faultline_view::display::{DisplayList, Size};
use faultline_view::{Panel, paint};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let frames: u32 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 300,
    };
    let gossip = faultline_systems::find("gossip").ok_or("there is no gossip")?;
    let settings = [
        ("nodes", "1000"),
        ("fanout", "5"),
        ("latency", "1s"),
        ("timeout", "10s"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let values = Values::parse(gossip.params, &settings)?;
    let mut lab = (gossip.start)(&values, 1);
    lab.seek(Time::from_millis(3_600), u64::MAX);
    let mut list = DisplayList::new();
    let size = Size::new(1200.0, 800.0);
    let (mut looking, mut painting) = (0.0, 0.0);
    let mut counts = (0, 0);
    for _ in 0..frames {
        let start = Instant::now();
        let view = lab.view();
        let seen = Instant::now();
        if let Some(panel) = view.panels.first() {
            paint::paint_untitled(panel, size, &mut list);
        }
        looking += (seen - start).as_secs_f64();
        painting += seen.elapsed().as_secs_f64();
        if let Some(Panel::Topology(one)) = view.panels.first() {
            counts = (one.nodes.len(), one.messages.len());
        }
    }
    let per_frame = |seconds: f64| seconds * 1e3 / f64::from(frames.max(1));
    let (nodes, messages) = counts;
    println!("{nodes} nodes, {messages} messages in flight, {frames} frames");
    println!("view   {:.2} ms a frame", per_frame(looking));
    println!("paint  {:.2} ms a frame", per_frame(painting));
    Ok(())
}
