//! The registry's entry of the service: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Service;
use super::learner::PICK;
use crate::code::{CodeSpec, FunctionSpec};
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start, start_with};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "service",
    title: "Nodes, RPC and load balancing",
    summary: "A client asks key-value stores over RPC, and a balancer decides which of them.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &[
        "latency_ms_p50",
        "latency_ms_p99",
        "throughput_per_s",
        "timeouts",
        "node.<id>.share_percent",
        "node.<id>.active",
    ],
    stage: &[paint::queues],
    duration: Span::from_secs(30),
    code: Some(CODE),
    start: start::<Service>,
};

const CODE: CodeSpec = CodeSpec {
    functions: &[FunctionSpec {
        usage: "pick(request, workers)",
        help: "Gets a request (number, kind, key) and the workers that take requests (each with \
               id, active, average_ms, weight), and returns one of them, or None to turn the \
               request away. It is asked if the policy is your own.",
    }],
    needs: |values| (values.choice("policy") == "custom").then_some(PICK),
    rank_by: Some("latency_ms_p95"),
    start: start_with::<Service>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "phase",
        label: "Phase",
        help: "A phase of the scaling journey: it sets nodes, workers, load factor, requests at \
               once and policy where they are left at their defaults.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("off", "As set below"),
                ("1", "1: one worker"),
                ("2", "2: ten workers"),
                ("3", "3: twenty at once"),
                ("4", "4: three nodes"),
            ],
            default: "off",
        },
    },
    ParamSpec {
        name: "nodes",
        label: "Nodes",
        help: "How many servers there are at the start; they are called 1, 2 and so on.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 3,
            log: true,
        },
    },
    ParamSpec {
        name: "policy",
        label: "Policy",
        help: "Who gets the next request; with none there is no balancer, and all requests go to \
               the first node.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("random", "Random"),
                ("round-robin", "Round-robin"),
                ("least-connections", "Least connections"),
                ("power-of-two", "Power of two choices"),
                ("weighted", "Weighted by speed"),
                ("adaptive", "Adaptive"),
                ("custom", "Your own"),
                ("none", "None: one node"),
            ],
            default: "random",
        },
    },
    ParamSpec {
        name: "arrivals",
        label: "Arrivals",
        help: "Whether requests come at random moments, evenly, in a closed loop (so many at once, \
               and the next when all are over), or only when you ask for one.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("poisson", "At random (Poisson)"),
                ("even", "Evenly"),
                ("closed", "Closed loop"),
                ("none", "Only by hand"),
            ],
            default: "poisson",
        },
    },
    ParamSpec {
        name: "rate",
        label: "Rate",
        help: "How many requests the client makes, unless it runs a closed loop.",
        unit: "requests/s",
        kind: ParamKind::Float {
            min: 0.1,
            max: 10_000.0,
            default: 60.0,
            log: true,
        },
    },
    ParamSpec {
        name: "concurrency",
        label: "Requests at once",
        help: "How many requests are in a batch of the closed loop.",
        unit: "requests",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 5,
            log: true,
        },
    },
    ParamSpec {
        name: "pause",
        label: "Pause",
        help: "From the end of a batch of the closed loop to the next.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(10),
            default: Span::from_millis(100),
        },
    },
    ParamSpec {
        name: "load_factor",
        label: "Load factor",
        help: "How heavy a request is: the n of a recursive fib(n), so each step takes 1.6 times \
               as long; 35 takes 886 ms, 28 takes 31 ms, 0 takes 1 ms.",
        unit: "",
        kind: ParamKind::Int {
            min: 0,
            max: 40,
            default: 28,
            log: false,
        },
    },
    ParamSpec {
        name: "demand",
        label: "Work",
        help: "Whether every request is the same work, or exponentially distributed with the \
               same mean.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("constant", "All the same"), ("exponential", "Exponential")],
            default: "constant",
        },
    },
    ParamSpec {
        name: "workers",
        label: "Workers",
        help: "How many workers each node has.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 64,
            default: 1,
            log: true,
        },
    },
    ParamSpec {
        name: "cores",
        label: "Cores",
        help: "How many processors each node has for its workers.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 64,
            default: 8,
            log: true,
        },
    },
    ParamSpec {
        name: "discipline",
        label: "Discipline",
        help: "Whether a worker shares its processor among its requests, as a Python process \
               does, or serves one after the other from a line.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("sharing", "Processor sharing"),
                ("fifo", "First in, first out"),
            ],
            default: "sharing",
        },
    },
    ParamSpec {
        name: "queue_limit",
        label: "Limit per node",
        help: "How many requests a node takes, served or waiting; it refuses more with a 503.",
        unit: "requests",
        kind: ParamKind::Int {
            min: 1,
            max: 10_000,
            default: 2_048,
            log: true,
        },
    },
    ParamSpec {
        name: "slow_node",
        label: "Slow node",
        help: "The number of a node with a load factor of its own; 0 means none.",
        unit: "",
        kind: ParamKind::Int {
            min: 0,
            max: 1_000,
            default: 0,
            log: false,
        },
    },
    ParamSpec {
        name: "slow_load_factor",
        label: "Its load factor",
        help: "The load factor of the slow node.",
        unit: "",
        kind: ParamKind::Int {
            min: 0,
            max: 40,
            default: 32,
            log: false,
        },
    },
    ParamSpec {
        name: "requests",
        label: "Requests",
        help: "Whether the client stores values, or stores one and then asks for it again and \
               again.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("puts", "Puts"), ("gets", "One put, then gets")],
            default: "puts",
        },
    },
    ParamSpec {
        name: "memory",
        label: "Memory",
        help: "Whether the workers of a node share its store, or each has a store of its own, \
               which loses values.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("shared", "Shared"), ("per-worker", "One per worker")],
            default: "shared",
        },
    },
    ParamSpec {
        name: "timeout",
        label: "Time-out",
        help: "How long the client waits for an answer before it gives up.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(60),
            default: Span::from_secs(5),
        },
    },
    ParamSpec {
        name: "health_check",
        label: "Health check",
        help: "How often the balancer asks every node how it is; two questions without an answer \
               take a node out. 0s means never.",
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
            min: Span::from_micros(100),
            max: Span::from_secs(1),
            default: Span::from_millis(2),
        },
    },
    ParamSpec {
        name: "window",
        label: "Window",
        help: "How far back shares and the chart's percentiles look.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_secs(1),
            max: Span::from_secs(60),
            default: Span::from_secs(10),
        },
    },
];

static COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        usage: "health <node>",
        label: "Health",
        help: "The client asks a node how it is; curl http://localhost:5001/health does the same.",
    },
    CommandSpec {
        usage: "stats <node>",
        label: "Stats",
        help: "The client asks a node for its figures; curl http://localhost:5001/stats does the \
               same.",
    },
    CommandSpec {
        usage: "put <key> <value>",
        label: "Put",
        help: "The client stores a value under a key; curl -X POST http://localhost:5001/data -d \
               '{\"key\": \"user_123\", \"value\": \"Alice\"}' stores it on a node.",
    },
    CommandSpec {
        usage: "get <key>",
        label: "Get",
        help: "The client asks for a key's value; curl http://localhost:5001/data/user_123 asks a \
               node for it.",
    },
    CommandSpec {
        usage: "add",
        label: "Add a node",
        help: "One more node starts, and the balancer learns of it.",
    },
];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric(
        "latency_ms_p50",
        "ms",
        "Half of all requests took no longer; what is given up counts as its time-out, refusals \
         are left out; 0 before any.",
    ),
    metric(
        "latency_ms_p95",
        "ms",
        "95 % of all requests took no longer.",
    ),
    metric(
        "latency_ms_p99",
        "ms",
        "99 % of all requests took no longer.",
    ),
    metric(
        "latency_ms_mean",
        "ms",
        "The mean latency of all requests, counted so.",
    ),
    metric(
        "latency_expected_ms",
        "ms",
        "The mean latency that queueing theory expects; 0 where it has no formula.",
    ),
    metric(
        "active_max",
        "",
        "The most requests that were in progress at one node at once.",
    ),
    metric("requests_sent", "", "Requests that the client sent."),
    metric("requests_ok", "", "Requests that were answered by a 200."),
    metric("misses", "", "Requests that were answered by a 404."),
    metric("refused", "", "Requests that were answered by a 503."),
    metric("timeouts", "", "Requests that the client gave up."),
    metric("late", "", "Answers that came after that."),
    metric(
        "throughput_per_s",
        "1/s",
        "Answers a second in the moving window, refusals left out.",
    ),
    metric("nodes_in", "", "Nodes that the balancer gives requests to."),
    metric(
        "node.<id>.share_percent",
        "%",
        "The node's part of the requests in the moving window.",
    ),
    metric(
        "node.<id>.latency_ms_p50",
        "ms",
        "Half of the node's answers took no longer; 0 before any.",
    ),
    metric(
        "node.<id>.active",
        "",
        "Requests in progress at the node now, served or waiting.",
    ),
    metric(
        "answer",
        "",
        "How the last request by hand ended: 200, 404, 503, or timed out; empty before any.",
    ),
    metric(
        "answer_node",
        "",
        "Which node answered it; empty if none did.",
    ),
    metric("answer_value", "", "The value that it returned, if any."),
    metric("messages_sent", "", "Messages that all machines sent."),
];
