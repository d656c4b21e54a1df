//! Frees what a program no longer reaches.
//!
//! Starlark's collector copies what is reachable, and calls itself for each level of lists in
//! lists: a list that is nested a million deep would end the process. So what is reachable is
//! walked first, with a limit to its depth. Where the walk cannot see everything (functions that
//! hold variables of others) or goes in circles, nothing is freed, and the program ends at its
//! memory limit if it goes on to take more.

use std::collections::HashMap;

use starlark::environment::Module;
use starlark::eval::Evaluator;
use starlark::values::dict::DictRef;
use starlark::values::list::ListRef;
use starlark::values::structs::StructRef;
use starlark::values::tuple::TupleRef;
use starlark::values::{Value, ValueIdentity, ValueLike};

use crate::limits::Limits;
use crate::program::Code;
use crate::strategies::Router;
use crate::walk::is_scalar;

/// Bytes that a program may take before anything is freed for the first time.
pub const FIRST_BYTES: usize = 4 << 20;

/// Frees what is not reachable, where that is safe.
pub fn collect(module: &Module<'_>, code: &Code, limits: &Limits) {
    let mut reach = Reach {
        code,
        levels: HashMap::new(),
        nesting: limits.nesting,
    };
    let names: Vec<_> = module.names().collect();
    let safe = names
        .iter()
        .filter_map(|name| module.get(name.as_str()))
        .all(|value| reach.levels(value, 0).is_some());
    if safe {
        // The collector runs before a statement outside of functions.
        let mut eval = Evaluator::new(module);
        let _ = eval.eval_module(code.nothing_to_do(), code.globals());
    }
}

/// Levels of values in values, each computed once.
struct Reach<'a, 'v> {
    code: &'a Code,
    /// Levels below each value that was seen; none while they are being counted.
    levels: HashMap<ValueIdentity<'v>, Option<usize>>,
    nesting: usize,
}

impl<'v> Reach<'_, 'v> {
    /// The levels below a value; none if they are too many, go round in a circle or cannot be
    /// seen. The collector goes as deep at most, in whatever order it walks.
    fn levels(&mut self, value: Value<'v>, depth: usize) -> Option<usize> {
        if is_scalar(value) {
            return Some(0);
        }
        if depth > self.nesting {
            return None;
        }
        if let Some(levels) = self.levels.get(&value.identity()) {
            return levels.filter(|levels| depth + levels <= self.nesting);
        }
        self.levels.insert(value.identity(), None);
        let levels = self.below(value, depth + 1)?;
        self.levels.insert(value.identity(), Some(levels));
        Some(levels)
    }

    fn below(&mut self, value: Value<'v>, depth: usize) -> Option<usize> {
        if let Some(list) = ListRef::from_value(value) {
            return self.all(list.iter(), depth);
        }
        if let Some(tuple) = TupleRef::from_value(value) {
            return self.all(tuple.iter(), depth);
        }
        if let Some(dict) = DictRef::from_value(value) {
            return self.all(dict.iter().flat_map(|(key, item)| [key, item]), depth);
        }
        if let Some(record) = StructRef::from_value(value) {
            return self.all(record.iter().map(|(_, field)| field), depth);
        }
        if let Some(router) = value.downcast_ref::<Router<'v>>() {
            return self.all(router.hash.into_iter(), depth);
        }
        let seen = match value.get_type() {
            "int" | "float" | "range" | "bytes" => true,
            // Ours and Starlark's own hold nothing; a learner's may hold variables.
            "function" => match value.function_name() {
                Some(name) => !self.code.holds_values(name),
                None => false,
            },
            _ => false,
        };
        seen.then_some(0)
    }

    fn all(&mut self, values: impl Iterator<Item = Value<'v>>, depth: usize) -> Option<usize> {
        let mut most = 0;
        for value in values {
            most = most.max(self.levels(value, depth)? + 1);
        }
        Some(most)
    }
}
