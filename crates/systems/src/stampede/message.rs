//! What the clients, the application and the database say, remind themselves of, and are asked.

use std::borrow::Cow;
use std::fmt::{self, Display};

use faultline_sim::{Payload, Span};

/// Who is asked for what: client and key are numbers from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which client.
    pub client: u32,
    /// For which key.
    pub key: u32,
}

/// How a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the cache.
    Cache,
    /// From the cache, with a value that had expired.
    Stale,
    /// By a query of its own.
    Query,
    /// By a query that another request had made.
    Flight,
}

/// What they say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// A client: "What is the value of this?"
    Get {
        /// Which of the clients' requests.
        number: u32,
        /// Who asks for what.
        asked: Asked,
    },
    /// The application: "This."
    Value {
        /// Which request.
        number: u32,
        /// Where it is from.
        source: Source,
    },
    /// The application: "Read this."
    Query {
        /// Which of its queries.
        query: u32,
        /// The key.
        key: u32,
    },
    /// The database: "Here it is."
    Row {
        /// Which query.
        query: u32,
        /// The key.
        key: u32,
    },
}

/// A key as people read it: `user_42` is number 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub u32);

impl Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user_{}", u64::from(self.0) + 42)
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cache => "cache",
            Self::Stale => "stale cache",
            Self::Query => "database",
            Self::Flight => "shared query",
        })
    }
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Get { .. } => "Get",
            Self::Value { .. } => "Value",
            Self::Query { .. } => "Query",
            Self::Row { .. } => "Row",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Get { number, asked } => {
                field("key", &Key(asked.key));
                field("client", &(asked.client + 1));
                field("number", number);
            }
            Self::Value { number, source } => {
                field("from", source);
                field("number", number);
            }
            Self::Query { query, key } | Self::Row { query, key } => {
                field("key", &Key(*key));
                field("query", query);
            }
        }
    }
}

/// What they remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// The clients' next request, or the herd's.
    Next,
    /// The database is done with a query.
    Done,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Next => "Next",
            Self::Done => "Done",
        })
    }
}

/// What a user asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Of the clients: all ask for the first key at once.
    Herd,
    /// Of the application: every value expires now.
    Expire,
    /// Of the application: forget every value.
    Flush,
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Herd => "Ask",
            Self::Expire => "Expire",
            Self::Flush => "Flush",
        })
    }
}

/// A line of the application's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A request makes a query.
    Queries {
        /// Who asked for what.
        asked: Asked,
        /// Which query.
        query: u32,
        /// Whether the value has not expired yet.
        early: bool,
    },
    /// A request waits for a query that is under way.
    Waits(Asked),
    /// A request gets an old value.
    Stale(Asked),
    /// A query has brought a value.
    Cached {
        /// Of which key.
        key: u32,
        /// Which query.
        query: u32,
        /// How long it took.
        took: Span,
        /// How many requests it answers.
        answers: u32,
    },
}

impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queries {
                asked,
                query,
                early,
            } => {
                let (client, key) = (asked.client + 1, Key(asked.key));
                let early = if *early { ", before it expires" } else { "" };
                write!(
                    f,
                    "  [DB] Client {client} queries {key} (query {query}{early})"
                )
            }
            Self::Waits(asked) => {
                let client = asked.client + 1;
                write!(
                    f,
                    "  [SingleFlight] Client {client} waiting for existing request..."
                )
            }
            Self::Stale(asked) => {
                let (client, key) = (asked.client + 1, Key(asked.key));
                write!(f, "  [Stale] Client {client} gets the old {key}")
            }
            Self::Cached {
                key,
                query,
                took,
                answers,
            } => {
                let (key, took) = (Key(*key), took.as_secs_f64());
                let answers = match answers {
                    0 => "nobody waits for it".to_owned(),
                    1 => "one answer".to_owned(),
                    many => format!("{many} answers"),
                };
                write!(
                    f,
                    "  [Cache] {key} is back after {took:.2}s (query {query}, {answers})"
                )
            }
        }
    }
}
