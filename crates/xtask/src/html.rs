//! The finished index.html: small changes to a text that trunk has written.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

/// The text, and where it belongs.
pub struct Html {
    path: PathBuf,
    /// What is written in the end.
    pub text: String,
}

impl Html {
    /// Reads the start page of a site.
    pub fn read(site: &Path) -> Result<Self> {
        let path = site.join("index.html");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
        Ok(Self { path, text })
    }

    /// Writes it where it was read from.
    pub fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.text).with_context(|| format!("writing {:?}", self.path))
    }

    /// Replaces a text that must be there.
    pub fn replace(&mut self, old: &str, new: &str) -> Result<()> {
        ensure!(self.text.contains(old), "{:?} has no {old}", self.path);
        self.text = self.text.replace(old, new);
        Ok(())
    }

    /// Adds to the end of the head.
    pub fn add_to_head(&mut self, addition: &str) -> Result<()> {
        self.replace("</head>", &format!("{addition}</head>"))
    }

    /// Puts one style sheet in the place of all there are; gives the addresses of those.
    pub fn take_style_sheets(&mut self, instead: &str) -> Vec<String> {
        let tags = self.links("stylesheet");
        let addresses = tags.iter().filter_map(|tag| href(&self.text[tag.clone()]));
        let addresses = addresses.map(str::to_owned).collect();
        for (index, tag) in tags.into_iter().enumerate().rev() {
            let one = format!("<link rel=\"stylesheet\" href=\"{instead}\">");
            let text = if index == 0 { one.as_str() } else { "" };
            self.text.replace_range(tag, text);
        }
        addresses
    }

    /// The text between the tags of the script with an id.
    pub fn script(&self, id: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(&format!("id=\"{id}\">"))?;
        Some(rest.split_once("</script>")?.0)
    }

    /// Where the link elements of a kind are.
    fn links(&self, rel: &str) -> Vec<Range<usize>> {
        let starts = self.text.match_indices("<link ").map(|(start, _)| start);
        starts
            .filter_map(|start| {
                let end = start + self.text[start..].find('>')? + 1;
                let tag = &self.text[start..end];
                (attribute(tag, "rel") == Some(rel)).then_some(start..end)
            })
            .collect()
    }
}

fn href(tag: &str) -> Option<&str> {
    attribute(tag, "href")
}

/// The value of an attribute, which a minifier may have left without quotes.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    match rest.strip_prefix('"') {
        Some(quoted) => Some(quoted.split_once('"')?.0),
        None => rest.split([' ', '>']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_become_one() {
        let mut html = Html {
            path: "index.html".into(),
            text: "<link href=icon.svg rel=icon><link href=./a.css rel=stylesheet>\
                   <link rel=\"stylesheet\" href=\"./b.css\"/><p>"
                .into(),
        };
        assert_eq!(html.take_style_sheets("c.css"), ["./a.css", "./b.css"]);
        assert_eq!(
            html.text,
            "<link href=icon.svg rel=icon><link rel=\"stylesheet\" href=\"c.css\"><p>"
        );
        assert!(html.replace("<q>", "").is_err());
    }
}
