//! Looks at a text before it is parsed: what would make the parser run out of stack, and what
//! Python has and this language writes otherwise.

use faultline_course::MAX_CODE_BYTES;
use starlark::codemap::CodeMap;
use starlark::syntax::Dialect;
use starlark_syntax::lexer::{Lexer, Token, TokenInt};

use crate::emit::HIDDEN;
use crate::fault::{Fault, Kind};
use crate::limits::Limits;
use crate::messages;
use crate::program::MODULE;
use crate::text::{Part, Text};
use faultline_systems::text::grouped;

/// Operators and brackets around one another in an expression. The parser, the compiler and what
/// frees their trees call themselves for each: in a browser they share a stack of about 1 MB.
const EXPRESSION_DEPTH_MAX: usize = 100;
/// Blocks within blocks.
const BLOCK_DEPTH_MAX: usize = 20;
/// Branches of one `if`: each is inside of the one before.
const BRANCHES_MAX: usize = 60;

/// The text for the parser: every byte is where the learner put it, but for brackets that are
/// put in around generators, `sum(f(x) for x in list)`, which this language writes as lists.
pub fn scan(text: Text, limits: &Limits, dialect: &Dialect) -> Result<Text, Fault> {
    let bytes = text.as_str().len();
    if bytes > MAX_CODE_BYTES {
        let message = format!(
            "this program is too long: {} characters of at most {}",
            grouped(bytes as u64),
            grouped(MAX_CODE_BYTES as u64)
        );
        return Err(text.fault(Kind::Limit, Part { begin: 0, end: 0 }, message));
    }
    let prepared = prepare(text.as_str());
    let mut brackets = tokens(&text, &prepared, limits, dialect)?;
    brackets.sort_by_key(|(at, _)| *at);
    Ok(text.with_brackets(&prepared, &brackets))
}

/// Blanks the lines that import the simulator, a mark at the beginning of the file, and tabs in
/// front of lines.
fn prepare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => {
            out.push_str("   ");
            rest
        }
        None => text,
    };
    for line in text.split_inclusive('\n') {
        let words: Vec<_> = line.split_whitespace().take(3).collect();
        let imports = matches!(
            words.as_slice(),
            ["import", "simulator"] | ["from", "simulator", "import"]
        );
        let code = line.trim_start_matches([' ', '\t']);
        let blank = match imports {
            true => line.trim_end_matches(['\r', '\n']).len(),
            false => line.len() - code.len(),
        };
        out.extend(std::iter::repeat_n(' ', blank));
        out.push_str(&line[blank..]);
    }
    out
}

/// An open bracket.
struct Bracket {
    opening: Token,
    part: Part,
    /// Operators since the last comma.
    chain: usize,
    /// Where what comes after the last comma begins, and whether it is a generator.
    item: usize,
    generator: bool,
    /// Whether what comes are the names between `for` and `in`.
    names: bool,
}

/// Looks at every token; gives the brackets to put in, and where.
fn tokens(
    text: &Text,
    prepared: &str,
    limits: &Limits,
    dialect: &Dialect,
) -> Result<Vec<(usize, char)>, Fault> {
    let mut put_in = Vec::new();
    let codemap = CodeMap::new(MODULE.into(), prepared.into());
    let mut brackets: Vec<Bracket> = Vec::new();
    let mut chain = 0;
    let mut depth: usize = 0;
    let mut blocks = 0;
    let mut branches = 0;
    for token in Lexer::new(prepared, dialect, codemap.clone()) {
        let (begin, token, end) =
            token.map_err(|error| messages::syntax(text, prepared, &error.into_error()))?;
        let part = Part { begin, end };
        let limit = |message: String| Err(text.fault(Kind::Limit, part, message));
        match &token {
            Token::OpeningRound
            | Token::OpeningSquare
            | Token::OpeningCurly
            | Token::FStringExprStart => {
                depth += 2;
                chain += 1;
                brackets.push(Bracket {
                    opening: token.clone(),
                    part,
                    chain,
                    item: end,
                    generator: false,
                    names: false,
                });
                chain = 0;
            }
            Token::ClosingRound
            | Token::ClosingSquare
            | Token::ClosingCurly
            | Token::FStringExprEnd => {
                depth = depth.saturating_sub(chain + 1);
                chain = match brackets.pop() {
                    Some(bracket) if closes(&bracket.opening, &token) => {
                        if bracket.generator {
                            put_in.push((begin, ']'));
                        }
                        bracket.chain
                    }
                    Some(bracket) => {
                        let message = format!(
                            "this {} does not close the {} in line {}",
                            prepared.get(begin..end).unwrap_or_default(),
                            opening_text(&bracket.opening),
                            prepared[..bracket.part.begin].matches('\n').count() + 1,
                        );
                        return Err(text.fault(Kind::Syntax, part, message));
                    }
                    None => {
                        let bracket = prepared.get(begin..end).unwrap_or_default();
                        let message = format!("this {bracket} closes nothing");
                        return Err(text.fault(Kind::Syntax, part, message));
                    }
                };
            }
            Token::Comma | Token::Semicolon | Token::Newline => {
                if let Some(bracket) = brackets.last_mut().filter(|bracket| !bracket.names) {
                    if bracket.generator {
                        put_in.push((begin, ']'));
                    }
                    bracket.generator = false;
                    bracket.item = end;
                }
                depth = depth.saturating_sub(chain);
                chain = 0;
            }
            Token::Indent => {
                blocks += 1;
                if blocks > BLOCK_DEPTH_MAX {
                    return limit(format!(
                        "too many blocks within blocks: at most {BLOCK_DEPTH_MAX}. \
                         Put the inner ones into a function of their own"
                    ));
                }
            }
            Token::Dedent => blocks -= 1,
            Token::Elif => {
                branches += 1;
                if branches > BRANCHES_MAX {
                    return limit(format!(
                        "too many elif: at most {BRANCHES_MAX}. Look the value up in a dict"
                    ));
                }
            }
            Token::Def if blocks == 0 => branches = 0,
            Token::Int(TokenInt::BigInt(int)) if int.bits() > limits.int_bits => {
                return limit("this number has too many digits".into());
            }
            Token::Identifier(name) => {
                let ours = name.starts_with("__") && name != "__name__";
                if ours || (name.starts_with(HIDDEN) && name[HIDDEN.len()..].starts_with('_')) {
                    let message = format!("the name {name} is kept for the language: take another");
                    return Err(text.fault(Kind::Syntax, part, message));
                }
            }
            Token::Int(_)
            | Token::Float(_)
            | Token::String(_)
            | Token::Bytes(_)
            | Token::Comment(_)
            | Token::FStringText(_)
            | Token::FStringBang
            | Token::FStringStart(_)
            | Token::FStringEnd
            | Token::Colon => {}
            Token::For if opens_generator(brackets.last()) => {
                if let Some(bracket) = brackets.last_mut() {
                    bracket.generator = true;
                    bracket.names = true;
                    put_in.push((bracket.item, '['));
                }
                depth += 2;
                chain += 2;
            }
            // Operators, and words that join or wrap expressions.
            _ => {
                if let Some(bracket) = brackets.last_mut() {
                    match token {
                        Token::For => bracket.names = true,
                        Token::In => bracket.names = false,
                        _ => {}
                    }
                }
                depth += 1;
                chain += 1;
            }
        }
        if depth > EXPRESSION_DEPTH_MAX {
            return limit(
                "this expression has too many parts within parts: give some of them a name, \
                 each in a line of its own"
                    .into(),
            );
        }
    }
    match brackets.first() {
        Some(bracket) => {
            let message = format!("this {} is never closed", opening_text(&bracket.opening));
            Err(text.fault(Kind::Syntax, bracket.part, message))
        }
        None => Ok(put_in),
    }
}

/// Whether a `for` in this bracket is the first of a generator.
fn opens_generator(bracket: Option<&Bracket>) -> bool {
    bracket.is_some_and(|bracket| bracket.opening == Token::OpeningRound && !bracket.generator)
}

fn closes(opening: &Token, closing: &Token) -> bool {
    matches!(
        (opening, closing),
        (Token::OpeningRound, Token::ClosingRound)
            | (Token::OpeningSquare, Token::ClosingSquare)
            | (Token::OpeningCurly, Token::ClosingCurly)
            | (Token::FStringExprStart, Token::FStringExprEnd)
    )
}

fn opening_text(opening: &Token) -> &'static str {
    match opening {
        Token::OpeningRound => "(",
        Token::OpeningSquare => "[",
        _ => "{",
    }
}
