//! When the next request is made, and how much work it is.

use faultline_sim::{Span, Stream};

/// When requests are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// One every period, whatever becomes of those before it.
    Every(Span),
    /// A Poisson process: independent, exponentially distributed gaps with this mean.
    Poisson(Span),
    /// A closed loop: so many at once; when all of them are over, a pause, then the next.
    Batches {
        /// Requests in a batch.
        size: u32,
        /// From the end of a batch's last request to the next batch.
        pause: Span,
    },
}

/// How much work a request is: what serving it takes alone, at full speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Demand {
    /// Always the same.
    Constant(Span),
    /// Exponentially distributed with this mean.
    Exponential(Span),
}

/// What a source does at a moment of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Requests to make now.
    pub requests: u32,
    /// How long until the next such moment; none while it hangs on requests that are under way.
    pub next: Option<Span>,
}

/// A client's side of the arrivals: what it asks itself when a timer fires and when a request
/// is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    arrivals: Arrivals,
    /// Of a batch: requests that are not over yet.
    open: u32,
}

impl Arrivals {
    /// A Poisson process of so many requests a second on average.
    pub fn poisson(per_second: f64) -> Self {
        Self::Poisson(Span::from_secs(1).scaled(1.0 / per_second))
    }

    /// Draws the gap until the next request; none if that depends on requests under way.
    ///
    /// It takes one draw in every case, so that other arrivals move no later draw.
    pub fn gap(&self, random: &mut Stream) -> Option<Span> {
        let drawn = random.exp(1.0);
        match *self {
            Self::Every(period) => Some(period),
            Self::Poisson(mean) => Some(mean.scaled(drawn)),
            Self::Batches { .. } => None,
        }
    }
}

impl Demand {
    /// The mean.
    pub fn mean(&self) -> Span {
        match *self {
            Self::Constant(work) | Self::Exponential(work) => work,
        }
    }

    /// Draws one request's work, with one draw in every case.
    pub fn draw(&self, random: &mut Stream) -> Span {
        let drawn = random.exp(1.0);
        match *self {
            Self::Constant(work) => work,
            Self::Exponential(mean) => mean.scaled(drawn),
        }
    }
}

impl Source {
    /// A source at its start.
    pub fn new(arrivals: Arrivals) -> Self {
        Self { arrivals, open: 0 }
    }

    /// When it makes requests.
    pub fn arrivals(&self) -> Arrivals {
        self.arrivals
    }

    /// How long from its start to its first moment. A batch is made at once.
    pub fn first(&self, random: &mut Stream) -> Span {
        self.arrivals.gap(random).unwrap_or(Span::ZERO)
    }

    /// Its moment has come.
    pub fn due(&mut self, random: &mut Stream) -> Due {
        let next = self.arrivals.gap(random);
        let requests = match self.arrivals {
            Arrivals::Batches { size, .. } => {
                self.open = size;
                size
            }
            Arrivals::Every(_) | Arrivals::Poisson(_) => 1,
        };
        Due { requests, next }
    }

    /// One of its requests is over, with an answer or without. If that ends a batch: how long
    /// until its next moment.
    pub fn over(&mut self) -> Option<Span> {
        let Arrivals::Batches { pause, .. } = self.arrivals else {
            return None;
        };
        self.open = self.open.checked_sub(1)?;
        (self.open == 0).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultline_sim::Purpose;

    fn stream() -> Stream {
        Stream::derive(42, Purpose::Workload, 0)
    }

    #[test]
    fn poisson_gaps_have_their_mean_and_its_square_as_variance() {
        let (arrivals, mut random) = (Arrivals::poisson(50.0), stream());
        let n = 100_000;
        let gaps = (0..n).filter_map(|_| arrivals.gap(&mut random));
        let gaps: Vec<f64> = gaps.map(Span::as_secs_f64).collect();
        let mean = gaps.iter().sum::<f64>() / f64::from(n);
        let squares = gaps.iter().map(|gap| (gap - mean) * (gap - mean));
        let variance = squares.sum::<f64>() / f64::from(n);
        assert!((mean / 0.02 - 1.0).abs() < 0.02, "{mean}");
        assert!((variance / 0.000_4 - 1.0).abs() < 0.04, "{variance}");
    }

    #[test]
    fn every_period_means_exactly_that() {
        let mut source = Source::new(Arrivals::Every(Span::from_millis(100)));
        let mut random = stream();
        assert_eq!(source.first(&mut random), Span::from_millis(100));
        let due = source.due(&mut random);
        assert_eq!((due.requests, due.next), (1, Some(Span::from_millis(100))));
        assert_eq!(source.over(), None);
    }

    #[test]
    fn a_batch_ends_with_its_last_request() {
        let (size, pause) = (3, Span::from_millis(100));
        let mut source = Source::new(Arrivals::Batches { size, pause });
        let mut random = stream();
        assert_eq!(source.first(&mut random), Span::ZERO);
        for _ in 0..2 {
            let due = source.due(&mut random);
            assert_eq!((due.requests, due.next), (3, None));
            assert_eq!([source.over(), source.over()], [None, None]);
            assert_eq!(source.over(), Some(pause));
            assert_eq!(source.over(), None, "an answer too many");
        }
    }

    #[test]
    fn other_arrivals_and_demands_move_no_later_draw() {
        let mean = Span::from_millis(10);
        let laws = [
            (Arrivals::Every(mean), Demand::Constant(mean)),
            (Arrivals::Poisson(mean), Demand::Exponential(mean)),
            (
                Arrivals::Batches {
                    size: 1,
                    pause: mean,
                },
                Demand::Exponential(mean),
            ),
        ];
        let after = laws.map(|(arrivals, demand)| {
            let mut random = stream();
            arrivals.gap(&mut random);
            demand.draw(&mut random);
            random.range(0, u64::MAX - 1)
        });
        assert_eq!(after[0], after[1]);
        assert_eq!(after[0], after[2]);
    }
}
