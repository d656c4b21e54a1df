//! A timeline goes anywhere, and always finds the same run.

use faultline_sim::conformance::{Ask, Chatter};
use faultline_sim::{
    Action, CommandId, Entry, EntryId, Fault, FaultError, Fingerprint, Limits, Model, NodeId,
    Outbox, Outcome, Process, Refusal, Span, Time, Timeline, World,
};
use proptest::prelude::*;

use crate::program::{Cluster, END, Program, programs};

/// All that can be seen of a state, in one text.
fn state(world: &Cluster) -> String {
    let mut print = Fingerprint::new();
    for node in world.nodes() {
        print.text(&format!("{node:?}"));
    }
    let mut flights: Vec<String> = world.in_flight().map(|f| format!("{f:?}")).collect();
    flights.sort();
    for flight in &flights {
        print.text(flight);
    }
    for id in world.ids() {
        let mut timers: Vec<String> = world.timers(id).map(|t| format!("{t:?}")).collect();
        timers.sort();
        print.text(&format!(
            "{:?} {timers:?} {}",
            world.status(id),
            world.disk(id)
        ));
    }
    format!(
        "{} events, next {:?}, {:?}, {:?}, trace {:016x}, state {:016x}",
        world.event_count(),
        world.next_time(),
        world.counts(),
        world.counters(),
        world.fingerprint(),
        print.value(),
    )
}

/// Few and small limits, so that checkpoints are thinned all the time.
fn tight() -> Limits {
    Limits {
        checkpoint_bytes: 40_000,
        checkpoints: 5,
        interval_steps: 7,
        entries: 100_000,
        seek_events: 1_000_000,
    }
}

fn timeline_of<M: Model<Command = Action<Ask>>>(program: &Program, model: M) -> Timeline<M> {
    let mut timeline = Timeline::with_limits(model, tight());
    for (at, deed) in &program.deeds {
        timeline.insert(*at, deed.clone());
    }
    timeline
}

/// Seeking to times in any order equals running straight to each.
fn seek_equals_straight<M: Model<Command = Action<Ask>>>(
    program: &Program,
    model: &M,
    times: &[Time],
    state: impl Fn(&M) -> String,
) -> Result<(), String> {
    let mut timeline = timeline_of(program, model.clone());
    for &time in times {
        timeline.seek(time);
        // Straight: by hand, without a timeline.
        let mut straight = model.clone();
        for (at, deed) in program.deeds.iter().filter(|(at, _)| *at <= time) {
            straight.run_until(*at, u64::MAX);
            let _ = straight.apply(deed);
        }
        straight.run_until(time, u64::MAX);
        let (sought, expected) = (state(timeline.model()), state(&straight));
        if sought != expected {
            return Err(format!("at {time}\n sought {sought}\nstraight {expected}"));
        }
    }
    Ok(())
}

fn times() -> impl Strategy<Value = Vec<Time>> {
    // Whole milliseconds too, where commands and constant latencies meet.
    let time = prop_oneof![
        (0..=END.as_nanos()).prop_map(Time),
        (0..=600u64).prop_map(Time::from_millis)
    ];
    prop::collection::vec(time, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn seeking_equals_running_straight(program in programs(), times in times()) {
        let result = seek_equals_straight(&program, &program.world(), &times, state);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn biting_equals_seeking(program in programs(), time in 0..=600u64, bite in 1..40u64) {
        let time = Time::from_millis(time);
        let mut whole = program.timeline();
        whole.seek(time);
        let mut bitten = program.timeline();
        bitten.seek(END);
        let mut calls = 0;
        while !bitten.seek_within(time, bite).done {
            calls += 1;
            prop_assert!(calls < 100_000);
        }
        prop_assert_eq!(state(bitten.model()), state(whole.model()));
    }

    #[test]
    fn stepping_back_undoes_stepping(program in programs(), steps in 1..60usize) {
        let mut timeline = timeline_of(&program, program.world());
        // Commands at time zero apply at once.
        let at_once = timeline.step_count();
        let mut states = vec![state(timeline.model())];
        for _ in 0..steps {
            if !timeline.step() {
                // Everyone is down or paused, and no command comes any more.
                break;
            }
            states.push(state(timeline.model()));
        }
        for expected in states.iter().rev().skip(1) {
            prop_assert!(timeline.step_back());
            prop_assert_eq!(&state(timeline.model()), expected);
        }
        prop_assert_eq!(timeline.step_count(), at_once);
    }

    #[test]
    fn seeking_an_event_stops_right_after_it(program in programs(), n in 0..300u64) {
        let mut timeline = timeline_of(&program, program.world());
        timeline.seek(END);
        let last = timeline.event_count();
        timeline.seek_event(n.min(last));
        prop_assert_eq!(timeline.event_count(), n.min(last));
    }

    #[test]
    fn a_fork_with_the_same_commands_is_the_same(
        program in programs(), split in 0..=500u64, back in 0..=600u64
    ) {
        let split = Time::from_millis(split);
        let mut original = program.timeline();
        original.seek(END);
        // The fork is made before the later commands are known, and gets them afterwards.
        let mut early = Timeline::with_limits(program.world(), tight());
        for (at, deed) in program.deeds.iter().filter(|(at, _)| *at <= split) {
            early.insert(*at, deed.clone());
        }
        early.seek(split);
        let mut fork = early.fork();
        for (at, deed) in program.deeds.iter().filter(|(at, _)| *at > split) {
            fork.insert(*at, deed.clone());
        }
        fork.seek(END);
        prop_assert_eq!(state(fork.model()), state(original.model()));
        // What the fork did leaves the one it was forked from as it was.
        early.seek(Time::from_millis(back).min(split));
        let mut again = program.timeline();
        again.seek(Time::from_millis(back).min(split));
        prop_assert_eq!(state(early.model()), state(again.model()));
    }

    #[test]
    fn removing_what_was_inserted_restores_the_run(
        program in programs(), other in programs(), cursor in 0..=600u64
    ) {
        let mut plain = program.timeline();
        plain.seek(END);
        let mut edited = timeline_of(&program, program.world());
        edited.seek(Time::from_millis(cursor));
        let added: Vec<CommandId> = other
            .deeds
            .iter()
            .map(|(at, deed)| edited.insert(*at, deed.clone()))
            .collect();
        edited.seek(END);
        for id in added {
            prop_assert!(edited.remove(id).is_some());
        }
        edited.seek(END);
        prop_assert_eq!(state(edited.model()), state(plain.model()));
        let lines = |timeline: &Timeline<Cluster>| -> Vec<String> {
            timeline.entries_since(EntryId(0), usize::MAX).map(ToString::to_string).collect()
        };
        prop_assert_eq!(lines(&edited), lines(&plain));
    }

    #[test]
    fn the_log_has_no_gap_after_going_back_and_changing_what_comes(
        program in programs(), other in programs(), cursor in 0..=600u64, cut in 0..=600u64
    ) {
        let mut straight = timeline_of(&program, program.world());
        let mut edited = timeline_of(&program, program.world());
        edited.seek(END);
        edited.seek(Time::from_millis(cursor));
        for (at, deed) in other.deeds.iter().filter(|(at, _)| *at >= Time::from_millis(cut)) {
            straight.insert(*at, deed.clone());
            edited.insert(*at, deed.clone());
        }
        straight.seek(END);
        edited.seek(END);
        let lines = |timeline: &Timeline<Cluster>| -> Vec<String> {
            timeline.entries_since(EntryId(0), usize::MAX).map(ToString::to_string).collect()
        };
        prop_assert_eq!(lines(&edited), lines(&straight));
    }

    #[test]
    fn the_order_of_inserting_does_not_matter(program in programs(), from in 0..=600u64) {
        // All commands at different times, inserted backwards while the run is somewhere.
        let mut program = program;
        program.deeds.dedup_by_key(|deed| deed.0);
        let mut plain = program.timeline();
        plain.seek(END);
        let mut backwards = Timeline::with_limits(program.world(), tight());
        backwards.seek(Time::from_millis(from));
        for (at, deed) in program.deeds.iter().rev() {
            backwards.insert(*at, deed.clone());
        }
        backwards.seek(END);
        prop_assert_eq!(state(backwards.model()), state(plain.model()));
    }

    #[test]
    fn recording_less_changes_nothing(program in programs()) {
        use faultline_sim::Recording;
        let run = |recording| {
            let mut timeline = timeline_of(&program, program.world_recording(recording));
            timeline.seek(END);
            (state(timeline.model()), timeline.fingerprint())
        };
        let full = run(Recording::FULL);
        prop_assert_eq!(&run(Recording::Fingerprint), &full);
        prop_assert_eq!(&run(Recording::Full { limit: 3 }), &full);
    }
}

/// A copy of the world whose clones forget the partition, as a careless checkpoint would.
struct Forgetful(Cluster);

impl Clone for Forgetful {
    fn clone(&self) -> Self {
        let mut world = self.0.clone();
        world.network_mut().heal();
        Self(world)
    }
}

impl Model for Forgetful {
    type Command = Action<Ask>;
    type Refused = Refusal;

    fn now(&self) -> Time {
        self.0.now()
    }
    fn next_time(&self) -> Option<Time> {
        self.0.next_time()
    }
    fn event_count(&self) -> u64 {
        self.0.event_count()
    }
    fn run_until(&mut self, until: Time, max_events: u64) -> Outcome {
        self.0.run_until(until, max_events)
    }
    fn apply(&mut self, action: &Self::Command) -> Result<(), Refusal> {
        Model::apply(&mut self.0, action)
    }
    fn drain_entries(&mut self, into: &mut Vec<Entry>) {
        self.0.drain_entries(into);
    }
    fn next_entry(&self) -> EntryId {
        self.0.next_entry()
    }
    fn fingerprint(&self) -> u64 {
        self.0.fingerprint()
    }
    fn size_bytes(&self) -> usize {
        self.0.size_bytes()
    }
}

#[test]
fn canary_a_checkpoint_that_forgets_is_caught() {
    let caught = (1..=200)
        .filter(|&seed| {
            let program = Program::random(seed);
            let times = [600, 250, 500, 400].map(Time::from_millis);
            let model = Forgetful(program.world());
            seek_equals_straight(&program, &model, &times, |model| state(&model.0)).is_err()
        })
        .count();
    assert!(caught > 20, "caught in only {caught} of 200 runs");
}

#[test]
fn checkpoints_stay_within_their_limits() {
    let program = Program::random(1);
    let mut timeline = timeline_of(&program, program.world());
    for ms in 0..600 {
        timeline.seek(Time::from_millis(ms));
        let (count, bytes) = timeline.checkpoint_size();
        assert!(
            count <= 5 && (bytes <= 40_000 || count == 1),
            "{count}, {bytes}"
        );
    }
    let (count, _) = timeline.checkpoint_size();
    assert!(count >= 2, "going back would start from the beginning");
}

/// What makes scrubbing quick: a seek starts from a checkpoint nearby.
#[test]
fn a_seek_replays_little_of_a_long_run() {
    let network = faultline_sim::Network::uniform(Span::from_millis(1), Span::from_millis(9));
    let chat = faultline_sim::conformance::Chat::default();
    let limits = Limits {
        checkpoints: 32,
        interval_steps: 64,
        ..Limits::default()
    };
    let mut timeline = Timeline::with_limits(World::<Chatter>::new(chat, 20, network, 1), limits);
    timeline.seek_event(100_000);
    let end = timeline.now().as_nanos();
    for part in [7, 3, 9, 1, 5, 8, 2, 0, 10, 4, 6] {
        let progress = timeline.seek(Time(end / 10 * part));
        // With at least half of them left after thinning, sixteen are spread over the run.
        assert!(progress.done);
        assert!(
            progress.events <= 100_000 / 16 + 1,
            "{part}: {}",
            progress.events
        );
    }
}

#[test]
fn entries_are_bounded_and_come_back_when_one_goes_back() {
    let program = Program::random(2);
    let limits = Limits {
        entries: 50,
        ..tight()
    };
    let mut timeline = Timeline::with_limits(program.world(), limits);
    timeline.seek(END);
    let last = timeline.model().next_entry();
    let kept: Vec<_> = timeline
        .entries_since(EntryId(0), 1_000)
        .map(|e| e.id)
        .collect();
    assert_eq!(kept.len(), 50);
    assert_eq!(kept.last().map(|id| id.0 + 1), Some(last.0));
    assert_eq!(timeline.entries_dropped(), last.0 - 51);
    let times: Vec<Time> = timeline
        .entries_between(END - Span::from_millis(20), END)
        .map(|entry| entry.time)
        .collect();
    assert!(!times.is_empty() && times.is_sorted());
    // Far back, those kept are of that moment.
    timeline.seek(Time::from_millis(30));
    let kept: Vec<_> = timeline.entries_since(EntryId(0), 1_000).collect();
    assert!(!kept.is_empty());
    assert!(kept.iter().all(|entry| entry.time <= Time::from_millis(30)));
}

#[test]
fn a_command_applies_at_once_at_the_cursor_and_in_order() {
    let program = Program {
        deeds: Vec::new(),
        ..Program::random(5)
    };
    let mut timeline = program.timeline();
    let at = Time::from_millis(100);
    timeline.seek(at);
    let node = NodeId(0);
    let crash = timeline.insert(at, Action::Fault(Fault::Crash { node }));
    assert_eq!(
        timeline.model().status(node),
        Some(faultline_sim::Status::Down)
    );
    // The second crash at the same time comes second, and is refused.
    timeline.insert(at, Action::Fault(Fault::Crash { node }));
    let refused = timeline.commands()[1].refused.clone();
    assert_eq!(refused, Some(Refusal::Fault(FaultError::Down { node })));
    // Moved away, the first leaves the second to do it.
    assert!(timeline.move_to(crash, Time::from_millis(200)));
    timeline.seek(at);
    assert_eq!(timeline.commands()[0].refused, None);
    assert_eq!(
        timeline.model().status(node),
        Some(faultline_sim::Status::Down)
    );
    assert_eq!(timeline.furthest(), at);
    assert!(timeline.edit(crash, Action::Fault(Fault::Heal)));
    assert!(!timeline.edit(CommandId(77), Action::Fault(Fault::Heal)));
}

#[test]
fn an_empty_run_ends() {
    let network = faultline_sim::Network::constant(Span::from_millis(1));
    let world: Cluster = World::new(faultline_sim::conformance::Chat::default(), 0, network, 1);
    let mut timeline = Timeline::new(world);
    assert!(!timeline.step());
    assert!(!timeline.step_back());
    assert!(timeline.seek(END).done);
    assert_eq!(timeline.now(), END);
    assert!(timeline.seek(Time::MAX).done);
}

/// Two nodes that throw a ball at no cost, so that time stands still.
#[derive(Clone)]
struct Frantic;

impl Process for Frantic {
    type Config = ();
    type Message = ();
    type Timer = ();
    type Disk = ();
    type Command = ();

    fn boot(_: &(), _: NodeId) -> Self {
        Self
    }
    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        out.send(NodeId(1 - out.me().0), ());
    }
    fn on_message(&mut self, from: NodeId, _: (), out: &mut Outbox<'_, Self>) {
        out.send(from, ());
    }
    fn on_timer(&mut self, _: (), _: &mut Outbox<'_, Self>) {}
}

#[test]
fn a_run_that_never_gets_on_does_not_freeze_a_seek() {
    let network = faultline_sim::Network::constant(Span::ZERO);
    let world = World::<Frantic>::new((), 2, network, 1);
    let mut timeline = Timeline::with_limits(
        world,
        Limits {
            seek_events: 1_000,
            ..tight()
        },
    );
    let progress = timeline.seek(END);
    assert_eq!((progress.events, progress.done), (1_000, false));
    assert_eq!(timeline.now(), Time::ZERO);
}
