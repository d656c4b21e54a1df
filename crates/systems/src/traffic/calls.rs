//! A client's requests under way.

use faultline_sim::{Span, Time};
use litemap::LiteMap;

use super::pop_first;

/// So many requests that were given up are remembered, the latest, to know a late answer from
/// one that comes twice.
const GIVEN_UP_MAX: usize = 4_096;

/// A request under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Call<T> {
    /// Which of the client's requests; from 1, unless it was told otherwise.
    pub number: u32,
    /// When it was sent.
    pub sent: Time,
    /// What the client keeps with it, e.g. whom it asked.
    pub about: T,
}

/// What an answer turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T> {
    /// It came in time.
    InTime {
        /// The request, which is not under way any more.
        call: Call<T>,
        /// From sending the request to this answer.
        latency: Span,
    },
    /// It came after the client had given up.
    Late {
        /// From sending the request to this answer.
        latency: Span,
    },
    /// Nobody waits for it: it came twice, or to a client that has forgotten the request.
    Unknown,
}

/// A client's requests under way, in the order in which they were sent.
///
/// All have the same time-out, so one timer is enough: set it for [`deadline`](Self::deadline),
/// take what is [`expired`](Self::expired) when it fires, and set it again.
#[derive(Clone, Debug)]
pub struct Calls<T> {
    timeout: Span,
    last: u32,
    open: LiteMap<u32, (Time, T)>,
    given_up: LiteMap<u32, Time>,
    answered: u64,
    timed_out: u64,
    late: u64,
}

impl<T> Calls<T> {
    /// No calls, of a client that waits so long for an answer.
    pub fn new(timeout: Span) -> Self {
        Self {
            timeout,
            last: 0,
            open: LiteMap::new(),
            given_up: LiteMap::new(),
            answered: 0,
            timed_out: 0,
            late: 0,
        }
    }

    /// Numbers requests from the one after this, so that a client that has restarted does not
    /// take an answer to its former self for one of its own.
    pub fn numbered_after(mut self, last: u32) -> Self {
        self.last = last;
        self
    }

    /// A request is sent: its number, which the answer has to name.
    pub fn send(&mut self, now: Time, about: T) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.open.insert(self.last, (now, about));
        self.last
    }

    /// An answer came.
    pub fn answer(&mut self, now: Time, number: u32) -> Answer<T> {
        if let Some((sent, about)) = self.open.remove(&number) {
            self.answered += 1;
            return Answer::InTime {
                call: Call {
                    number,
                    sent,
                    about,
                },
                latency: now.since(sent),
            };
        }
        match self.given_up.remove(&number) {
            Some(sent) => {
                self.late += 1;
                let latency = now.since(sent);
                Answer::Late { latency }
            }
            None => Answer::Unknown,
        }
    }

    /// When the oldest request is given up, unless its answer comes first.
    pub fn deadline(&self) -> Option<Time> {
        let (_, (sent, _)) = self.open.first()?;
        Some(*sent + self.timeout)
    }

    /// Gives up the oldest request if its time is up by now. Call it until there is none.
    pub fn expired(&mut self, now: Time) -> Option<Call<T>> {
        if self.deadline()? > now {
            return None;
        }
        let (number, (sent, about)) = pop_first(&mut self.open)?;
        self.timed_out += 1;
        if self.given_up.len() == GIVEN_UP_MAX {
            pop_first(&mut self.given_up);
        }
        self.given_up.insert(number, sent);
        Some(Call {
            number,
            sent,
            about,
        })
    }

    /// A request under way.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.open.get(&number).map(|(_, about)| about)
    }

    /// The requests under way, the oldest first: number, when sent, and what is kept with it.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Time, &T)> {
        let open = self.open.iter();
        open.map(|(&number, (sent, about))| (number, *sent, about))
    }

    /// How many requests are under way.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// How many requests were sent.
    pub fn sent(&self) -> u64 {
        self.answered + self.timed_out + self.open.len() as u64
    }

    /// How many were answered in time.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many were given up.
    pub fn timed_out(&self) -> u64 {
        self.timed_out
    }

    /// How many of those were answered after all.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// About how many bytes the requests hold, besides the value itself.
    pub fn size_bytes(&self) -> usize {
        // A tree's nodes are about two thirds full.
        let one = size_of::<(u32, Time, T)>() * 3 / 2;
        self.open.len() * one + self.given_up.len() * size_of::<(u32, Time)>() * 3 / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Span = Span::from_secs(5);

    #[test]
    fn an_answer_in_time_has_its_latency_and_ends_the_call() {
        let mut calls = Calls::new(TIMEOUT);
        let first = calls.send(Time::from_secs(1), "a");
        let second = calls.send(Time::from_secs(2), "b");
        assert_eq!((first, second, calls.open()), (1, 2, 2));
        let answer = calls.answer(Time::from_millis(2_250), second);
        let call = Call {
            number: 2,
            sent: Time::from_secs(2),
            about: "b",
        };
        let latency = Span::from_millis(250);
        assert_eq!(answer, Answer::InTime { call, latency });
        assert_eq!(calls.answer(Time::from_secs(3), second), Answer::Unknown);
        assert_eq!(calls.get(first), Some(&"a"));
        assert_eq!((calls.sent(), calls.answered()), (2, 1));
    }

    #[test]
    fn calls_are_given_up_in_order_and_late_answers_are_known() {
        let mut calls = Calls::new(TIMEOUT);
        assert_eq!(calls.deadline(), None);
        for second in 1..=3 {
            calls.send(Time::from_secs(second), second);
        }
        assert_eq!(calls.deadline(), Some(Time::from_secs(6)));
        assert_eq!(calls.expired(Time::from_millis(5_999)), None);
        let given_up =
            std::iter::from_fn(|| calls.expired(Time::from_secs(7))).map(|call| call.about);
        assert_eq!(given_up.collect::<Vec<_>>(), [1, 2]);
        assert_eq!(calls.deadline(), Some(Time::from_secs(8)));
        let latency = Span::from_secs(7);
        assert_eq!(
            calls.answer(Time::from_secs(8), 1),
            Answer::Late { latency }
        );
        assert_eq!(calls.answer(Time::from_secs(8), 1), Answer::Unknown);
        assert_eq!((calls.timed_out(), calls.late(), calls.open()), (2, 1, 1));
        assert_eq!(calls.iter().map(|(number, ..)| number).next(), Some(3));
    }

    #[test]
    fn what_is_remembered_of_calls_given_up_has_a_bound() {
        let mut calls = Calls::new(Span::ZERO);
        for _ in 0..10_000 {
            calls.send(Time::ZERO, ());
        }
        while calls.expired(Time::ZERO).is_some() {}
        assert_eq!((calls.timed_out(), calls.sent()), (10_000, 10_000));
        assert_eq!(calls.answer(Time::ZERO, 1), Answer::Unknown);
        let latency = Span::ZERO;
        assert_eq!(calls.answer(Time::ZERO, 10_000), Answer::Late { latency });
        assert!(calls.size_bytes() < 200_000);
    }
}
