//! The registry's entry of the bully system: parameters, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Bully;
use crate::{MetricSpec, ParamKind, ParamSpec, SystemInfo, start};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "bully",
    title: "Leader election (bully)",
    summary: "The highest node that runs leads; when it falls silent, the others elect anew.",
    params: PARAMS,
    commands: &[],
    metrics: METRICS,
    charts: &["leader", "leaders", "elections", "messages_sent"],
    stage: &[paint::topology],
    duration: Span::from_secs(30),
    code: None,
    start: start::<Bully>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "nodes",
        label: "Nodes",
        help: "How many nodes there are; they are called 1, 2 and so on, and the highest wins.",
        unit: "",
        kind: ParamKind::Int {
            min: 2,
            max: 9,
            default: 3,
            log: false,
        },
    },
    ParamSpec {
        name: "poll_every",
        label: "Poll the leader every",
        help: "From one look at the leader to the next.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(60),
            default: Span::from_secs(3),
        },
    },
    ParamSpec {
        name: "timeout",
        label: "Time-out",
        help: "How long a node waits for a reply before it takes the other for dead.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(10),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "coordinator_wait",
        label: "Wait for the winner",
        help: "How long a node that was answered waits for the new leader to come forward.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(60),
            default: Span::from_secs(5),
        },
    },
    ParamSpec {
        name: "polls_ask",
        label: "Polls ask for",
        help: "Whether polls ask who leads, and leaders ask for higher nodes, so that a split \
               mends; or only for a sign of life from the leader, as in the workshop.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("leadership", "Leadership"), ("life", "A sign of life")],
            default: "leadership",
        },
    },
    ParamSpec {
        name: "trouble",
        label: "Trouble",
        help: "What is wrong with the network: nothing, messages from and to the highest node \
               that take so long that it seems dead, or a lower link that loses every answer.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("none", "None"),
                ("slow-link", "Slow links to the highest node"),
                ("lost-answers", "Node 1 hears no answers"),
            ],
            default: "none",
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

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric(
        "leader",
        "",
        "The running node that takes itself for the leader, the highest if there are more; 0 if \
         none does.",
    ),
    metric(
        "leaders",
        "",
        "Running nodes that take themselves for the leader.",
    ),
    metric("leaders_max", "", "The most leaders there were at once."),
    metric(
        "followers",
        "",
        "Running nodes that take that node for the leader, itself included.",
    ),
    metric("nodes_up", "", "Nodes that run."),
    metric("elections", "", "Elections that nodes started."),
    metric("leaderless_ms", "ms", "Time without a leader."),
    metric("two_leaders_ms", "ms", "Time with more than one leader."),
    metric("messages_sent", "", "Messages that all nodes sent."),
];
