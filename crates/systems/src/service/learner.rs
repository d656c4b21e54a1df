//! A policy that a learner wrote: `pick(request, workers)`.

use std::fmt::Write;

use super::message::{Request, Rpc};
use super::policy::Worker;
use super::process::Setup;
use crate::code::{Datum, Program, Turn};

/// The function that a program defines.
pub const PICK: &str = "pick";
/// How many ids a message names.
const IDS_MAX: usize = 8;

/// Which of the workers the program picks, as a position in the list; none if it picks nobody,
/// or has failed.
pub(super) fn pick(
    program: &dyn Program,
    turn: Turn,
    request: &Request,
    workers: &[Worker],
    setup: &Setup,
) -> Option<usize> {
    let id = |worker: &Worker| i64::from(setup.number(worker.node));
    let arguments = || {
        let records = workers.iter().map(|worker| record(worker, id(worker)));
        vec![question(request), Datum::List(records.collect())]
    };
    let answer = program.ask(PICK, turn, &arguments)?;
    let picked = match &answer {
        Datum::None => return None,
        Datum::Int(id) => Some(*id),
        Datum::Record(fields) => fields.iter().find_map(|(name, value)| match value {
            Datum::Int(id) if name == "id" => Some(*id),
            _ => None,
        }),
        _ => None,
    };
    let found = picked.and_then(|picked| workers.iter().position(|one| id(one) == picked));
    if found.is_none() {
        let mut ids = String::new();
        for worker in workers.iter().take(IDS_MAX) {
            let comma = if ids.is_empty() { "" } else { ", " };
            let _ = write!(ids, "{comma}{}", id(worker));
        }
        if workers.len() > IDS_MAX {
            ids.push_str(", ...");
        }
        let what = format!(
            "pick must return one of the workers, its id ({ids}), or None to turn the request \
             away, but it returned {}",
            answer.describe()
        );
        program.refuse(PICK, &what);
    }
    found
}

/// A request as a program sees it.
fn question(request: &Request) -> Datum {
    let (kind, key) = match &request.rpc {
        Rpc::Health => ("health", ""),
        Rpc::Stats => ("stats", ""),
        Rpc::Get(key) => ("get", &**key),
        Rpc::Put(key, _) => ("put", &**key),
    };
    Datum::Record(vec![
        ("number".into(), Datum::Int(request.number.into())),
        ("kind".into(), Datum::Text(kind.into())),
        ("key".into(), Datum::Text(key.into())),
    ])
}

/// A worker as a program sees it: what the balancer knows of it.
fn record(worker: &Worker, id: i64) -> Datum {
    Datum::Record(vec![
        ("id".into(), Datum::Int(id)),
        ("active".into(), Datum::Int(worker.active.into())),
        ("average_ms".into(), Datum::Float(worker.average_ms)),
        ("weight".into(), Datum::Float(worker.weight)),
    ])
}
