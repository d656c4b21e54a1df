//! The page's addresses. All of a route is in the fragment: it reaches no server, and the site
//! works from any folder.
//!
//! `#/` is the course page, `#/05-sharding` a lesson as it opens, `#/05-sharding?run=1.…` a
//! lesson with a run; `&embed` shows the stage alone, for other people's pages.

use std::fmt;

use crate::link::{LinkError, MAX_LINK_CHARS, MAX_NAME_BYTES, is_name};
use crate::run::Run;

/// Where in the product an address leads.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Address {
    /// The course page.
    #[default]
    Course,
    /// A lesson, or a bare system by its name.
    Lesson {
        /// E.g. "05-sharding".
        slug: String,
        /// The run's code as it stands in the address; read by [`Address::run`], so that a
        /// damaged one still opens its lesson.
        code: Option<String>,
        /// Only the stage, for other people's pages.
        embed: bool,
    },
}

/// Why a text is no address of ours.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddressError {
    /// Not a route.
    #[error("{given:?} is not a page of the course; addresses end in #/ or #/<lesson>")]
    Route {
        /// The fragment, shortened.
        given: String,
    },
    /// A part after the question mark that means nothing here.
    #[error(
        "{given:?} means nothing in an address; allowed after the lesson are run=<code> and embed"
    )]
    Query {
        /// The part, shortened.
        given: String,
    },
    /// The run's code is longer than a link may be.
    #[error(transparent)]
    Link(#[from] LinkError),
}

impl Address {
    /// Reads a whole address or its fragment.
    ///
    /// # Errors
    /// A fragment that is not a route, or has parts that mean nothing.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let text = text.trim();
        let fragment = match text.split_once('#') {
            Some((_, fragment)) => fragment,
            // The site's own address, before a route was chosen.
            None if text.contains("://") => "",
            None => text,
        };
        if matches!(fragment, "" | "/") {
            return Ok(Address::Course);
        }
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let slug = path
            .strip_prefix('/')
            .map(|slug| slug.strip_suffix('/').unwrap_or(slug));
        let slug = slug
            .filter(|slug| !slug.is_empty() && slug.len() <= MAX_NAME_BYTES && is_name(slug))
            .ok_or_else(|| AddressError::Route {
                given: start_of(fragment),
            })?;
        let (mut code, mut embed) = (None, false);
        for part in query.split('&').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                None if part == "embed" => embed = true,
                Some(("run", text)) if code.is_none() => code = Some(text),
                _ => {
                    return Err(AddressError::Query {
                        given: start_of(part),
                    });
                }
            }
        }
        if let Some(code) = code.filter(|code| code.len() > MAX_LINK_CHARS) {
            return Err(LinkError::TooLong {
                given: code.chars().count(),
            }
            .into());
        }
        Ok(Address::Lesson {
            slug: slug.to_owned(),
            code: code.map(str::to_owned),
            embed,
        })
    }

    /// The address of a lesson as it opens.
    pub fn lesson(slug: &str) -> Address {
        Address::Lesson {
            slug: slug.to_owned(),
            code: None,
            embed: false,
        }
    }

    /// The address that holds a run.
    ///
    /// # Errors
    /// A run that does not fit in a link.
    pub fn of_run(run: &Run, embed: bool) -> Result<Address, LinkError> {
        Ok(Address::Lesson {
            slug: run.of.clone(),
            code: Some(run.to_link()?),
            embed,
        })
    }

    /// Whether it is of the stage alone, for other people's pages.
    pub fn embeds(&self) -> bool {
        matches!(self, Address::Lesson { embed: true, .. })
    }

    /// Whether it holds a run.
    pub fn has_run(&self) -> bool {
        matches!(self, Address::Lesson { code: Some(_), .. })
    }

    /// The run in this address; none where a lesson opens as it is.
    ///
    /// # Errors
    /// What [`Run::from_link`] says, and a run of another lesson than the address.
    pub fn run(&self) -> Result<Option<Run>, LinkError> {
        let Address::Lesson {
            slug,
            code: Some(code),
            ..
        } = self
        else {
            return Ok(None);
        };
        let run = Run::from_link(code)?;
        if run.of != *slug {
            return Err(LinkError::OtherLesson {
                address: slug.clone(),
                run: run.of,
            });
        }
        Ok(Some(run))
    }

    /// The whole address on a site, e.g. `https://example.org/faultline/#/05-sharding`. A
    /// fragment that `base` has is replaced.
    pub fn on(&self, base: &str) -> String {
        let base = base.split_once('#').map_or(base, |(site, _)| site);
        format!("{base}{self}")
    }
}

/// The fragment, with its `#`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#/")?;
        let Address::Lesson { slug, code, embed } = self else {
            return Ok(());
        };
        f.write_str(slug)?;
        if let Some(code) = code {
            write!(f, "?run={code}")?;
        }
        match (embed, code) {
            (true, Some(_)) => f.write_str("&embed"),
            (true, None) => f.write_str("?embed"),
            (false, _) => Ok(()),
        }
    }
}

/// Enough of an untrusted text to recognise it.
fn start_of(text: &str) -> String {
    text.chars().take(40).collect()
}
