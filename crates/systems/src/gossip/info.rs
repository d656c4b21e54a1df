//! The registry's entry of the gossip system: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Gossip;
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "gossip",
    title: "Gossip",
    summary: "Every node tells a random other what it knows, and news reaches them all.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &["informed", "messages_sent", "spread_ms"],
    stage: &[paint::topology],
    duration: Span::from_secs(30),
    code: None,
    start: start::<Gossip>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "nodes",
        label: "Nodes",
        help: "How many nodes gossip; they are called 1, 2 and so on.",
        unit: "",
        kind: ParamKind::Int {
            min: 2,
            max: 1_000,
            default: 4,
            log: true,
        },
    },
    ParamSpec {
        name: "mode",
        label: "Mode",
        help: "Whether a node tells the other what it knows, asks for what the other knows, or \
               both.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("push", "Push"),
                ("pull", "Pull"),
                ("push-pull", "Push and pull"),
            ],
            default: "push",
        },
    },
    ParamSpec {
        name: "fanout",
        label: "Fan-out",
        help: "How many different others a node speaks to in a round.",
        unit: "nodes",
        kind: ParamKind::Int {
            min: 1,
            max: 10,
            default: 1,
            log: false,
        },
    },
    ParamSpec {
        name: "period",
        label: "Period",
        help: "From one round of a node to its next; each node starts at a random moment of it.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(50),
            max: Span::from_secs(60),
            default: Span::from_secs(2),
        },
    },
    ParamSpec {
        name: "timeout",
        label: "Time-out",
        help: "How long a node waits for an answer before it takes the other for dead.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(10),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "merge",
        label: "Merge",
        help: "Whether a node keeps the larger of two versions, or whatever it heard last, which \
               loses news.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("larger", "Keep the larger"), ("latest", "Take the latest")],
            default: "larger",
        },
    },
    ParamSpec {
        name: "hot_rounds",
        label: "Rounds per rumour",
        help: "How many rounds a node goes on after its last news, unless it only pulls; 0 means \
               for ever.",
        unit: "rounds",
        kind: ParamKind::Int {
            min: 0,
            max: 20,
            default: 0,
            log: false,
        },
    },
    ParamSpec {
        name: "anti_entropy",
        label: "Anti-entropy period",
        help: "How often a node compares all it knows with one other besides its rounds; 0s \
               means never.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::ZERO,
            max: Span::from_secs(60),
            default: Span::ZERO,
        },
    },
    ParamSpec {
        name: "first_update",
        label: "First update",
        help: "When node 1 is updated by itself, unless a node was updated before; 0s means \
               never.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::ZERO,
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "latency",
        label: "Message latency",
        help: "How long a message takes on average; each takes half as much to half as much again.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(10),
            default: Span::from_millis(10),
        },
    },
];

static COMMANDS: &[CommandSpec] = &[CommandSpec {
    usage: "update <node>",
    label: "Update",
    help: "Counts up a node's own version, which is news for all others; \
           curl -X POST http://localhost:7001/update does the same.",
}];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric(
        "spread_ms",
        "ms",
        "Time from the last update until every live node knew it, so far; 0 before any update.",
    ),
    metric(
        "spread_expected_ms",
        "ms",
        "Time that the logistic curve takes until less than half a node is left out.",
    ),
    metric(
        "informed",
        "",
        "Live nodes that know the last update; 0 before any update.",
    ),
    metric("nodes_up", "", "Nodes that have not crashed."),
    metric("updates", "", "Updates by users."),
    metric(
        "agreed",
        "",
        "1 if all live nodes know exactly the same, else 0.",
    ),
    metric(
        "catch_up_ms",
        "ms",
        "Time from the last restart until all live nodes knew the same, so far; 0 before any.",
    ),
    metric(
        "forgotten",
        "",
        "Versions that a running node replaced by older ones.",
    ),
    metric("timeouts", "", "Exchanges that had no answer in time."),
    metric("messages_sent", "", "Messages that all nodes sent."),
];
