//! Each fault does what its documentation says.

use faultline_sim::conformance::{Ask, Chat, Chatter};
use faultline_sim::{
    Entry, Fault, FaultError, Kind, Latency, Link, LinkChange, MessageAction, MessageId, Network,
    NodeId, Outbox, Process, Recording, Rule, Span, Status, Time, Verdict, World,
};

/// Nodes that say nothing of their own for an hour; they answer, though.
fn quiet(nodes: u32, network: Network) -> World<Chatter> {
    let config = Chat {
        mean_gap: Span::from_secs(3600),
        patience: Span::from_secs(3600),
    };
    World::new(config, nodes, network, 1)
}

const LATENCY: Span = Span::from_millis(10);
const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

fn constant() -> Network {
    Network::constant(LATENCY)
}

fn ms(ms: u64) -> Time {
    Time::from_millis(ms)
}

fn run(world: &mut World<Chatter>, until_ms: u64) -> Vec<Entry> {
    world.run_until(ms(until_ms), u64::MAX);
    let mut entries = Vec::new();
    world.drain_entries(&mut entries);
    entries
}

fn heard(world: &World<Chatter>, node: NodeId) -> &[u32] {
    &world.node(node).heard
}

#[test]
fn a_crashed_node_hears_nothing_but_what_it_sent_arrives() {
    let mut world = quiet(2, constant());
    world.command(A, Ask::Shout(1));
    world.apply(&Fault::Crash { node: A }).unwrap();
    assert_eq!(world.status(A), Some(Status::Down));
    run(&mut world, 50);
    assert_eq!(heard(&world, B), [1], "it was on the wire");
    assert_eq!(world.node(A).answers, 0);
    assert_eq!(world.counts().dropped, 1, "the answer found nobody");
    assert!(!world.command(A, Ask::Shout(2)));
    assert_eq!(world.timers(A).count(), 0);
}

#[test]
fn a_restart_keeps_the_disk_or_empties_it() {
    let mut world = World::<Chatter>::new(Chat::default(), 2, constant(), 1);
    run(&mut world, 500);
    let pings = *world.disk(A);
    assert!(pings > 5);
    let restart = |empty_disk| Fault::Restart {
        node: A,
        empty_disk,
    };
    world.apply(&restart(false)).unwrap();
    assert_eq!(*world.disk(A), pings);
    assert_eq!(
        world.node(A).heard,
        [] as [u32; 0],
        "what was in memory is gone"
    );
    assert_eq!(world.counters()[&"restarts"], 1);
    world.apply(&restart(true)).unwrap();
    assert_eq!(*world.disk(A), 0);
    run(&mut world, 1_000);
    assert!(*world.disk(A) > 0, "it goes on");
}

#[test]
fn a_paused_node_does_everything_later_and_in_order() {
    let mut world = quiet(2, constant());
    world.apply(&Fault::Pause { node: B }).unwrap();
    assert_eq!(
        world.apply(&Fault::Pause { node: B }),
        Err(FaultError::AlreadyPaused { node: B })
    );
    for number in 1..=3 {
        world.command(A, Ask::Shout(number));
    }
    assert!(world.command(B, Ask::Shout(9)));
    run(&mut world, 100);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
    assert_eq!(world.counts().in_flight, 3);
    world.apply(&Fault::Resume { node: B }).unwrap();
    run(&mut world, 100);
    assert_eq!(heard(&world, B), [1, 2, 3]);
    run(&mut world, 110);
    assert_eq!(heard(&world, A), [9]);
    assert_eq!(
        world.apply(&Fault::Resume { node: B }),
        Err(FaultError::NotPaused { node: B })
    );
}

#[test]
fn a_paused_node_that_crashes_loses_what_waited() {
    let mut world = quiet(2, constant());
    world.apply(&Fault::Pause { node: B }).unwrap();
    world.command(A, Ask::Shout(1));
    world.command(B, Ask::Shout(2));
    run(&mut world, 20);
    world.apply(&Fault::Crash { node: B }).unwrap();
    let counts = world.counts();
    assert_eq!((counts.in_flight, counts.dropped), (0, 1));
    let restart = Fault::Restart {
        node: B,
        empty_disk: false,
    };
    world.apply(&restart).unwrap();
    run(&mut world, 100);
    assert_eq!(heard(&world, A), [] as [u32; 0]);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
}

#[test]
fn a_partition_stops_messages_at_both_ends_of_their_journey() {
    let mut world = quiet(3, constant());
    let groups = vec![vec![A], vec![B]];
    world.command(A, Ask::Shout(1));
    run(&mut world, 5);
    // In flight when it begins: lost on arrival. C is in no group, alone.
    world.apply(&Fault::Partition { groups }).unwrap();
    assert_eq!(world.network().group(C), None);
    run(&mut world, 15);
    world.command(A, Ask::Shout(2));
    world.apply(&Fault::Heal).unwrap();
    run(&mut world, 50);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
    // One that comes and goes during the journey does no harm.
    world.command(A, Ask::Shout(3));
    run(&mut world, 52);
    let groups = vec![vec![A], vec![B, C]];
    world.apply(&Fault::Partition { groups }).unwrap();
    run(&mut world, 54);
    world.apply(&Fault::Heal).unwrap();
    run(&mut world, 100);
    assert_eq!(heard(&world, B), [3]);
    assert_eq!(heard(&world, C), [3]);
}

#[test]
fn a_slow_node_takes_longer_out_and_in() {
    let mut world = quiet(2, constant());
    let slow = Fault::Slow {
        node: B,
        factor: 3.0,
    };
    world.apply(&slow).unwrap();
    world.command(A, Ask::Shout(1));
    run(&mut world, 29);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
    run(&mut world, 30);
    assert_eq!(heard(&world, B), [1]);
    run(&mut world, 59);
    assert_eq!(world.node(A).answers, 0);
    run(&mut world, 60);
    assert_eq!(world.node(A).answers, 1);
}

/// A node that works for 100 ms of its own time, at whatever pace.
#[derive(Clone)]
struct Worker {
    /// By its own clock.
    done_at: Time,
    /// How often it was told of its pace, and what it was.
    told: Vec<f64>,
}

impl Process for Worker {
    type Config = ();
    type Message = ();
    type Timer = ();
    type Disk = ();
    type Command = ();

    fn boot(_config: &(), _id: NodeId) -> Self {
        let (done_at, told) = (Time::ZERO, Vec::new());
        Self { done_at, told }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        out.set_timer((), Span::from_millis(100));
    }

    fn on_message(&mut self, _from: NodeId, _message: (), _out: &mut Outbox<'_, Self>) {}

    fn on_timer(&mut self, _timer: (), out: &mut Outbox<'_, Self>) {
        self.done_at = out.own_time();
    }

    fn on_pace(&mut self, out: &mut Outbox<'_, Self>) {
        self.told.push(out.slowness());
    }
}

#[test]
fn a_nodes_own_clock_stands_still_while_it_is_paused() {
    let mut world = World::<Worker>::new((), 2, constant(), 1);
    world.run_until(ms(40), u64::MAX);
    world.apply(&Fault::Pause { node: A }).unwrap();
    world.run_until(ms(70), u64::MAX);
    assert_eq!((world.own_time(A), world.own_time(B)), (ms(40), ms(70)));
    world.apply(&Fault::Resume { node: A }).unwrap();
    world.run_until(ms(200), u64::MAX);
    assert_eq!((world.own_time(A), world.own_time(B)), (ms(170), ms(200)));
    assert_eq!(
        world.node(A).done_at,
        ms(70),
        "timers go by the world's clock"
    );
    world.apply(&Fault::Pause { node: A }).unwrap();
    world.run_until(ms(250), u64::MAX);
    world.apply(&Fault::Crash { node: A }).unwrap();
    world.run_until(ms(300), u64::MAX);
    assert_eq!(world.own_time(A), ms(220));
}

#[test]
fn a_node_that_runs_is_told_of_its_pace() {
    let mut world = World::<Worker>::new((), 2, constant(), 1);
    let slow = |node, factor| Fault::Slow { node, factor };
    world.apply(&slow(A, 3.0)).unwrap();
    world.apply(&Fault::Pause { node: A }).unwrap();
    world.apply(&slow(A, 2.0)).unwrap();
    assert_eq!(world.node(A).told, [3.0], "it stands still");
    world.apply(&Fault::Resume { node: A }).unwrap();
    assert_eq!(world.node(A).told, [3.0, 2.0]);
    world.apply(&Fault::Crash { node: A }).unwrap();
    world.apply(&slow(A, 1.0)).unwrap();
    assert_eq!(world.node(A).told, [3.0, 2.0], "it is down");
    assert!(world.node(B).told.is_empty());
}

fn fly(world: &mut World<Chatter>, action: MessageAction) -> Result<(), FaultError> {
    world.command(A, Ask::Shout(1));
    let flight = world.in_flight().next().expect("a message is in flight");
    let id = flight.id;
    world.apply(&Fault::Message { id, action })
}

#[test]
fn a_message_in_flight_can_be_dropped_delayed_or_duplicated() {
    let mut world = quiet(2, constant());
    fly(&mut world, MessageAction::Drop).unwrap();
    run(&mut world, 50);
    assert_eq!(heard(&world, B), [] as [u32; 0]);

    let mut world = quiet(2, constant());
    fly(&mut world, MessageAction::Delay(LATENCY)).unwrap();
    run(&mut world, 19);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
    run(&mut world, 20);
    assert_eq!(heard(&world, B), [1]);

    let mut world = quiet(2, constant());
    fly(&mut world, MessageAction::Duplicate).unwrap();
    let copies: Vec<_> = world
        .in_flight()
        .filter(|f| f.duplicate)
        .map(|f| f.id)
        .collect();
    assert_eq!(copies, ["0.c1".parse().unwrap()]);
    run(&mut world, 10);
    assert_eq!(heard(&world, B), [1, 1]);

    let id = MessageId { from: A, number: 1 };
    let action = MessageAction::Drop;
    let gone = world.apply(&Fault::Message { id, action });
    assert_eq!(gone, Err(FaultError::NotInFlight { id }));
}

#[test]
fn a_lost_message_is_remembered_where_it_was_lost() {
    let ways = |world: &World<Chatter>| -> Vec<(Time, f32)> {
        world.losses().map(|loss| (loss.at, loss.way)).collect()
    };
    let mut world = quiet(2, constant());
    world.apply(&Fault::Loss { percent: 100.0 }).unwrap();
    world.command(A, Ask::Shout(1));
    assert_eq!(
        ways(&world),
        [(ms(0), 0.5)],
        "on the link, nobody knows where"
    );

    let mut world = quiet(2, constant());
    world.apply(&Fault::Crash { node: B }).unwrap();
    world.command(A, Ask::Shout(1));
    run(&mut world, 50);
    assert_eq!(ways(&world), [(ms(10), 1.0)], "at the node that is down");

    let mut world = quiet(2, constant());
    world.command(A, Ask::Shout(1));
    run(&mut world, 4);
    let id = world.in_flight().next().expect("a message is in flight").id;
    let action = MessageAction::Drop;
    world.apply(&Fault::Message { id, action }).unwrap();
    assert_eq!(ways(&world), [(ms(4), 0.4)], "where it had come to");

    let mut world = quiet(2, constant());
    world.apply(&Fault::Loss { percent: 100.0 }).unwrap();
    for number in 0..1_000 {
        world.command(A, Ask::Shout(number));
    }
    let last = world.losses().last().map(|loss| loss.id.number);
    assert_eq!((world.losses().count(), last), (64, Some(1_000)));
}

#[test]
fn the_first_rule_that_matches_decides() {
    let mut world = quiet(3, constant());
    let mut pass = Rule::new(Verdict::Pass);
    pass.to = Some(C);
    let mut drop = Rule::new(Verdict::Drop);
    drop.label = Some("Ping".into());
    drop.limit = Some(1);
    let twice = Rule::new(Verdict::Duplicate);
    for rule in [pass, drop, twice] {
        world.apply(&Fault::AddRule { rule }).unwrap();
    }
    world.command(A, Ask::Shout(1));
    world.command(A, Ask::Shout(2));
    run(&mut world, 10);
    assert_eq!(
        heard(&world, C),
        [1, 2],
        "passed, and no later rule was asked"
    );
    assert_eq!(
        heard(&world, B),
        [2, 2],
        "the first dropped, then the limit was met"
    );
    let met: Vec<u32> = world.network().rules().map(|(_, met)| met).collect();
    assert_eq!(met[..2], [2, 1]);
    world.apply(&Fault::ClearRules).unwrap();
    assert_eq!(world.network().rules().count(), 0);
}

#[test]
fn a_first_in_first_out_link_keeps_the_order() {
    let (min, max) = (Span::from_millis(1), Span::from_millis(100));
    let mut link = Link::new(Latency::Uniform { min, max });
    let order = |link: Link| {
        let mut world = quiet(2, Network::new(link));
        for number in 1..=12 {
            world.command(A, Ask::Shout(number));
        }
        run(&mut world, 500);
        heard(&world, B).to_vec()
    };
    assert!(!order(link).is_sorted(), "messages overtake each other");
    link.fifo = true;
    assert_eq!(order(link), (1..=12).collect::<Vec<_>>());
}

#[test]
fn reordering_lets_messages_overtake_each_other() {
    let mut world = quiet(2, constant());
    let by = Span::from_millis(50);
    let percent = 50.0;
    world.apply(&Fault::Reorder { percent, by }).unwrap();
    for number in 1..=12 {
        world.command(A, Ask::Shout(number));
    }
    run(&mut world, 100);
    let mut heard = heard(&world, B).to_vec();
    assert!(!heard.is_sorted());
    heard.sort_unstable();
    assert_eq!(heard, (1..=12).collect::<Vec<_>>(), "none is lost");
}

#[test]
fn one_direction_of_one_link_can_be_changed() {
    let mut world = quiet(3, constant());
    let (from, to) = (A, B);
    let link = |change| Fault::Link { from, to, change };
    let cut = LinkChange {
        cut: Some(true),
        ..LinkChange::default()
    };
    world.apply(&link(cut)).unwrap();
    world.command(A, Ask::Shout(1));
    world.command(B, Ask::Shout(2));
    run(&mut world, 50);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
    assert_eq!(heard(&world, C), [1, 2], "another link");
    assert_eq!(heard(&world, A), [2], "the other direction");
    world.apply(&Fault::Heal).unwrap();
    let slow = LinkChange {
        latency: Some((LATENCY * 3, LATENCY * 3)),
        ..LinkChange::default()
    };
    world.apply(&link(slow)).unwrap();
    world.command(A, Ask::Shout(3));
    run(&mut world, 79);
    assert_eq!(heard(&world, B), [] as [u32; 0]);
    run(&mut world, 80);
    assert_eq!(heard(&world, B), [3]);
}

#[test]
fn the_recorder_keeps_the_latest_and_counts_the_rest() {
    let recording = Recording::Full { limit: 10 };
    let chat = Chat::default();
    let mut world = World::<Chatter>::with_recording(chat, 3, constant(), 1, recording);
    let entries = run(&mut world, 1_000);
    assert_eq!(entries.len(), 10);
    assert_eq!(entries[9].id.0 + 1, world.next_entry().0);
    assert_eq!(world.entries_overflowed(), world.next_entry().0 - 11);
}

#[test]
fn loss_and_duplication_come_in_the_share_asked_for() {
    let mut link = Link::new(Latency::Constant(LATENCY));
    link.loss_percent = 20.0;
    link.duplicate_percent = 30.0;
    let config = Chat {
        mean_gap: Span::from_micros(500),
        patience: Span::from_secs(1),
    };
    let mut world = World::<Chatter>::new(config, 3, Network::new(link), 4);
    world.run_until(Time::from_secs(3), u64::MAX);
    let counts = world.counts();
    assert!(counts.sent > 20_000);
    // Five standard errors.
    let share = |part: u64| part as f64 / counts.sent as f64;
    assert!((share(counts.dropped) - 0.2).abs() < 0.015, "{counts:?}");
    assert!(
        (share(counts.duplicated) - 0.8 * 0.3).abs() < 0.015,
        "{counts:?}"
    );
}

#[test]
fn what_one_message_meets_depends_on_no_other() {
    // A draws the same latencies whether or not B speaks as well.
    let arrivals = |b_speaks: bool| {
        let network = Network::uniform(Span::from_millis(1), Span::from_millis(50));
        let mut world = quiet(3, network);
        let mut times = Vec::new();
        for number in 1..=5 {
            if b_speaks {
                world.command(B, Ask::Shout(100 + number));
            }
            world.command(A, Ask::Shout(number));
        }
        times.extend(
            world
                .in_flight()
                .filter(|f| f.from == A)
                .map(|f| (f.id, f.arrives)),
        );
        times
    };
    assert_eq!(arrivals(true), arrivals(false));
}

#[test]
fn a_fault_is_recorded_with_what_it_caused() {
    let mut world = quiet(2, constant());
    run(&mut world, 1);
    let restart = Fault::Restart {
        node: A,
        empty_disk: false,
    };
    world.apply(&restart).unwrap();
    let entries = run(&mut world, 1);
    assert!(matches!(entries[0].kind, Kind::Faulted { .. }));
    assert_eq!(entries[0].node, Some(A));
    assert!(matches!(entries[1].kind, Kind::Noted { .. }));
    assert_eq!(entries[1].cause, Some(entries[0].id));
    assert_eq!(
        entries[1].kind.to_string(),
        "noted: back with 0 pings on disk"
    );
}

#[test]
fn a_node_can_join() {
    let mut world = quiet(2, constant());
    run(&mut world, 10);
    let id = world.spawn();
    assert_eq!(id, C);
    world.command(C, Ask::Shout(7));
    run(&mut world, 20);
    assert_eq!((heard(&world, A), heard(&world, B)), (&[7][..], &[7][..]));
}

#[test]
fn faults_are_data() {
    // The form in which links and lesson files hold them.
    for fault in [
        Fault::Heal,
        Fault::Slow {
            node: A,
            factor: 2.5,
        },
        Fault::Message {
            id: MessageId {
                from: B,
                number: 17,
            },
            action: MessageAction::Delay(LATENCY),
        },
        Fault::AddRule {
            rule: Rule::new(Verdict::Drop),
        },
    ] {
        // Not by serde_json: where a dependency has it keep numbers as they are written, it reads
        // none into an enum like this.
        let text = toml::to_string(&fault).unwrap();
        assert_eq!(toml::from_str::<Fault>(&text).unwrap(), fault, "{text}");
    }
    let text = "fault = \"message\"\nid = \"1.17\"\naction = { delay = 10000000 }";
    let message: Fault = toml::from_str(text).unwrap();
    assert_eq!(message.to_string(), "message_fault id=1.17 delay=10ms");
}
