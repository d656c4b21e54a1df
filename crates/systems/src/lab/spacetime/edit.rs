//! What a drag in the diagram means: the command that does it.

use faultline_sim::{Span, Time};
use faultline_view::{MessageFate, SpaceTimeMessage};

use super::super::CommandError;

/// Something done to a message in the diagram.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MessageEdit {
    /// Its arrow's head is dragged to a later time.
    ArriveAt(Time),
    /// Its arrow is torn off at a time.
    DropAt(Time),
    /// It is copied.
    Duplicate,
}

/// The command that does it, with its time: place it on the timeline, or, if it was such a
/// command that changed the message before
/// ([`command`](faultline_view::SpaceTimeMessage::command)), put it in that one's place.
///
/// A message can be changed from the moment of its sending until it arrives; a moment outside
/// becomes the nearest within.
///
/// # Errors
/// The message was lost by the network, or it would have to arrive before the network brings it.
pub fn message_command(
    message: &SpaceTimeMessage,
    edit: MessageEdit,
) -> Result<(Time, String), CommandError> {
    let id = &message.id;
    let sent = Time(message.sent_ns);
    let Some(arrives) = message.planned_ns.or(message.arrives_ns).map(Time) else {
        let why = match &message.fate {
            MessageFate::Dropped { why, .. } => why,
            _ => "lost",
        };
        return Err(CommandError(format!(
            "message {id} never flew ({why}); change what lost it"
        )));
    };
    // The last moment at which it is on its way.
    let last = Time(arrives.0.saturating_sub(1)).max(sent);
    Ok(match edit {
        MessageEdit::DropAt(at) => (at.clamp(sent, last), format!("drop {id}")),
        MessageEdit::Duplicate => (sent, format!("duplicate {id}")),
        MessageEdit::ArriveAt(at) if at <= arrives => {
            return Err(CommandError(format!(
                "message {id} cannot arrive before {arrives}, when the network brings it"
            )));
        }
        MessageEdit::ArriveAt(at) => {
            let later: Span = at.since(arrives);
            (sent, format!("delay {id} {later}"))
        }
    })
}
