//! Sample views, made by a small generator so that they are the same everywhere.
#![allow(dead_code, reason = "each test file uses its own part")]

use faultline_view::*;

pub mod check;
pub mod queues;
pub mod spacetime;

/// Knuth's MMIX generator: good enough to spread sample data.
pub struct Lcg(pub u64);

impl Lcg {
    pub fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        (self.next() * f64::from(limit)) as u32
    }
}

const NAMES: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

/// The label of the node with an index: a letter, then numbers.
pub fn name(index: usize) -> String {
    NAMES
        .get(index)
        .map_or_else(|| (index + 1).to_string(), |name| (*name).to_string())
}

/// A ring of `nodes` owners, the last of which joined, with real ownership of random keys.
pub fn ring(nodes: u32, virtual_nodes: u32, keys: u32, lookup: bool) -> Ring {
    let mut random = Lcg(7);
    let owners = (0..nodes)
        .map(|index| RingOwner {
            label: name(index as usize).into(),
            tone: Tone::Series(index as u8),
            joined: index + 1 == nodes && nodes > 1,
        })
        .collect();
    let mut points: Vec<RingPoint> = (0..nodes * virtual_nodes)
        .map(|index| RingPoint {
            at: random.next(),
            owner: index / virtual_nodes,
        })
        .collect();
    points.sort_by(|a, b| a.at.total_cmp(&b.at));
    let point_of = |at: f64| -> RingPoint {
        let index = points.partition_point(|point| point.at <= at);
        points[index % points.len()]
    };
    let keys = (0..keys)
        .map(|_| {
            let at = random.next();
            let owner = point_of(at).owner;
            RingKey {
                at,
                owner,
                moved: owner + 1 == nodes && nodes > 1,
            }
        })
        .collect();
    let lookup = lookup.then(|| {
        let at = 0.505;
        let point = point_of(at);
        RingLookup {
            key: "user_123".into(),
            at,
            point_at: point.at,
            point: format!("Node {}-17", name(point.owner as usize)).into(),
            owner: point.owner,
        }
    });
    Ring {
        title: "".into(),
        owners,
        points,
        keys,
        held: Vec::new(),
        lookup,
    }
}

/// Keys in `nodes` containers, about three quarters of them moved.
pub fn bins(nodes: u32, keys: u32) -> Bins {
    let mut random = Lcg(11);
    let mut bins: Vec<Bin> = (0..nodes)
        .map(|index| Bin {
            label: format!("Node {}", name(index as usize)).into(),
            tone: Tone::Series(index as u8),
            ..Bin::default()
        })
        .collect();
    for _ in 0..keys {
        let bin = random.below(nodes);
        let moved = bin + 1 == nodes || random.next() < 0.66;
        bins[bin as usize].moved.push(moved);
    }
    bins[1 % nodes as usize].highlight = Some(40.min(keys / nodes / 2));
    Bins {
        title: "".into(),
        item: "key".into(),
        bins,
    }
}

/// The load of `nodes` nodes.
pub fn bars(nodes: u32) -> Bars {
    let mut random = Lcg(5);
    let bars = (0..nodes)
        .map(|index| {
            let value = match index {
                0 => 273,
                1 => 200,
                2 => 281,
                3 => 246,
                _ => 200 + random.below(100),
            };
            Bar {
                label: name(index as usize).into(),
                tone: Tone::Series(index as u8),
                value: f64::from(value),
                text: value.to_string().into(),
                expected: Some(250.0),
            }
        })
        .collect();
    Bars {
        title: "Load per node".into(),
        unit: "keys".into(),
        bars,
    }
}

/// Every kind of panel, small and large, by name.
pub fn gallery() -> Vec<(&'static str, Panel)> {
    vec![
        ("ring", Panel::Ring(ring(4, 100, 1000, true))),
        ("ring-few", Panel::Ring(ring(3, 1, 20, true))),
        ("ring-ten", Panel::Ring(ring(4, 10, 200, true))),
        ("ring-many", Panel::Ring(ring(8, 1000, 10_000, false))),
        ("bins", Panel::Bins(bins(4, 1000))),
        ("bins-many", Panel::Bins(bins(40, 4000))),
        ("bars", Panel::Bars(bars(4))),
        ("bars-many", Panel::Bars(bars(60))),
        ("table", Panel::Table(table(4))),
        ("table-many", Panel::Table(table(200))),
        ("series", Panel::Series(series())),
        ("lanes", Panel::Lanes(lanes(3))),
        ("lanes-many", Panel::Lanes(lanes(9))),
        ("machine", Panel::StateMachine(breaker())),
        ("machine-two", Panel::StateMachine(machine(2))),
        ("machine-four", Panel::StateMachine(machine(4))),
        ("machine-many", Panel::StateMachine(machine(7))),
        ("queues", Panel::Queues(queues::queues(3, 1, 9))),
        ("queues-workers", Panel::Queues(queues::alone(10))),
        ("queues-line", Panel::Queues(queues::line(4))),
        ("queues-ten", Panel::Queues(queues::queues(10, 2, 30))),
        ("queues-many", Panel::Queues(queues::queues(1000, 1, 600))),
        ("gates", Panel::Gates(gates(2))),
        ("gates-three", Panel::Gates(gates(3))),
        ("gates-many", Panel::Gates(gates(7))),
        ("topology", Panel::Topology(topology(5, 7))),
        ("topology-split", Panel::Topology(split_topology(5))),
        ("topology-two", Panel::Topology(topology(2, 9))),
        ("topology-many", Panel::Topology(topology(1000, 5000))),
        ("topology-forty", Panel::Topology(topology(40, 120))),
    ]
}

/// So many clients, each with more requests than the one before; the last sends many at once.
pub fn gates(clients: u32) -> Gates {
    let gate = |client: u32| {
        let node = |name: String, tone| TopologyNode {
            name: name.as_str().into(),
            label: name.into(),
            tone,
            ..TopologyNode::default()
        };
        let mut way = Topology {
            nodes: vec![
                node("server".into(), Tone::Ink),
                node(format!("user {client}"), Tone::Series(client as u8)),
            ],
            links: vec![TopologyLink {
                a: 0,
                b: 1,
                cut: client == 2,
            }],
            ..Topology::default()
        };
        way.nodes[1].status = match client {
            2 => NodeStatus::Down,
            5 => NodeStatus::Paused,
            _ => NodeStatus::Up,
        };
        way.messages = (0..client % 3)
            .map(|number| TopologyMessage {
                number,
                copy: false,
                from: 1 - number % 2,
                to: number % 2,
                progress: 0.3 + 0.4 * number as f32,
                label: "Request".into(),
                tone: Tone::Series(client as u8),
            })
            .collect();
        let requests = 4 * (1 << client.min(4));
        let last = client + 1 == clients;
        let marks = (0..requests).map(|number| GateMark {
            at: match number {
                // A burst.
                _ if last => 17.0,
                _ => 10.0 + 10.0 * f64::from(number) / f64::from(requests),
            },
            kind: match number % 4 {
                0 | 1 => GateMarkKind::Passed,
                2 => GateMarkKind::Waited,
                _ => GateMarkKind::Refused,
            },
        });
        let corners = (0..=40).map(|corner| {
            let level = if corner % 2 == 0 { 5.0 } else { 1.5 };
            (9.0 + f64::from(corner) * 0.275, level)
        });
        Gate {
            way,
            count: format!("{requests} passed, {client} refused").into(),
            level_text: "1.5 of 5 tokens".into(),
            level: corners.collect(),
            marks: marks.collect(),
        }
    };
    Gates {
        title: "".into(),
        x_label: "s".into(),
        from: 10.0,
        to: 20.0,
        capacity: 5.0,
        unit: "tokens".into(),
        gates: (0..clients).map(gate).collect(),
    }
}

/// A circuit breaker that has failed twice.
pub fn breaker() -> StateMachine {
    let state = |label: &str, caption: &str, note: &str, tone| MachineState {
        label: label.into(),
        caption: caption.into(),
        note: note.into(),
        tone,
        place: None,
    };
    let way = |from, to, label: &str| MachineTransition {
        from,
        to,
        label: label.into(),
        ..MachineTransition::default()
    };
    let mut transitions = vec![
        way(0, 1, "3 failures in a row"),
        way(1, 2, "a call after more than 5 s"),
        way(2, 0, "the probe succeeds"),
        way(2, 1, "the probe fails"),
    ];
    transitions[0].progress = Some(MachineProgress {
        share: 2.0 / 3.0,
        steps: 3,
        text: "2 of 3".into(),
    });
    transitions[2].taken = true;
    StateMachine {
        title: "".into(),
        node: "client".into(),
        states: vec![
            state("CLOSED", "calls pass", "18 of 20 clients", Tone::Ok),
            state("OPEN", "calls fail at once", "2 of 20 clients", Tone::Bad),
            state("HALF-OPEN", "one call tries", "", Tone::Accent),
        ],
        transitions,
        current: Some(0),
    }
}

/// So many states, each with ways to itself, to the next and back.
pub fn machine(states: u32) -> StateMachine {
    let list = (0..states).map(|index| MachineState {
        label: format!("state {}", name(index as usize)).into(),
        tone: Tone::Series(index as u8),
        ..MachineState::default()
    });
    let way = |from, to, label: &str| MachineTransition {
        from,
        to: to % states,
        label: label.into(),
        progress: (from == 1).then(|| MachineProgress {
            share: 0.4,
            steps: 0,
            text: "1.2 s left".into(),
        }),
        taken: from == 0 && to == 1,
    };
    let ways = (0..states).flat_map(|from| {
        [
            way(from, from, "hears the leader"),
            way(from, from + 1, "time is up"),
            way(from, from + states - 1, "a higher term"),
        ]
    });
    StateMachine {
        title: "".into(),
        node: "".into(),
        states: list.collect(),
        transitions: ways.collect(),
        current: Some(1),
    }
}

/// Nodes that lead in turn, follow, and are down.
pub fn lanes(nodes: u8) -> Lanes {
    let lane = |node: u8| {
        let spans = (0..6u8).map(|turn| {
            let leader = turn % nodes;
            LaneSpan {
                from: f64::from(turn) * 2.0,
                to: f64::from(turn) * 2.0 + 1.7,
                label: if leader == node { "leads" } else { "follows" }.into(),
                tone: Tone::Series(leader),
                weight: match (leader == node, (turn + node) % 4) {
                    (true, _) => LaneWeight::Thick,
                    (false, 0) => LaneWeight::Broken,
                    (false, _) => LaneWeight::Thin,
                },
            }
        });
        Lane {
            label: format!("Node {}", node + 1).into(),
            spans: spans.collect(),
        }
    };
    Lanes {
        title: "Who leads".into(),
        x_label: "time (s)".into(),
        to: 12.0,
        lanes: (0..nodes).map(lane).collect(),
    }
}

/// Nodes on a circle with random messages between them.
pub fn topology(nodes: u32, messages: u32) -> Topology {
    let mut random = Lcg(3);
    let list = (0..nodes)
        .map(|index| TopologyNode {
            name: name(index as usize).into(),
            label: name(index as usize).into(),
            caption: if nodes <= 12 {
                format!("{} keys", 200 + random.below(90)).into()
            } else {
                "".into()
            },
            status: match index % 7 {
                2 => NodeStatus::Down,
                4 => NodeStatus::Paused,
                _ => NodeStatus::Up,
            },
            tone: Tone::Series(index as u8),
            place: None,
            lead: index == 1,
            ..TopologyNode::default()
        })
        .collect();
    let mut links = Vec::new();
    if nodes <= 12 {
        for a in 0..nodes {
            for b in a + 1..nodes {
                links.push(TopologyLink {
                    a,
                    b,
                    cut: a == 0 && b == 2,
                });
            }
        }
    }
    let messages = (0..messages)
        .map(|index| {
            let from = random.below(nodes);
            let to = (from + 1 + random.below(nodes - 1)) % nodes;
            TopologyMessage {
                number: index,
                copy: false,
                from,
                to,
                progress: random.next() as f32,
                label: format!("Transfer key_{index}").into(),
                tone: Tone::Series(from as u8),
            }
        })
        .collect();
    Topology {
        title: "".into(),
        nodes: list,
        links,
        messages,
        ..Topology::default()
    }
}

/// A split cluster whose nodes hold logs, with messages that were lost.
pub fn split_topology(nodes: u32) -> Topology {
    let mut split = topology(nodes, 4);
    split.sides = (0..nodes).map(|index| u32::from(index >= 2)).collect();
    for (index, node) in (0u8..).zip(&mut split.nodes) {
        node.state = format!("term {}", index % 3).into();
        node.filled = index == 1;
        let cell = |entry: u8| TopologyCell {
            label: (entry % 3).to_string().into(),
            tone: Tone::Series(entry % 3),
            solid: entry < 2,
        };
        node.cells = (0..index % 4).map(cell).collect();
    }
    for link in &mut split.links {
        link.cut = split.sides[link.a as usize] != split.sides[link.b as usize];
    }
    split.losses = (1..nodes)
        .map(|to| TopologyLoss {
            from: 0,
            to,
            way: if to % 2 == 0 { 1.0 } else { 0.5 },
            age: to as f32 / nodes as f32,
            tone: Tone::Bad,
        })
        .collect();
    split
}

/// Moves from row to column.
pub fn table(rows: usize) -> Table {
    let mut random = Lcg(9);
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let rows = (0..rows)
        .map(|row| {
            let mut cells = vec![Label::from(format!("Node {}", name(row)))];
            for _ in 0..3 {
                cells.push(random.below(120).to_string().into());
            }
            cells.push(random.below(300).to_string().into());
            cells
        })
        .collect();
    Table {
        title: "Keys moved, from row to column".into(),
        columns: vec![
            column("from", false),
            column("to A", true),
            column("to B", true),
            column("to C", true),
            column("all", true),
        ],
        rows,
    }
}

/// Keys in place on each node while keys move, beside what is expected.
pub fn series() -> Series {
    let mut random = Lcg(13);
    let mut lines: Vec<SeriesLine> = (0..4u8)
        .map(|index| {
            let mut value = 330.0 - 330.0 * f64::from(index / 3);
            let points = (0..=120)
                .map(|tick| {
                    if tick > 40 && tick < 100 {
                        value += if index == 3 { 4.1 } else { -1.4 } + random.next() - 0.5;
                    }
                    (f64::from(tick) * 0.25, value)
                })
                .collect();
            SeriesLine {
                label: format!("Node {}", name(index.into())).into(),
                tone: Tone::Series(index),
                points,
                step: index == 3,
                expected: false,
            }
        })
        .collect();
    lines.push(SeriesLine {
        label: "expected".into(),
        tone: Tone::Ink,
        points: vec![(0.0, 250.0), (30.0, 250.0)],
        step: false,
        expected: true,
    });
    Series {
        title: "Keys in place".into(),
        x_label: "time (s)".into(),
        y_label: "keys".into(),
        lines,
        marks: vec![
            SeriesMark {
                x: 10.0,
                label: "join D".into(),
            },
            SeriesMark {
                x: 11.0,
                label: "crash B".into(),
            },
            SeriesMark {
                x: 29.5,
                label: "restart B".into(),
            },
        ],
    }
}

/// A whole view: a ring, its load and its moves.
pub fn view() -> View {
    View {
        title: "Hash ring".into(),
        subtitle: "100 virtual nodes each".into(),
        figures: vec![Figure {
            value: "24.6".into(),
            unit: "% moved".into(),
            detail: "246 of 1000 · expected 25.0 %".into(),
        }],
        panels: vec![
            Panel::Ring(ring(4, 100, 1000, true)),
            Panel::Bars(bars(4)),
            Panel::Table(table(3)),
        ],
    }
}

/// Gives every text of a panel the same words.
pub fn relabel(panel: &mut Panel, label: &Label) {
    match panel {
        Panel::Topology(topology) => {
            topology.title = label.clone();
            for node in &mut topology.nodes {
                node.name = label.clone();
                node.label = label.clone();
                node.caption = label.clone();
            }
            for message in &mut topology.messages {
                message.label = label.clone();
            }
        }
        Panel::StateMachine(machine) => {
            machine.title = label.clone();
            for state in &mut machine.states {
                state.label = label.clone();
                state.caption = label.clone();
                state.note = label.clone();
            }
            for way in &mut machine.transitions {
                way.label = label.clone();
                if let Some(progress) = &mut way.progress {
                    progress.text = label.clone();
                }
            }
        }
        Panel::Queues(queues) => {
            queues.title = label.clone();
            for source in &mut queues.sources {
                source.name = label.clone();
                source.label = label.clone();
                source.caption = label.clone();
            }
            for lane in &mut queues.lanes {
                lane.name = label.clone();
                lane.caption = label.clone();
            }
            for message in &mut queues.messages {
                message.label = label.clone();
            }
        }
        Panel::Gates(gates) => {
            gates.title = label.clone();
            gates.x_label = label.clone();
            for gate in &mut gates.gates {
                gate.count = label.clone();
                gate.level_text = label.clone();
                for node in &mut gate.way.nodes {
                    node.name = label.clone();
                    node.label = label.clone();
                }
                for message in &mut gate.way.messages {
                    message.label = label.clone();
                }
            }
        }
        Panel::Lanes(lanes) => {
            lanes.title = label.clone();
            for lane in &mut lanes.lanes {
                lane.label = label.clone();
            }
        }
        Panel::Ring(ring) => {
            ring.title = label.clone();
            for owner in &mut ring.owners {
                owner.label = label.clone();
            }
            if let Some(lookup) = &mut ring.lookup {
                lookup.key = label.clone();
                lookup.point = label.clone();
            }
        }
        Panel::Bins(bins) => {
            bins.title = label.clone();
            for bin in &mut bins.bins {
                bin.label = label.clone();
            }
        }
        Panel::Bars(bars) => {
            bars.title = label.clone();
            bars.unit = label.clone();
            for bar in &mut bars.bars {
                bar.label = label.clone();
                bar.text = label.clone();
            }
        }
        Panel::Table(table) => {
            table.title = label.clone();
            for column in &mut table.columns {
                column.label = label.clone();
            }
            for cell in table.rows.iter_mut().flatten() {
                *cell = label.clone();
            }
        }
        Panel::Series(series) => {
            series.title = label.clone();
            series.x_label = label.clone();
            series.y_label = label.clone();
            for line in &mut series.lines {
                line.label = label.clone();
            }
            for mark in &mut series.marks {
                mark.label = label.clone();
            }
        }
    }
}
