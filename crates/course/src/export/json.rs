//! What came of a run, as one JSON object on one line.

use faultline_systems::{Lab, MetricValue, Value};

use super::write_json::{self, Object};
use crate::session::Session;

/// What came of a run: the first pane's figures with the fingerprint of the whole run and,
/// where there are several panes, every pane's figures with its own.
pub(super) fn text(session: &Session) -> String {
    let mut out = String::new();
    let mut object = Object::new(&mut out);
    figures(session.lab(0), session.fingerprint(), &mut object);
    let count = session.pane_count();
    if count > 1 {
        let list = object.member("panes");
        for pane in 0..count {
            list.push(if pane == 0 { '[' } else { ',' });
            let mut object = Object::new(list);
            object.text("pane", session.pane_id(pane));
            let lab = session.lab(pane);
            figures(lab, lab.fingerprint(), &mut object);
            object.end();
        }
        list.push(']');
    }
    object.end();
    out.push('\n');
    out
}

/// The figures of one run at its cursor.
fn figures(lab: &dyn Lab, fingerprint: u64, object: &mut Object) {
    object.text("system", lab.info().name);
    object.plain("seed", &lab.seed());
    let mut params = Object::new(object.member("params"));
    for (spec, value) in lab.values().iter() {
        let out = params.member(spec.name);
        match value {
            Value::Choice(name) => write_json::text(name, out),
            Value::Int(count) => write_json::plain(&count, out),
            Value::Float(measure) => write_json::float(measure, out),
            Value::Span(span) => write_json::text(&span.to_string(), out),
            Value::Bool(is_on) => write_json::plain(&is_on, out),
        }
    }
    params.end();
    write_json::millis(lab.now().as_nanos(), object.member("time_ms"));
    object.plain("events", &lab.events());
    // 16 hexadecimal digits: as a number it would not survive a reader that has only doubles.
    object.text("fingerprint", &format!("{fingerprint:016x}"));
    let mut metrics = Object::new(object.member("metrics"));
    for (name, value) in lab.metrics() {
        let out = metrics.member(&name);
        match value {
            MetricValue::Int(count) => write_json::plain(&count, out),
            MetricValue::Float(measure) => write_json::float(measure, out),
            MetricValue::Text(text) => write_json::text(&text, out),
        }
    }
    metrics.end();
}
