//! The catalogue's entry of the rate limiter: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::RateLimit;
use super::learner::ALLOW;
use crate::code::{CodeSpec, FunctionSpec};
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start, start_with};

/// The catalogue's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "rate-limit",
    title: "Rate limiting",
    summary: "A server lets each client make so many requests a second, and answers 429 to more.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &[
        "client.<name>.allowed",
        "client.<name>.rejected",
        "passed_at_once_max",
        "latency_ms_p95",
    ],
    stage: &[paint::gates],
    duration: Span::from_secs(20),
    code: Some(CODE),
    start: start::<RateLimit>,
};

const CODE: CodeSpec = CodeSpec {
    functions: &[FunctionSpec {
        usage: "allow(client, now)",
        help: "Gets the client's name and the time in seconds, and returns True, False, or the \
               seconds after which to try again. It is asked if the algorithm is your own.",
    }],
    needs: |values| (values.choice("algorithm") == "custom").then_some(ALLOW),
    rank_by: None,
    start: start_with::<RateLimit>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "algorithm",
        label: "Algorithm",
        help: "How requests are held to the quota.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("token-bucket", "Token bucket"),
                ("leaky-bucket", "Leaky bucket"),
                ("fixed-window", "Fixed window"),
                ("sliding-log", "Sliding log"),
                ("sliding-counter", "Sliding counter"),
                ("custom", "Your own"),
            ],
            default: "token-bucket",
        },
    },
    ParamSpec {
        name: "capacity",
        label: "Capacity",
        help: "How many requests may pass at once: a full bucket, or the limit of a window, which \
               is as long as a bucket takes to fill.",
        unit: "requests",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 5,
            log: true,
        },
    },
    ParamSpec {
        name: "refill",
        label: "Refill",
        help: "How many requests may pass a second in the long run.",
        unit: "requests/s",
        kind: ParamKind::Int {
            min: 1,
            max: 1_000,
            default: 5,
            log: true,
        },
    },
    ParamSpec {
        name: "key",
        label: "Counted by",
        help: "Whether each user has a bucket of its own, or all share one, as users behind one \
               address do.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("user", "User"), ("address", "Address: all share one")],
            default: "user",
        },
    },
    ParamSpec {
        name: "honour_retry_after",
        label: "Honour retry_after",
        help: "Whether a client that hears 429 makes no request for as long as it is told.",
        unit: "",
        kind: ParamKind::Bool { default: false },
    },
    ParamSpec {
        name: "good_every",
        label: "Good user: one every",
        help: "From one request of the good user to its next.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "bad_every",
        label: "Bad actor: one every",
        help: "From one request of the bad actor to its next.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(60),
            default: Span::from_millis(100),
        },
    },
    ParamSpec {
        name: "arrivals",
        label: "Arrivals",
        help: "Whether requests come like clockwork, or at random with that mean gap.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("even", "Like clockwork"), ("poisson", "At random")],
            default: "even",
        },
    },
    ParamSpec {
        name: "burst",
        label: "Burst",
        help: "How many requests a third client makes at once, after a window or two; 0 means \
               there is none.",
        unit: "requests",
        kind: ParamKind::Int {
            min: 0,
            max: 1_000,
            default: 0,
            log: false,
        },
    },
    ParamSpec {
        name: "burst_timing",
        label: "Burst timing",
        help: "Whether the burst comes all at once, in the middle of a window, or half just before \
               the end of one and half just after.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("at-once", "All at once"),
                ("boundary", "Around the end of a window"),
            ],
            default: "at-once",
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
    usage: "burst <node>",
    label: "Burst",
    help: "Makes a client send 12 requests at once.",
}];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric("client.<name>.sent", "", "Requests that a client made."),
    metric(
        "client.<name>.allowed",
        "",
        "Requests of a client that were answered 200.",
    ),
    metric(
        "client.<name>.rejected",
        "",
        "Requests of a client that were answered 429.",
    ),
    metric(
        "allowance",
        "requests",
        "How many requests a client can have had passed until now: the capacity and the refill \
         since the start.",
    ),
    metric(
        "passed_per_window_max",
        "",
        "The most requests of one client that passed within a window's length.",
    ),
    metric(
        "passed_at_once_max",
        "",
        "The most requests of one client that passed within a tenth of a window's length.",
    ),
    metric(
        "held",
        "",
        "Requests that clients did not make because they had been told to wait.",
    ),
    metric("timed_out", "", "Requests without an answer for 5 s."),
    metric(
        "latency_ms_p50",
        "ms",
        "Half of the requests that passed were answered within this time.",
    ),
    metric(
        "latency_ms_p95",
        "ms",
        "95 % of the requests that passed were answered within this time.",
    ),
    metric("messages_sent", "", "Messages that all machines sent."),
];
