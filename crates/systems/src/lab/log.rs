//! Trace entries of the kernel as text.

use faultline_sim::{Entry, Kind};
use faultline_view::Label;

use super::LogEntry;
use crate::commands::{Names, fault_text};

/// Whether an entry is worth a stop: not what messages, timers and disks do all the time.
pub fn is_notable(kind: &Kind) -> bool {
    match kind {
        Kind::Started
        | Kind::Commanded
        | Kind::Unheard
        | Kind::Noted { .. }
        | Kind::Faulted { .. } => true,
        Kind::Sent { .. }
        | Kind::Delivered { .. }
        | Kind::Dropped { .. }
        | Kind::Duplicated { .. }
        | Kind::Delayed { .. }
        | Kind::TimerSet { .. }
        | Kind::TimerCancelled { .. }
        | Kind::TimerFired { .. }
        | Kind::DiskWritten => false,
    }
}

/// An entry as the log and the exports show it.
pub fn entry(entry: &Entry, names: Names) -> LogEntry {
    let mut fields = Vec::new();
    if let Some(payload) = &entry.payload {
        payload.details(&mut |name, value| fields.push((name, value.to_string().into())));
    }
    let label: Label = match &entry.kind {
        Kind::Noted { text } => text.as_str().into(),
        Kind::Faulted { fault } => fault_text(fault, names).into(),
        Kind::Dropped { why, .. } => why.to_string().into(),
        Kind::Duplicated { original, .. } => format!("copy of {}", names.message(*original)).into(),
        Kind::Delayed { arrives, .. } => format!("until {arrives}").into(),
        _ => match &entry.payload {
            Some(payload) => (&*payload.label()).into(),
            None => "".into(),
        },
    };
    let peer = match &entry.kind {
        Kind::Sent { to, .. }
        | Kind::Dropped { to, .. }
        | Kind::Duplicated { to, .. }
        | Kind::Delayed { to, .. } => Some(*to),
        Kind::Delivered { from, .. } => Some(*from),
        _ => None,
    };
    let arrives = match &entry.kind {
        Kind::Sent { arrives, .. } => *arrives,
        Kind::Duplicated { arrives, .. } | Kind::Delayed { arrives, .. } => Some(*arrives),
        _ => None,
    };
    LogEntry {
        id: entry.id.0,
        cause: entry.cause.map(|cause| cause.0),
        at: entry.time,
        node: entry.node.map(|node| names.label(node)),
        kind: entry.kind.name(),
        message: entry.kind.message_id().map(|id| names.message(id).into()),
        peer: peer.map(|node| names.label(node)),
        arrives,
        label,
        fields,
    }
}
