//! The trace, one JSON object a line.

use super::replay::Replay;
use super::{ExportError, Progress, json};
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
            out.push_str(&json::line(entry));
            Ok(())
        })
    }
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
        assert_eq!(
            super::json::line(&entry),
            "{\"id\":7,\"cause\":3,\"at\":1000000,\"node\":\"A\",\"kind\":\"sent\",\
             \"message\":\"A.1\",\"peer\":\"B\",\"arrives\":1500001,\"label\":\"Put\",\
             \"fields\":{\"key\":\"say \\\"hi\\\"\\n\",\"value\":\"1\",\"key_2\":\"other\"}}\n"
        );
    }
}
