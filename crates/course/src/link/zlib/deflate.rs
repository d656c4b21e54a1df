//! Writing deflate (RFC 1951): one block, with the fixed code or with its own, whichever is
//! shorter.

use super::{END, LENGTH_MAX, LENGTHS_ORDER, fixed_lengths};

/// The fewest bytes worth a repetition.
const LENGTH_MIN: usize = 3;
/// How far back a repetition may be.
const DISTANCE_MAX: usize = 32 * 1024;
/// Earlier places looked at for each repetition: bounds the time.
const LOOKS_MAX: usize = 128;
/// Bits of the hash of three bytes.
const HASH_BITS: u32 = 12;
/// There is no earlier place.
const NOWHERE: u32 = u32::MAX;

/// Packs bytes.
pub(super) fn write(bytes: &[u8], out: &mut Vec<u8>) {
    let tokens = tokens(bytes);
    let (symbols, distances) = fixed_lengths();
    let mut fixed = Bits::default();
    fixed.put(0b011, 3);
    block(&mut fixed, &tokens, &symbols, &distances);

    let (symbols, distances) = own_lengths(&tokens);
    let mut own = Bits::default();
    own.put(0b101, 3);
    head(&mut own, &symbols, &distances);
    block(&mut own, &tokens, &symbols, &distances);

    let shorter = match fixed.out.len() <= own.out.len() {
        true => fixed.out,
        false => own.out,
    };
    out.extend(shorter);
}

/// A byte, or what repeats earlier ones.
#[derive(Clone, Copy)]
enum Token {
    Byte(u8),
    Repeat { length: usize, distance: usize },
}

/// A symbol of a code, with further bits and how many.
struct Symbol {
    symbol: u16,
    extra: u32,
    bits: u32,
}

impl Token {
    fn symbol(self) -> Symbol {
        let (symbol, extra, bits) = match self {
            Token::Byte(byte) => (u16::from(byte), 0, 0),
            Token::Repeat { length, .. } if length == LENGTH_MAX => (285, 0, 0),
            Token::Repeat { length, .. } => {
                let (symbol, extra, bits) = split((length - LENGTH_MIN) as u32, 2);
                (END + 1 + symbol, extra, bits)
            }
        };
        Symbol {
            symbol,
            extra,
            bits,
        }
    }

    fn distance(self) -> Option<Symbol> {
        let Token::Repeat { distance, .. } = self else {
            return None;
        };
        let (symbol, extra, bits) = split(distance as u32 - 1, 1);
        Some(Symbol {
            symbol,
            extra,
            bits,
        })
    }
}

/// The symbol of a number, its further bits and how many: beyond the first few, `2^fine` symbols
/// share each power of two.
fn split(number: u32, fine: u32) -> (u16, u32, u32) {
    if number < 2 << fine {
        return (number as u16, 0, 0);
    }
    let bits = number.ilog2() - fine;
    let symbol = (bits << fine) + (number >> bits);
    (symbol as u16, number & ((1 << bits) - 1), bits)
}

/// Finds repetitions: at each place the longest, and the nearest of those.
fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    // The last place of each hash, and of each place the one before it of the same hash.
    let mut last = vec![NOWHERE; 1 << HASH_BITS];
    let mut before = vec![NOWHERE; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let (length, distance) = longest(bytes, at, &last, &before);
        let (token, step) = match length >= LENGTH_MIN {
            true => (Token::Repeat { length, distance }, length),
            false => (Token::Byte(bytes[at]), 1),
        };
        tokens.push(token);
        for (place, before) in before.iter_mut().enumerate().skip(at).take(step) {
            if let Some(hash) = hash(bytes, place) {
                *before = last[hash];
                last[hash] = place as u32;
            }
        }
        at += step;
    }
    tokens
}

fn hash(bytes: &[u8], at: usize) -> Option<usize> {
    let &[a, b, c] = bytes.get(at..at + 3)?.first_chunk()?;
    let mixed = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1);
    Some((mixed >> (32 - HASH_BITS)) as usize)
}

/// The longest repetition at a place: its length, 0 for none, and its distance.
fn longest(bytes: &[u8], at: usize, last: &[u32], before: &[u32]) -> (usize, usize) {
    let mut best = (0, 0);
    let Some(hash) = hash(bytes, at) else {
        return best;
    };
    let mut place = last[hash];
    for _ in 0..LOOKS_MAX {
        let from = place as usize;
        if place == NOWHERE || at - from > DISTANCE_MAX {
            break;
        }
        let same = bytes[at..].iter().zip(&bytes[from..]).take(LENGTH_MAX);
        let length = same.take_while(|(one, other)| one == other).count();
        if length > best.0 {
            best = (length, at - from);
        }
        place = before[from];
    }
    best
}

/// The lengths of the codes that suit these tokens best.
fn own_lengths(tokens: &[Token]) -> (Vec<u8>, Vec<u8>) {
    let (mut symbols, mut distances) = ([0; 286], [0; 30]);
    symbols[usize::from(END)] = 1;
    for token in tokens {
        symbols[usize::from(token.symbol().symbol)] += 1;
        if let Some(distance) = token.distance() {
            distances[usize::from(distance.symbol)] += 1;
        }
    }
    let (mut symbols, mut distances) = (code_lengths(&symbols, 15), code_lengths(&distances, 15));
    trim(&mut symbols, 257);
    trim(&mut distances, 1);
    (symbols, distances)
}

fn trim(lengths: &mut Vec<u8>, least: usize) {
    while lengths.len() > least && lengths.last() == Some(&0) {
        lengths.pop();
    }
}

/// Huffman's lengths of at most `most` bits for symbols that occur this often.
fn code_lengths(counts: &[u32], most: u8) -> Vec<u8> {
    let mut weights = counts.to_vec();
    loop {
        let lengths = huffman(&weights);
        if lengths.iter().all(|&length| length <= most) {
            return lengths;
        }
        // Nearer to each other, they make a flatter tree.
        for weight in weights.iter_mut().filter(|weight| **weight > 0) {
            *weight = *weight / 2 + 1;
        }
    }
}

/// Huffman's lengths; 0 where the weight is, and 1 for one symbol alone.
fn huffman(weights: &[u32]) -> Vec<u8> {
    let mut lengths = vec![0; weights.len()];
    // Trees by weight, each with its symbols.
    let used = (0..weights.len()).filter(|&symbol| weights[symbol] > 0);
    let mut trees: Vec<(u32, Vec<usize>)> =
        used.map(|symbol| (weights[symbol], vec![symbol])).collect();
    if let [(_, only)] = trees.as_slice() {
        lengths[only[0]] = 1;
    }
    while trees.len() > 1 {
        let (weight, mut symbols) = lightest(&mut trees);
        let (other, more) = lightest(&mut trees);
        symbols.extend(more);
        for &symbol in &symbols {
            lengths[symbol] += 1;
        }
        trees.push((weight + other, symbols));
    }
    lengths
}

/// Takes out the first of the lightest trees.
fn lightest(trees: &mut Vec<(u32, Vec<usize>)>) -> (u32, Vec<usize>) {
    let mut best = 0;
    for index in 1..trees.len() {
        if trees[index].0 < trees[best].0 {
            best = index;
        }
    }
    trees.remove(best)
}

/// Bits, the low ones of a byte first.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    /// How many of the last byte are taken; 0: all.
    taken: u32,
}

impl Bits {
    /// Writes the low bits of a number.
    #[inline(never)]
    fn put(&mut self, number: u32, count: u32) {
        for place in 0..count {
            if self.taken == 0 {
                self.out.push(0);
            }
            if let Some(byte) = self.out.last_mut() {
                *byte |= ((number >> place & 1) as u8) << self.taken;
            }
            self.taken = (self.taken + 1) % 8;
        }
    }
}

/// A code: of each symbol its bits, the high one first, and how many.
struct Code(Vec<(u32, u32)>);

impl Code {
    fn new(lengths: &[u8]) -> Code {
        let mut codes = vec![(0, 0); lengths.len()];
        let mut next = 0_u32;
        for length in 1..=15 {
            next <<= 1;
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, l)| **l == length) {
                codes[symbol] = (next, u32::from(length));
                next += 1;
            }
        }
        Code(codes)
    }

    fn put(&self, bits: &mut Bits, symbol: u16) {
        let (code, length) = self.0[usize::from(symbol)];
        if length > 0 {
            bits.put(code.reverse_bits() >> (32 - length), length);
        }
    }
}

/// Tells the lengths of a block's own codes.
fn head(bits: &mut Bits, symbols: &[u8], distances: &[u8]) {
    bits.put(symbols.len() as u32 - 257, 5);
    bits.put(distances.len() as u32 - 1, 5);
    let lengths = [symbols, distances].concat();
    let mut told: Vec<Symbol> = Vec::new();
    for run in lengths.chunk_by(|one, next| one == next) {
        let mut rest = run.len();
        while rest > 0 {
            // Symbols 17 and 18 stand for 3 to 10 and for 11 to 138 zeros.
            let (symbol, bits, count) = match rest {
                11.. if run[0] == 0 => (18, 7, rest.min(138)),
                3.. if run[0] == 0 => (17, 3, rest),
                _ => (u16::from(run[0]), 0, 1),
            };
            let extra = match symbol {
                18 => count as u32 - 11,
                17 => count as u32 - 3,
                _ => 0,
            };
            told.push(Symbol {
                symbol,
                extra,
                bits,
            });
            rest -= count;
        }
    }
    let mut counts = [0; 19];
    for symbol in &told {
        counts[usize::from(symbol.symbol)] += 1;
    }
    let of_lengths = code_lengths(&counts, 7);
    let mut in_order: Vec<u8> = LENGTHS_ORDER
        .iter()
        .map(|&place| of_lengths[usize::from(place)])
        .collect();
    trim(&mut in_order, 4);
    bits.put(in_order.len() as u32 - 4, 4);
    for length in in_order {
        bits.put(u32::from(length), 3);
    }
    let code = Code::new(&of_lengths);
    for symbol in told {
        code.put(bits, symbol.symbol);
        bits.put(symbol.extra, symbol.bits);
    }
}

fn block(bits: &mut Bits, tokens: &[Token], symbols: &[u8], distances: &[u8]) {
    let (symbols, distances) = (Code::new(symbols), Code::new(distances));
    for token in tokens {
        let symbol = token.symbol();
        symbols.put(bits, symbol.symbol);
        bits.put(symbol.extra, symbol.bits);
        if let Some(distance) = token.distance() {
            distances.put(bits, distance.symbol);
            bits.put(distance.extra, distance.bits);
        }
    }
    symbols.put(bits, END);
}
