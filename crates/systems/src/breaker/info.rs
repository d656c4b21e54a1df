//! The registry's entry of the breaker system: parameters, commands, metrics.

use faultline_sim::Span;
use faultline_view::paint;

use super::Breaker;
use crate::{CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, start};

/// The registry's entry.
pub static INFO: SystemInfo = SystemInfo {
    name: "breaker",
    title: "Circuit breaker",
    summary: "After a few failures in a row calls fail at once, and the server gets time to \
              recover.",
    params: PARAMS,
    commands: COMMANDS,
    metrics: METRICS,
    charts: &["spared", "ok_percent", "attempts", "queue", "clients_open"],
    stage: &[paint::state_machine, paint::topology],
    duration: Span::from_secs(30),
    code: None,
    start: start::<Breaker>,
};

static PARAMS: &[ParamSpec] = &[
    ParamSpec {
        name: "breaker",
        label: "Circuit breaker",
        help: "Whether clients call through a circuit breaker, or without any.",
        unit: "",
        kind: ParamKind::Bool { default: true },
    },
    ParamSpec {
        name: "threshold",
        label: "Failure threshold",
        help: "So many failures in a row open the circuit.",
        unit: "failures",
        kind: ParamKind::Int {
            min: 1,
            max: 20,
            default: 3,
            log: false,
        },
    },
    ParamSpec {
        name: "recovery",
        label: "Recovery time-out",
        help: "How long an open circuit lets no call through; the first call after more than \
               that is a probe.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(100),
            max: Span::from_secs(60),
            default: Span::from_secs(5),
        },
    },
    ParamSpec {
        name: "probes",
        label: "Probes",
        help: "So many calls may try the server while the circuit is half-open, and all of them \
               must succeed to close it.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 10,
            default: 1,
            log: false,
        },
    },
    ParamSpec {
        name: "failing",
        label: "A failing server",
        help: "Whether the server, while it fails, answers every call with an error, or takes \
               calls into its queue and works on none.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("error", "Answers with errors"), ("hang", "Hangs")],
            default: "error",
        },
    },
    ParamSpec {
        name: "outage",
        label: "It fails",
        help: "Whether the server fails only when you say so, or also by itself: as in the \
               workshop, or for a short while.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("none", "When you say so"),
                ("guide", "From 2 to 13 s"),
                ("short", "From 5 to 8 s"),
            ],
            default: "none",
        },
    },
    ParamSpec {
        name: "clients",
        label: "Clients",
        help: "How many clients call the server, each with a breaker of its own.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 200,
            default: 1,
            log: true,
        },
    },
    ParamSpec {
        name: "arrivals",
        label: "Calls come",
        help: "Whether a client waits for the end of a call before it pauses and makes the next, \
               or makes calls at random moments, whatever becomes of them, as many users do.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[("in-turn", "One after another"), ("poisson", "At random")],
            default: "in-turn",
        },
    },
    ParamSpec {
        name: "pause",
        label: "Between calls",
        help: "The pause of a client between its calls; if they come at random, their mean gap.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "timeout",
        label: "Time-out",
        help: "How long a client waits for a reply.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(10),
            max: Span::from_secs(60),
            default: Span::from_secs(1),
        },
    },
    ParamSpec {
        name: "retries",
        label: "Retries",
        help: "How often a client tries a call again that failed; what failed fast is not tried \
               again.",
        unit: "",
        kind: ParamKind::Int {
            min: 0,
            max: 10,
            default: 0,
            log: false,
        },
    },
    ParamSpec {
        name: "backoff",
        label: "Wait before a retry",
        help: "Nothing, twice as long after each try, or a random part of that.",
        unit: "",
        kind: ParamKind::Choice {
            options: &[
                ("none", "None"),
                ("exponential", "Doubles each time"),
                ("jitter", "Doubles, with jitter"),
            ],
            default: "none",
        },
    },
    ParamSpec {
        name: "retry_pause",
        label: "First wait",
        help: "The wait before the first retry, where there is one.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(10),
            default: Span::from_millis(200),
        },
    },
    ParamSpec {
        name: "work",
        label: "Work",
        help: "How long the server works on a call.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_micros(100),
            max: Span::from_secs(1),
            default: Span::from_millis(10),
        },
    },
    ParamSpec {
        name: "workers",
        label: "Workers",
        help: "How many calls the server works on at once.",
        unit: "",
        kind: ParamKind::Int {
            min: 1,
            max: 64,
            default: 1,
            log: true,
        },
    },
    ParamSpec {
        name: "queue",
        label: "Queue",
        help: "How many calls may wait at the server; it refuses those beyond.",
        unit: "calls",
        kind: ParamKind::Int {
            min: 1,
            max: 10_000,
            default: 200,
            log: true,
        },
    },
    ParamSpec {
        name: "latency",
        label: "Message latency",
        help: "How long a message takes on average; each takes half as much to half as much again.",
        unit: "",
        kind: ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(1),
            default: Span::from_millis(5),
        },
    },
];

static COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        usage: "fail",
        label: "Let the server fail",
        help: "The server fails from now on. Also: curl -X POST http://localhost:9001/fail.",
    },
    CommandSpec {
        usage: "recover",
        label: "Let it recover",
        help: "The server works again. Also: curl -X POST http://localhost:9001/recover.",
    },
];

const fn metric(name: &'static str, unit: &'static str, help: &'static str) -> MetricSpec {
    MetricSpec { name, unit, help }
}

static METRICS: &[MetricSpec] = &[
    metric(
        "state",
        "",
        "The first client's breaker: closed, open, half-open, or none.",
    ),
    metric(
        "failures",
        "",
        "Failures in a row that the first client's breaker counts.",
    ),
    metric("clients_open", "", "Clients whose circuit is open."),
    metric("opened", "", "How often a circuit opened."),
    metric("closed", "", "How often a circuit closed again."),
    metric("calls", "", "Calls that clients began."),
    metric("ok", "", "Calls that succeeded."),
    metric("failed", "", "Calls that failed, at once or after a while."),
    metric(
        "ok_percent",
        "%",
        "Share of the calls that are over which succeeded.",
    ),
    metric(
        "spared",
        "",
        "Calls and retries that failed fast, so that the server was not asked.",
    ),
    metric(
        "attempts",
        "",
        "Calls and retries that were sent to the server.",
    ),
    metric("retries", "", "Times that a call was tried again."),
    metric("timeouts", "", "Times that a client heard nothing in time."),
    metric(
        "late",
        "",
        "Replies that came when nobody waited for them any more.",
    ),
    metric("queue", "", "Calls that wait at the server."),
    metric("queue_max", "", "The most calls that waited there at once."),
    metric(
        "waited_ms",
        "ms",
        "How long callers waited for calls that failed, all together.",
    ),
    metric(
        "failed_after_recovery_ms",
        "ms",
        "How long after the server's last recovery calls still failed, so far.",
    ),
    metric("messages_sent", "", "Messages that all machines sent."),
];
