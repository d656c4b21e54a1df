//! ShiViz as far as it takes a log in: its default parser
//! `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`, matched as JavaScript matches it, and what it
//! demands of vector clocks before it draws them.

use std::collections::BTreeMap;

use faultline_course::export::{Export, ExportError, Format};
use faultline_sim::{Span, Time};
use faultline_systems::registry;
use serde_json::Value;

use super::{exported, open, trace, troubled};

/// An event as ShiViz knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub host: String,
    pub clock: BTreeMap<String, i64>,
    pub text: String,
}

/// `\s` of JavaScript.
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'
        | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

/// What `.` of JavaScript does not match.
const ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// The groups of a match that starts here, and what follows it.
fn match_here(text: &str) -> Option<([&str; 3], &str)> {
    let host = &text[..text.find(is_space).unwrap_or(text.len())];
    let after = text[host.len()..].strip_prefix(' ')?;
    let line = &after[..after.find(ENDS).unwrap_or(after.len())];
    // Greedy: the last brace that the rest of the expression can follow, which is a new line.
    let clock = line.starts_with('{').then_some(line)?;
    let event = after[clock.len()..].strip_prefix('\n')?;
    if !clock.ends_with('}') {
        return None;
    }
    let text = &event[..event.find(ENDS).unwrap_or(event.len())];
    Some(([host, clock, text], &event[text.len()..]))
}

/// All matches, one after the other, with nothing but line ends between them.
pub fn read(log: &str) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    let mut rest = log.trim();
    while !rest.is_empty() {
        let Some(([host, clock, text], after)) = match_here(rest) else {
            let (skipped, after) = rest.split_at(rest.chars().next().map_or(1, char::len_utf8));
            if skipped != "\n" {
                return Err(format!("passes over {rest:.60?}"));
            }
            rest = after;
            continue;
        };
        let clock = serde_json::from_str(clock).map_err(|error| format!("{clock}: {error}"))?;
        events.push(Event {
            host: host.to_owned(),
            clock,
            text: text.to_owned(),
        });
        rest = after;
    }
    Ok(events)
}

/// A host's own times are 1, 2, 3 and so on, and no clock has a time that its host has not.
pub fn check(events: &[Event]) -> Result<(), String> {
    let mut times: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for event in events {
        let own = event.clock.get(&event.host);
        let own = own.ok_or_else(|| format!("{event:?} lacks its own host"))?;
        times.entry(&event.host).or_default().push(*own);
    }
    for (host, times) in &mut times {
        times.sort_unstable();
        if !(1..).zip(times.iter()).all(|(count, time)| count == *time) {
            return Err(format!("the times of {host} are {times:?}"));
        }
    }
    for event in events {
        for (host, time) in &event.clock {
            let count = times.get(&**host).map_or(0, Vec::len) as i64;
            if !(1..=count).contains(time) {
                return Err(format!("{event:?} has {host} at {time} of {count}"));
            }
        }
    }
    Ok(())
}

/// Compares the clocks with what they mean: the part of a host is how many of its events happened
/// before this one or are it, by the order of each host's events and the causes in the trace.
pub fn compare(events: &[Event], trace: &[Value]) -> Result<(), String> {
    if events.len() != trace.len() {
        return Err(format!("{} events, {} entries", events.len(), trace.len()));
    }
    let words = events.len().div_ceil(64);
    let bit = |index: usize| (index / 64, 1_u64 << (index % 64));
    let mut of_host: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut latest: BTreeMap<&str, usize> = BTreeMap::new();
    // For each event, the set of those that happened before it, and itself.
    let mut past: Vec<Vec<u64>> = Vec::new();
    for (index, (event, entry)) in events.iter().zip(trace).enumerate() {
        let node = entry["node"].as_str().unwrap_or("network");
        if event.host != node.replace(' ', "_")
            || !event.text.starts_with(entry["kind"].as_str().unwrap())
        {
            return Err(format!("{event:?} is not {entry}"));
        }
        let mut before = vec![0; words];
        let cause = entry["cause"].as_u64().map(|id| id as usize - 1);
        for other in cause.into_iter().chain(latest.get(&*event.host).copied()) {
            before
                .iter_mut()
                .zip(&past[other])
                .for_each(|(mine, its)| *mine |= its);
        }
        let (word, mask) = bit(index);
        before[word] |= mask;
        of_host.entry(&event.host).or_insert_with(|| vec![0; words])[word] |= mask;
        latest.insert(&event.host, index);
        let mut clock = BTreeMap::new();
        for (host, theirs) in &of_host {
            let both = theirs
                .iter()
                .zip(&before)
                .map(|(a, b)| (a & b).count_ones());
            let count = i64::from(both.sum::<u32>());
            if count > 0 {
                clock.insert((*host).to_owned(), count);
            }
        }
        if clock != event.clock {
            return Err(format!("event {index} should have {clock:?}: {event:?}"));
        }
        past.push(before);
    }
    Ok(())
}

#[test]
fn shiviz_reads_the_log_of_every_system_and_its_clocks_are_right() {
    let mut sessions = vec![troubled()];
    for info in registry() {
        let mut session = open(info.name, &[], 0);
        let node = session.lab(0).node_names()[0].to_string();
        // Later than every system begins to speak.
        for (at, text) in [(1_700, "crash"), (2_300, "restart")] {
            let text = format!("{text} {node}");
            session.insert(Time::from_millis(at), &text).unwrap();
        }
        // Enough to see every kind of entry, little enough to compare each with each.
        while session.lab(0).last_entry() < 2_500 && session.next_time().is_some() {
            let to = session.now() + Span::from_millis(200);
            session.seek(to, u64::MAX);
        }
        sessions.push(session);
    }
    for session in sessions {
        let log = exported(&session, Format::ShiViz);
        let events = read(&log).expect("ShiViz reads it");
        check(&events).expect("ShiViz draws it");
        let name = session.system().name;
        compare(&events, &trace(&session)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let last = events.last().expect("an event");
        assert!(last.clock.len() > 1, "{name}: nobody hears of anybody");
    }
}

/// The readers bite.
#[test]
fn a_log_with_a_wrong_clock_is_caught() {
    let session = troubled();
    let (log, lines) = (exported(&session, Format::ShiViz), trace(&session));
    let events = read(&log).unwrap();
    assert_eq!(compare(&events, &lines), Ok(()));
    let index = events
        .iter()
        .rposition(|event| event.clock.len() > 2)
        .expect("a clock of three hosts");
    for (host, change) in [("A", 1), ("A", -1), ("C", 1), ("C", -1)] {
        let mut wrong = events.clone();
        *wrong[index].clock.get_mut(host).expect("it is known") += change;
        assert!(compare(&wrong, &lines).is_err(), "{host} {change}");
    }
    let mut wrong = events.clone();
    wrong.remove(10);
    assert!(check(&wrong).is_err());
    // A host with a space shifts what the parser takes for the host.
    let spaced = log.replace("client {", "the client {");
    assert!(read(&spaced).is_err());
}

#[test]
fn a_log_that_shiviz_cannot_draw_is_refused() {
    let mut session = open("sharding", &[], 0);
    while session.lab(0).last_entry() < 510_000 {
        session.seek(session.now() + Span::from_secs(1_000), u64::MAX);
    }
    let export = Export::new(&session, 0, Format::ShiViz).unwrap();
    assert!(matches!(export.finish(), Err(ExportError::Log { .. })));
}
