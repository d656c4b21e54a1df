//! Reading deflate (RFC 1951).

use super::{END, Fault, LENGTH_MAX, LENGTHS_ORDER, fixed_lengths};

/// Bits a code may have.
const BITS_MAX: usize = 15;

/// Unpacks a stream to at most `limit` bytes; what follows it comes with them.
pub(super) fn read(packed: &[u8], limit: usize) -> Result<(Vec<u8>, &[u8]), Fault> {
    let mut bits = Bits {
        rest: packed,
        hold: 0,
        held: 0,
    };
    let mut out = Vec::new();
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, limit)?,
            1 => {
                let (symbols, distances) = fixed_lengths();
                block(&mut bits, &mut out, limit, &symbols, &distances)?;
            }
            2 => {
                let (symbols, distances) = lengths(&mut bits)?;
                block(&mut bits, &mut out, limit, &symbols, &distances)?;
            }
            _ => return Err(Fault::Damaged),
        }
        if last {
            bits.skip_to_byte()?;
            return Ok((out, bits.rest));
        }
    }
}

/// Bits, the low ones of a byte first.
struct Bits<'a> {
    rest: &'a [u8],
    hold: u32,
    held: u32,
}

impl Bits<'_> {
    /// The next bits, at most 16, as a number.
    #[inline(never)]
    fn take(&mut self, count: u32) -> Result<u32, Fault> {
        while self.held < count {
            let [byte, rest @ ..] = self.rest else {
                return Err(Fault::Damaged);
            };
            self.rest = rest;
            self.hold |= u32::from(*byte) << self.held;
            self.held += 8;
        }
        let taken = self.hold & ((1 << count) - 1);
        self.hold >>= count;
        self.held -= count;
        Ok(taken)
    }

    /// Goes on to the next whole byte; what is left of this one says nothing.
    fn skip_to_byte(&mut self) -> Result<(), Fault> {
        match self.take(self.held)? {
            0 => Ok(()),
            _ => Err(Fault::Damaged),
        }
    }
}

/// A prefix code: how many codes there are of each length, and their symbols in order.
struct Code {
    counts: [u16; BITS_MAX + 1],
    symbols: Vec<u16>,
}

impl Code {
    /// The code whose symbols have these lengths; 0 is for those that it lacks.
    fn new(lengths: &[u8]) -> Result<Code, Fault> {
        let mut counts = [0; BITS_MAX + 1];
        let mut symbols = Vec::new();
        // What is still free of all codes, in codes of the length at hand.
        let mut free = 1_i32;
        for (length, count) in (0_u8..).zip(&mut counts).skip(1) {
            let of_length = (0_u16..)
                .zip(lengths)
                .filter(|&(_, &given)| given == length);
            let before = symbols.len();
            symbols.extend(of_length.map(|(symbol, _)| symbol));
            *count = (symbols.len() - before) as u16;
            free = 2 * free - i32::from(*count);
            if free < 0 {
                return Err(Fault::Damaged);
            }
        }
        // Only the code of one symbol leaves some free, and that of none, which is never used.
        if free > 0 && symbols.len() > 1 {
            return Err(Fault::Damaged);
        }
        Ok(Code { counts, symbols })
    }

    /// The next symbol.
    fn read(&self, bits: &mut Bits) -> Result<u16, Fault> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for &count in &self.counts[1..] {
            code = code << 1 | bits.take(1)?;
            first <<= 1;
            let count = u32::from(count);
            if code < first + count {
                let place = index + (code - first);
                return Ok(self.symbols[place as usize]);
            }
            index += count;
            first += count;
        }
        Err(Fault::Damaged)
    }
}

fn stored(bits: &mut Bits, out: &mut Vec<u8>, limit: usize) -> Result<(), Fault> {
    bits.skip_to_byte()?;
    let length = bits.take(16)?;
    if bits.take(16)? != length ^ 0xffff {
        return Err(Fault::Damaged);
    }
    let (bytes, rest) = bits
        .rest
        .split_at_checked(length as usize)
        .ok_or(Fault::Damaged)?;
    if out.len() + bytes.len() > limit {
        return Err(Fault::TooLarge);
    }
    out.extend_from_slice(bytes);
    bits.rest = rest;
    Ok(())
}

/// The lengths of the two codes that a block brings.
fn lengths(bits: &mut Bits) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let symbols = bits.take(5)? as usize + 257;
    let distances = bits.take(5)? as usize + 1;
    let told = bits.take(4)? as usize + 4;
    let mut of_lengths = [0; 19];
    for &place in &LENGTHS_ORDER[..told] {
        of_lengths[usize::from(place)] = bits.take(3)? as u8;
    }
    let code = Code::new(&of_lengths)?;
    let mut lengths: Vec<u8> = Vec::new();
    while lengths.len() < symbols + distances {
        let symbol = code.read(bits)?;
        let (length, times) = match symbol {
            0..16 => (symbol as u8, 1),
            16 => (*lengths.last().ok_or(Fault::Damaged)?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            _ => (0, 11 + bits.take(7)?),
        };
        lengths.extend(std::iter::repeat_n(length, times as usize));
    }
    // A repetition may not go beyond the end; 286, 287, 30 and 31 are no symbols.
    if lengths.len() > symbols + distances || symbols > 286 || distances > 30 {
        return Err(Fault::Damaged);
    }
    let distances = lengths.split_off(symbols);
    Ok((lengths, distances))
}

fn block(
    bits: &mut Bits,
    out: &mut Vec<u8>,
    limit: usize,
    symbols: &[u8],
    distances: &[u8],
) -> Result<(), Fault> {
    let symbols = Code::new(symbols)?;
    let distances = Code::new(distances)?;
    loop {
        let symbol = symbols.read(bits)?;
        if symbol == END {
            return Ok(());
        }
        let (length, distance) = match u8::try_from(symbol) {
            Ok(byte) => {
                out.push(byte);
                (0, 1)
            }
            Err(_) => (
                length(symbol - END - 1, bits)?,
                distance(distances.read(bits)?, bits)?,
            ),
        };
        let from = out.len().checked_sub(distance).ok_or(Fault::Damaged)?;
        // The bytes repeated may be among those that are being written.
        for index in from..from + length {
            out.push(out[index]);
        }
        if out.len() > limit {
            return Err(Fault::TooLarge);
        }
    }
}

/// The length that a symbol stands for, counted from the first that does.
fn length(symbol: u16, bits: &mut Bits) -> Result<usize, Fault> {
    let symbol = u32::from(symbol);
    Ok(match symbol {
        0..8 => symbol as usize + 3,
        8..28 => {
            let extra = symbol / 4 - 1;
            (((4 + symbol % 4) << extra) + bits.take(extra)? + 3) as usize
        }
        28 => LENGTH_MAX,
        _ => return Err(Fault::Damaged),
    })
}

/// The distance that a symbol stands for.
fn distance(symbol: u16, bits: &mut Bits) -> Result<usize, Fault> {
    let symbol = u32::from(symbol);
    Ok(match symbol {
        0..4 => symbol as usize + 1,
        4..30 => {
            let extra = symbol / 2 - 1;
            (((2 + symbol % 2) << extra) + bits.take(extra)? + 1) as usize
        }
        _ => return Err(Fault::Damaged),
    })
}
