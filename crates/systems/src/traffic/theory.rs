//! What queueing theory knows of stations.

/// The chance that a request has to wait for one of `workers`, at a load of so many erlangs, that
/// is, seconds of work a second (Erlang, "Solution of some problems in the theory of
/// probabilities", 1917).
pub fn erlang_c(workers: u32, erlangs: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 0.0);
    for k in 0..workers {
        sum += term;
        term *= erlangs / f64::from(k + 1);
    }
    let last = term / (1.0 - erlangs / f64::from(workers));
    last / (sum + last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_to_wait_is_that_of_the_tables() {
        // One worker is busy for the share of the time that is its load.
        assert!((erlang_c(1, 0.8) - 0.8).abs() < 1e-12);
        // 2 / 3 erlangs on two workers: 1 / 6.
        assert!((erlang_c(2, 2.0 / 3.0) - 1.0 / 6.0).abs() < 1e-12);
        assert!((erlang_c(10, 0.0)).abs() < 1e-12);
    }
}
