//! Who gets the next request.
//!
//! All policies have one face, [`Picker::pick`], but a learner's own: the balancer asks the
//! learner's program instead.

use faultline_sim::{NodeId, Stream};

use super::message::Request;

/// How a balancer chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Any, each with the same chance.
    Random,
    /// One after the other.
    RoundRobin,
    /// One with the fewest requests under way.
    LeastConnections,
    /// Of two at random the one with fewer requests under way (Mitzenmacher, "The power of two
    /// choices in randomized load balancing", 2001).
    PowerOfTwo,
    /// Any, each with a chance by its weight.
    Weighted,
    /// The one with the lowest cost: its average latency, and 100 ms for each request under way.
    Adaptive,
    /// The one that a learner's program picks, which the balancer asks.
    Custom,
}

/// What a balancer knows of a node that takes requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    /// Which.
    pub node: NodeId,
    /// Requests that it was given and has not answered.
    pub active: u32,
    /// How long it took of late, milliseconds, 0 before its first answer.
    pub average_ms: f64,
    /// How much it can bear beside the others; 1 is usual.
    pub weight: f64,
}

/// Milliseconds that a request under way counts for in [`Policy::Adaptive`].
const ACTIVE_COST_MS: f64 = 100.0;

/// A policy at work.
#[derive(Clone, Debug)]
pub struct Picker {
    policy: Policy,
    /// Where the next search among the workers begins, so that equals take turns.
    turn: usize,
}

impl Picker {
    /// A policy that has not chosen yet.
    pub fn new(policy: Policy) -> Self {
        Self { policy, turn: 0 }
    }

    /// The policy.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Which of the workers gets a request, as a position in the list; none if there are none.
    pub fn pick(
        &mut self,
        _request: &Request,
        workers: &[Worker],
        random: &mut Stream,
    ) -> Option<usize> {
        if workers.is_empty() {
            return None;
        }
        Some(match self.policy {
            Policy::Random => random.index(workers.len()),
            Policy::RoundRobin => self.in_turn(workers, |_| 0.0),
            Policy::LeastConnections => self.in_turn(workers, |one| f64::from(one.active)),
            Policy::Adaptive => self.in_turn(workers, |one| {
                one.average_ms + ACTIVE_COST_MS * f64::from(one.active)
            }),
            Policy::PowerOfTwo => of_two(workers, random),
            Policy::Weighted => by_weight(workers, random),
            Policy::Custom => return None,
        })
    }

    /// The one with the lowest cost; of equals, the next in turn.
    fn in_turn(&mut self, workers: &[Worker], cost: impl Fn(&Worker) -> f64) -> usize {
        let count = workers.len();
        let first = self.turn % count;
        let mut best = (first, cost(&workers[first]));
        for index in (first + 1..count).chain(0..first) {
            // Nothing is cheaper than nothing.
            if best.1 <= 0.0 {
                break;
            }
            let cost = cost(&workers[index]);
            if cost < best.1 {
                best = (index, cost);
            }
        }
        self.turn = best.0 + 1;
        best.0
    }
}

fn of_two(workers: &[Worker], random: &mut Stream) -> usize {
    let count = workers.len();
    let one = random.index(count);
    if count == 1 {
        return one;
    }
    // Another, as if the first were not there.
    let other = random.index(count - 1);
    let other = other + usize::from(other >= one);
    if workers[other].active < workers[one].active {
        other
    } else {
        one
    }
}

fn by_weight(workers: &[Worker], random: &mut Stream) -> usize {
    let all: f64 = workers.iter().map(|one| one.weight).sum();
    let mut left = random.unit() * all;
    for (index, one) in workers.iter().enumerate() {
        left -= one.weight;
        if left < 0.0 {
            return index;
        }
    }
    workers.len() - 1
}

#[cfg(test)]
mod tests {
    use super::super::message::Rpc;
    use super::*;
    use faultline_sim::{Purpose, Span};

    fn workers(active: &[u32]) -> Vec<Worker> {
        let worker = |(index, &active): (u32, &u32)| Worker {
            node: NodeId(index),
            active,
            average_ms: 0.0,
            weight: 1.0,
        };
        (0..).zip(active).map(worker).collect()
    }

    fn picks(policy: Policy, workers: &[Worker], count: usize) -> Vec<usize> {
        let mut random = Stream::derive(1, Purpose::Node, 1);
        let mut picker = Picker::new(policy);
        let request = Request {
            number: 1,
            rpc: Rpc::Health,
            work: Span::ZERO,
        };
        let mut pick = || picker.pick(&request, workers, &mut random);
        (0..count).filter_map(|_| pick()).collect()
    }

    fn shares(policy: Policy, workers: &[Worker]) -> Vec<f64> {
        let all = picks(policy, workers, 30_000);
        let share = |index: usize| {
            let those = all.iter().filter(|one| **one == index);
            those.count() as f64 / all.len() as f64
        };
        (0..workers.len()).map(share).collect()
    }

    #[test]
    fn nobody_is_picked_where_nobody_is() {
        assert!(picks(Policy::Adaptive, &[], 3).is_empty());
        for policy in [Policy::PowerOfTwo, Policy::Random, Policy::Weighted] {
            assert_eq!(picks(policy, &workers(&[7]), 2), [0, 0]);
        }
    }

    #[test]
    fn equals_take_turns() {
        let three = workers(&[0, 0, 0]);
        for policy in [
            Policy::RoundRobin,
            Policy::LeastConnections,
            Policy::Adaptive,
        ] {
            assert_eq!(picks(policy, &three, 6), [0, 1, 2, 0, 1, 2], "{policy:?}");
        }
        let busy = workers(&[2, 2, 2]);
        assert_eq!(picks(Policy::LeastConnections, &busy, 4), [0, 1, 2, 0]);
    }

    #[test]
    fn least_connections_and_adaptive_avoid_the_busy() {
        let mut uneven = workers(&[4, 1, 3]);
        assert_eq!(picks(Policy::LeastConnections, &uneven, 3), [1, 1, 1]);
        // 400 ms and 0, 100 ms and 350, 300 ms and 0.
        uneven[1].average_ms = 350.0;
        assert_eq!(picks(Policy::Adaptive, &uneven, 3), [2, 2, 2]);
    }

    #[test]
    fn of_two_at_random_the_less_busy_is_taken() {
        let shares = shares(Policy::PowerOfTwo, &workers(&[0, 5, 9]));
        // The busiest is never the better of two; the middle one is in one pair of three.
        for (share, expected) in shares.iter().zip([2.0 / 3.0, 1.0 / 3.0, 0.0]) {
            assert!((share - expected).abs() < 0.01, "{shares:?}");
        }
    }

    #[test]
    fn weights_are_chances() {
        let mut three = workers(&[0, 0, 0]);
        for (worker, weight) in three.iter_mut().zip([1.0, 0.5, 2.5]) {
            worker.weight = weight;
        }
        let shares = shares(Policy::Weighted, &three);
        for (share, expected) in shares.iter().zip([0.25, 0.125, 0.625]) {
            assert!((share - expected).abs() < 0.01, "{shares:?}");
        }
    }
}
