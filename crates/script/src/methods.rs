//! Methods that may do much work in one step, after a look at what they are given.

use starlark::environment::GlobalsBuilder;
use starlark::eval::{Arguments, Evaluator};
use starlark::starlark_module;
use starlark::values::dict::DictRef;
use starlark::values::list::ListRef;
use starlark::values::structs::StructRef;
use starlark::values::{Heap, Value};

use crate::builtins::wrong;
use crate::guard::{go_through, look_through, room_for_items, room_for_text};
use crate::messages::no_field;
use crate::meter;
use crate::walk::{self, extent, length};
use crate::write;

/// Memory of a short text in a list.
const SHORT_TEXT_BYTES: usize = 40;
/// Memory of an entry of a dictionary as a list of pairs, in elements of a list.
const PAIR_ITEMS: usize = 5;

/// Looks at a method's object and arguments before it works.
fn look<'v>(
    heap: Heap<'v>,
    object: Value<'v>,
    name: &str,
    arguments: &[Value<'v>],
) -> starlark::Result<()> {
    let first = arguments.first().copied();
    if let Some(text) = object.unpack_str() {
        return look_text(heap, text, name, arguments);
    }
    if let Some(list) = ListRef::from_value(object) {
        return match (name, first) {
            ("extend", Some(more)) => room_for_items(heap, list.len() + length(more).unwrap_or(0)),
            ("index" | "remove", Some(wanted)) => look_through(heap, object, wanted),
            // The last one is at hand.
            ("pop", None) => meter::spend(heap, 1, 0),
            _ => go_through(heap, object),
        };
    }
    if let Some(dict) = DictRef::from_value(object) {
        let items = match name {
            "items" => dict.len() * PAIR_ITEMS,
            "update" => 8 * first.and_then(length).unwrap_or(0),
            _ => dict.len(),
        };
        drop(dict);
        return room_for_items(heap, items);
    }
    meter::spend(heap, 1, 0)
}

fn look_text<'v>(
    heap: Heap<'v>,
    text: &str,
    name: &str,
    arguments: &[Value<'v>],
) -> starlark::Result<()> {
    let first = arguments.first().copied();
    // Looking at the text itself is work too.
    room_for_text(heap, text.len())?;
    match name {
        "join" => match first {
            Some(parts) => look_joined(heap, text, parts),
            None => Ok(()),
        },
        "replace" => {
            let part = |index: usize| arguments.get(index).and_then(|part| part.unpack_str());
            let (Some(old), Some(new)) = (part(0), part(1)) else {
                return Ok(());
            };
            let times = match old.len() {
                0 => text.len() + 1,
                _ => text.matches(old).count(),
            };
            let longer = new.len().saturating_sub(old.len());
            room_for_text(heap, text.len() + times.saturating_mul(longer))
        }
        "format" => {
            let mut longest = 0;
            for argument in arguments {
                longest = longest.max(extent(heap, *argument)?.text_bytes);
            }
            let places = text.bytes().filter(|byte| *byte == b'{').count();
            room_for_text(heap, text.len() + places.saturating_mul(longest))
        }
        "split" | "rsplit" | "splitlines" => {
            let parts = match (name, first.and_then(|by| by.unpack_str())) {
                ("splitlines", _) => text.lines().count(),
                (_, Some("")) => 0,
                (_, Some(by)) => text.matches(by).count(),
                (_, None) => text.split_whitespace().count(),
            };
            meter::spend(heap, parts as u64 / 4, parts * SHORT_TEXT_BYTES)
        }
        _ => Ok(()),
    }
}

/// Pairs of keys and values are tuples, whatever the values are.
fn keep_shallow(name: &str, result: Value<'_>) -> starlark::Result<()> {
    match name {
        "popitem" => walk::keep_shallow(result),
        "items" => match ListRef::from_value(result) {
            Some(pairs) => pairs.iter().try_for_each(walk::keep_shallow),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn look_joined<'v>(heap: Heap<'v>, by: &str, parts: Value<'v>) -> starlark::Result<()> {
    let mut bytes = 0usize;
    let mut items = 0usize;
    go_through(heap, parts)?;
    if parts.unpack_str().is_some() {
        // Refused by Starlark itself.
        return Ok(());
    }
    for part in parts.iterate(heap)? {
        bytes += part.unpack_str().map_or(0, str::len);
        items += 1;
    }
    room_for_text(heap, bytes.saturating_add(by.len().saturating_mul(items)))
}

/// A field of a record; methods are only called, so that they are looked at.
pub fn field<'v>(
    heap: Heap<'v>,
    object: Value<'v>,
    name: &str,
) -> starlark::Result<Option<Value<'v>>> {
    let field = object.get_attr(name, heap)?;
    if field.is_some() && StructRef::from_value(object).is_none() {
        return Err(wrong(format!(
            "call {name} where it stands: write x.{name}( ), with what it takes"
        )));
    }
    Ok(field)
}

/// How `emit.rs` writes a call of a method that needs a look first.
#[starlark_module]
pub fn methods(builder: &mut GlobalsBuilder) {
    fn __field<'v>(
        #[starlark(require = pos)] object: Value<'v>,
        #[starlark(require = pos)] name: &str,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        match field(heap, object, name)? {
            Some(field) => Ok(field),
            None => Err(wrong(no_field(object.get_type(), name, &[]))),
        }
    }

    fn getattr<'v>(
        #[starlark(require = pos)] object: Value<'v>,
        #[starlark(require = pos)] name: &str,
        #[starlark(require = pos)] default: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        match field(heap, object, name)?.or(default) {
            Some(field) => Ok(field),
            None => Err(wrong(no_field(object.get_type(), name, &[]))),
        }
    }
    fn __method<'v>(
        args: &Arguments<'v, '_>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let heap = eval.heap();
        let positional: Vec<_> = args.positions(heap)?.collect();
        let names = args.names_map()?;
        let (object, name) = (positional[0], positional[1].unpack_str_err()?);
        let rest = &positional[2..];
        let mut seen = rest.to_vec();
        seen.extend(names.values().copied());
        look(heap, object, name, &seen)?;
        if let ("format", Some(text)) = (name, object.unpack_str()) {
            let named: Vec<_> = names
                .iter()
                .map(|(name, value)| (name.as_str(), *value))
                .collect();
            return write::format(heap, text, rest, &named);
        }
        let Some(method) = object.get_attr(name, heap)? else {
            let fields = match StructRef::from_value(object) {
                Some(record) => record
                    .iter()
                    .map(|(name, _)| name.as_str().into())
                    .collect(),
                None => Vec::new(),
            };
            return Err(wrong(no_field(object.get_type(), name, &fields)));
        };
        let named: Vec<_> = names
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let result = eval.eval_function(method, rest, &named)?;
        keep_shallow(name, result)?;
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use starlark::values::Heap;
    use starlark::values::dict::AllocDict;
    use starlark::values::list::AllocList;

    use crate::emit::METHODS;

    #[test]
    fn every_method_is_known_to_the_emitter() {
        Heap::temp(|heap| {
            let mut names = heap.alloc("").dir_attr();
            names.extend(heap.alloc(AllocList::EMPTY).dir_attr());
            names.extend(heap.alloc(AllocDict::EMPTY).dir_attr());
            for name in names {
                assert!(METHODS.contains(&name.as_str()), "{name}");
            }
        });
    }
}
