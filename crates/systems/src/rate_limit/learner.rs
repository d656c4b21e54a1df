//! A limiter that a learner wrote: `allow(client, now)`.

use faultline_sim::{Span, Time};

use super::limiter::Decision;
use crate::code::{Datum, Program, Turn};

/// The function that a program defines.
pub const ALLOW: &str = "allow";
/// The longest wait that a program can ask for, seconds.
const WAIT_MAX_S: f64 = 3_600.0;

/// What the program says to a client's request. If it has failed, it refuses.
pub(super) fn allow(program: &dyn Program, turn: Turn, client: &str, now: Time) -> Decision {
    let refused = Decision::Refuse {
        retry_after: Span::ZERO,
    };
    let arguments = || {
        let now = Datum::Float(now.as_secs_f64());
        vec![Datum::Text(client.into()), now]
    };
    let Some(answer) = program.ask(ALLOW, turn, &arguments) else {
        return refused;
    };
    let seconds = match answer {
        Datum::Bool(true) => return Decision::Pass { wait: Span::ZERO },
        Datum::Bool(false) => return refused,
        Datum::Int(seconds) => seconds as f64,
        Datum::Float(seconds) => seconds,
        _ => f64::NAN,
    };
    if (0.0..=WAIT_MAX_S).contains(&seconds) {
        return Decision::Refuse {
            retry_after: Span::from_secs(1).scaled(seconds),
        };
    }
    let what = format!(
        "allow must return True, False, or the seconds to wait from 0 to {WAIT_MAX_S}, but it \
         returned {}",
        answer.describe()
    );
    program.refuse(ALLOW, &what);
    refused
}
