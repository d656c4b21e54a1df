//! Plain data to Starlark's values and back.

use faultline_systems::code::Datum;
use num_bigint::{BigInt, Sign};
use starlark::values::dict::DictRef;
use starlark::values::float::UnpackFloat;
use starlark::values::list::{AllocList, ListRef};
use starlark::values::structs::{AllocStruct, StructRef};
use starlark::values::tuple::TupleRef;
use starlark::values::{Heap, UnpackValue, Value};

use crate::strategies::a;

/// Lists within lists of an answer.
const NESTING_MAX: usize = 16;
/// Values in an answer, and characters in its texts: answers are kept with the run.
const PARTS_MAX: usize = 100_000;

/// A value of this data.
pub fn value<'v>(heap: Heap<'v>, datum: &Datum) -> Value<'v> {
    match datum {
        Datum::None | Datum::Other(_) => Value::new_none(),
        Datum::Bool(bool) => Value::new_bool(*bool),
        Datum::Int(int) => heap.alloc(*int),
        Datum::Large(bytes) => heap.alloc(BigInt::from_bytes_be(Sign::Plus, bytes)),
        Datum::Float(float) => heap.alloc(*float),
        Datum::Text(text) => heap.alloc(text.as_str()),
        Datum::List(items) => {
            let items: Vec<_> = items.iter().map(|item| value(heap, item)).collect();
            heap.alloc(AllocList(items))
        }
        Datum::Record(fields) => {
            let fields = fields
                .iter()
                .map(|(name, field)| (name.as_str(), value(heap, field)));
            heap.alloc(AllocStruct(fields.collect::<Vec<_>>()))
        }
    }
}

/// The data of a value, and about how many bytes it takes.
pub fn datum(value: Value<'_>) -> (Datum, usize) {
    let mut left = PARTS_MAX;
    let datum = convert(value, 0, &mut left);
    // Counts a character like a value, which is as large as some of them.
    (datum, (PARTS_MAX - left) + size_of::<Datum>())
}

fn convert(value: Value<'_>, depth: usize, left: &mut usize) -> Datum {
    let parts = 1 + value.unpack_str().map_or(0, str::len);
    match left.checked_sub(parts) {
        Some(rest) => *left = rest,
        None => return Datum::Other("a value that is too large".into()),
    }
    if value.is_none() {
        return Datum::None;
    }
    if let Some(bool) = value.unpack_bool() {
        return Datum::Bool(bool);
    }
    if let Some(text) = value.unpack_str() {
        return Datum::Text(text.into());
    }
    if value.get_type() == "int" {
        return whole(value);
    }
    if let Ok(Some(UnpackFloat(float))) = UnpackFloat::unpack_value(value) {
        return Datum::Float(float);
    }
    let nested = |left: &mut usize, value| convert(value, depth + 1, left);
    let deep = || Datum::Other("a value with lists nested too deep".into());
    if let Some(list) = ListRef::from_value(value) {
        if depth >= NESTING_MAX {
            return deep();
        }
        return Datum::List(list.iter().map(|item| nested(left, item)).collect());
    }
    if let Some(tuple) = TupleRef::from_value(value) {
        if depth >= NESTING_MAX {
            return deep();
        }
        return Datum::List(tuple.iter().map(|item| nested(left, item)).collect());
    }
    if let Some(record) = StructRef::from_value(value) {
        if depth >= NESTING_MAX {
            return deep();
        }
        let fields = record.iter();
        let fields = fields.map(|(name, field)| (name.as_str().to_owned(), nested(left, field)));
        return Datum::Record(fields.collect());
    }
    if let Some(dict) = DictRef::from_value(value) {
        if depth >= NESTING_MAX {
            return deep();
        }
        let mut fields = Vec::new();
        for (name, field) in dict.iter() {
            let Some(name) = name.unpack_str() else {
                return Datum::Other("a dict with keys that are no texts".into());
            };
            fields.push((name.to_owned(), nested(left, field)));
        }
        return Datum::Record(fields);
    }
    Datum::Other(a(value.get_type()))
}

fn whole(value: Value<'_>) -> Datum {
    if let Some(int) = value.unpack_i32() {
        return Datum::Int(i64::from(int));
    }
    let Ok(Some(int)) = BigInt::unpack_value(value) else {
        return Datum::Other("a whole number".into());
    };
    if let Ok(int) = i64::try_from(&int) {
        return Datum::Int(int);
    }
    let (sign, bytes) = int.to_bytes_be();
    if sign == Sign::Minus {
        return Datum::Other("a whole number below -2^63".into());
    }
    let mut large = [0; 32];
    match large.len().checked_sub(bytes.len()) {
        Some(start) => {
            large[start..].copy_from_slice(&bytes);
            Datum::Large(large)
        }
        None => Datum::Other("a whole number above 2^256 - 1".into()),
    }
}
