//! The circuit breaker itself: three states, a count and a clock, and nothing else.
//!
//! Nygard, "Release It!" (2007, 2nd edition 2018), chapter "Stability Patterns"; the same machine
//! is described by Fowler, "CircuitBreaker" (2014). Who calls a service asks the breaker first,
//! and tells it how the call went.
//!
//! Calls overlap, so a call that began before the breaker opened may end long after. What it has
//! seen is old news by then: each call carries the [`Permit`] of the period it began in, and
//! results of an earlier period change nothing.

use faultline_sim::{Span, Time};

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// So many failures in a row open the circuit; at least 1.
    pub threshold: u32,
    /// How long it stays open. A call gets through only when *more* than this has passed.
    pub recovery: Span,
    /// So many calls may try the service while the circuit is half-open, and all of them must
    /// succeed to close it; at least 1.
    pub probes: u32,
}

/// Where the breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Calls pass.
    Closed,
    /// Calls fail at once.
    Open,
    /// A few calls pass, to see whether the service is back.
    HalfOpen,
}

/// A call may be made; to be handed back with its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    period: u32,
    /// Whether the call tries a service that has failed.
    pub probe: bool,
}

/// A circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    settings: Settings,
    state: State,
    /// Counts the states it has been in, so that old results are known as such.
    period: u32,
    /// When the present state began.
    since: Time,
    /// Failures in a row.
    failures: u32,
    /// Probes let through, and those that succeeded, since it became half-open.
    probes_sent: u32,
    probes_passed: u32,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: State::Closed,
            period: 0,
            since: Time::ZERO,
            failures: 0,
            probes_sent: 0,
            probes_passed: 0,
        }
    }

    /// Whether a call may be made now; none: it fails at once.
    pub fn ask(&mut self, now: Time) -> Option<Permit> {
        if self.state == State::Open && now.since(self.since) > self.settings.recovery {
            self.enter(State::HalfOpen, now);
        }
        match self.state {
            State::Closed => {}
            State::Open => return None,
            State::HalfOpen if self.probes_sent >= self.settings.probes => return None,
            State::HalfOpen => self.probes_sent += 1,
        }
        Some(Permit {
            period: self.period,
            probe: self.state == State::HalfOpen,
        })
    }

    /// A call succeeded.
    pub fn succeed(&mut self, permit: Permit, now: Time) {
        if permit.period != self.period {
            return;
        }
        match self.state {
            State::Closed => self.failures = 0,
            State::HalfOpen => {
                self.probes_passed += 1;
                if self.probes_passed >= self.settings.probes {
                    self.failures = 0;
                    self.enter(State::Closed, now);
                }
            }
            // No call begins while the circuit is open.
            State::Open => {}
        }
    }

    /// A call failed.
    pub fn fail(&mut self, permit: Permit, now: Time) {
        if permit.period != self.period {
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.state == State::HalfOpen || self.failures >= self.settings.threshold {
            self.enter(State::Open, now);
        }
    }

    fn enter(&mut self, state: State, now: Time) {
        self.state = state;
        self.since = now;
        self.period = self.period.wrapping_add(1);
        (self.probes_sent, self.probes_passed) = (0, 0);
    }

    /// What it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where it stands. An open circuit becomes half-open when a call asks, not by itself.
    pub fn state(&self) -> State {
        self.state
    }

    /// When its state began.
    pub fn since(&self) -> Time {
        self.since
    }

    /// Failures in a row, of calls that it let through.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Probes that have succeeded since the circuit became half-open.
    pub fn probes_passed(&self) -> u32 {
        self.probes_passed
    }

    /// Probes on their way.
    pub fn probes_out(&self) -> u32 {
        self.probes_sent - self.probes_passed
    }

    /// How long no call gets through any more; none unless it is open.
    pub fn remaining(&self, now: Time) -> Option<Span> {
        let gone = now.since(self.since);
        (self.state == State::Open).then(|| Span(self.settings.recovery.0.saturating_sub(gone.0)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SETTINGS: Settings = Settings {
        threshold: 3,
        recovery: Span::from_secs(5),
        probes: 1,
    };

    fn at(seconds: u64) -> Time {
        Time::from_secs(seconds)
    }

    /// A breaker that opened at 4 s.
    fn opened() -> Breaker {
        let mut breaker = Breaker::new(SETTINGS);
        for second in 2..=4 {
            let permit = breaker.ask(at(second)).expect("it is closed");
            breaker.fail(permit, at(second));
        }
        breaker
    }

    #[test]
    fn the_third_failure_in_a_row_opens_it() {
        let mut breaker = Breaker::new(SETTINGS);
        for (second, works, failures) in [(0, false, 1), (1, false, 2), (2, true, 0)] {
            let permit = breaker.ask(at(second)).expect("it is closed");
            if works {
                breaker.succeed(permit, at(second));
            } else {
                breaker.fail(permit, at(second));
            }
            assert_eq!(breaker.failures(), failures);
        }
        assert_eq!(breaker.state(), State::Closed, "a success begins anew");
        let breaker = opened();
        assert_eq!((breaker.state(), breaker.failures()), (State::Open, 3));
        assert_eq!(breaker.since(), at(4));
    }

    #[test]
    fn the_recovery_time_must_be_over() {
        let mut breaker = opened();
        assert_eq!(breaker.ask(at(9)), None, "5 s is not more than 5 s");
        assert_eq!(breaker.remaining(at(9)), Some(Span::ZERO));
        assert_eq!(breaker.state(), State::Open);
        let probe = breaker.ask(at(9) + Span(1)).expect("a probe");
        assert!(probe.probe);
        assert_eq!(breaker.state(), State::HalfOpen);
    }

    #[test]
    fn one_probe_decides() {
        let later = at(9) + Span(1);
        let mut breaker = opened();
        let probe = breaker.ask(later).expect("a probe");
        assert_eq!(breaker.ask(later), None, "one at a time");
        breaker.fail(probe, later);
        assert_eq!((breaker.state(), breaker.failures()), (State::Open, 4));
        assert_eq!(breaker.since(), later, "it waits again");
        let probe = breaker.ask(at(15)).expect("a probe");
        breaker.succeed(probe, at(15));
        assert_eq!((breaker.state(), breaker.failures()), (State::Closed, 0));
    }

    #[test]
    fn several_probes_must_all_succeed() {
        let probes = 2;
        let mut breaker = Breaker::new(Settings { probes, ..SETTINGS });
        let permits: Vec<Permit> = (0..3).filter_map(|_| breaker.ask(at(0))).collect();
        for permit in permits {
            breaker.fail(permit, at(0));
        }
        let first = breaker.ask(at(6)).expect("a probe");
        let second = breaker.ask(at(6)).expect("another");
        assert_eq!(breaker.ask(at(6)), None);
        breaker.succeed(first, at(6));
        assert_eq!(breaker.state(), State::HalfOpen);
        assert_eq!((breaker.probes_passed(), breaker.probes_out()), (1, 1));
        breaker.fail(second, at(6));
        assert_eq!(breaker.state(), State::Open);
    }

    #[test]
    fn a_result_from_before_changes_nothing() {
        let mut breaker = Breaker::new(SETTINGS);
        let slow = breaker.ask(at(0)).expect("it is closed");
        let other = breaker.ask(at(0)).expect("it is closed");
        for _ in 0..3 {
            let permit = breaker.ask(at(1)).expect("it is closed");
            breaker.fail(permit, at(1));
        }
        let open = breaker;
        breaker.succeed(slow, at(2));
        assert_eq!(breaker, open, "an old success closes nothing");
        let _probe = breaker.ask(at(7)).expect("a probe");
        let half_open = breaker;
        breaker.fail(other, at(7));
        assert_eq!(breaker, half_open, "an old failure opens nothing");
    }

    /// What happens to a breaker.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Wait(u64),
        Ask,
        Succeed(usize),
        Fail(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..4_000u64).prop_map(Step::Wait),
            Just(Step::Ask),
            Just(Step::Ask),
            any::<usize>().prop_map(Step::Succeed),
            any::<usize>().prop_map(Step::Fail),
        ]
    }

    proptest! {
        /// Whatever calls do, in whatever order they end: each state keeps its promise, and
        /// there are no changes but the four of the book.
        #[test]
        fn every_state_keeps_its_promise(
            threshold in 1..5u32,
            probes in 1..4u32,
            recovery in 0..6_000u64,
            steps in prop::collection::vec(step(), 1..200),
        ) {
            let settings = Settings { threshold, probes, recovery: Span::from_millis(recovery) };
            let mut breaker = Breaker::new(settings);
            let mut now = Time::ZERO;
            let mut under_way: Vec<Permit> = Vec::new();
            for step in steps {
                let before = breaker;
                match step {
                    Step::Wait(millis) => now += Span::from_millis(millis),
                    Step::Ask => {
                        let permit = breaker.ask(now);
                        let over = now.since(before.since()) > settings.recovery;
                        let passes = match before.state() {
                            State::Closed => true,
                            State::Open => over,
                            State::HalfOpen => before.probes_sent < probes,
                        };
                        prop_assert_eq!(permit.is_some(), passes);
                        under_way.extend(permit);
                    }
                    Step::Succeed(which) | Step::Fail(which) if !under_way.is_empty() => {
                        let permit = under_way.swap_remove(which % under_way.len());
                        if matches!(step, Step::Succeed(_)) {
                            breaker.succeed(permit, now);
                        } else {
                            breaker.fail(permit, now);
                        }
                        if permit.period != before.period {
                            prop_assert_eq!(breaker, before);
                        }
                    }
                    Step::Succeed(_) | Step::Fail(_) => {}
                }
                match breaker.state() {
                    State::Closed => prop_assert!(breaker.failures() < threshold),
                    State::Open => prop_assert!(breaker.failures() >= threshold),
                    State::HalfOpen => prop_assert!(breaker.probes_sent <= probes),
                }
                let known = match (before.state(), breaker.state()) {
                    (a, b) if a == b => true,
                    (State::Closed, State::Open) => breaker.failures() == threshold,
                    (State::Open, State::HalfOpen) => matches!(step, Step::Ask),
                    (State::HalfOpen, State::Closed) => breaker.failures() == 0,
                    (State::HalfOpen, State::Open) => matches!(step, Step::Fail(_)),
                    _ => false,
                };
                prop_assert!(known, "{:?} to {:?}", before, breaker);
                prop_assert_eq!(before.state() == breaker.state(), before.period == breaker.period);
            }
        }
    }
}
