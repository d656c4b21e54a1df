//! Held against a library, both ways.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib;

use super::*;

const PROGRAM: &str = "def pick(nodes, key):\n\treturn nodes[hash(key) % len(nodes)]\n";

/// A stream of numbers that look random: a linear congruential generator (Knuth, MMIX).
fn random(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// Bytes of several kinds: repeated, few different ones, skewed, any.
fn bytes(seed: u64) -> Vec<u8> {
    let mut random = random(seed);
    let length = match seed % 7 {
        0 => random(70_000),
        _ => random(2_000),
    };
    let mut bytes = Vec::new();
    while bytes.len() < length {
        match (seed / 7 + random(8) as u64 / 7) % 6 {
            0 => bytes.extend_from_slice(PROGRAM.as_bytes()),
            1 => bytes.push(random(4) as u8),
            2 => bytes.push((random(256) * random(256) / 256) as u8),
            3 => bytes.extend(std::iter::repeat_n(random(256) as u8, random(600))),
            4 if !bytes.is_empty() => {
                let from = random(bytes.len());
                let to = (from + random(300)).min(bytes.len());
                bytes.extend_from_within(from..to);
            }
            _ => bytes.push(random(256) as u8),
        }
    }
    // Weights like Fibonacci's numbers make the deepest tree there is.
    if seed % 50 == 1 {
        let (mut one, mut two) = (1, 1);
        for byte in 0..22 {
            bytes.extend(std::iter::repeat_n(byte * 11, one));
            (one, two) = (two, one + two);
        }
    }
    bytes
}

#[test]
fn a_library_reads_what_is_written_and_the_other_way_round() {
    for seed in 0..700 {
        let bytes = bytes(seed);
        let packed = pack(&bytes);
        assert_eq!(
            unpack(&packed, bytes.len()).as_ref(),
            Ok(&bytes),
            "seed {seed}"
        );
        let library = decompress_to_vec_zlib(&packed);
        assert_eq!(library.as_ref().ok(), Some(&bytes), "seed {seed}");
        for level in [0, 1, 9] {
            let packed = compress_to_vec_zlib(&bytes, level);
            assert_eq!(
                unpack(&packed, bytes.len()).as_ref(),
                Ok(&bytes),
                "seed {seed}"
            );
        }
        if !bytes.is_empty() {
            let short = unpack(&packed, bytes.len() - 1);
            assert_eq!(short, Err(Fault::TooLarge), "seed {seed}");
        }
    }
}

#[test]
fn it_packs_about_as_well_as_a_library() {
    let text = include_str!("deflate.rs").as_bytes();
    for length in [40, 300, 3_000, text.len()] {
        let text = &text[..length];
        let (ours, library) = (pack(text).len(), compress_to_vec_zlib(text, 9).len());
        assert!(
            ours * 100 <= library * 108,
            "{length}: {ours}, library {library}"
        );
    }
}

/// Nothing that is changed or cut off is taken for something else.
#[test]
fn what_is_damaged_is_refused() {
    for seed in 0..3_000 {
        let mut random = random(seed);
        let bytes = bytes(seed % 90 + 1);
        let mut packed = match seed % 2 {
            0 => pack(&bytes),
            _ => compress_to_vec_zlib(&bytes, 6),
        };
        match random(3) {
            0 => packed.truncate(random(packed.len())),
            1 => packed.push(random(256) as u8),
            _ => {
                let at = random(packed.len());
                packed[at] ^= 1 << random(8);
            }
        }
        match unpack(&packed, 1 << 18) {
            Err(_) => {}
            // Some bytes can be said in two ways.
            Ok(same) => assert_eq!(same, bytes, "seed {seed}"),
        }
    }
    // A distance beyond the start, a block of no kind, and nothing at all.
    for packed in [
        &[0x78, 0x9c, 0x4b, 0x04, 0x12, 0x00][..],
        &[0x78, 0x9c, 7],
        &[],
    ] {
        assert_eq!(unpack(packed, 100), Err(Fault::Damaged));
    }
}
