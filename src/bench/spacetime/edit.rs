//! Changes of messages and commands, by hand or by key, as intents.

use faultline_sim::Time;
use faultline_systems::{MessageEdit, PlacedCommand, message_command};
use faultline_view::number::push_moment;
use faultline_view::{Selection, SpaceTimeMark, SpaceTimeMessage};

use super::diagram::Diagram;
use crate::bench::intent::{Intent, mark_of};

/// Steps of a hand and of a key, as parts of what is to be seen.
const HAND_STEPS: u64 = 400;
const KEY_STEPS: u64 = 40;

impl Diagram {
    /// Times set by hand are multiples of this: what a command says is short, and finer than
    /// can be seen.
    pub fn hand_step(&self) -> u64 {
        nice(self.camera.length() / HAND_STEPS)
    }

    /// What one press of a key moves something by.
    pub fn key_step(&self) -> u64 {
        nice(self.camera.length() / KEY_STEPS)
    }

    /// Something done to a message.
    pub fn change(&self, message: &SpaceTimeMessage, edit: MessageEdit) -> Intent {
        let own = self.own_change(message);
        let planned = message.planned_ns.or(message.arrives_ns);
        if let (MessageEdit::ArriveAt(at), Some(own)) = (edit, &own)
            && planned.is_some_and(|planned| at.as_nanos() <= planned)
        {
            // As late as it was without the command.
            return Intent::Remove(own.id);
        }
        let (at, text) = match message_command(message, edit) {
            Ok(command) => command,
            Err(error) => return Intent::Say(error.to_string()),
        };
        let at = at.as_nanos();
        match own.filter(|_| edit != MessageEdit::Duplicate) {
            Some(own) => Intent::Edit {
                id: own.id,
                at,
                text,
            },
            None => Intent::Place { at: Some(at), text },
        }
    }

    /// The command that dropped or delayed a message, if one did.
    pub fn own_change(&self, message: &SpaceTimeMessage) -> Option<PlacedCommand> {
        let command = self.command(message.command?)?;
        let mut words = command.text.split(' ');
        let drops_or_delays = matches!(words.next(), Some("drop" | "delay"));
        let is_own = words.next() == Some(&message.id);
        (drops_or_delays && is_own).then_some(command)
    }

    /// Puts a command of the timeline at another time.
    pub fn move_mark(&mut self, mark: &SpaceTimeMark, at: u64) -> Option<Intent> {
        let command = self.command(mark.command?)?;
        let (_, end) = self.times();
        // Placed anew it gets another name in its pane.
        self.moved = Some(command.id);
        Some(Intent::Edit {
            id: command.id,
            at: at.min(end),
            text: command.text,
        })
    }

    /// Moves what is selected by so many steps of a key: a message's arrival, or a command.
    pub fn shift_selected(&mut self, steps: i64) -> Option<Intent> {
        let by = self.key_step().saturating_mul(steps.unsigned_abs());
        let shifted = |at: u64| match steps < 0 {
            true => at.saturating_sub(by),
            false => at.saturating_add(by),
        };
        match self.selected.clone() {
            Selection::Message(id) => {
                let message = self.message(&id)?;
                let arrives = message.arrives_ns.or(message.planned_ns);
                let at = Time::from_nanos(arrives.map_or(0, shifted));
                Some(self.change(message, MessageEdit::ArriveAt(at)))
            }
            Selection::Mark(id) => {
                let mark = self.mark(&id)?.clone();
                self.move_mark(&mark, shifted(mark.at_ns))
            }
            Selection::Node(_) | Selection::None => None,
        }
    }

    /// Holds the selected message back by so much more.
    pub fn delay_selected(&self, by: u64) -> Option<Intent> {
        let message = self.selected_message()?;
        let arrives = message.arrives_ns.or(message.planned_ns).unwrap_or(0);
        let at = Time::from_nanos(arrives.saturating_add(by));
        Some(self.change(message, MessageEdit::ArriveAt(at)))
    }

    /// Loses the selected message halfway, or takes the selected command off the timeline.
    pub fn remove_selected(&self) -> Option<Intent> {
        match &self.selected {
            Selection::Message(id) => {
                let message = self.message(id)?;
                let arrives = message.planned_ns.or(message.arrives_ns);
                let flight = arrives.unwrap_or(0).saturating_sub(message.sent_ns);
                let halfway = Time::from_nanos(message.sent_ns + flight / 2);
                Some(self.change(message, MessageEdit::DropAt(halfway)))
            }
            Selection::Mark(id) => {
                let command = self.command(self.mark(id)?.command?)?;
                Some(Intent::Remove(command.id))
            }
            Selection::Node(_) | Selection::None => None,
        }
    }

    /// Copies the selected message.
    pub fn copy_selected(&self) -> Option<Intent> {
        Some(self.change(self.selected_message()?, MessageEdit::Duplicate))
    }

    /// Undoes what was done to the selected message.
    pub fn restore_selected(&self) -> Option<Intent> {
        let command = self.command(self.selected_message()?.command?)?;
        Some(Intent::Remove(command.id))
    }

    /// The selected message, if it is to be seen.
    pub fn selected_message(&self) -> Option<&SpaceTimeMessage> {
        match &self.selected {
            Selection::Message(id) => self.message(id),
            _ => None,
        }
    }

    /// The mark that a moved command has now, once.
    pub fn moved_mark(&mut self) -> Option<Selection> {
        let moved = self.moved.take()?;
        mark_of(&self.player, self.pane, moved)
    }
}

/// The largest of 1, 2, 5, 10, 20, 50 ... that is no more than that.
fn nice(length: u64) -> u64 {
    let mut decade = 1u64;
    while length / decade >= 10 {
        decade *= 10;
    }
    let factor = match length / decade {
        5.. => 5,
        2.. => 2,
        _ => 1,
    };
    decade * factor
}

/// A moment as the diagram writes it.
pub fn moment(ns: u64) -> String {
    let mut out = String::new();
    push_moment(&mut out, ns, 3);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let steps = [0, 1, 4, 5, 19, 20, 999, 5_625_000].map(nice);
        assert_eq!(steps, [1, 1, 2, 5, 10, 20, 500, 5_000_000]);
        assert_eq!(nice(u64::MAX), 10_000_000_000_000_000_000);
    }
}
