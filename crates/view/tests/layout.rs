//! Every picture fits its place: nothing leaves the canvas, no label covers another, no text
//! is too small to read, at every size from a phone to a 4K screen.

mod common;

use common::check::{SIZES, stray_shape, text_faults, texts};
use faultline_view::display::{DisplayList, Geometry, Point, Rect, Size};
use faultline_view::{Panel, paint};

fn each(mut check: impl FnMut(&str, Size, &DisplayList)) {
    let mut list = DisplayList::new();
    for (name, panel) in common::gallery() {
        for (width, height) in SIZES {
            for scale in [1.0, 1.5] {
                let size = Size {
                    width,
                    height,
                    scale,
                };
                paint::paint(&panel, size, &mut list);
                assert!(!list.shapes().is_empty(), "{name} at {size:?} is empty");
                check(name, size, &list);
            }
        }
    }
}

#[test]
fn texts_are_inside_apart_and_readable() {
    let mut faults = Vec::new();
    each(|name, size, list| {
        for fault in text_faults(list, size) {
            faults.push(format!("{name} at {size:?}: {fault}"));
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn long_texts_are_inside_and_apart() {
    let mut list = DisplayList::new();
    let mut faults = Vec::new();
    for text in [
        "warehouse-eu-west-1",
        "倉庫 東京第一データセンター",
        "a b",
        "W",
    ] {
        for (name, mut panel) in common::gallery() {
            common::relabel(&mut panel, &text.repeat(1 + text.len() % 3).into());
            for (width, height) in SIZES {
                let size = Size::new(width, height);
                paint::paint(&panel, size, &mut list);
                for fault in text_faults(&list, size) {
                    faults.push(format!("{name} at {width} x {height}: {fault}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The outermost boxes touch the edges of the place, whatever the sums of lengths come to.
#[test]
fn every_state_has_its_box_at_every_size() {
    let panel = Panel::StateMachine(common::breaker());
    let mut list = DisplayList::new();
    for width in (320..1_400).step_by(3) {
        for height in [220.3, 300.0, 371.7, 600.0] {
            let size = Size::new(width as f32 + 0.1 * (width % 10) as f32, height);
            paint::paint(&panel, size, &mut list);
            let texts = texts(&list);
            for state in ["CL", "OP", "HA"] {
                let has = texts.iter().any(|(text, ..)| text.starts_with(state));
                assert!(has, "{state}... at {size:?}");
            }
        }
    }
}

#[test]
fn the_check_of_texts_bites() {
    let mut list = DisplayList::new();
    for (content, x) in [("first", 10.0), ("second", 20.0), ("outside", 290.0)] {
        let content = list.add_str(content);
        let text = faultline_view::display::Text {
            content,
            at: Point::new(x, 20.0),
            anchor: Default::default(),
            size: 9.0,
            weight: Default::default(),
            family: Default::default(),
            halo: false,
        };
        list.text_span(text, faultline_view::Tone::Ink.into());
    }
    let faults = text_faults(&list, Size::new(300.0, 220.0));
    assert_eq!(faults.len(), 5, "{faults:?}");
}

#[test]
fn shapes_stay_on_the_canvas() {
    each(|name, size, list| {
        let stray = stray_shape(list, size);
        assert!(stray.is_none(), "{name} at {size:?}: {stray:?}");
    });
}

/// The drawing reaches at least two opposite sides of its pane.
#[test]
fn pictures_fill_their_pane() {
    each(|name, size, list| {
        if size.scale != 1.0 || name == "topology-two" || name.starts_with("table") {
            return;
        }
        let mut reach = (f32::MAX, f32::MAX, 0.0f32, 0.0f32);
        let mut take = |rect: Rect| {
            reach.0 = reach.0.min(rect.x);
            reach.1 = reach.1.min(rect.y);
            reach.2 = reach.2.max(rect.right());
            reach.3 = reach.3.max(rect.bottom());
        };
        for shape in list.shapes() {
            match &shape.geometry {
                Geometry::Circles { centers, radius } => {
                    for center in list.points(*centers) {
                        take(Rect::new(
                            center.x - radius,
                            center.y - radius,
                            2.0 * radius,
                            2.0 * radius,
                        ));
                    }
                }
                Geometry::Segments { points } | Geometry::Polyline { points, .. } => {
                    for point in list.points(*points) {
                        take(Rect::new(point.x, point.y, 0.0, 0.0));
                    }
                }
                Geometry::Rect { rect, .. } => take(*rect),
                Geometry::Sectors { center, outer, .. } => take(Rect::new(
                    center.x - outer,
                    center.y - outer,
                    2.0 * outer,
                    2.0 * outer,
                )),
                Geometry::Arrows { .. } => {}
                Geometry::Text(text) => take(list.text_bounds(text)),
            }
        }
        let across = (reach.2 - reach.0) / size.width;
        let down = (reach.3 - reach.1) / size.height;
        assert!(
            across.max(down) > 0.75 && across.min(down) > 0.28,
            "{name} at {size:?} takes {across} by {down}"
        );
    });
}

#[test]
fn odd_data_is_painted_without_harm() {
    use faultline_view::*;
    let mut list = DisplayList::new();
    let empty = [
        Panel::Topology(Topology::default()),
        Panel::Ring(Ring::default()),
        Panel::Bins(Bins::default()),
        Panel::Bars(Bars::default()),
        Panel::Table(Table::default()),
        Panel::Series(Series::default()),
        Panel::Lanes(Lanes::default()),
        Panel::StateMachine(StateMachine::default()),
        Panel::Queues(Queues::default()),
        Panel::Gates(Gates::default()),
        Panel::Gates(Gates {
            gates: vec![Gate::default()],
            ..Gates::default()
        }),
    ];
    let mut odd = empty.to_vec();
    let mut ring = common::ring(3, 2, 10, true);
    ring.points[0].owner = 99;
    ring.keys[0].owner = 99;
    ring.keys[1].at = f64::NAN;
    if let Some(lookup) = &mut ring.lookup {
        lookup.owner = 99;
    }
    odd.push(Panel::Ring(ring));
    odd.push(Panel::Ring(common::ring(1, 1, 1, true)));
    let mut topology = common::topology(3, 4);
    topology.messages[0].to = 99;
    topology.messages[1].progress = f32::NAN;
    topology.links[0].a = 99;
    topology.nodes[0].place = Some((f32::INFINITY, -3.0));
    topology.sides = vec![0, 9];
    topology.losses.push(TopologyLoss {
        from: 0,
        to: 99,
        way: f32::NAN,
        age: f32::INFINITY,
        ..TopologyLoss::default()
    });
    odd.push(Panel::Topology(topology));
    let mut bars = common::bars(3);
    bars.bars[0].value = f64::NAN;
    bars.bars[1].value = -5.0;
    bars.bars[2].expected = Some(f64::INFINITY);
    odd.push(Panel::Bars(bars));
    let mut bins = common::bins(2, 10);
    bins.bins[0].highlight = Some(1000);
    odd.push(Panel::Bins(bins));
    let mut series = common::series();
    series.lines[0].points[3] = (f64::NAN, f64::INFINITY);
    series.lines[1].points.clear();
    series.marks[0].x = f64::NEG_INFINITY;
    odd.push(Panel::Series(series));
    let mut lanes = common::lanes(3);
    lanes.lanes[0].spans[0].to = f64::NAN;
    lanes.lanes[1].spans.clear();
    lanes.to = f64::INFINITY;
    odd.push(Panel::Lanes(lanes));
    let mut machine = common::breaker();
    machine.current = Some(99);
    machine.states[0].place = Some((f32::NAN, f32::INFINITY));
    machine.transitions[1].to = 99;
    machine.transitions[0].progress = Some(MachineProgress {
        share: f32::NAN,
        steps: u32::MAX,
        text: "".into(),
    });
    odd.push(Panel::StateMachine(machine));
    let mut queues = common::queues::queues(3, 2, 4);
    queues.messages[0].lane = Some(99);
    queues.messages[1].progress = f32::NAN;
    queues.lanes[0].share = Some(f32::NAN);
    queues.lanes[1].workers.clear();
    queues.lanes[2].workers[0].serving = u32::MAX / 4;
    queues.lanes[2].waiting = 1_000_000;
    queues.losses.push(QueueLoss {
        lane: Some(99),
        way: f32::NAN,
        age: f32::INFINITY,
        ..QueueLoss::default()
    });
    odd.push(Panel::Queues(queues.clone()));
    queues.sources.clear();
    queues.lined = true;
    odd.push(Panel::Queues(queues));
    let mut gates = common::gates(3);
    gates.capacity = 0.0;
    gates.gates[0].marks[0].at = f64::NAN;
    gates.gates[1].level[3] = (f64::NAN, f64::INFINITY);
    gates.gates[2].level.clear();
    gates.gates[2].way.nodes.truncate(1);
    odd.push(Panel::Gates(gates));
    let mut gates = common::gates(1);
    (gates.from, gates.to) = (f64::NEG_INFINITY, f64::NAN);
    odd.push(Panel::Gates(gates));
    let mut table = common::table(2);
    table.rows[0].truncate(1);
    table.rows[1].push("one too many".into());
    odd.push(Panel::Table(table));
    for panel in &odd {
        for (width, height) in [(0.0, 0.0), (1.0, 1.0), (20.0, 9.0), (300.0, 220.0)] {
            paint::paint(panel, Size::new(width, height), &mut list);
            paint::paint_untitled(panel, Size::new(width, height), &mut list);
            let _ = sentences::panel(panel);
        }
    }
}

#[test]
fn a_target_is_found_where_it_is_painted() {
    use faultline_view::display::TargetKind;
    let mut list = DisplayList::new();
    let panel = Panel::Topology(common::topology(5, 7));
    paint::paint(&panel, Size::new(720.0, 560.0), &mut list);
    assert_eq!(list.targets().len(), 12);
    let node = list
        .find(TargetKind::Node, "C")
        .expect("node C is a target");
    assert_eq!(list.str(node.label), "Node C, crashed, 266 keys");
    let center = node.bounds.rect().center();
    let hit = list.hit(center, 0.0).expect("its middle hits it");
    assert_eq!(list.str(hit.id), "C");
    assert!(list.hit(Point::new(-50.0, -50.0), 10.0).is_none());
}
