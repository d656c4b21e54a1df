//! What can be said about a message, a timer or a command.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{self, Display};

use crate::Fingerprint;

/// A message, timer or command that the log, the exports and the fingerprint can describe.
pub trait Payload {
    /// A short kind, such as `Ping`.
    fn label(&self) -> Cow<'static, str>;

    /// Calls `field` with the name and value of each field, in a fixed order.
    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        let _ = field;
    }

    /// Folds the payload into a fingerprint: by default its label and the text of its fields.
    ///
    /// A type that is sent millions of times may fold numbers instead, which is much faster.
    /// Whatever is folded must not depend on the platform (no addresses, no `usize`).
    fn fold(&self, into: &mut Fingerprint) {
        into.text(&self.label());
        self.details(&mut |name, value| {
            into.text(name);
            into.display(value);
        });
    }
}

/// For systems that have only one kind of timer, or no commands.
impl Payload for () {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed("unit")
    }

    fn fold(&self, _into: &mut Fingerprint) {}
}

/// For what never happens: a system without timers or commands.
impl Payload for Infallible {
    fn label(&self) -> Cow<'static, str> {
        match *self {}
    }
}

/// Displays a payload as its label and fields: `Put key=a value=1`.
pub struct Described<'a>(pub &'a dyn Payload);

impl Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.label())?;
        let mut result = Ok(());
        self.0.details(&mut |name, value| {
            if result.is_ok() {
                result = write!(f, " {name}={value}");
            }
        });
        result
    }
}
