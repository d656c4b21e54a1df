//! Whose hash places the keys: SHA-256, or a function that a learner wrote.

use std::rc::Rc;

use super::hashing::Hash;
use crate::code::{Datum, Program};
use crate::text::listed;

/// A program's function from a text to a number.
pub const HASH: &str = "hash";
/// A program's function from a key to the name of a node, of the global `nodes`.
pub const GET_NODE: &str = "get_node";
/// How wide rings are, bits: the first of these that holds every key's hash.
const WIDTHS: [u32; 4] = [32, 64, 128, 256];

/// Where hashes come from.
#[derive(Clone, Debug, Default)]
pub enum Hasher {
    /// SHA-256 of the UTF-8 text.
    #[default]
    Sha256,
    /// A learner's `hash(key)`.
    Learner(Rc<dyn Program>),
}

impl Hasher {
    /// The hash of each text.
    pub fn all(&self, texts: &[String]) -> Vec<Hash> {
        match self {
            Self::Sha256 => texts.iter().map(|text| Hash::of(text)).collect(),
            Self::Learner(program) => learnt(&**program, texts).0,
        }
    }

    /// The hash of one text.
    pub fn one(&self, text: &str) -> Hash {
        match self {
            Self::Sha256 => Hash::of(text),
            Self::Learner(_) => self.all(&[text.into()])[0],
        }
    }

    /// How many bits the hashes have, for pictures of the ring. A learner's hash says how wide
    /// it is by its largest value alone.
    pub fn width_bits(&self, hashes: &[Hash]) -> u32 {
        if matches!(self, Self::Sha256) {
            return 256;
        }
        let bits = hashes.iter().map(|hash| hash.bits()).max().unwrap_or(0);
        WIDTHS
            .into_iter()
            .find(|width| *width >= bits)
            .unwrap_or(256)
    }

    /// What jump hashing starts from: the leading 64 bits of SHA-256, the last 64 of a learner's
    /// number, whose leading ones may all be zero.
    pub fn jump_key(&self, hash: Hash) -> u64 {
        match self {
            Self::Sha256 => hash.high(),
            Self::Learner(_) => hash.low(),
        }
    }

    /// The index of the node that a learner's router names for each key.
    pub fn routes(&self, keys: &[String], nodes: &[String]) -> Vec<u32> {
        let Self::Learner(program) = self else {
            return vec![0; keys.len()];
        };
        let answers = program.each(GET_NODE, &[("nodes", nodes.to_vec())], keys);
        let mut routes = Vec::with_capacity(keys.len());
        for value in answers.iter().flat_map(|answers| &answers.values) {
            let named = |node: &&String| matches!(value, Datum::Text(text) if text == *node);
            let index = (0u32..).zip(nodes).find(|(_, node)| named(node));
            if let Some((index, _)) = index {
                routes.push(index);
            } else {
                let key = keys.get(routes.len()).map_or("", String::as_str);
                let what = format!(
                    "get_node must return one of the nodes, {}, but get_node({key:?}) is {}",
                    listed(nodes, "or"),
                    value.describe()
                );
                program.refuse(GET_NODE, &what);
                break;
            }
        }
        routes.resize(keys.len(), 0);
        routes
    }

    /// The hash of each text, and the steps that a program took for all of them; 0 for SHA-256.
    pub fn all_counted(&self, texts: &[String]) -> (Vec<Hash>, u64) {
        match self {
            Self::Sha256 => (self.all(texts), 0),
            Self::Learner(program) => learnt(&**program, texts),
        }
    }
}

fn learnt(program: &dyn Program, texts: &[String]) -> (Vec<Hash>, u64) {
    let answers = program.each(HASH, &[], texts);
    let steps = answers.as_ref().map_or(0, |answers| answers.steps);
    let mut hashes: Vec<Hash> = Vec::with_capacity(texts.len());
    for value in answers.iter().flat_map(|answers| &answers.values) {
        match Hash::of_number(value) {
            Some(hash) => hashes.push(hash),
            None => {
                let key = texts.get(hashes.len()).map_or("", String::as_str);
                program.refuse(HASH, &useless(value, key));
                break;
            }
        }
    }
    // The program has failed, so nobody sees where these keys go.
    hashes.resize(texts.len(), Hash::default());
    (hashes, steps)
}

fn useless(value: &Datum, key: &str) -> String {
    let hint = match value {
        Datum::None => "; end the function with return",
        Datum::Int(_) => "; % (2**32) of a negative number is not negative",
        Datum::Other(_) | Datum::Large(_) => "; & 0xFFFFFFFF keeps a number small",
        Datum::Float(_) => "; // divides without a rest",
        _ => "",
    };
    format!(
        "hash must return a whole number from 0 to 2**256 - 1, but hash({key:?}) is {}{hint}",
        value.describe()
    )
}
