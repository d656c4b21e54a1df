//! Compression for links: zlib (RFC 1950) around deflate (RFC 1951).
//!
//! Runs are small, so this is written for little code rather than for speed: the libraries for
//! it would be a twentieth of the page. The tests hold it against one of them, both ways.

mod deflate;
mod inflate;

/// Deflate with a window of 32 KiB, and that it was packed well.
const HEADER: [u8; 2] = [0x78, 0xda];
/// Of the lengths of the two codes of a block, the order in which a block tells them.
const LENGTHS_ORDER: [u8; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
/// The symbol that ends a block; those below are bytes, those above are lengths.
const END: u16 = 256;
/// The most bytes a repetition has.
const LENGTH_MAX: usize = 258;

/// Why bytes are not unpacked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// Not a whole zlib stream, or its checksum does not fit.
    Damaged,
    /// Unpacks to more than the limit.
    TooLarge,
}

/// Packs bytes.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    deflate::write(bytes, &mut out);
    out.extend(adler32(bytes).to_be_bytes());
    out
}

/// Unpacks bytes to at most `limit` of them.
pub(super) fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let [first, second, body @ ..] = packed else {
        return Err(Fault::Damaged);
    };
    let header = u16::from_be_bytes([*first, *second]);
    let known = first & 15 == 8 && first >> 4 <= 7 && second & 32 == 0;
    if !known || !header.is_multiple_of(31) {
        return Err(Fault::Damaged);
    }
    let (bytes, rest) = inflate::read(body, limit)?;
    match rest == adler32(&bytes).to_be_bytes() {
        true => Ok(bytes),
        false => Err(Fault::Damaged),
    }
}

/// Adler-32 (RFC 1950, section 9).
fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

/// The lengths of the codes of a block that does not bring its own.
fn fixed_lengths() -> (Vec<u8>, Vec<u8>) {
    let symbols = [(144, 8), (112, 9), (24, 7), (8, 8)];
    let lengths = symbols
        .iter()
        .flat_map(|&(count, length)| std::iter::repeat_n(length, count));
    (lengths.collect(), vec![5; 32])
}

#[cfg(test)]
mod tests;
