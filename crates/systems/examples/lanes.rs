//! Times the stage of 1,000 servers behind one balancer with 10,000 requests a second: what a
//! frame costs natively, to say what there is to see and to turn it into shapes, and what a
//! second of the run costs.
//! `cargo run --release -p faultline-systems --example lanes`; a number asks for so many frames.

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
    let service = faultline_systems::find("service").ok_or("there is no service")?;
    for latency in ["2ms", "100ms"] {
        let settings = [
            ("nodes", "1000"),
            ("rate", "10000"),
            ("policy", "power-of-two"),
            ("latency", latency),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let values = Values::parse(service.params, &settings)?;
        let mut lab = (service.start)(&values, 1);
        lab.seek(Time::from_secs(2), u64::MAX);
        let start = Instant::now();
        let events = lab.events();
        lab.seek(Time::from_secs(4), u64::MAX);
        let running = start.elapsed().as_secs_f64() / 2.0;
        let events = (lab.events() - events) / 2;
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
            if let Some(Panel::Queues(one)) = view.panels.first() {
                counts = (one.lanes.len(), one.messages.len());
            }
        }
        let per_frame = |seconds: f64| seconds * 1e3 / f64::from(frames.max(1));
        let (nodes, messages) = counts;
        println!("{nodes} nodes, {messages} messages in flight, {frames} frames");
        println!("run    {:.0} ms a second of {events} events", running * 1e3);
        println!("view   {:.2} ms a frame", per_frame(looking));
        println!("paint  {:.2} ms a frame", per_frame(painting));
        let (count, bytes) = lab.checkpoint_size();
        println!(
            "memory {count} checkpoints of {} KB",
            bytes / 1_000 / count.max(1)
        );
    }
    Ok(())
}
