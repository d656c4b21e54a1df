//! From parameters to a setup: the four phases of the scaling journey are settings of the same
//! service.

use std::rc::Rc;

use faultline_sim::Span;

use super::info::INFO;
use super::policy::Policy;
use super::process::{BALANCER, Setup, Workload};
use crate::Values;
use crate::code::Program;
use crate::traffic::{Arrivals, Demand, Discipline, Plan};

/// What a request without any load takes.
const HANDLING: Span = Span::from_millis(1);
/// What the workshop's `fib(35)` takes on one core, on top of that.
const FIB_35_MS: f64 = 885.0;
/// Each step of the load factor takes so many times as long as the one before: the golden
/// ratio, as calls of the recursive Fibonacci function do.
const GOLDEN_RATIO: f64 = 1.618_033_988_749_895;
/// How many keys the client stores under.
const KEYS: u32 = 10;

/// What a phase sets.
enum Preset {
    Int(i64),
    Choice(&'static str),
}

use Preset::{Choice, Int};

const fn one_node(workers: i64, concurrency: i64) -> [(&'static str, Preset); 6] {
    [
        ("nodes", Int(1)),
        ("policy", Choice("none")),
        ("arrivals", Choice("closed")),
        ("workers", Int(workers)),
        ("load_factor", Int(35)),
        ("concurrency", Int(concurrency)),
    ]
}

static PHASE_1: [(&str, Preset); 6] = one_node(1, 5);
static PHASE_2: [(&str, Preset); 6] = one_node(10, 5);
static PHASE_3: [(&str, Preset); 6] = one_node(10, 20);
static PHASE_4: [(&str, Preset); 8] = [
    ("nodes", Int(3)),
    ("policy", Choice("round-robin")),
    ("arrivals", Choice("closed")),
    ("workers", Int(10)),
    ("load_factor", Int(0)),
    ("slow_node", Int(2)),
    ("slow_load_factor", Int(35)),
    ("concurrency", Int(20)),
];

/// Parameters as the phase has them: it sets those that a user left at their defaults.
struct Chosen<'a> {
    values: &'a Values,
    phase: &'static [(&'static str, Preset)],
}

impl Chosen<'_> {
    fn preset(&self, name: &str) -> Option<&'static Preset> {
        let spec = INFO.params.iter().find(|spec| spec.name == name)?;
        let untouched = self.values.get(name) == Some(spec.kind.default_value());
        let presets = self.phase.iter().filter(|_| untouched);
        presets
            .filter(|(preset, _)| *preset == name)
            .map(|(_, preset)| preset)
            .next()
    }

    /// A whole number; the ranges of the parameters keep it in bounds.
    fn int(&self, name: &str) -> u32 {
        let value = match self.preset(name) {
            Some(Int(value)) => *value,
            _ => self.values.int(name),
        };
        u32::try_from(value).unwrap_or(0)
    }

    fn choice(&self, name: &str) -> &'static str {
        match self.preset(name) {
            Some(Choice(value)) => value,
            _ => self.values.choice(name),
        }
    }
}

/// What serving a request takes, alone and at full speed.
pub(super) fn cost(load_factor: u32) -> Span {
    if load_factor == 0 {
        return HANDLING;
    }
    let mut ms = FIB_35_MS;
    for _ in load_factor..35 {
        ms /= GOLDEN_RATIO;
    }
    for _ in 35..load_factor {
        ms *= GOLDEN_RATIO;
    }
    HANDLING + Span::from_millis(1).scaled(ms)
}

/// The setup of a run, and how many servers it starts with.
pub(super) fn read(values: &Values, program: Option<Rc<dyn Program>>) -> (Setup, u32) {
    let phase = values.choice("phase");
    let chosen = Chosen {
        values,
        phase: match phase {
            "1" => &PHASE_1,
            "2" => &PHASE_2,
            "3" => &PHASE_3,
            "4" => &PHASE_4,
            _ => &[],
        },
    };
    let load_factor = chosen.int("load_factor");
    let policy = match chosen.choice("policy") {
        "none" => None,
        "round-robin" => Some(Policy::RoundRobin),
        "least-connections" => Some(Policy::LeastConnections),
        "power-of-two" => Some(Policy::PowerOfTwo),
        "weighted" => Some(Policy::Weighted),
        "adaptive" => Some(Policy::Adaptive),
        "custom" => Some(Policy::Custom),
        _ => Some(Policy::Random),
    };
    let rate = values.float("rate");
    let work = cost(load_factor);
    let slow = chosen.int("slow_node");
    let slow_load_factor = chosen.int("slow_load_factor");
    let slowness = cost(slow_load_factor).as_nanos() as f64 / work.as_nanos() as f64;
    let setup = Setup {
        // Without a balancer the one server comes right after the client.
        asks: BALANCER,
        policy: policy.unwrap_or(Policy::Random),
        program,
        arrivals: match chosen.choice("arrivals") {
            "closed" => Arrivals::Batches {
                size: chosen.int("concurrency"),
                pause: values.span("pause"),
            },
            "even" => Arrivals::Every(Span::from_secs(1).scaled(1.0 / rate)),
            // Batches of nobody: the client only does what it is asked.
            "none" => Arrivals::Batches {
                size: 0,
                pause: values.span("pause"),
            },
            _ => Arrivals::poisson(rate),
        },
        demand: match values.choice("demand") {
            "exponential" => Demand::Exponential(work),
            _ => Demand::Constant(work),
        },
        workload: match values.choice("requests") {
            "gets" => Workload::PutThenGets,
            _ => Workload::Puts,
        },
        key: "user_123".into(),
        keys: (1..=KEYS).map(|key| format!("user_{key}").into()).collect(),
        value: "Alice".into(),
        timeout: values.span("timeout"),
        latency: values.span("latency"),
        plan: Plan {
            discipline: match values.choice("discipline") {
                "fifo" => Discipline::Fifo,
                _ => Discipline::Sharing,
            },
            workers: chosen.int("workers"),
            cores: chosen.int("cores"),
            limit: Some(chosen.int("queue_limit")),
        },
        memory_per_worker: values.choice("memory") == "per-worker",
        health_check: values.span("health_check"),
        load_factor,
        slow: (slow > 0).then_some((slow, slow_load_factor, slowness)),
        balanced: policy.is_some(),
        begins_with_two: matches!(phase, "1" | "2" | "3"),
    };
    (setup, chosen.int("nodes"))
}

/// Shared by all machines.
pub(super) fn shared(values: &Values, program: Option<Rc<dyn Program>>) -> (Rc<Setup>, u32) {
    let (setup, servers) = read(values, program);
    (Rc::new(setup), servers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_grow_as_the_golden_ratio() {
        let ms = |load_factor| cost(load_factor).as_millis_f64();
        assert_eq!(ms(0), 1.0);
        assert_eq!(ms(35), 886.0);
        assert!((ms(28) - 31.5).abs() < 0.1, "{}", ms(28));
        assert!(((ms(36) - 1.0) / (ms(35) - 1.0) - GOLDEN_RATIO).abs() < 1e-6);
    }

    #[test]
    fn a_phase_sets_what_a_user_has_left_alone() {
        let setup = |given: &[(&str, &str)]| {
            let values = Values::parse(INFO.params, given).unwrap();
            read(&values, None)
        };
        let (two, nodes) = setup(&[("phase", "2")]);
        assert_eq!((two.plan.workers, two.load_factor, nodes), (10, 35, 1));
        assert_eq!(two.number(two.first_server()), 2);
        let (own, _) = setup(&[("phase", "2"), ("workers", "4")]);
        assert_eq!((own.plan.workers, own.load_factor), (4, 35));
        let (four, nodes) = setup(&[("phase", "4")]);
        assert_eq!((nodes, four.policy), (3, Policy::RoundRobin));
        assert_eq!(four.load_factor(four.first_server()), 0);
    }
}
