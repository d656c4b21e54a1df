//! The registry's entry of the quorum system: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Quorum;
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "quorum",
    title: "Quorums and availability",
    summary: "Every node holds a copy; reads wait for R of them and writes for W.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &[
        "nodes_behind",
        "stale_reads",
        "node.<name>.version",
        "reads_failed",
        "writes_failed",
    ],
    stage: &[paint::topology],
    duration: Span::from_secs(14),
    code: None,
    start: start::<Quorum>,
};

const fn count(name: &'static str, label: &'static str, help: &'static str, n: i64) -> ParamSpec {
    ParamSpec {
        name,
        label,
        help,
        unit: "nodes",
        kind: ParamKind::Int {
            min: 1,
            max: 9,
            default: n,
            log: false,
        },
    }
}

static PARAMS: &[ParamSpec] = &[
    count(
        "n",
        "N, copies",
        "How many nodes hold a copy of the key.",
        3,
    ),
    count(
        "r",
        "R, read quorum",
        "How many nodes must reply to a read; with R + W > N every read meets the last write.",
        2,
    ),
    count(
        "w",
        "W, write quorum",
        "How many nodes must have stored a write before it is acknowledged.",
        2,
    ),
    ParamSpec {
        name: "scenario",
        label: "Scenario",
        help: "What happens by itself: the workshop's three reads around two kills, writes with \
               a read after each on a calm network, the same on a network that is slow and \
               unlucky, or nothing.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("guide", "The workshop's"),
                ("workload", "Writes and reads"),
                ("stale", "Writes and reads, unlucky network"),
                ("none", "Nothing"),
            ],
            default: "guide",
        },
    },
    ParamSpec {
        name: "read_repair",
        label: "Read repair",
        help: "Whether a read writes the newest value back to nodes that replied with an older \
               one.",
        unit: "",
        kind: ParamKind::Bool { default: false },
    },
    ParamSpec {
        name: "hinted_handoff",
        label: "Hinted hand-off",
        help: "Whether the client keeps what a node has missed, and hands it over when the node \
               is back.",
        unit: "",
        kind: ParamKind::Bool { default: false },
    },
    ParamSpec {
        name: "timeout",
        label: "Time-out",
        help: "How long the client waits for replies before it takes a node for dead.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(10),
            default: Span::from_secs(1),
        },
    },
];

static COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        usage: "read",
        label: "Read",
        help: "The client reads the key.",
    },
    CommandSpec {
        usage: "write <value>",
        label: "Write",
        help: "The client writes the key as the next version; any text of up to 40 characters.",
    },
];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric("reads_ok", "", "Reads that R nodes replied to in time."),
    metric(
        "reads_failed",
        "",
        "Reads that fewer nodes replied to in time.",
    ),
    metric("writes_ok", "", "Writes that W nodes stored in time."),
    metric(
        "writes_failed",
        "",
        "Writes that fewer nodes stored in time; some may hold them all the same.",
    ),
    metric(
        "stale_reads",
        "",
        "Reads that returned an older version than the last one acknowledged before they began.",
    ),
    metric(
        "version",
        "",
        "The last version that was acknowledged; all nodes start at 1.",
    ),
    metric("node.<name>.version", "", "The version on the node's disk."),
    metric(
        "nodes_behind",
        "",
        "Nodes, up or down, that hold an older version than the last one acknowledged.",
    ),
    metric("read_ms", "ms", "Mean time of the reads that succeeded."),
    metric("write_ms", "ms", "Mean time of the writes that succeeded."),
    metric("repairs", "", "Old copies that read repair wrote to."),
    metric("hints", "", "Nodes for which the client keeps a hint."),
    metric("hints_delivered", "", "Hints handed over."),
    metric("messages_sent", "", "Messages that all machines sent."),
];
