//! The registry's entry of the sharding system: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Sharding;
use crate::code::{CodeSpec, FunctionSpec};
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start, start_with};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "sharding",
    title: "Sharding and consistent hashing",
    summary: "Keys are spread over nodes; when a node joins or leaves, some of them must move.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &[
        "node.<name>.keys",
        "keys_moved",
        "keys_misplaced",
        "load_max_over_mean",
    ],
    stage: &[paint::ring, paint::bins],
    duration: Span::from_secs(10),
    code: Some(CODE),
    start: start::<Sharding>,
};

const CODE: CodeSpec = CodeSpec {
    functions: &[
        FunctionSpec {
            usage: "hash(key)",
            help: "Gets a text and returns a whole number from 0 to 2**256 - 1. Keys and the \
                   nodes' points on the ring are placed by it.",
        },
        FunctionSpec {
            usage: "get_node(key)",
            help: "Gets a key and returns the name of one of the nodes, which are in the list \
                   nodes. It takes the place of the strategy.",
        },
    ],
    needs: |_| None,
    rank_by: None,
    start: start_with::<Sharding>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "strategy",
        label: "Strategy",
        help: "How a key's node is chosen.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("modulo", "Modulo"),
                ("ring", "Hash ring"),
                ("rendezvous", "Rendezvous"),
                ("jump", "Jump hash"),
            ],
            default: "ring",
        },
    },
    ParamSpec {
        name: "hash",
        label: "Hash",
        help: "Where hashes come from: a program of yours, if there is one, or SHA-256.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("program", "Your program's"), ("sha-256", "SHA-256")],
            default: "program",
        },
    },
    ParamSpec {
        name: "nodes",
        label: "Nodes before",
        help: "How many nodes hold the keys before the change.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 25,
            default: 3,
            log: false,
        },
    },
    ParamSpec {
        name: "change",
        label: "Change",
        help: "What happens to the cluster after one second: the next node joins, the last one \
               leaves, or nothing.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("add", "Add"), ("remove", "Remove"), ("none", "None")],
            default: "add",
        },
    },
    ParamSpec {
        name: "virtual_nodes",
        label: "Virtual nodes",
        help: "Points that each node has on the ring; other strategies have no ring.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 100,
            log: true,
        },
    },
    ParamSpec {
        name: "keys",
        label: "Keys",
        help: "How many keys there are: key_0, key_1 and so on. Rendezvous, which hashes each of \
               them with every node, takes at most 10,000.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 100_000,
            default: 1_000,
            log: true,
        },
    },
    ParamSpec {
        name: "lookups_per_s",
        label: "Look-ups",
        help: "How many keys a second the client looks up, chosen at random.",
        unit: "per second",
        kind: ParamKind::Int {
            min: 0,
            max: 200,
            default: 20,
            log: false,
        },
    },
    ParamSpec {
        name: "transfer_gap",
        label: "Pause between transfers",
        help: "How long a node waits before it hands over its next key.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_micros(100),
            max: Span::from_millis(100),
            default: Span::from_millis(2),
        },
    },
    ParamSpec {
        name: "transfer",
        label: "Handing over",
        help: "Whether a node keeps its copy of a key until the new owner has acknowledged it, \
               or deletes it on sending and hopes.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("acknowledged", "Acknowledged"),
                ("unacknowledged", "Send and forget"),
            ],
            default: "acknowledged",
        },
    },
];

static COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        usage: "add [node]",
        label: "Add a node",
        help: "A node joins: the one named, or the first letter that is free.",
    },
    CommandSpec {
        usage: "remove <node>",
        label: "Remove a node",
        help: "A node hands its keys over and leaves.",
    },
    CommandSpec {
        usage: "lookup <key>",
        label: "Look up a key",
        help: "The client asks the node where the key must live; any text of up to 64 characters.",
    },
];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric("keys_total", "", "Keys in the run."),
    metric(
        "keys_moved",
        "",
        "Keys whose holder differs from the one before the last change.",
    ),
    metric("moved_percent", "%", "Share of the keys that moved."),
    metric(
        "moved_expected_percent",
        "%",
        "Share that an even hash moves in theory.",
    ),
    metric(
        "move_ms",
        "ms",
        "Time from the last change until every key was with its owner, so far.",
    ),
    metric(
        "keys_misplaced",
        "",
        "Keys that are not with their owner, and their owner alone.",
    ),
    metric("keys_lost", "", "Keys that no disk holds any more."),
    metric(
        "node.<name>.keys",
        "",
        "Keys that the node is the holder of.",
    ),
    metric(
        "load_max_over_mean",
        "",
        "Keys on the fullest node over the mean of all nodes.",
    ),
    metric(
        "chi_square",
        "",
        "How far the load is from equal shares: the sum of (observed - expected)^2 / expected \
         over the nodes.",
    ),
    metric(
        "chi_square_limit",
        "",
        "What chi_square stays below in 19 of 20 runs if the hash is even.",
    ),
    metric(
        "avalanche",
        "",
        "Which share of a hash turns over when one bit of the key does; 0.5 is best.",
    ),
    metric(
        "hash_steps",
        "",
        "Steps that your function takes for a key: calls and rounds of loops.",
    ),
    metric("lookups_ok", "", "Look-ups that found their key."),
    metric(
        "lookups_missed",
        "",
        "Look-ups answered with 'not here', because the key was still on its way.",
    ),
    metric(
        "lookups_unanswered",
        "",
        "Look-ups without an answer within half a second.",
    ),
    metric(
        "lookup_key",
        "",
        "The key that was last looked up by a command.",
    ),
    metric("lookup_node", "", "The node where that key must live."),
    metric("messages_sent", "", "Messages that all machines sent."),
];
