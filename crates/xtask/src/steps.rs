//! Steps of a long task: announced, timed, and summed up at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Runs steps one after another and remembers how long each took.
#[derive(Default)]
pub struct Steps {
    keep_going: bool,
    done: Vec<Done>,
}

struct Done {
    name: &'static str,
    time: Duration,
    passed: bool,
}

impl Steps {
    /// `keep_going` runs the remaining steps after one has failed.
    pub fn new(keep_going: bool) -> Self {
        Self {
            keep_going,
            done: Vec::new(),
        }
    }

    /// Runs one step; `expectation` says what it does and how long it takes,
    /// `again` is the command that repeats it alone.
    pub fn run(
        &mut self,
        name: &'static str,
        expectation: &str,
        again: &str,
        step: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        println!("\n== {name}: {expectation}");
        let start = Instant::now();
        let result = step();
        let time = start.elapsed();
        let passed = result.is_ok();
        self.done.push(Done { name, time, passed });
        if let Err(error) = result {
            println!("\n== {name} FAILED: {error:#}");
            println!("   again: {again}");
            if !self.keep_going {
                self.print();
                bail!("{name} failed; again: {again}");
            }
        }
        Ok(())
    }

    /// Prints the table of times, and fails if any step failed.
    pub fn finish(self) -> Result<()> {
        self.print();
        let failed: Vec<_> = self
            .done
            .iter()
            .filter(|done| !done.passed)
            .map(|done| done.name)
            .collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }

    fn print(&self) {
        println!("\n{:<14} {:>8}", "step", "seconds");
        for Done { name, time, passed } in &self.done {
            let verdict = if *passed { "passed" } else { "FAILED" };
            println!("{name:<14} {:>8.1}  {verdict}", time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|done| done.time).sum();
        println!("{:<14} {:>8.1}", "total", total.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_stops_unless_told_to_keep_going() {
        let fail = || bail!("no");
        assert!(Steps::new(false).run("a", "", "", fail).is_err());
        let mut steps = Steps::new(true);
        assert!(steps.run("a", "", "", fail).is_ok());
        assert!(steps.run("b", "", "", || Ok(())).is_ok());
        assert!(steps.finish().is_err());
    }
}
