//! The catalogue's entry of the registry system: parameters, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Registry;
use crate::{MetricSpec, ParamKind, ParamSpec, SystemInfo, start};

/// The catalogue's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "registry",
    title: "Service discovery",
    summary: "Nodes register and send heartbeats; the registry strikes out who falls silent.",
    params: PARAMS,
    commands: &[],
    metrics: METRICS,
    charts: &[
        "registered",
        "dead_entries",
        "missing",
        "expired_running",
        "calls_failed",
    ],
    stage: &[paint::topology],
    duration: Span::from_secs(45),
    code: None,
    start: start::<Registry>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "nodes",
        label: "Nodes",
        help: "How many nodes register; they are called node1, node2 and so on.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 200,
            default: 2,
            log: true,
        },
    },
    ParamSpec {
        name: "heartbeat_every",
        label: "Heartbeat every",
        help: "From one heartbeat of a node to its next; each node begins at a random moment.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(60),
            default: Span::from_secs(2),
        },
    },
    ParamSpec {
        name: "ttl",
        label: "Time to live",
        help: "How long an entry lives from the last heartbeat that arrived.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(300),
            default: Span::from_secs(5),
        },
    },
    ParamSpec {
        name: "prune_every",
        label: "Prune every",
        help: "From one look for entries past their time to the next.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "unknown_heartbeat",
        label: "Unknown heartbeat",
        help: "What a node hears that is not listed: 404, so that it registers again; or 200, as \
               if all were well, so that it never comes back.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("404", "404: register again"), ("200", "200: all is well")],
            default: "404",
        },
    },
    ParamSpec {
        name: "loss",
        label: "Messages lost",
        help: "The share of all messages that the network loses.",
        unit: "%",
        kind: ParamKind::Float {
            min: 0.0,
            max: 90.0,
            default: 0.0,
            log: false,
        },
    },
    ParamSpec {
        name: "call_every",
        label: "Call every",
        help: "From one call of the client to its next: it looks nodes up and calls one of them; \
               0s means never.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::ZERO,
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "timeout",
        label: "Time-out",
        help: "How long nodes and the client wait for an answer.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(10),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "scenario",
        label: "Scenario",
        help: "What happens by itself: the last node freezes for ten seconds at 22 s, or nothing.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("freeze", "A node freezes"), ("none", "Nothing")],
            default: "freeze",
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
    metric("registered", "", "Nodes that the registry lists."),
    metric(
        "running",
        "",
        "Nodes that run; one that is paused does not.",
    ),
    metric("dead_entries", "", "Nodes that are listed and do not run."),
    metric("missing", "", "Nodes that run and are not listed."),
    metric(
        "expired",
        "",
        "Entries that the registry took out because no heartbeat came.",
    ),
    metric(
        "expired_running",
        "",
        "Those of them whose node ran: false positives.",
    ),
    metric(
        "expired_running_expected",
        "",
        "How many false positives theory expects from the share of messages that were lost.",
    ),
    metric("registrations", "", "Registrations that arrived."),
    metric(
        "detected_ms",
        "ms",
        "How long the last entry that expired stayed after its node had stopped; 0 before any.",
    ),
    metric("calls", "", "Calls that the client began with a look-up."),
    metric("calls_ok", "", "Calls that a node answered."),
    metric(
        "calls_failed",
        "",
        "Calls that failed: no answer, or nobody listed.",
    ),
    metric(
        "calls_to_dead",
        "",
        "Calls to nodes that did not run when they were called.",
    ),
    metric("messages_sent", "", "Messages that all machines sent."),
];
