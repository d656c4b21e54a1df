//! Looks at a value as a whole, within limits, before something does so without any.

use faultline_systems::text::grouped;
use starlark::values::dict::DictRef;
use starlark::values::float::UnpackFloat;
use starlark::values::list::ListRef;
use starlark::values::structs::StructRef;
use starlark::values::tuple::TupleRef;
use starlark::values::{Heap, UnpackValue, Value};

use num_bigint::BigInt;

use crate::meter::{self, Sizes, over};

/// Most elements of a tuple with all that is in it: it may be a key, and hashing looks at all.
const TUPLE_PARTS_MAX: usize = 1_000;
/// Most tuples within tuples.
const TUPLE_NESTING_MAX: usize = 20;
/// Digits of a number per bit, rounded up.
const BITS_PER_DIGIT: u64 = 3;

/// Whether it holds nothing: looking at it is one step.
pub fn is_scalar(value: Value<'_>) -> bool {
    value.unpack_i32().is_some()
        || value.unpack_str().is_some()
        || value.is_none()
        || value.unpack_bool().is_some()
}

/// How many values are in it, itself included, and about how long it is as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    pub parts: usize,
    pub text_bytes: usize,
}

/// Walks over a value; refuses one that is too large or too deep to be looked at as a whole.
pub fn extent<'v>(heap: Heap<'v>, value: Value<'v>) -> starlark::Result<Extent> {
    if let Some(text) = value.unpack_str() {
        return Ok(Extent {
            parts: 1,
            text_bytes: text.len(),
        });
    }
    if value.unpack_i32().is_some() {
        return Ok(Extent {
            parts: 1,
            text_bytes: 11,
        });
    }
    let mut walk = Walk {
        sizes: meter::sizes(),
        extent: Extent::default(),
    };
    walk.value(value, 0)?;
    meter::spend(heap, walk.extent.parts as u64 / 8, 0)?;
    Ok(walk.extent)
}

struct Walk {
    sizes: Sizes,
    extent: Extent,
}

impl Walk {
    fn value(&mut self, value: Value<'_>, depth: usize) -> starlark::Result<()> {
        self.extent.parts += 1;
        if self.extent.parts > self.sizes.list_items {
            return Err(over(format!(
                "this is too large to look at as a whole: it holds more than {} values",
                grouped(self.sizes.list_items as u64)
            )));
        }
        if depth > self.sizes.nesting {
            return Err(over(format!(
                "this is nested too deep: lists may be {} levels deep here",
                self.sizes.nesting
            )));
        }
        let text = &mut self.extent.text_bytes;
        if let Some(string) = value.unpack_str() {
            // As it is in a list: with quotes, and some characters escaped.
            *text += string.len() + string.len() / 8 + 4;
        } else if let Some(list) = ListRef::from_value(value) {
            *text += 2;
            return self.all(list.iter(), depth);
        } else if let Some(tuple) = TupleRef::from_value(value) {
            *text += 2;
            return self.all(tuple.iter(), depth);
        } else if let Some(dict) = DictRef::from_value(value) {
            *text += 2;
            return self.all(dict.iter().flat_map(|(key, value)| [key, value]), depth);
        } else if let Some(record) = StructRef::from_value(value) {
            *text += 8;
            for (name, value) in record.iter() {
                self.extent.text_bytes += name.as_str().len() + 3;
                self.value(value, depth + 1)?;
            }
        } else {
            *text += match bits(value) {
                Some(bits) => (bits / BITS_PER_DIGIT) as usize + 2,
                None if value.get_type() == "bytes" => 4 * length(value).unwrap_or(0) + 3,
                None => 40,
            };
        }
        Ok(())
    }

    fn all<'v>(
        &mut self,
        values: impl Iterator<Item = Value<'v>>,
        depth: usize,
    ) -> starlark::Result<()> {
        for value in values {
            self.extent.text_bytes += 2;
            self.value(value, depth + 1)?;
        }
        Ok(())
    }
}

/// Refuses a tuple or record that holds so many others that hashing it would be slow or deep.
pub fn keep_shallow(value: Value<'_>) -> starlark::Result<()> {
    fn parts(value: Value<'_>, depth: usize, left: &mut usize) -> Option<()> {
        *left = left.checked_sub(1)?;
        if is_scalar(value) {
            return Some(());
        }
        let mut inner: Box<dyn Iterator<Item = Value<'_>>>;
        if let Some(tuple) = TupleRef::from_value(value) {
            inner = Box::new(tuple.iter());
        } else if let Some(record) = StructRef::from_value(value) {
            let values: Vec<_> = record.iter().map(|(_, value)| value).collect();
            inner = Box::new(values.into_iter());
        } else {
            return Some(());
        }
        if depth >= TUPLE_NESTING_MAX {
            return None;
        }
        inner.try_for_each(|value| parts(value, depth + 1, left))
    }
    let nests = match TupleRef::from_value(value) {
        Some(tuple) => tuple.iter().any(|item| !is_scalar(item)),
        None => StructRef::from_value(value).is_some(),
    };
    if !nests {
        return Ok(());
    }
    let mut left = TUPLE_PARTS_MAX;
    parts(value, 0, &mut left).ok_or_else(|| {
        over("too many tuples within tuples: use a list, or a struct with a few fields")
    })
}

/// The bits of a whole number; one more where it is just below a power of 2.
pub fn bits(value: Value<'_>) -> Option<u64> {
    if let Some(int) = value.unpack_i32() {
        return Some(u64::from(32 - int.unsigned_abs().leading_zeros()));
    }
    if value.get_type() != "int" {
        return None;
    }
    // Not by `i64`: what does not fit is written out in digits, for an error that nobody reads.
    // A float has the exponent without a copy of the number.
    match UnpackFloat::unpack_value(value) {
        Ok(Some(UnpackFloat(float))) if float.is_finite() => {
            let exponent = (float.to_bits() >> 52) & 0x7ff;
            Some(exponent.saturating_sub(1022))
        }
        _ => {
            let int = BigInt::unpack_value(value).ok().flatten();
            int.map(|int| int.bits())
        }
    }
}

/// How many elements something has that can be gone through, where it is known.
pub fn length(value: Value<'_>) -> Option<usize> {
    if let Some(list) = ListRef::from_value(value) {
        return Some(list.len());
    }
    if let Some(text) = value.unpack_str() {
        return Some(text.len());
    }
    value.length().ok().map(|length| length.max(0) as usize)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use starlark::values::Heap;

    use super::bits;

    #[test]
    fn bits_are_those_of_the_number_or_one_more() {
        Heap::temp(|heap| {
            for shift in [
                0u32, 1, 30, 31, 32, 52, 53, 63, 64, 255, 1000, 1023, 1024, 5000,
            ] {
                for step in [-1, 0, 1] {
                    let number: BigInt = (BigInt::from(1) << shift) + step;
                    for number in [number.clone(), -number] {
                        let exact = number.bits();
                        let told = bits(heap.alloc(number)).unwrap();
                        assert!((exact..=exact + 1).contains(&told), "{shift} {step} {told}");
                    }
                }
            }
            assert_eq!(bits(heap.alloc(1.5)), None);
            assert_eq!(bits(heap.alloc("1")), None);
        });
    }
}
