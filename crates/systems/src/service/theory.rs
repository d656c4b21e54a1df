//! What queueing theory expects of the mean latency, where it has a formula.

use faultline_sim::Span;

use super::policy::Policy;
use super::process::Setup;
use crate::traffic::{Arrivals, Demand, Discipline, erlang_c};

/// What is expected of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theory {
    /// The mean latency, if there is a formula and the servers can keep up.
    pub latency: Option<Span>,
    /// The formula's name, e.g. "M/M/1"; empty for none.
    pub name: &'static str,
    /// How busy the servers' processors are, 0 to 1 and beyond; none in a closed loop.
    pub load: Option<f64>,
}

impl Theory {
    /// What is expected of so many servers, over a network with this mean latency.
    pub fn of(setup: &Setup, servers: u32, network: Span) -> Self {
        let nothing = Self {
            latency: None,
            name: "",
            load: None,
        };
        let gap = match setup.arrivals {
            Arrivals::Poisson(gap) | Arrivals::Every(gap) => gap,
            Arrivals::Batches { .. } => return nothing,
        };
        let servers = if setup.balanced { servers.max(1) } else { 1 };
        let plan = &setup.plan;
        let processors = plan.workers.min(plan.cores).max(1);
        let work = setup.demand.mean().as_secs_f64();
        // Of one server, if all get the same.
        let rate = 1.0 / gap.as_secs_f64() / f64::from(servers);
        let load = rate * work / f64::from(processors);
        let unknown = Self {
            load: Some(load),
            ..nothing
        };
        let is_random = !setup.balanced || servers == 1 || setup.policy == Policy::Random;
        let poisson = matches!(setup.arrivals, Arrivals::Poisson(_));
        if !poisson || !is_random || setup.slow.is_some() || load >= 1.0 {
            return unknown;
        }
        let constant = matches!(setup.demand, Demand::Constant(_));
        let (name, seconds) = match (plan.discipline, plan.workers) {
            // Sharing does not care how work is distributed.
            (Discipline::Sharing, 1) => ("M/G/1 sharing", work / (1.0 - load)),
            (Discipline::Fifo, 1) if constant => {
                ("M/D/1", work + work * load / (2.0 * (1.0 - load)))
            }
            (Discipline::Fifo, 1) => ("M/M/1", work / (1.0 - load)),
            (Discipline::Fifo, workers) if !constant && plan.cores >= workers => {
                let erlangs = rate * work;
                let wait = erlang_c(workers, erlangs) * work / (f64::from(workers) - erlangs);
                ("M/M/c", work + wait)
            }
            _ => return unknown,
        };
        let hops = if setup.balanced { 4.0 } else { 2.0 };
        let latency = Span::from_secs(1).scaled(seconds) + network.scaled(hops);
        Self {
            latency: Some(latency),
            name,
            load: Some(load),
        }
    }
}
