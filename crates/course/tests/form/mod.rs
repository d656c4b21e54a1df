//! The bytes of versions 1 and 2 of the link, written part by part, so that any part can be
//! wrong.

/// A run's parts as bytes, in their order.
pub struct Form {
    pub of: Vec<u8>,
    pub seed: Vec<u8>,
    pub params: Vec<u8>,
    pub code: Vec<u8>,
    pub commands: Vec<u8>,
    pub at: Vec<u8>,
    pub steps: Vec<u8>,
    pub compare: Vec<u8>,
    pub step: Vec<u8>,
}

impl Default for Form {
    fn default() -> Self {
        Form {
            of: text("05-sharding"),
            seed: number(7),
            params: number(0),
            code: text(""),
            commands: number(0),
            at: number(1_000),
            steps: number(0),
            compare: number(0),
            step: text(""),
        }
    }
}

impl Form {
    pub fn bytes(&self) -> Vec<u8> {
        let Form {
            of,
            seed,
            params,
            code,
            commands,
            at,
            steps,
            compare,
            step,
        } = self;
        [of, seed, params, code, commands, at, steps, compare, step]
            .map(Vec::as_slice)
            .concat()
    }
}

/// A second run that forks, as version 2 has it in the place of the compared parameters.
pub fn branch(pane: &str, from: u64, params: Vec<u8>, commands: Vec<u8>) -> Vec<u8> {
    [text(pane), number(from), params, commands].concat()
}

pub fn number(mut number: u64) -> Vec<u8> {
    let mut bytes = vec![];
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

pub fn text(text: &str) -> Vec<u8> {
    [number(text.len() as u64), text.into()].concat()
}

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<u8> {
    list(pairs, |(name, value)| [text(name), text(value)].concat())
}

pub fn commands(commands: &[(u64, &str)]) -> Vec<u8> {
    list(commands, |(at, line)| [number(*at), text(line)].concat())
}

fn list<T>(entries: &[T], write: impl Fn(&T) -> Vec<u8>) -> Vec<u8> {
    let entries: Vec<Vec<u8>> = entries.iter().map(write).collect();
    [number(entries.len() as u64), entries.concat()].concat()
}
