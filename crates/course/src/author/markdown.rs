//! Markdown to plain blocks. There is no way through for HTML, pictures, or links to anywhere
//! but https addresses and lessons.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::fault::{Faults, Source};
use crate::lesson::{Block, Inline};

/// How deep lists and quotations may nest.
const MAX_DEPTH: usize = 6;

/// A Markdown file being read block by block.
pub(super) struct Reader<'a> {
    source: Source<'a>,
    events: Vec<(Event<'a>, Range<usize>)>,
    next: usize,
    slugs: &'a BTreeSet<&'a str>,
}

/// What stands at the top of a file.
pub(super) enum Part {
    /// `##` and its text.
    Section(String, Range<usize>),
    /// `###` and its text.
    Subsection(String, Range<usize>),
    /// `---`.
    Rule(Range<usize>),
    /// Anything else that is allowed.
    Block(Block),
}

impl<'a> Reader<'a> {
    pub fn new(source: Source<'a>, slugs: &'a BTreeSet<&'a str>) -> Self {
        let parser = Parser::new_ext(source.text, Options::ENABLE_TABLES);
        Reader {
            source,
            events: parser.into_offset_iter().collect(),
            next: 0,
            slugs,
        }
    }

    /// The next part at the top of the file.
    pub fn part(&mut self, faults: &mut Faults) -> Option<Part> {
        loop {
            let (event, span) = self.events.get(self.next)?.clone();
            match event {
                Event::Rule => {
                    self.next += 1;
                    return Some(Part::Rule(span));
                }
                Event::Start(Tag::Heading { level, .. }) if level <= HeadingLevel::H3 => {
                    self.next += 1;
                    let text = plain_text(&self.inlines(faults));
                    self.next += 1;
                    match level {
                        HeadingLevel::H1 => {
                            let message = "a lesson's title stands in lesson.toml: use ## and ###";
                            faults.add(&self.source, span, message);
                        }
                        HeadingLevel::H2 => return Some(Part::Section(text, span)),
                        _ => return Some(Part::Subsection(text, span)),
                    }
                }
                _ => {
                    if let Some(block) = self.block(1, faults) {
                        return Some(Part::Block(block));
                    }
                }
            }
        }
    }

    /// One block; none if it is not allowed, or nothing is left.
    fn block(&mut self, depth: usize, faults: &mut Faults) -> Option<Block> {
        let (event, span) = self.take()?;
        if depth > MAX_DEPTH {
            let message = format!("lists and quotations nest at most {MAX_DEPTH} deep");
            return self.refuse(&event, span, &message, faults);
        }
        let block = match event {
            Event::Start(Tag::Paragraph) => Block::Paragraph(self.inlines(faults)),
            Event::Start(Tag::Heading { level, .. }) if level > HeadingLevel::H3 => {
                Block::Heading(self.inlines(faults))
            }
            Event::Start(Tag::List(first)) => {
                if first.is_some_and(|first| first != 1) {
                    faults.add(&self.source, span, "numbered lists start at 1");
                }
                Block::List {
                    ordered: first.is_some(),
                    items: self.items(depth, faults),
                }
            }
            Event::Start(Tag::CodeBlock(_)) => Block::Code(self.code()),
            Event::Start(Tag::BlockQuote(_)) => Block::Quote(self.blocks(depth + 1, faults)),
            Event::Start(Tag::Table(_)) => self.table(faults),
            Event::Start(Tag::HtmlBlock) => {
                return self.refuse(&event, span, "HTML is not allowed: use Markdown", faults);
            }
            Event::Rule => {
                let message = "--- stands only within a step, before what is shown when it is done";
                return self.refuse(&event, span, message, faults);
            }
            _ => {
                let message = "this has no place here; allowed are paragraphs, lists, code, \
                               quotations, tables and #### headings";
                return self.refuse(&event, span, message, faults);
            }
        };
        self.next += 1;
        Some(block)
    }

    /// Blocks up to the end of what they stand in, which is left for the caller to take.
    fn blocks(&mut self, depth: usize, faults: &mut Faults) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, _)) = self.events.get(self.next) {
            match event {
                Event::End(_) => break,
                // The items of a tight list have their text without a paragraph around it.
                Event::Start(tag) if !is_inline(tag) => {
                    blocks.extend(self.block(depth, faults));
                }
                Event::Rule | Event::Html(_) => blocks.extend(self.block(depth, faults)),
                _ => blocks.push(Block::Paragraph(self.inlines(faults))),
            }
        }
        blocks
    }

    fn items(&mut self, depth: usize, faults: &mut Faults) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some((Event::Start(Tag::Item), _)) = self.events.get(self.next) {
            self.next += 1;
            items.push(self.blocks(depth + 1, faults));
            self.next += 1;
        }
        items
    }

    fn code(&mut self) -> String {
        let mut code = String::new();
        while let Some((Event::Text(text), _)) = self.events.get(self.next) {
            code.push_str(text);
            self.next += 1;
        }
        code.truncate(code.trim_end_matches('\n').len());
        code
    }

    fn table(&mut self, faults: &mut Faults) -> Block {
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        while let Some((Event::Start(tag), _)) = self.events.get(self.next) {
            let is_head = matches!(tag, Tag::TableHead);
            self.next += 1;
            let mut cells = Vec::new();
            while let Some((Event::Start(Tag::TableCell), _)) = self.events.get(self.next) {
                self.next += 1;
                cells.push(self.inlines(faults));
                self.next += 1;
            }
            self.next += 1;
            if is_head {
                head = cells;
            } else {
                rows.push(cells);
            }
        }
        Block::Table { head, rows }
    }

    /// Text up to the end of what it stands in, or to a block, which are left to the caller.
    fn inlines(&mut self, faults: &mut Faults) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some((event, span)) = self.events.get(self.next).cloned() {
            match event {
                Event::End(_) | Event::Rule | Event::Html(_) => break,
                Event::Start(ref tag) if !is_inline(tag) => break,
                _ => self.next += 1,
            }
            match event {
                Event::Text(text) => push_text(&mut inlines, &text),
                Event::SoftBreak => push_text(&mut inlines, " "),
                Event::Code(code) => inlines.push(Inline::Code(code.into_string())),
                Event::Start(Tag::Emphasis) => {
                    inlines.push(Inline::Emphasis(self.inlines(faults)));
                    self.next += 1;
                }
                Event::Start(Tag::Strong) => {
                    inlines.push(Inline::Strong(self.inlines(faults)));
                    self.next += 1;
                }
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    ..
                }) => {
                    let to = self.destination(link_type, &dest_url, span, faults);
                    let text = self.inlines(faults);
                    self.next += 1;
                    inlines.push(Inline::Link { to, text });
                }
                Event::Start(Tag::Image { .. }) => {
                    let message = "pictures are not allowed: the stage is the picture";
                    self.refuse(&event, span, message, faults);
                }
                Event::InlineHtml(_) => {
                    faults.add(&self.source, span, "HTML is not allowed: use Markdown");
                }
                Event::HardBreak => {
                    let message = "a line break within a paragraph: start a new paragraph";
                    faults.add(&self.source, span, message);
                }
                _ => {
                    let message = "allowed within text are emphasis, code and links";
                    self.refuse(&event, span, message, faults);
                }
            }
        }
        inlines
    }

    /// Where a link leads: an https address, or a lesson's slug. Lessons may be written as the
    /// path to their text too, so that the link works where the folder is read as files.
    fn destination(
        &self,
        kind: LinkType,
        to: &str,
        span: Range<usize>,
        faults: &mut Faults,
    ) -> String {
        let slug = to.strip_prefix("../").unwrap_or(to);
        let slug = slug.strip_suffix("/lesson.md").unwrap_or(slug);
        if self.slugs.contains(slug) {
            return slug.to_owned();
        }
        let host = to.strip_prefix("https://").unwrap_or_default();
        let plain = !to.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
        let has_host = host.starts_with(|c: char| c.is_ascii_alphanumeric());
        if kind == LinkType::Email || !plain || !has_host || to.len() > 500 {
            let lessons: Vec<&str> = self.slugs.iter().copied().collect();
            let message = format!(
                "a link to {to:?}; allowed are https:// addresses and lessons ({})",
                lessons.join(", ")
            );
            faults.add(&self.source, span, message);
        }
        to.to_owned()
    }

    fn take(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let taken = self.events.get(self.next).cloned();
        self.next += 1;
        taken
    }

    /// Notes a fault and passes over all that belongs to it.
    fn refuse(
        &mut self,
        event: &Event<'a>,
        span: Range<usize>,
        message: &str,
        faults: &mut Faults,
    ) -> Option<Block> {
        faults.add(&self.source, span, message);
        let mut open = usize::from(matches!(event, Event::Start(_)));
        while open > 0 {
            match self.take() {
                Some((Event::Start(_), _)) => open += 1,
                Some((Event::End(_), _)) => open -= 1,
                Some(_) => {}
                None => break,
            }
        }
        None
    }
}

fn is_inline(tag: &Tag) -> bool {
    matches!(
        tag.to_end(),
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::Superscript
            | TagEnd::Subscript
    )
}

/// Adds text, joined to the text before it: the parser hands it over in pieces.
fn push_text(inlines: &mut Vec<Inline>, text: &str) {
    match inlines.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ => inlines.push(Inline::Text(text.to_owned())),
    }
}

/// What inlines say, without how they look.
fn plain_text(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Emphasis(inner) | Inline::Strong(inner) => plain_text(inner),
            Inline::Link { text, .. } => plain_text(text),
        })
        .collect()
}
