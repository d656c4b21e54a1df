//! Space-time diagrams: they fit their place, show what is in the data, and can be dragged in.

mod common;

use common::check::{SIZES, stray_shape, text_faults};
use common::spacetime::{calm, space_time, space_times, taken_back};
use faultline_view::display::{Dash, DisplayList, Geometry, Point, Size, TargetKind};
use faultline_view::theme::Theme;
use faultline_view::*;

fn picture(data: &SpaceTime, size: Size, theme: &Theme) -> String {
    let mut list = DisplayList::new();
    paint::space_time(data, size, &mut list);
    svg::write(&list, size, theme, svg::Words::default())
}

#[test]
fn pictures_are_as_they_were() {
    for (name, data) in [("calm", calm()), ("back", taken_back())] {
        let phone = picture(&data, Size::new(360.0, 260.0), &Theme::DARK);
        insta::assert_snapshot!(format!("{name}-phone-dark"), phone);
        let strip = picture(&data, Size::new(770.0, 145.0), &Theme::LIGHT);
        insta::assert_snapshot!(format!("{name}-strip-light"), strip);
    }
}

#[test]
fn every_picture_fits_its_place() {
    let mut list = DisplayList::new();
    let mut faults = Vec::new();
    let strips = [(770.0, 145.0), (360.0, 140.0), (1600.0, 200.0)];
    for (name, data) in space_times() {
        for (width, height) in SIZES.into_iter().chain(strips) {
            for scale in [1.0, 1.5] {
                let size = Size {
                    width,
                    height,
                    scale,
                };
                paint::space_time(&data, size, &mut list);
                assert!(!list.shapes().is_empty(), "{name} at {size:?} is empty");
                let found = text_faults(&list, size);
                faults.extend(found.iter().map(|one| format!("{name} at {size:?}: {one}")));
                let stray = stray_shape(&list, size);
                assert!(stray.is_none(), "{name} at {size:?}: {stray:?}");
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Gives every text of a diagram the same words.
fn relabel(data: &mut SpaceTime, label: &Label) {
    data.title = label.clone();
    for lane in &mut data.lanes {
        lane.name = label.clone();
        lane.label = label.clone();
    }
    for message in &mut data.messages {
        message.label = label.clone();
        message.id = label.clone();
        if let MessageFate::Dropped { why, .. } = &mut message.fate {
            *why = label.clone();
        }
    }
    for mark in &mut data.marks {
        mark.label = label.clone();
        mark.refused = mark.refused.as_ref().map(|_| label.clone());
    }
    for event in &mut data.events {
        event.label = label.clone();
    }
    for span in &mut data.partitions {
        span.label = label.clone();
    }
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
        "",
    ] {
        for (name, mut data) in [("calm", calm()), ("back", taken_back())] {
            relabel(&mut data, &text.repeat(1 + text.len() % 3).into());
            for (width, height) in SIZES {
                let size = Size::new(width, height);
                paint::space_time(&data, size, &mut list);
                let found = text_faults(&list, size);
                faults.extend(found.iter().map(|one| format!("{name} at {size:?}: {one}")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn hostile_text_stays_text() {
    let mut data = calm();
    relabel(&mut data, &"<script>alert(1)</script>\"'&\0\u{202e}".into());
    let text = picture(&data, Size::new(900.0, 500.0), &Theme::LIGHT);
    assert!(text.contains("&lt;script&gt;") && !text.contains("<script"));
    assert!(!text.contains('\0'));
}

#[test]
fn odd_data_is_painted_without_harm() {
    let mut list = DisplayList::new();
    let mut odd = vec![SpaceTime::default()];
    let mut backwards = space_time(4, 40);
    (backwards.from_ns, backwards.to_ns) = (backwards.to_ns, backwards.from_ns);
    odd.push(backwards);
    let mut huge = space_time(4, 40);
    huge.to_ns = u64::MAX;
    huge.messages[0].arrives_ns = Some(u64::MAX);
    huge.messages[0].fate = MessageFate::InFlight;
    odd.push(huge);
    let mut late = space_time(4, 40);
    late.from_ns = u64::MAX - 5;
    late.to_ns = u64::MAX;
    late.cursor_ns = u64::MAX;
    odd.push(late);
    let mut tiny = space_time(4, 40);
    tiny.to_ns = tiny.from_ns;
    odd.push(tiny);
    let mut stray = space_time(4, 40);
    stray.messages[0].from = 99;
    stray.messages[1].to = OTHERS;
    stray.messages[2].arrives_ns = Some(0);
    stray.messages[3].fate = MessageFate::Dropped {
        at_ns: 0,
        why: "".into(),
        place: DropPlace::AtTheCut,
    };
    stray.marks[0].lane = Some(99);
    stray.events[0].lane = 99;
    stray.partitions[0].sides.clear();
    stray.lanes[0].stops.push(StatusSpan {
        from_ns: u64::MAX,
        to_ns: Some(0),
        status: NodeStatus::Paused,
    });
    odd.push(stray);
    for data in &odd {
        for (width, height) in [
            (0.0, 0.0),
            (1.0, 1.0),
            (20.0, 9.0),
            (f32::NAN, 100.0),
            (300.0, 220.0),
            (770.0, 145.0),
        ] {
            let size = Size::new(width, height);
            let frame = paint::space_time(data, size, &mut list);
            for x in [f32::NAN, f32::INFINITY, -1e9, 0.0, 1e9] {
                let time = frame.time_at(x);
                let _ = (frame.x_of(time), frame.lane_at(x), frame.duration_of(x));
            }
            let text = svg::write(&list, size, &Theme::LIGHT, svg::Words::default());
            if !width.is_nan() {
                assert!(!text.contains("NaN"), "{size:?}");
                assert!(stray_shape(&list, size).is_none(), "{size:?}");
            }
        }
        let _ = sentences::space_time(data);
    }
}

#[test]
fn nothing_yet_is_said() {
    let text = picture(
        &SpaceTime::default(),
        Size::new(300.0, 120.0),
        &Theme::LIGHT,
    );
    assert!(text.contains("no nodes yet"));
}

/// Every message has an arrow: its two ends are on its lanes at its times.
#[test]
fn arrows_go_from_their_sending_to_their_arrival() {
    let mut list = DisplayList::new();
    let data = space_time(4, 40);
    let size = Size::new(1100.0, 420.0);
    let frame = paint::space_time(&data, size, &mut list);
    let mut segments = Vec::new();
    let mut heads = Vec::new();
    for shape in list.shapes() {
        match shape.geometry {
            Geometry::Segments { points } => {
                let dash = shape.stroke.map(|stroke| stroke.dash);
                segments.extend(
                    list.points(points)
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .map(|two| (two[0], two[1], dash)),
                );
            }
            Geometry::Arrows { heads: span, .. } => {
                heads.extend(
                    list.points(span)
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .map(|two| two[0]),
                );
            }
            _ => {}
        }
    }
    let near = |a: Point, b: Point| a.distance(b) < 0.01;
    for message in &data.messages {
        let place = |ns, lane| Point::new(frame.x_of(ns), frame.y_of(lane).unwrap());
        let from = place(message.sent_ns, message.from);
        let line = segments.iter().find(|line| near(line.0, from));
        let line = line.unwrap_or_else(|| panic!("{message:?} has no line"));
        assert_eq!(line.2 == Some(Dash::Dashed), message.copy, "{message:?}");
        let lost = matches!(message.fate, MessageFate::Dropped { .. });
        let tip = message.arrives_ns.map(|ns| place(ns, message.to));
        let head = tip.is_some_and(|tip| heads.iter().any(|head| near(*head, tip)));
        assert_eq!(head, !lost, "{message:?}");
    }
    assert_eq!(
        heads.len(),
        data.messages
            .iter()
            .filter(|one| !matches!(one.fate, MessageFate::Dropped { .. }))
            .count()
    );
}

#[test]
fn what_is_cut_off_ends_at_the_line_between_the_sides() {
    let mut list = DisplayList::new();
    let data = space_time(4, 40);
    let frame = paint::space_time(&data, Size::new(1100.0, 420.0), &mut list);
    let line = (frame.y_of(1).unwrap() + frame.y_of(2).unwrap()) / 2.0;
    let mut seen = 0;
    for target in list.targets() {
        let id = list.str(target.id);
        let Some(message) = data.messages.iter().find(|one| &*one.id == id) else {
            continue;
        };
        let at_once = message.arrives_ns.is_none();
        if matches!(&message.fate, MessageFate::Dropped { place: DropPlace::AtTheCut, .. } if at_once)
        {
            let display::Bounds::Line { to, .. } = target.bounds else {
                panic!("a message's target is a line");
            };
            assert!((to.y - line).abs() < 0.01, "{message:?} ends at {to:?}");
            seen += 1;
        }
    }
    assert!(seen >= 3, "only {seen} messages were cut off");
}

#[test]
fn times_and_places_go_both_ways() {
    let mut list = DisplayList::new();
    let data = space_time(4, 40);
    for width in [360.0, 770.0, 3840.0] {
        let frame = paint::space_time(&data, Size::new(width, 420.0), &mut list);
        let pixel = frame.duration_of(1.0);
        for share in 0..=20 {
            let ns = data.from_ns + (data.to_ns - data.from_ns) / 20 * share;
            let back = frame.time_at(frame.x_of(ns));
            assert!(back.abs_diff(ns) <= pixel / 100, "{ns} becomes {back}");
        }
        assert_eq!(frame.time_at(-10.0), data.from_ns);
        assert_eq!(frame.time_at(width + 10.0), data.to_ns);
        for lane in 0..4 {
            assert_eq!(frame.lane_at(frame.y_of(lane).unwrap()), Some(lane));
        }
        assert_eq!(frame.lane_at(0.0), None);
        assert_eq!(frame.y_of(99), None);
    }
}

#[test]
fn everything_can_be_pointed_at_and_says_what_it_is() {
    let mut list = DisplayList::new();
    let data = space_time(4, 40);
    paint::space_time(&data, Size::new(1100.0, 420.0), &mut list);
    let count = |kind| list.targets().iter().filter(|one| one.kind == kind).count();
    assert_eq!(count(TargetKind::Message), data.messages.len());
    assert_eq!(count(TargetKind::Lane), 4);
    assert_eq!(count(TargetKind::Command), 5);
    assert_eq!(count(TargetKind::Mark), 1);
    assert_eq!(count(TargetKind::Event), data.events.len());
    assert_eq!(count(TargetKind::Cursor), 1);
    let crash = list.find(TargetKind::Command, "2").expect("the crash");
    assert_eq!(list.str(crash.label), "crash B at 1.3 s");
    // A head is hit at its place; a little beside its line the message is.
    let head = list
        .targets()
        .iter()
        .find(|one| one.kind == TargetKind::MessageHead);
    let center = head.expect("a head").bounds.rect().center();
    let hit = list.hit(center, 0.0).expect("the head is hit");
    assert_eq!(hit.kind, TargetKind::MessageHead);
    let line = list
        .targets()
        .iter()
        .find(|one| one.kind == TargetKind::Message);
    let middle = line.expect("a line").bounds.rect().center();
    assert!(list.hit(middle.moved(2.0, 0.0), 4.0).is_some());
}

#[test]
fn more_lanes_than_fit_leave_the_busiest_and_the_selected() {
    let mut list = DisplayList::new();
    let mut data = space_time(300, 2000);
    data.selected = Selection::Node("299".into());
    let size = Size::new(900.0, 500.0);
    let fit = paint::lanes_that_fit(size);
    let frame = paint::space_time(&data, size, &mut list);
    let shown = (0..300).filter(|lane| {
        let y = frame.y_of(*lane).expect("the others have a row");
        frame.lane_at(y) == Some(*lane)
    });
    let shown: Vec<u32> = shown.collect();
    assert_eq!(shown.len() + 1, fit);
    assert_eq!(frame.others() as usize, 300 - shown.len());
    assert!(shown.contains(&298), "the selected node has a lane");
    assert!(shown.contains(&1), "so has the one that crashed");
    let texts = picture(&data, size, &Theme::LIGHT);
    assert!(texts.contains(&format!("+ {}", frame.others())));
    assert_eq!(
        choose_lanes(&[(false, 3), (true, 0), (false, 3), (false, 9)], 2),
        [false, true, false, true]
    );
}

#[test]
fn diagrams_in_words() {
    let mut out = String::new();
    for (name, data) in space_times() {
        out.push_str(&format!(
            "# {name}\n{}\n\n",
            sentences::space_time(&data).join("\n")
        ));
    }
    insta::assert_snapshot!("words", out);
}

#[test]
fn a_message_in_words() {
    let data = SpaceTime {
        lanes: ["A", "client"]
            .into_iter()
            .map(|name| SpaceTimeLane {
                name: name.into(),
                ..SpaceTimeLane::default()
            })
            .collect(),
        cursor_ns: 1_010_000_000,
        known_ns: 1_010_000_000,
        ..SpaceTime::default()
    };
    let message = SpaceTimeMessage {
        id: "A.7".into(),
        from: 0,
        to: 1,
        sent_ns: 1_002_000_000,
        arrives_ns: Some(1_034_000_000),
        label: "Transfer key_7".into(),
        ..SpaceTimeMessage::default()
    };
    let say = |message: &SpaceTimeMessage| {
        let mut out = String::new();
        sentences::push_space_time_message(&mut out, &data, message);
        out
    };
    let begin = "Transfer key_7 from Node A to client, sent at 1.002 s";
    assert_eq!(say(&message), format!("{begin}, arrives at 1.034 s"));
    let delivered = |at_ns| SpaceTimeMessage {
        fate: MessageFate::Delivered { at_ns },
        ..message.clone()
    };
    assert_eq!(
        say(&delivered(1_009_000_000)),
        format!("{begin}, arrived at 1.009 s")
    );
    assert_eq!(
        say(&delivered(1_034_000_000)),
        format!("{begin}, arrives at 1.034 s")
    );
    let brief = SpaceTimeMessage {
        fate: MessageFate::Dropped {
            at_ns: 1_002_000_400,
            why: "lost on the link".into(),
            place: DropPlace::OnTheWay,
        },
        planned_ns: Some(1_020_000_000),
        ..message.clone()
    };
    assert_eq!(
        say(&brief),
        format!("{begin}, lost at 1.002 s: lost on the link, held back from 1.02 s")
    );
    let waiting = SpaceTimeMessage {
        arrives_ns: Some(1_005_000_000),
        ..message.clone()
    };
    assert_eq!(say(&waiting), format!("{begin}, waits since 1.005 s"));
}
