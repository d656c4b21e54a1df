//! Any text decodes to a run or a clear error: 120,000 inputs, none of which may panic or take
//! more memory than the limit. In a file of its own because it counts the memory of the process.

mod form;
mod fuzz;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use faultline_course::{Address, MAX_RUN_BYTES, Run};
use form::{Form, number, text};
use fuzz::{Random, for_each_case};
use miniz_oxide::deflate::compress_to_vec_zlib;

/// The system's allocator, counting what is in use and the most there was.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: both calls go to the system's allocator unchanged; only sizes are counted.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one decoding may take: the unpacked text, its growth, and the run made of it.
const MAX_DECODE_BYTES: usize = 16 * MAX_RUN_BYTES;

const CASES: u64 = 120_000;

#[test]
fn any_text_is_a_run_or_a_clear_error() {
    let valid = valid_codes();
    let peaks = AtomicUsize::new(0);
    let decoded = AtomicUsize::new(0);
    for_each_case(
        "any_text_is_a_run_or_a_clear_error",
        CASES,
        |case, random| {
            let input = input(case, random, &valid);
            let before = IN_USE.load(Ordering::Relaxed);
            PEAK.store(before, Ordering::Relaxed);
            let outcome = Run::from_link(&input);
            let taken = PEAK.load(Ordering::Relaxed).saturating_sub(before);
            peaks.fetch_max(taken, Ordering::Relaxed);
            assert!(taken <= MAX_DECODE_BYTES, "took {taken} bytes");
            match outcome {
                Ok(run) => {
                    decoded.fetch_add(1, Ordering::Relaxed);
                    // What was accepted keeps the limits, so it can be shared again.
                    let again = run.to_link().expect("a run from a link fits in a link");
                    assert_eq!(Run::from_link(&again), Ok(run));
                }
                Err(error) => {
                    let line = error.to_string();
                    assert!(!line.is_empty() && line.chars().count() < 400, "{line:?}");
                    assert!(!line.contains(char::is_control), "{line:?}");
                }
            }
            if let Ok(address) = Address::parse(&input) {
                assert_eq!(Address::parse(&address.to_string()), Ok(address));
            }
        },
    );
    let (most, decoded) = (peaks.into_inner(), decoded.into_inner());
    println!("{CASES} inputs, {decoded} of them runs, at most {most} bytes taken");
    if std::env::var("FUZZ_CASE").is_err() {
        // The inputs must reach both ends: accepted runs, and bombs up to the limit.
        assert!(decoded > 1_000, "only {decoded} inputs were runs");
        assert!(most > MAX_RUN_BYTES, "no input unpacked to the limit");
    }
}

fn valid_codes() -> Vec<String> {
    let lines = include_str!("links.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

/// The code of these bytes in a version, e.g. `2.`.
fn pack(version: &str, bytes: &[u8]) -> String {
    let packed = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(bytes, 1));
    format!("{version}{packed}")
}

fn input(case: u64, random: &mut Random, valid: &[String]) -> String {
    match case % 8 {
        // Bombs are slow: one in two thousand.
        0 if case.is_multiple_of(2_000) => bomb(random),
        0 | 1 => {
            let bytes: Vec<u8> = (0..random.below(200))
                .map(|_| random.next() as u8)
                .collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        2 => {
            let alphabet: Vec<char> = ('a'..='z')
                .chain('A'..='Z')
                .chain("019-_".chars())
                .collect();
            format!("1.{}", random.text(&alphabet, 200))
        }
        3 => {
            let alphabet: Vec<char> = "1.#/?&=runembed-<>%é\u{0}\u{2028}😀 ".chars().collect();
            random.text(&alphabet, 60)
        }
        // A valid link with some characters changed, cut, doubled or moved.
        4 => mutate_text(random, valid),
        // Zlib with a right checksum around a damaged run: gets past it to the reader.
        5 => {
            let code = random.pick::<String>(valid);
            let mut bytes = unpack(code);
            mutate(random, &mut bytes);
            pack(&code[..2], &bytes)
        }
        // The zlib stream itself changed.
        6 => {
            let code: &String = random.pick(valid);
            let mut bytes = URL_SAFE_NO_PAD.decode(&code[2..]).expect("a pinned code");
            mutate(random, &mut bytes);
            format!("{}{}", &code[..2], URL_SAFE_NO_PAD.encode(bytes))
        }
        _ => {
            let forks = random.below(2) == 0;
            let version = if forks { "2." } else { "1." };
            pack(version, &soup(random, forks))
        }
    }
}

fn unpack(code: &str) -> Vec<u8> {
    let packed = URL_SAFE_NO_PAD.decode(&code[2..]).expect("a pinned code");
    miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("a pinned code")
}

fn bomb(random: &mut Random) -> String {
    let bytes = match random.below(4) {
        0 => vec![b' '; 20 * 1024 * 1024],
        1 => vec![0xff; MAX_RUN_BYTES],
        // The most values per byte: pairs of empty texts.
        2 => {
            let count = (MAX_RUN_BYTES - 40) / 2;
            let params = [number(count as u64), vec![0; 2 * count]].concat();
            Form {
                params,
                ..Form::default()
            }
            .bytes()
        }
        _ => {
            let code = text(&"a".repeat(MAX_RUN_BYTES - 40));
            Form {
                code,
                ..Form::default()
            }
            .bytes()
        }
    };
    let version = if random.below(2) == 0 { "1." } else { "2." };
    pack(version, &bytes)
}

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        if bytes.is_empty() {
            return;
        }
        let at = random.below(bytes.len());
        match random.below(5) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, *random.pick(&[0, 1, 2, 64, 127, 128, 129, 255])),
            _ => {
                let copied = bytes[at..(at + random.below(20)).min(bytes.len())].to_vec();
                bytes.splice(at..at, copied);
            }
        }
    }
}

fn mutate_text(random: &mut Random, valid: &[String]) -> String {
    let mut bytes = random.pick::<String>(valid).clone().into_bytes();
    if random.below(4) > 0 {
        mutate(random, &mut bytes);
    }
    let code = String::from_utf8_lossy(&bytes).into_owned();
    match random.below(4) {
        0 => format!("https://example.org/#/05-sharding?run={code}"),
        1 => format!("#/x?embed&run={code}&"),
        2 => format!(" <{code}> "),
        _ => code,
    }
}

/// Something like a run: the right parts, some of them of any bytes.
fn soup(random: &mut Random, forks: bool) -> Vec<u8> {
    let values: [Vec<u8>; 21] = [
        vec![],
        vec![0],
        vec![1],
        vec![2],
        vec![128],
        vec![128, 0],
        number(1_000_000_000),
        number(u64::MAX),
        vec![255; 10],
        text("x"),
        text("05-sharding"),
        text("\0"),
        vec![3, 0xed, 0xa0, 0x80],
        form::pairs(&[("a", "b")]),
        form::pairs(&[("a", "b"), ("a", "b")]),
        [number(1), form::pairs(&[("a", "b")])].concat(),
        form::commands(&[(0, "add")]),
        form::commands(&[(0, ""); 64]),
        form::commands(&[(u64::MAX, "add")]),
        form::branch("left", 5, number(0), form::commands(&[(5, "add")])),
        form::branch(
            "",
            6,
            form::pairs(&[("a", "b")]),
            form::commands(&[(5, "add")]),
        ),
    ];
    let mut form = Form::default();
    if forks {
        form.compare = form::branch("", 500, number(0), form::commands(&[(500, "add")]));
    }
    for part in [
        &mut form.of,
        &mut form.seed,
        &mut form.params,
        &mut form.code,
        &mut form.commands,
        &mut form.at,
        &mut form.steps,
        &mut form.compare,
        &mut form.step,
    ] {
        if random.below(6) == 0 {
            part.clone_from(random.pick(&values));
        }
    }
    form.bytes()
}
