//! Properties find their moment.

use faultline_sim::conformance::{Chat, Chatter};
use faultline_sim::property::Verdict;
use faultline_sim::{Monitor, Network, NodeId, Property, Span, Time, World};

fn world() -> World<Chatter> {
    let network = Network::constant(Span::from_millis(5));
    World::new(Chat::default(), 3, network, 1)
}

#[test]
fn each_quantifier_gives_its_verdict() {
    let answers = |world: &World<Chatter>| world.node(NodeId(0)).answers;
    let mut monitor = Monitor::new([
        Property::always("few answers", move |world| answers(world) < 3),
        Property::always("time passes", |_| true),
        Property::eventually("an answer", move |world| answers(world) > 0),
        Property::eventually("a million answers", move |world| answers(world) > 1_000_000),
        Property::sometimes("two answers", move |world| answers(world) == 2),
        Property::sometimes("no clock", |world: &World<Chatter>| {
            world.now() == Time::MAX
        }),
    ]);
    let mut world = world();
    monitor.run(&mut world, Time::from_millis(500), u64::MAX);
    assert_eq!(monitor.verdict("time passes"), Some(Verdict::Open));
    let Some(Verdict::Violated(broken)) = monitor.verdict("few answers") else {
        panic!("three answers must come");
    };
    // The moment is exact: one event before, it still held.
    let mut again = self::world();
    again.run_until(Time::MAX, broken.event - 1);
    assert_eq!(answers(&again), 2);
    again.step();
    assert_eq!((answers(&again), again.now()), (3, broken.time));
    assert!(broken.entry.is_some());

    monitor.finish(&world);
    assert!(matches!(
        monitor.verdict("time passes"),
        Some(Verdict::Holds(_))
    ));
    assert!(matches!(
        monitor.verdict("an answer"),
        Some(Verdict::Holds(_))
    ));
    assert!(matches!(
        monitor.verdict("two answers"),
        Some(Verdict::Holds(_))
    ));
    assert_eq!(monitor.verdict("no clock"), Some(Verdict::Open));
    assert_eq!(monitor.verdict("unknown"), None);
    let violated: Vec<_> = monitor.violated().collect();
    assert_eq!(violated, ["few answers", "a million answers"]);
}
