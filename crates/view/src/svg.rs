//! SVG: a display list as a picture that stands alone.
//!
//! Every text is escaped, characters that XML forbids are left out, and no number has more
//! than one decimal.

mod page;
mod shape;

pub use page::view;

use crate::display::{DisplayList, Size};
use crate::number::push_short;
use crate::theme::Theme;

/// Typefaces of the picture; the reader's system gives them.
const SANS: &str = "system-ui,Inter,'Segoe UI','Noto Sans',sans-serif";

/// What a picture is called, for those who do not see it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Words<'a> {
    /// A short name; becomes `<title>`.
    pub title: &'a str,
    /// What it shows; becomes `<desc>`.
    pub description: &'a str,
}

/// Writes a list as a stand-alone SVG of a size on the theme's paper.
#[must_use]
pub fn write(list: &DisplayList, size: Size, theme: &Theme, words: Words) -> String {
    // A shape takes about 100 bytes; growing a large string over and over is what costs.
    let mut out = String::with_capacity(1024 + list.shapes().len() * 100);
    out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"");
    push_short(&mut out, f64::from(size.width));
    out.push_str("\" height=\"");
    push_short(&mut out, f64::from(size.height));
    out.push_str("\" viewBox=\"0 0 ");
    push_short(&mut out, f64::from(size.width));
    out.push(' ');
    push_short(&mut out, f64::from(size.height));
    out.push_str("\" font-family=\"");
    out.push_str(SANS);
    out.push_str("\" style=\"font-variant-numeric:tabular-nums\" stroke-linejoin=\"round\">\n");
    for (tag, text) in [("title", words.title), ("desc", words.description)] {
        if !text.is_empty() {
            out.push('<');
            out.push_str(tag);
            out.push('>');
            push_escaped(&mut out, text);
            out.push_str("</");
            out.push_str(tag);
            out.push_str(">\n");
        }
    }
    out.push_str("<rect width=\"100%\" height=\"100%\" fill=\"");
    out.push_str(theme.paper);
    out.push_str("\"/>\n");
    for shape in list.shapes() {
        shape::write(&mut out, list, shape, theme);
    }
    out.push_str("</svg>\n");
    out
}

/// Appends a text for use in XML, as content or as an attribute's value.
fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            // XML 1.0, section 2.2, forbids these, however they are written.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_harmless() {
        let mut out = String::new();
        push_escaped(&mut out, "<script>\"'&\0\u{8}\u{ffff}\n\u{202e}abc");
        assert_eq!(
            out, "&lt;script&gt;&quot;&#39;&amp; \u{202e}abc",
            "left: markup gone, controls gone, letters kept"
        );
    }
}
