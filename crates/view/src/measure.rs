//! How wide a text will be, near enough to lay out by.
//!
//! The page's typeface is the system's, so its metrics are unknown here; these widths are
//! those of a wide system face (Noto Sans), so that a text is seldom wider than expected.

use crate::display::{Family, Weight};

/// Width of a text in pixels at a size in pixels.
#[must_use]
pub fn width(text: &str, size: f32, weight: Weight, family: Family) -> f32 {
    let em: f32 = text.chars().map(|c| advance(c, family)).sum();
    em * size * stretch(weight, family)
}

/// The part of a text's start that fits a width, and whether anything was left out; room for
/// the ellipsis that then follows is kept.
#[must_use]
pub fn fit(text: &str, limit: f32, size: f32, weight: Weight, family: Family) -> (&str, bool) {
    if width(text, size, weight, family) <= limit {
        return (text, false);
    }
    let unit = size * stretch(weight, family);
    let room = limit - advance('…', family) * unit;
    let mut used = 0.0;
    for (index, c) in text.char_indices() {
        used += advance(c, family) * unit;
        if used > room {
            return (text[..index].trim_end(), true);
        }
    }
    (text, false)
}

fn stretch(weight: Weight, family: Family) -> f32 {
    match (weight, family) {
        (Weight::Strong, Family::Sans) => 1.06,
        _ => 1.0,
    }
}

/// Advance of a character in units of the type's size.
fn advance(c: char, family: Family) -> f32 {
    match c {
        // Controls, combining marks and joiners take no room.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => 0.0,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => 0.0,
        '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' => 0.0,
        // East Asian and pictographs are square.
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 1.0,
        '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' => 1.0,
        '\u{1f000}'.. => 1.3,
        _ if family == Family::Mono => 0.61,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '·' => 0.29,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '"' | '-' => 0.40,
        'm' | 'M' | 'W' | '@' | '%' | '…' | '→' => 0.93,
        'w' | 'N' | 'O' | 'Q' | 'G' | 'H' | 'U' | 'D' | '&' => 0.77,
        'A'..='Z' => 0.63,
        's' | 'c' | 'z' | 'k' | 'v' | 'x' | 'y' => 0.53,
        '0'..='9' | 'a' | 'e' | '_' | '?' => 0.57,
        'b'..='u' => 0.62,
        _ => 0.65,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_whole_and_what_does_not_is_cut_to_fit() {
        let text = "a rather long label";
        let whole = width(text, 12.0, Weight::Regular, Family::Sans);
        assert_eq!(
            fit(text, whole, 12.0, Weight::Regular, Family::Sans),
            (text, false)
        );
        let (cut, shortened) = fit(text, whole / 2.0, 12.0, Weight::Regular, Family::Sans);
        assert!(shortened && !cut.is_empty() && text.starts_with(cut));
        let shown = width(cut, 12.0, Weight::Regular, Family::Sans) + 0.93 * 12.0;
        assert!(shown <= whole / 2.0);
        assert_eq!(
            fit(text, 0.0, 12.0, Weight::Regular, Family::Sans),
            ("", true)
        );
    }
}
