//! The registry's entry of the stampede system: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Stampede;
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "stampede",
    title: "Thundering herd",
    summary: "A popular key expires, and everybody who asks for it goes to the database.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &["db_queries", "db_queue", "latency_ms_p99", "stale_served"],
    stage: &[paint::queues],
    duration: Span::from_secs(10),
    code: None,
    start: start::<Stampede>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "protection",
        label: "Protection",
        help: "What the application does when many ask for a key that has expired.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("none", "None"),
                ("single-flight", "Single flight"),
                ("stale-lock", "Lock, old value meanwhile"),
                ("jitter", "Jittered expiry"),
                ("early", "Early expiry, by chance"),
            ],
            default: "none",
        },
    },
    ParamSpec {
        name: "clients",
        label: "Clients",
        help: "How many clients ask.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 5,
            log: true,
        },
    },
    ParamSpec {
        name: "asks",
        label: "They ask",
        help: "All once, at the same moment, for a key that has just expired; or each again and \
               again at random moments, for keys that were all cached at the start.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("once", "Once, all together"), ("again", "Again and again")],
            default: "once",
        },
    },
    ParamSpec {
        name: "gap",
        label: "Between requests",
        help: "The mean gap between requests of one client that asks again and again.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "keys",
        label: "Keys",
        help: "How many keys they ask for again and again, each as often as any other.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 1,
            log: true,
        },
    },
    ParamSpec {
        name: "ttl",
        label: "Time to live",
        help: "How long a cached value is fresh; with jitter, up to as long again.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(600),
            default: Span::from_secs(10),
        },
    },
    ParamSpec {
        name: "query_time",
        label: "A query takes",
        help: "How long the database works on a query.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(60),
            default: Span::from_secs(2),
        },
    },
    ParamSpec {
        name: "connections",
        label: "Connections",
        help: "How many queries the database works on at once; the others wait in line.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 10,
            log: true,
        },
    },
    ParamSpec {
        name: "stale_for",
        label: "Old values serve for",
        help: "With the lock: how long after its expiry an old value may still be given away.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::ZERO,
            max: Span::from_secs(3_600),
            default: Span::from_secs(60),
        },
    },
    ParamSpec {
        name: "beta",
        label: "Beta",
        help: "With early expiry: how eagerly values are renewed; 1 is the paper's, more is \
               earlier.",
        unit: "",
        kind: ParamKind::Float {
            min: 0.1,
            max: 10.0,
            default: 1.0,
            log: true,
        },
    },
    ParamSpec {
        name: "lease",
        label: "Lock lasts",
        help: "With single flight and the lock: a query that takes longer is taken for lost, and \
               the next request makes another.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(600),
            default: Span::from_secs(30),
        },
    },
    ParamSpec {
        name: "latency",
        label: "Message latency",
        help: "How long a message takes on average; each takes half as much to half as much again.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_micros(10),
            max: Span::from_secs(1),
            default: Span::from_micros(500),
        },
    },
];

static COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        usage: "ask",
        label: "All ask at once",
        help: "Every client asks for user_42 now.",
    },
    CommandSpec {
        usage: "expire",
        label: "Let all expire",
        help: "Every cached value expires now.",
    },
    CommandSpec {
        usage: "flush",
        label: "Empty the cache",
        help: "Every cached value is forgotten, so that there is no old one to give away either.",
    },
];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric("db_queries", "", "Queries that the application made."),
    metric(
        "total_ms",
        "ms",
        "How long the slowest request took, or has taken so far: the whole herd's time where all \
         ask at once.",
    ),
    metric(
        "duplicate_queries",
        "",
        "Queries for a key that was being queried already.",
    ),
    metric(
        "early_queries",
        "",
        "Queries made before the value expired.",
    ),
    metric("requests", "", "Requests of all clients."),
    metric("answered", "", "Requests that were answered."),
    metric(
        "hits",
        "",
        "Requests that found a fresh value in the cache.",
    ),
    metric(
        "waited",
        "",
        "Requests that waited for another one's query.",
    ),
    metric("stale_served", "", "Requests that got an old value."),
    metric("keys_fresh", "", "Keys whose cached value is fresh."),
    metric("db_active", "", "Queries that the database works on."),
    metric("db_queue", "", "Queries in line at the database."),
    metric(
        "db_queue_max",
        "",
        "The most queries that were in line at once.",
    ),
    metric(
        "db_active_max",
        "",
        "The most queries that were at the database at once, in line or worked on.",
    ),
    metric(
        "latency_ms_p50",
        "ms",
        "Half of all answers took no longer.",
    ),
    metric(
        "latency_ms_p95",
        "ms",
        "95 % of all answers took no longer.",
    ),
    metric(
        "latency_ms_p99",
        "ms",
        "99 % of all answers took no longer.",
    ),
    metric("messages_sent", "", "Messages that all machines sent."),
];
