//! What theory expects: how often a node that runs expires because its heartbeats are lost.

use super::process::Setup;

/// How many times a second a running node is expected to expire while the network loses each
/// message with the probability `loss`.
///
/// An entry expires once the last `k` heartbeats in a row were lost, `k` being how many of them
/// fall within its life. Until there are `k` losses in a row it takes
/// `(loss^-k - 1) / (1 - loss)` heartbeats on average (Feller, "An introduction to probability
/// theory and its applications", volume 1, XIII.7). Then a heartbeat and its answer must come
/// through before the node knows, and a registration before it counts again. A node that is never
/// told does not come back, so there only those that are listed count.
pub fn expiries_per_s(setup: &Setup, loss: f64) -> f64 {
    if !(0.0..1.0).contains(&loss) {
        return 0.0;
    }
    let period = setup.heartbeat_every.as_secs_f64();
    let (from, every) = (setup.ttl.as_secs_f64(), setup.prune_every.as_secs_f64());
    // An entry is taken out at the first look after its life, so up to `every` later; which
    // heartbeats come before that look depends on when the node began.
    let to = from + every;
    let mut rate = 0.0;
    let mut beats = (setup.ttl.as_nanos() / setup.heartbeat_every.as_nanos().max(1)) as f64;
    while beats * period < to {
        let within = to.min((beats + 1.0) * period) - from.max(beats * period);
        rate += within / every / cycle_s(setup, beats, loss);
        beats += 1.0;
    }
    rate
}

/// Seconds from one registration to the next, or to the only expiry, on average, where so many
/// lost heartbeats in a row make a node expire.
fn cycle_s(setup: &Setup, beats: f64, loss: f64) -> f64 {
    let pass = 1.0 - loss;
    // By repeated multiplication: powers differ between platforms.
    let mut chance = 1.0;
    let mut left = beats;
    while left > 0.0 && chance > f64::MIN_POSITIVE {
        chance *= loss;
        left -= 1.0;
    }
    let until_lost = (1.0 / chance - 1.0) / pass;
    if !setup.tells_unknown {
        return setup.heartbeat_every.as_secs_f64() * until_lost;
    }
    let until_told = 1.0 / (pass * pass);
    let registering = setup.timeout.as_secs_f64() * loss / pass;
    setup.heartbeat_every.as_secs_f64() * (until_lost + until_told) + registering
}
