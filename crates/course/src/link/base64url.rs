//! Bytes as text that needs no escape in an address: base64url without padding (RFC 4648,
//! section 5).

/// The value of each character is its place.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Appends the text of some bytes.
pub(super) fn encode(bytes: &[u8], out: &mut String) {
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, index| {
            bits << 8 | u32::from(group.get(index).copied().unwrap_or_default())
        });
        for place in 0..=group.len() {
            let value = bits >> (18 - 6 * place) & 63;
            out.push(char::from(ALPHABET[value as usize]));
        }
    }
}

/// The bytes of a text; none where it is not what [`encode`] writes for any bytes.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut held) = (0_u32, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|&letter| letter == character)?;
        bits = bits << 6 | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    // What is left over is part of no byte: less than a character, and zero.
    (held < 6 && bits == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn texts_are_those_of_another_encoder() {
        for length in 0..300_usize {
            let bytes: Vec<u8> = (0..length).map(|i| (i * i * 7 + length) as u8).collect();
            let mut text = String::new();
            encode(&bytes, &mut text);
            assert_eq!(text, URL_SAFE_NO_PAD.encode(&bytes));
            assert_eq!(decode(&text), Some(bytes));
        }
    }

    #[test]
    fn what_no_encoder_writes_is_refused() {
        for text in ["A", "AAAAA", "AB", "AAB", "AA=", "A A", "+AAA", "é"] {
            assert_eq!(decode(text), None, "{text}");
            assert!(URL_SAFE_NO_PAD.decode(text).is_err(), "{text}");
        }
    }
}
