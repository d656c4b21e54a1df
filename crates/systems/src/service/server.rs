//! A server: a key-value store over RPC, whose workers take their time.

use faultline_sim::{NodeId, Outbox, Span, TimerId, World};
use faultline_view::Label;
use litemap::LiteMap;

use super::message::{Body, Message, Reply, Request, Rpc, Timer};
use super::process::{Machine, Setup};
use crate::traffic::{Done, Station};

/// A request in a server.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Who asked.
    from: NodeId,
    number: u32,
    rpc: Rpc,
}

impl Pending {
    /// Whether nobody waits for its answer any more.
    pub fn is_given_up(&self, world: &World<Machine>) -> bool {
        match world.node(self.from) {
            Machine::Client(client) => client.calls().get(self.number).is_none(),
            Machine::Balancer(balancer) => !balancer.waits_for(self.number),
            Machine::Server(_) => false,
        }
    }
}

/// What a key-value store holds.
pub(super) type Store = LiteMap<Label, Label>;

/// A server. All that it holds is in memory, as in the workshop's node.
#[derive(Clone, Debug)]
pub struct Server {
    station: Station<Pending>,
    /// One for all workers, or one for each.
    stores: Vec<Store>,
    /// The timer of the next request that is done.
    timer: Option<TimerId>,
    slowness: f64,
    /// The most requests that were in progress at once.
    peak: u32,
    served: u64,
    refused: u64,
}

impl Server {
    pub(super) fn boot(setup: &Setup) -> Self {
        let stores = if setup.memory_per_worker {
            setup.plan.workers
        } else {
            1
        };
        Self {
            station: Station::new(setup.plan),
            stores: (0..stores).map(|_| Store::new()).collect(),
            timer: None,
            slowness: 1.0,
            peak: 0,
            served: 0,
            refused: 0,
        }
    }

    /// Its workers.
    pub fn station(&self) -> &Station<Pending> {
        &self.station
    }

    /// The most requests that were in progress at once, in this life.
    pub fn peak(&self) -> u32 {
        self.peak
    }

    /// How many requests it has served in this life, and how many it has refused.
    pub fn served(&self) -> (u64, u64) {
        (self.served, self.refused)
    }

    /// What it holds, by worker if each has a memory of its own.
    pub fn stores(&self) -> &[LiteMap<Label, Label>] {
        &self.stores
    }

    fn store(&mut self, worker: u32) -> &mut Store {
        let last = self.stores.len() - 1;
        &mut self.stores[(worker as usize).min(last)]
    }

    pub(super) fn request(
        &mut self,
        from: NodeId,
        request: Request,
        out: &mut Outbox<'_, Machine>,
    ) {
        let Request { number, rpc, work } = request;
        let quick = match rpc {
            Rpc::Health => Some(Body::Health),
            Rpc::Stats => Some(Body::Stats {
                load_factor: out.config().load_factor(out.me()),
            }),
            Rpc::Get(_) | Rpc::Put(..) => None,
        };
        if let Some(body) = quick {
            let active = self.station.active() + 1;
            respond(from, number, active, body, out);
            return;
        }
        self.keep_pace(out);
        // What is not there costs nothing to look up.
        let worker = self.station.next_worker();
        let missing = matches!(&rpc, Rpc::Get(key) if !self.store(worker).contains_key(key));
        let work = if missing { Span::ZERO } else { work };
        let pending = Pending { from, number, rpc };
        match self.station.arrive(out.own_time(), work, pending) {
            Ok(()) => self.peak = self.peak.max(self.station.active()),
            Err(refused) => {
                self.refused += 1;
                let active = self.station.active();
                respond(refused.from, refused.number, active, Body::Refused, out);
            }
        }
        self.done(out);
    }

    /// Answers what is done, and sets the timer for what is done next.
    pub(super) fn done(&mut self, out: &mut Outbox<'_, Machine>) {
        while let Some(done) = self.station.finish(out.own_time()) {
            let active = self.station.active() + 1;
            let (from, number) = (done.job.about.from, done.job.about.number);
            let body = self.serve(done);
            self.served += 1;
            respond(from, number, active, body, out);
        }
        let next = self.station.next();
        match (next, self.timer) {
            (Some(at), timer) => {
                let after = at.since(out.own_time());
                let kept = timer.is_some_and(|timer| out.reset_timer(timer, after));
                if !kept {
                    self.timer = Some(out.set_timer(Timer::Done, after));
                }
            }
            (None, Some(timer)) => {
                out.cancel_timer(timer);
                self.timer = None;
            }
            (None, None) => {}
        }
    }

    fn serve(&mut self, done: Done<Pending>) -> Body {
        let store = self.store(done.worker);
        match done.job.about.rpc {
            Rpc::Put(key, value) => {
                store.insert(key.clone(), value.clone());
                Body::Stored(key, value)
            }
            Rpc::Get(key) => match store.get(&key) {
                Some(value) => Body::Data(key, value.clone()),
                None => Body::Missing(key),
            },
            Rpc::Health | Rpc::Stats => Body::Health,
        }
    }

    /// Works as slowly as it is told to from now on.
    fn keep_pace(&mut self, out: &Outbox<'_, Machine>) {
        let slowness = out.slowness() * out.config().slowness(out.me());
        if slowness != self.slowness {
            self.slowness = slowness;
            self.station.set_slowness(out.own_time(), slowness);
        }
    }

    pub(super) fn on_pace(&mut self, out: &mut Outbox<'_, Machine>) {
        self.keep_pace(out);
        self.done(out);
    }

    pub(super) fn size_bytes(&self) -> usize {
        let entries: usize = self.stores.iter().map(LiteMap::len).sum();
        self.station.size_bytes()
            + self.stores.capacity() * size_of::<Store>()
            + entries * size_of::<(Label, Label)>() * 3 / 2
    }
}

fn respond(to: NodeId, number: u32, active: u32, body: Body, out: &mut Outbox<'_, Machine>) {
    let node = out.me();
    let reply = Reply {
        number,
        node,
        active,
        body,
    };
    out.send(to, Message::Reply(reply));
}
