//! Messages that commands changed, and the commands that drags make.

use faultline_sim::{Span, Time};
use faultline_view::{DropPlace, MarkKind, MessageFate, SpaceTimeMessage};

use super::super::{MessageEdit, message_command};
use super::{lab, mark, message, place, run, seek, trace, whole};
use crate::{Lab, LogEntry};

/// A transfer of the run without commands, with the middle of its flight.
fn transfer() -> (String, Time, Time) {
    let lab = run(&[], "2s");
    let entries = trace(&lab);
    let sent = |entry: &&LogEntry| entry.kind == "sent" && &*entry.label == "Transfer";
    let entry = entries.iter().filter(sent).nth(20).expect("a transfer");
    let arrives = entry.arrives.expect("it arrives");
    let middle = Time(entry.at.as_nanos().midpoint(arrives.as_nanos()));
    (
        entry.message.as_deref().unwrap().to_string(),
        middle,
        arrives,
    )
}

#[test]
fn dropped_delayed_and_copied_messages_know_their_command() {
    let (id, middle, arrives) = transfer();
    let with = |text: &str| {
        let mut lab = lab(&[("keys", "200")], &[]);
        let command = place(&mut lab, middle, &format!("{text} "));
        seek(&mut lab, Time::from_secs(2));
        (whole(&lab), command)
    };

    let (diagram, command) = with(&format!("drop {id}"));
    let one = message(&diagram, &id);
    assert_eq!(
        (one.command, one.arrives_ns),
        (Some(command), Some(arrives.as_nanos()))
    );
    assert_eq!(
        one.fate,
        MessageFate::Dropped {
            at_ns: middle.as_nanos(),
            why: "dropped in flight".into(),
            place: DropPlace::OnTheWay,
        }
    );

    let (diagram, command) = with(&format!("delay {id} 300ms"));
    let one = message(&diagram, &id);
    let late = (arrives + Span::from_millis(300)).as_nanos();
    assert_eq!((one.command, one.arrives_ns), (Some(command), Some(late)));
    assert_eq!(one.planned_ns, Some(arrives.as_nanos()));
    assert_eq!(one.fate, MessageFate::Delivered { at_ns: late });

    let (diagram, command) = with(&format!("duplicate {id}"));
    let edited: Vec<&SpaceTimeMessage> = diagram
        .messages
        .iter()
        .filter(|one| one.command == Some(command))
        .collect();
    assert_eq!(edited.len(), 2, "the message and its copy: {edited:?}");
    assert_eq!((edited[0].copy, edited[1].copy), (false, true));
    assert_eq!(edited[0].label, edited[1].label);
    assert_eq!(
        edited[1].fate,
        MessageFate::Delivered {
            at_ns: arrives.as_nanos()
        }
    );
    assert_eq!(
        mark(&diagram, &format!("duplicate {id}")).kind,
        MarkKind::Message
    );
}

/// Dragging, tearing off and copying do what they look like, to the nanosecond.
#[test]
fn edits_of_arrows_do_what_they_show() {
    let mut lab = run(&[], "2s");
    let diagram = whole(&lab);
    let (id, middle, arrives) = transfer();
    let one = message(&diagram, &id).clone();
    let later = arrives + Span::from_nanos(123_456_789);

    let (at, text) = message_command(&one, MessageEdit::ArriveAt(later)).unwrap();
    let command = place(&mut lab, at, &text);
    let delayed = message(&whole(&lab), &id).clone();
    assert_eq!(delayed.end_ns(), later.as_nanos());
    assert_eq!(delayed.planned_ns, Some(arrives.as_nanos()));
    // Dragged again, the same command moves it from where the network would bring it.
    let sooner = arrives + Span::from_nanos(7);
    let (at, text) = message_command(&delayed, MessageEdit::ArriveAt(sooner)).unwrap();
    lab.edit(command, at, &text).unwrap();
    assert_eq!(message(&whole(&lab), &id).end_ns(), sooner.as_nanos());
    let early = message_command(&delayed, MessageEdit::ArriveAt(arrives));
    assert!(
        early
            .unwrap_err()
            .to_string()
            .contains("cannot arrive before")
    );
    assert!(lab.remove(command));
    assert_eq!(whole(&lab), diagram, "taken back, it is as it was");

    for (at, expected) in [
        (middle, middle.as_nanos()),
        (Time::ZERO, one.sent_ns),
        (Time::from_secs(9), arrives.as_nanos() - 1),
    ] {
        let (at, text) = message_command(&one, MessageEdit::DropAt(at)).unwrap();
        let command = place(&mut lab, at, &text);
        let torn = message(&whole(&lab), &id).clone();
        assert_eq!((torn.end_ns(), torn.command), (expected, Some(command)));
        assert!(lab.remove(command));
    }

    let (at, text) = message_command(&one, MessageEdit::Duplicate).unwrap();
    place(&mut lab, at, &text);
    let copied = whole(&lab);
    let copies = copied.messages.iter().filter(|one| one.copy);
    assert_eq!(copies.count(), 1);

    let lossy = whole(&run(&[("1s", "loss 50")], "1100ms"));
    let mut lost = lossy.messages.iter().filter(|one| one.arrives_ns.is_none());
    let lost = lost.next().expect("a lost message");
    let refused = message_command(lost, MessageEdit::Duplicate);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("lost on the link")
    );
}
