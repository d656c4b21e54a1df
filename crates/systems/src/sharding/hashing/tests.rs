//! The figures of the workshop guide, and of independent programs in Python for the others.

use super::*;

const BEFORE: &[u8] = b"ABC";
const AFTER: &[u8] = b"ABCD";

fn placer(strategy: Strategy, nodes: &[u8]) -> Placer {
    let names = nodes.iter().map(|&node| format!("Node {}", node as char));
    Placer::new(strategy, names.collect(), 100)
}

/// The nodes' letters of the first `count` keys.
fn letters(strategy: Strategy, nodes: &[u8], count: usize) -> Vec<u8> {
    let placer = placer(strategy, nodes);
    (0..count)
        .map(|i| format!("key_{i}"))
        .map(|key| nodes[placer.place(&key, Hash::of(&key)) as usize])
        .collect()
}

fn loads(placed: &[u8], nodes: &[u8]) -> Vec<usize> {
    let load = |node: &u8| placed.iter().filter(|other| *other == node).count();
    nodes.iter().map(load).collect()
}

fn moves(before: &[u8], after: &[u8], from: u8, to: u8) -> usize {
    before
        .iter()
        .zip(after)
        .filter(|&(&a, &b)| a == from && b == to)
        .count()
}

#[test]
fn sha_256_of_the_guides_key() {
    let hash = Hash::of("user_123");
    assert_eq!(
        hash.hex(),
        "80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b"
    );
    assert_eq!((hash.modulo(3), hash.modulo(4)), (1, 3));
    assert_eq!(hash.high(), 0x80fb_a0ae_1c48_e397);
    assert!((hash.turn() - 0.503_839_5).abs() < 1e-6, "{}", hash.turn());
}

#[test]
fn modulo_places_every_key_as_the_guide_does() {
    let (before, after) = (
        letters(Strategy::Modulo, BEFORE, 1000),
        letters(Strategy::Modulo, AFTER, 1000),
    );
    assert_eq!(&before[..10], b"BBCACAABAB");
    assert_eq!(&after[..10], b"DBDBCCCDDC");
    assert_eq!(loads(&before, BEFORE), [362, 304, 334]);
    assert_eq!(loads(&after, AFTER), [230, 262, 257, 251]);
    for (from, to, count) in [
        (b'A', b'B', 93),
        (b'A', b'C', 92),
        (b'A', b'D', 95),
        (b'B', b'A', 76),
        (b'B', b'C', 74),
        (b'B', b'D', 73),
        (b'C', b'A', 72),
        (b'C', b'B', 88),
        (b'C', b'D', 83),
    ] {
        assert_eq!(moves(&before, &after, from, to), count, "{from} to {to}");
    }
}

#[test]
fn the_ring_places_every_key_as_the_guide_does() {
    let (before, after) = (
        letters(Strategy::Ring, BEFORE, 1000),
        letters(Strategy::Ring, AFTER, 1000),
    );
    assert_eq!(&before[..10], b"ACACCCCABA");
    assert_eq!(&after[..10], b"ACDCDCCDBD");
    assert_eq!(loads(&before, BEFORE), [330, 279, 391]);
    assert_eq!(loads(&after, AFTER), [273, 200, 281, 246]);
    for (from, count) in [(b'A', 57), (b'B', 79), (b'C', 110)] {
        assert_eq!(moves(&before, &after, from, b'D'), count);
    }
    // No key moves between nodes that were there before.
    let to_others = before
        .iter()
        .zip(&after)
        .filter(|&(a, b)| a != b && *b != b'D');
    assert_eq!(to_others.count(), 0);
}

#[test]
fn the_guides_key_lives_on_node_b() {
    let hash = Hash::of("user_123");
    assert_eq!(placer(Strategy::Modulo, BEFORE).place("user_123", hash), 1);
    for nodes in [BEFORE, AFTER] {
        assert_eq!(placer(Strategy::Ring, nodes).place("user_123", hash), 1);
    }
}

#[test]
fn rendezvous_and_jump_place_as_a_program_in_python_does() {
    for (strategy, before, after, moved) in [
        (
            Strategy::Rendezvous,
            [365, 323, 312],
            [270, 251, 242, 237],
            237,
        ),
        (Strategy::Jump, [330, 346, 324], [266, 253, 240, 241], 241),
    ] {
        let (old, new) = (
            letters(strategy, BEFORE, 1000),
            letters(strategy, AFTER, 1000),
        );
        assert_eq!(loads(&old, BEFORE), before);
        assert_eq!(loads(&new, AFTER), after);
        assert_eq!(old.iter().zip(&new).filter(|(a, b)| a != b).count(), moved);
        // Every key that moved went to the new node.
        assert!(old.iter().zip(&new).all(|(a, b)| a == b || *b == b'D'));
    }
}

#[test]
fn jump_gives_the_buckets_of_the_papers_figure() {
    // Computed by the paper's C++ figure, compiled as it stands.
    for (key, buckets, bucket) in [
        (0, 1, 0),
        (1, 10, 6),
        (42, 57, 43),
        (256, 1024, 520),
        (0x80FB_A0AE_1C48_E397, 1_000_000, 93_522),
    ] {
        assert_eq!(jump(key, buckets), bucket, "{key} into {buckets}");
    }
}

#[test]
fn a_ring_wraps_and_a_key_on_a_point_belongs_to_the_next() {
    let ring = placer(Strategy::Ring, BEFORE);
    let points = ring.points();
    assert_eq!(points.len(), 300);
    assert!(points.is_sorted());
    assert_eq!(ring.point(points[7].hash), Some(&points[8]));
    assert_eq!(ring.point(points[299].hash), Some(&points[0]));
    assert_eq!(ring.point(Hash([0xFF; 32])), Some(&points[0]));
    assert_eq!(ring.point(Hash([0; 32])), Some(&points[0]));
}

#[test]
fn expected_moves_follow_theory() {
    use Strategy::{Jump, Modulo, Rendezvous, Ring};
    for (strategy, before, after, percent) in [
        (Modulo, "ABC", "ABCD", 75.0),
        (Modulo, "ABCD", "ABC", 75.0),
        (Modulo, "ABC", "ABC", 0.0),
        (Modulo, "AB", "ABCD", 50.0),
        (Modulo, "A", "AB", 50.0),
        // Without its first node, only keys that a shifted list leaves in place stay.
        (Modulo, "ABCD", "BCD", 75.0),
        (Ring, "ABC", "ABCD", 25.0),
        (Ring, "ABCD", "ACD", 25.0),
        (Rendezvous, "ABCDEFGHI", "ABCDEFGHIJ", 10.0),
        (Jump, "ABC", "ABCD", 25.0),
        (Jump, "ABCD", "ABC", 25.0),
        // Taking out the first of four renames buckets 2 and 3; of the last one a third stays.
        (Jump, "ABCD", "BCD", 91.7),
    ] {
        let share = expected_moves(strategy, before.as_bytes(), after.as_bytes());
        assert_eq!(
            share.percent(),
            percent,
            "{strategy:?} {before} {after} {share:?}"
        );
    }
}

#[test]
fn expected_moves_agree_with_measurement() {
    const KEYS: usize = 4000;
    for (strategy, _, _) in Strategy::ALL {
        for (before, after) in [
            ("ABC", "ABCD"),
            ("ABCDE", "ACDE"),
            ("ABCD", "BCD"),
            ("AB", "BA"),
        ] {
            let (before, after) = (before.as_bytes(), after.as_bytes());
            let (old, new) = (
                letters(strategy, before, KEYS),
                letters(strategy, after, KEYS),
            );
            let moved = old.iter().zip(&new).filter(|(a, b)| a != b).count();
            let measured = moved as f64 / KEYS as f64;
            let expected = expected_moves(strategy, before, after).value();
            // Five standard errors of a share of 4000 keys; the ring's arcs are uneven besides.
            let slack = if strategy == Strategy::Ring {
                0.08
            } else {
                0.04
            };
            assert!(
                (measured - expected).abs() < slack,
                "{strategy:?} {before:?} to {after:?}: measured {measured}, expected {expected}"
            );
        }
    }
}
