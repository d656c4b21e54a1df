//! Each kind of panel in words.

use super::holdings::Holdings;
use super::words::{NAMED, Sentence, list, sentence};
use crate::panel::{
    Bars, Gates, Lanes, MachineState, NodeStatus, Panel, Series, SeriesLine, StateMachine, Table,
    Topology, TopologyMessage, TopologyNode,
};

/// What matters, in one to three sentences.
pub fn summary(panel: &Panel, out: &mut Vec<String>) {
    match panel {
        Panel::Topology(topology) => topology_summary(topology, out),
        Panel::Ring(ring) => {
            let begin = sentence().say(titled(&ring.title, "Hash ring")).say(": ");
            let nodes = begin.count(ring.owners.len(), "node").say(", ");
            let points = nodes.count(ring.points.len(), "virtual node").say(", ");
            out.push(points.count(ring.count(), "key").end());
            if let Some(lookup) = &ring.lookup
                && let Some(owner) = ring.owners.get(lookup.owner as usize)
            {
                let begin = sentence().say(&lookup.key).say(" belongs to ");
                let begin = begin.node(&owner.label).say(", by virtual node ");
                out.push(begin.say(&lookup.point).end());
            }
            Holdings::of_ring(ring).moves(out);
        }
        Panel::Bins(bins) => {
            let holdings = Holdings::of_bins(bins);
            let items = bins.bins.iter().map(|bin| bin.moved.len()).sum();
            let begin = sentence();
            let begin = if bins.title.is_empty() {
                begin
            } else {
                begin.say(&bins.title).say(": ")
            };
            let begin = begin.count(items, &holdings.item).say(" in ");
            out.push(begin.count(bins.bins.len(), "container").end());
            for bin in bins.bins.iter().filter(|bin| bin.highlight.is_some()) {
                let begin = sentence()
                    .say("The marked ")
                    .say(&holdings.item)
                    .say(" is in ");
                out.push(begin.node(&bin.label).end());
            }
            holdings.moves(out);
        }
        Panel::Bars(bars) => bars_summary(bars, out),
        Panel::Table(table) => {
            let begin = sentence().say(titled(&table.title, "Table")).say(": ");
            out.push(begin.count(table.rows.len(), "row").end());
        }
        Panel::Lanes(lanes) => {
            let begin = sentence().say(titled(&lanes.title, "Lanes")).say(": ");
            out.push(begin.count(lanes.lanes.len(), "lane").end());
        }
        Panel::StateMachine(machine) => {
            let begin = sentence().say(titled(&machine.title, "State machine"));
            out.push(begin.say(": ").say(&machine_state(machine)).end());
        }
        Panel::Queues(queues) => super::queues::summary(queues, out),
        Panel::Gates(gates) => {
            let begin = sentence().say(titled(&gates.title, "Gates")).say(": ");
            let begin = begin.count(gates.gates.len(), "client");
            let flying = gates.gates.iter().map(|gate| gate.way.messages.len()).sum();
            out.push(
                begin
                    .say(", ")
                    .count(flying, "message")
                    .say(" in flight")
                    .end(),
            );
        }
        Panel::Series(series) => {
            let begin = sentence().say(titled(&series.title, "Chart")).say(": ");
            let begin = begin.count(series.lines.len(), "line").say(", ");
            out.push(
                begin
                    .say(&series.y_label)
                    .say(" over ")
                    .say(&series.x_label)
                    .end(),
            );
        }
    }
}

/// The single parts.
pub fn details(panel: &Panel, out: &mut Vec<String>) {
    match panel {
        Panel::Topology(topology) => topology_details(topology, out),
        Panel::Ring(ring) => Holdings::of_ring(ring).shares(out),
        Panel::Bins(bins) => Holdings::of_bins(bins).shares(out),
        Panel::Bars(bars) if bars.bars.len() <= NAMED => bars_details(bars, out),
        Panel::Bars(_) => {}
        Panel::Table(table) => table_details(table, out),
        Panel::Series(series) => series_details(series, out),
        Panel::Lanes(lanes) => lanes_details(lanes, out),
        Panel::StateMachine(machine) => machine_details(machine, out),
        Panel::Queues(queues) => super::queues::details(queues, out),
        Panel::Gates(gates) => gates_details(gates, out),
    }
}

/// "good: 10 passed, 0 refused, 4.2 of 5 tokens."
fn gates_details(gates: &Gates, out: &mut Vec<String>) {
    for gate in gates.gates.iter().take(NAMED) {
        let Some(client) = gate.way.nodes.get(1) else {
            continue;
        };
        let begin = sentence().node(&client.name);
        let begin = match client.status {
            NodeStatus::Up => begin,
            NodeStatus::Down => begin.say(" (crashed)"),
            NodeStatus::Paused => begin.say(" (paused)"),
        };
        let begin = begin.say(": ").say(&gate.count);
        out.push(begin.say(", ").say(&gate.level_text).end());
    }
}

/// "OPEN, calls fail at once"; what a machine is in now.
pub fn machine_state(machine: &StateMachine) -> String {
    let current = machine.current.and_then(|index| state(machine, index));
    let Some(current) = current else {
        return "no state".into();
    };
    let parts = [&current.label, &current.caption, &current.note];
    let parts: Vec<&str> = parts.into_iter().map(|part| &**part).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn state(machine: &StateMachine, index: u32) -> Option<&MachineState> {
    machine.states.get(index as usize)
}

/// "From CLOSED to OPEN: 3 failures in a row, 2 of 3."
fn machine_details(machine: &StateMachine, out: &mut Vec<String>) {
    for one in machine.transitions.iter().take(NAMED) {
        let (Some(from), Some(to)) = (state(machine, one.from), state(machine, one.to)) else {
            continue;
        };
        let begin = sentence().say("From ").say(&from.label).say(" to ");
        let begin = begin.say(&to.label).say(": ").say(&one.label);
        let begin = match &one.progress {
            Some(progress) => begin.say(", ").say(&progress.text),
            None => begin,
        };
        out.push(begin.end());
    }
}

fn titled<'t>(title: &'t str, otherwise: &'t str) -> &'t str {
    if title.is_empty() { otherwise } else { title }
}

fn topology_summary(topology: &Topology, out: &mut Vec<String>) {
    let nodes = &topology.nodes;
    let mut begin = sentence();
    if !topology.title.is_empty() {
        begin = begin.say(&topology.title).say(": ");
    }
    begin = begin.count(nodes.len(), "node").say(", ");
    let up = nodes.iter().filter(|node| node.status == NodeStatus::Up);
    begin = match up.count() {
        up if up == nodes.len() => begin.say("all up"),
        up => begin.number(up).say(" up"),
    };
    begin = begin.say(", ").count(topology.messages.len(), "message");
    out.push(begin.say(" in flight").end());
    for (status, state) in [
        (NodeStatus::Down, "crashed"),
        (NodeStatus::Paused, "paused"),
    ] {
        say_names(nodes, state, |node| node.status == status, out);
    }
    for node in nodes.iter().filter(|node| node.lead) {
        out.push(sentence().node(&node.name).say(" leads").end());
    }
    if let Some(split) = split(topology) {
        // It says which links are cut, too.
        out.push(split);
        return;
    }
    for link in topology.links.iter().filter(|link| link.cut).take(NAMED) {
        out.push(cut(nodes, link.a, link.b));
    }
}

/// "The network is split: Node 1 and Node 2 are apart from Node 3."; none if it is whole.
pub fn split(topology: &Topology) -> Option<String> {
    let mut sides = topology.sides.clone();
    sides.sort_unstable();
    sides.dedup();
    if sides.len() < 2 {
        return None;
    }
    let members = |side: &u32| {
        let members = topology.nodes.iter().zip(&topology.sides);
        let members = members.filter(|(_, of)| *of == side);
        let names: Vec<String> = members
            .map(|(node, _)| crate::paint::node_name(&node.name))
            .collect();
        match names.len() {
            0..=NAMED => list(&names),
            many => format!("{many} nodes"),
        }
    };
    let sides: Vec<String> = sides.iter().map(members).collect();
    let begin = sentence().say("The network is split: ");
    Some(begin.say(&sides.join(" / ")).end())
}

/// "Node C and Node J are crashed."; many are counted.
fn say_names(
    nodes: &[TopologyNode],
    state: &str,
    which: impl Fn(&TopologyNode) -> bool,
    out: &mut Vec<String>,
) {
    let names: Vec<String> = nodes
        .iter()
        .filter(|node| which(node))
        .map(|node| crate::paint::node_name(&node.name))
        .collect();
    let begin = match names.len() {
        0 => return,
        1 => sentence().say(&names[0]).say(" is "),
        2..=NAMED => sentence().say(&list(&names)).say(" are "),
        many => sentence().count(many, "node").say(" are "),
    };
    out.push(begin.say(state).end());
}

/// "The link between Node A and Node C is cut."
pub fn cut(nodes: &[TopologyNode], a: u32, b: u32) -> String {
    let begin = sentence().say("The link between ").node(name(nodes, a));
    begin.say(" and ").node(name(nodes, b)).say(" is cut").end()
}

fn name(nodes: &[TopologyNode], index: u32) -> &str {
    nodes.get(index as usize).map_or("?", |node| &node.name)
}

fn topology_details(topology: &Topology, out: &mut Vec<String>) {
    if topology.nodes.len() <= NAMED {
        for node in &topology.nodes {
            let mut parts: Vec<&str> = [&node.state, &node.caption]
                .into_iter()
                .map(|part| &**part)
                .filter(|part| !part.is_empty())
                .collect();
            let cells: Vec<&str> = node.cells.iter().map(|cell| &*cell.label).collect();
            let held = format!("holds {}", cells.join(" "));
            if !cells.is_empty() {
                parts.push(&held);
            }
            if !parts.is_empty() {
                let begin = sentence().node(&node.name).say(": ");
                out.push(begin.say(&parts.join(", ")).end());
            }
        }
    }
    if topology.messages.len() <= NAMED {
        let messages = topology.messages.iter();
        out.extend(messages.map(|one| message(topology, one)));
    }
}

fn message(topology: &Topology, message: &TopologyMessage) -> String {
    let begin = sentence()
        .say(titled(&message.label, "A message"))
        .say(" from ");
    let begin = begin.node(name(&topology.nodes, message.from)).say(" to ");
    begin.node(name(&topology.nodes, message.to)).end()
}

/// "Node 3: leads since 6.4."; what each lane has come to.
fn lanes_details(lanes: &Lanes, out: &mut Vec<String>) {
    for lane in lanes.lanes.iter().take(NAMED) {
        if let Some(last) = lane.spans.last() {
            let begin = sentence().node(&lane.label).say(": ").say(&last.label);
            out.push(begin.say(" since ").value(last.from).end());
        }
    }
}

fn bars_summary(bars: &Bars, out: &mut Vec<String>) {
    let begin = sentence().say(titled(&bars.title, "Bars")).say(": ");
    let by_value = |a: &&crate::Bar, b: &&crate::Bar| a.value.total_cmp(&b.value);
    let (Some(most), Some(least)) = (
        bars.bars.iter().max_by(by_value),
        bars.bars.iter().min_by(by_value),
    ) else {
        out.push(begin.say("nothing yet").end());
        return;
    };
    let begin = begin.say("most ").node(&most.label).say(" with ");
    let begin = with_unit(begin.say(&most.text), &bars.unit);
    let begin = begin.say(", least ").node(&least.label).say(" with ");
    let begin = begin.say(&least.text);
    let expected = bars.bars[0].expected;
    let same = bars.bars.iter().all(|bar| bar.expected == expected);
    let begin = match expected {
        Some(value) if same => begin.say(", expected ").value(value).say(" each"),
        _ => begin,
    };
    out.push(begin.end());
}

/// Adds a unit where there is one.
fn with_unit(begin: Sentence, unit: &str) -> Sentence {
    if unit.is_empty() {
        begin
    } else {
        begin.say(" ").say(unit)
    }
}

fn bars_details(bars: &Bars, out: &mut Vec<String>) {
    let first = bars.bars.first().and_then(|bar| bar.expected);
    let same = bars.bars.iter().all(|bar| bar.expected == first);
    for bar in &bars.bars {
        let begin = sentence().node(&bar.label).say(": ").say(&bar.text);
        let begin = with_unit(begin, &bars.unit);
        let begin = match bar.expected {
            Some(value) if !same => begin.say(", expected ").value(value),
            _ => begin,
        };
        out.push(begin.end());
    }
}

fn table_details(table: &Table, out: &mut Vec<String>) {
    for cells in table.rows.iter().take(NAMED) {
        let mut row = sentence();
        crate::paint::push_row(&mut row.0, table, cells);
        out.push(row.end());
    }
    if table.rows.len() > NAMED {
        let rest = table.rows.len() - NAMED;
        out.push(sentence().say("And ").number(rest).say(" more").end());
    }
}

fn series_details(series: &Series, out: &mut Vec<String>) {
    for one in series.lines.iter().take(NAMED) {
        out.extend(line(one));
    }
    for mark in series.marks.iter().take(NAMED) {
        let begin = sentence().say(&mark.label).say(" at ").value(mark.x);
        out.push(begin.end());
    }
}

/// "Node A: from 330 to 247, between 246 and 331."
fn line(line: &SeriesLine) -> Option<String> {
    let (first, last) = (line.points.first()?.1, line.points.last()?.1);
    let values = || line.points.iter().map(|point| point.1);
    let least = values().fold(first, f64::min);
    let most = values().fold(first, f64::max);
    let begin = sentence().say(titled(&line.label, "A line")).say(": ");
    if least == most {
        return Some(begin.value(first).say(" throughout").end());
    }
    let begin = begin.say("from ").value(first).say(" to ").value(last);
    Some(
        begin
            .say(", between ")
            .value(least)
            .say(" and ")
            .value(most)
            .end(),
    )
}
