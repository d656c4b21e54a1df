//! The trace, one JSON object a line.

use faultline_systems::LogEntry;

use super::replay::Replay;
use super::write_json::Object;
use super::{ExportError, Progress};
use crate::session::Session;

/// A trace being written.
pub(super) struct Lines(Replay);

impl Lines {
    pub(super) fn of(session: &Session, pane: usize) -> Result<Self, ExportError> {
        Ok(Self(Replay::of(session, pane)?))
    }

    pub(super) fn step(
        &mut self,
        max_events: u64,
        out: &mut String,
    ) -> Result<Progress, ExportError> {
        self.0.step(max_events, &mut |entry| {
            line(entry, out);
            Ok(())
        })
    }
}

/// An entry on its line. Times are nanoseconds; what an entry does not have is null, but for
/// `arrives`, which only messages on their way have.
fn line(entry: &LogEntry, out: &mut String) {
    let mut object = Object::new(out);
    object.plain("id", &entry.id);
    match entry.cause {
        Some(cause) => object.plain("cause", &cause),
        None => object.maybe_text("cause", None),
    }
    object.plain("at", &entry.at.as_nanos());
    object.maybe_text("node", entry.node.as_deref());
    object.text("kind", entry.kind);
    object.maybe_text("message", entry.message.as_deref());
    object.maybe_text("peer", entry.peer.as_deref());
    if let Some(arrives) = entry.arrives {
        object.plain("arrives", &arrives.as_nanos());
    }
    object.text("label", &entry.label);
    let mut fields = Object::new(object.member("fields"));
    for (index, (name, value)) in entry.fields.iter().enumerate() {
        // Of two members of one name, readers of JSON keep one.
        let before = entry.fields[..index]
            .iter()
            .filter(|(other, _)| other == name);
        match before.count() {
            0 => fields.text(name, value),
            count => fields.text(&format!("{name}_{}", count + 1), value),
        }
    }
    fields.end();
    object.end();
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use faultline_sim::Time;
    use faultline_systems::LogEntry;

    #[test]
    fn fields_are_an_object_and_none_is_lost() {
        let entry = LogEntry {
            id: 7,
            cause: Some(3),
            at: Time::from_millis(1),
            node: Some("A".into()),
            kind: "sent",
            message: Some("A.1".into()),
            peer: Some("B".into()),
            arrives: Some(Time(1_500_001)),
            label: "Put".into(),
            fields: vec![
                ("key", "say \"hi\"\n".into()),
                ("value", "1".into()),
                ("key", "other".into()),
            ],
        };
        let mut out = String::new();
        super::line(&entry, &mut out);
        assert_eq!(
            out,
            "{\"id\":7,\"cause\":3,\"at\":1000000,\"node\":\"A\",\"kind\":\"sent\",\
             \"message\":\"A.1\",\"peer\":\"B\",\"arrives\":1500001,\"label\":\"Put\",\
             \"fields\":{\"key\":\"say \\\"hi\\\"\\n\",\"value\":\"1\",\"key_2\":\"other\"}}\n"
        );
    }
}
