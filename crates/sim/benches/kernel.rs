//! `cargo bench -p faultline-sim`: the workloads, and what going through time costs.

use std::time::Instant;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use faultline_sim::conformance::{Chat, Chatter};
use faultline_sim::workloads::{NAMES, Options, SEED, run};
use faultline_sim::{Network, Span, Time, Timeline, World};

fn main() {
    divan::main();
}

/// Smaller than the reference sizes, so that a run takes some milliseconds.
fn size(name: &str) -> u32 {
    match name {
        "timers" => 1_000,
        _ => 100_000,
    }
}

fn workload(bencher: Bencher, name: &str, trace: bool) {
    let options = Options {
        trace,
        n: Some(size(name)),
        ..Options::default()
    };
    let start = Instant::now();
    let work = || run(name, SEED, &options, &mut || start.elapsed().as_secs_f64());
    let events = work().map_or(0, |report| report.events);
    bencher.counter(ItemsCount::new(events)).bench(work);
}

#[divan::bench(args = NAMES)]
fn untraced(bencher: Bencher, name: &str) {
    workload(bencher, name, false);
}

#[divan::bench(args = NAMES)]
fn traced(bencher: Bencher, name: &str) {
    workload(bencher, name, true);
}

fn chatters(nodes: u32) -> World<Chatter> {
    let network = Network::uniform(Span::from_millis(1), Span::from_millis(20));
    World::new(Chat::default(), nodes, network, 1)
}

/// A checkpoint of a world in full swing.
#[divan::bench(args = [10, 100, 1_000])]
fn checkpoint(bencher: Bencher, nodes: u32) {
    let mut world = chatters(nodes);
    world.run_until(Time::from_secs(1), u64::MAX);
    bencher.bench_local(|| black_box(&world).clone());
}

/// Jumps all over a run of a million events.
#[divan::bench]
fn seek_in_a_million_events(bencher: Bencher) {
    let mut timeline = Timeline::new(chatters(100));
    timeline.seek_event(1_000_000);
    let end = timeline.now().as_nanos();
    let mut place = 0u64;
    bencher.bench_local(|| {
        // Steps of the golden ratio reach every region evenly.
        place = (place + 618_034) % 1_000_000;
        timeline.seek(Time(end / 1_000_000 * place))
    });
}
