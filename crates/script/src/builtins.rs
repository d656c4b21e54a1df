//! What is built in: Starlark's own functions behind a look at their arguments, and a few that
//! Python has and Starlark has not.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::LazyLock;

use faultline_sim::Stream;
use num_bigint::{BigInt, Sign};
use sha2::{Digest, Sha256};
use starlark::environment::{Globals, GlobalsBuilder};
use starlark::eval::{Arguments, Evaluator};
use starlark::starlark_module;
use starlark::values::dict::DictRef;
use starlark::values::float::UnpackFloat;
use starlark::values::list::AllocList;
use starlark::values::none::NoneType;
use starlark::values::range::Range;
use starlark::values::structs::AllocStruct;
use starlark::values::tuple::{AllocTuple, UnpackTuple};
use starlark::values::{Heap, UnpackValue, Value};

use crate::guard::{go_through, room_for_items, room_for_text};
use crate::meter::{self, over};
use crate::walk::{self, extent, is_scalar, length};
use crate::{guard, methods, strategies, write};
use faultline_systems::text::grouped;

/// Most numbers of a `range`.
const RANGE_ITEMS_MAX: i64 = 10_000_000;
/// Characters that a program may say of its own fault.
const FAIL_CHARS_MAX: usize = 200;
/// Digits of a text that becomes a number.
const DIGITS_MAX: usize = 5_000;

thread_local! {
    static RANDOM: RefCell<Option<Stream>> = const { RefCell::new(None) };
}

/// Sets where random numbers come from.
pub fn set_random(stream: Stream) {
    RANDOM.replace(Some(stream));
}

/// Takes the stream back, as far as it was drawn.
pub fn take_random() -> Option<Stream> {
    RANDOM.take()
}

fn random<T>(draw: impl FnOnce(&mut Stream) -> T) -> starlark::Result<T> {
    RANDOM.with_borrow_mut(|stream| match stream {
        Some(stream) => Ok(draw(stream)),
        None => Err(wrong("no random numbers here")),
    })
}

/// A fault of the program, in our own words.
#[derive(Debug)]
pub struct Wrong(pub String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// An error in our own words.
pub fn wrong(message: impl Into<String>) -> starlark::Error {
    starlark::Error::new_other(Wrong(message.into()))
}

static GLOBALS: LazyLock<Globals> = LazyLock::new(build);

/// All names that a program finds.
pub fn globals() -> Globals {
    GLOBALS.clone()
}

fn build() -> Globals {
    GlobalsBuilder::standard()
        .with(guard::operators)
        .with(guard::modifiers)
        .with(guard::comparisons)
        .with(methods::methods)
        .with(texts)
        .with(lists)
        .with(numbers)
        .with(chance)
        .with(strategies::strategies)
        .with(|builder| builder.set("__name__", "__main__"))
        .build()
}

/// Elements of something that can be gone through, after a look at how many there are.
fn elements<'v>(heap: Heap<'v>, value: Value<'v>) -> starlark::Result<Vec<Value<'v>>> {
    go_through(heap, value)?;
    if let Some(text) = value.unpack_str() {
        // Character by character, as in Python.
        meter::spend(heap, text.len() as u64 / 8, 40 * text.len())?;
        return Ok(text
            .chars()
            .map(|character| heap.alloc(character))
            .collect());
    }
    Ok(value.iterate(heap)?.collect())
}

/// The elements with what they are compared by.
fn keyed<'v>(
    values: Vec<Value<'v>>,
    key: Option<Value<'v>>,
    eval: &mut Evaluator<'v, '_, '_>,
) -> starlark::Result<Vec<(Value<'v>, Value<'v>)>> {
    let mut keyed = Vec::with_capacity(values.len());
    for value in values {
        let key = match key {
            Some(key) if !key.is_none() => eval.eval_function(key, &[value], &[])?,
            _ => value,
        };
        if !is_scalar(key) {
            extent(eval.heap(), key)?;
        }
        keyed.push((key, value));
    }
    Ok(keyed)
}

/// Sorts by keys; equal ones keep their order, in reverse too.
///
/// The library's sort may panic where keys have no order, such as a number and a text.
fn sort<'v>(keyed: &mut Vec<(Value<'v>, Value<'v>)>, reverse: bool) -> starlark::Result<()> {
    let mut width = 1;
    while width < keyed.len() {
        let mut merged = Vec::with_capacity(keyed.len());
        for pair in keyed.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([one, ..], [other, ..]) = (left, right) {
                let order = other.0.compare(one.0)?;
                let order = if reverse { order.reverse() } else { order };
                if order.is_lt() {
                    merged.push(*other);
                    right = &right[1..];
                } else {
                    merged.push(*one);
                    left = &left[1..];
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        *keyed = merged;
        width *= 2;
    }
    Ok(())
}

/// The smallest or the largest; of equals the first.
fn best<'v>(
    name: &str,
    wanted: Ordering,
    values: Vec<Value<'v>>,
    key: Option<Value<'v>>,
    eval: &mut Evaluator<'v, '_, '_>,
) -> starlark::Result<Value<'v>> {
    let values = match values.as_slice() {
        [] => return Err(wrong(format!("{name}() needs a list, or several values"))),
        [only] => elements(eval.heap(), *only)?,
        _ => values,
    };
    let mut best: Option<(Value<'v>, Value<'v>)> = None;
    for (key, value) in keyed(values, key, eval)? {
        let better = match best {
            None => true,
            Some((best, _)) => key.compare(best)? == wanted,
        };
        if better {
            best = Some((key, value));
        }
    }
    best.map(|(_, value)| value).ok_or_else(|| {
        wrong(format!(
            "{name}() of an empty list: check with if x: before"
        ))
    })
}

#[starlark_module]
fn texts(builder: &mut GlobalsBuilder) {
    fn str<'v>(
        #[starlark(require = pos)] value: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        match value {
            None => Ok(heap.alloc("")),
            Some(text) if text.unpack_str().is_some() => Ok(text),
            Some(value) => Ok(heap.alloc(write::text(heap, value, false)?)),
        }
    }

    fn repr<'v>(
        #[starlark(require = pos)] value: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<String> {
        write::text(heap, value, true)
    }

    fn print<'v>(
        #[starlark(args)] values: UnpackTuple<Value<'v>>,
        #[starlark(require = named)] sep: Option<Value<'v>>,
        #[starlark(require = named)] end: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<NoneType> {
        let _ = end;
        let sep = sep.and_then(|sep| sep.unpack_str()).unwrap_or(" ");
        let mut line = String::new();
        for (index, value) in values.items.iter().enumerate() {
            if index > 0 {
                line.push_str(sep);
            }
            write::add(heap, &mut line, *value, false)?;
        }
        meter::print(line);
        Ok(NoneType)
    }

    fn fail<'v>(
        #[starlark(args)] values: UnpackTuple<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<NoneType> {
        let mut said = String::from("fail:");
        for value in values.items {
            said.push(' ');
            write::add(heap, &mut said, value, false)?;
        }
        Err(wrong(said.chars().take(FAIL_CHARS_MAX).collect::<String>()))
    }

    /// How `emit.rs` writes an f-string.
    fn __text<'v>(
        #[starlark(require = pos)] format: &str,
        #[starlark(args)] values: UnpackTuple<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let mut text = String::new();
        let mut values = values.items.into_iter();
        let mut rest = format;
        while let Some(brace) = rest.find(['{', '}']) {
            text.push_str(&rest[..brace]);
            let mark = &rest[brace..];
            if mark.starts_with("{{") || mark.starts_with("}}") {
                text.push_str(&mark[..1]);
                rest = &mark[2..];
                continue;
            }
            let end = mark.find('}').map_or(mark.len(), |end| end + 1);
            if let Some(value) = values.next() {
                write::add(heap, &mut text, value, mark.starts_with("{!r"))?;
            }
            rest = &mark[end..];
        }
        text.push_str(rest);
        room_for_text(heap, text.len())?;
        Ok(heap.alloc(text))
    }

    fn sha256<'v>(
        #[starlark(require = pos)] text: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<BigInt> {
        let Some(text) = text.unpack_str() else {
            return Err(wrong(format!(
                "sha256() takes a text, and this is {}: write sha256(str(x))",
                strategies::a(text.get_type())
            )));
        };
        room_for_text(heap, 16 * text.len().min(1 << 14))?;
        let digest = Sha256::digest(text.as_bytes());
        Ok(BigInt::from_bytes_be(Sign::Plus, &digest))
    }
}

#[starlark_module]
fn lists(builder: &mut GlobalsBuilder) {
    fn range<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Option<Value<'v>>,
        #[starlark(require = pos)] step: Option<Value<'v>>,
    ) -> starlark::Result<Range> {
        let whole = |value: Value<'v>| match walk::bits(value) {
            Some(bits) if bits < 64 => Ok(i64::unpack_value(value)?.unwrap_or(i64::MAX)),
            Some(_) => Ok(i64::MAX),
            None => Err(wrong(format!(
                "range() takes whole numbers, and this is {}: write int(x) or x // n",
                strategies::a(value.get_type())
            ))),
        };
        let (start, stop) = match b {
            Some(b) => (whole(a)?, whole(b)?),
            None => (0, whole(a)?),
        };
        let step = step.map_or(Ok(1), whole)?;
        if step == 0 {
            return Err(wrong("the step of range() cannot be 0"));
        }
        let width = if step > 0 {
            i128::from(stop) - i128::from(start)
        } else {
            i128::from(start) - i128::from(stop)
        };
        let items = width / i128::from(step).abs();
        let fits = |bound: i64| i32::try_from(bound).ok();
        let bounds = (fits(start), fits(stop), fits(step));
        match bounds {
            (Some(start), Some(stop), Some(step)) if items <= i128::from(RANGE_ITEMS_MAX) => {
                let step = std::num::NonZeroI32::new(step);
                let step = step.ok_or_else(|| wrong("the step of range() cannot be 0"))?;
                Ok(Range::new(start, stop, step))
            }
            _ => Err(over(format!(
                "this range() is too long: at most {} numbers, each below 2^31",
                grouped(RANGE_ITEMS_MAX as u64)
            ))),
        }
    }

    fn list<'v>(
        #[starlark(require = pos)] values: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let values = values.map_or(Ok(Vec::new()), |values| elements(heap, values))?;
        Ok(heap.alloc(AllocList(values)))
    }

    fn tuple<'v>(
        #[starlark(require = pos)] values: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let values = values.map_or(Ok(Vec::new()), |values| elements(heap, values))?;
        let tuple = heap.alloc(AllocTuple(values));
        walk::keep_shallow(tuple)?;
        Ok(tuple)
    }

    fn sorted<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        #[starlark(require = named)] key: Option<Value<'v>>,
        #[starlark(require = named, default = false)] reverse: bool,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let values = elements(eval.heap(), values)?;
        let mut keyed = keyed(values, key, eval)?;
        let work = keyed.len() as u64 * u64::from(keyed.len().max(2).ilog2()) / 8;
        meter::spend(eval.heap(), work, 0)?;
        sort(&mut keyed, reverse)?;
        let values = keyed.into_iter().map(|(_, value)| value);
        Ok(eval.heap().alloc(AllocList(values)))
    }

    fn reversed<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let mut values = elements(heap, values)?;
        values.reverse();
        Ok(heap.alloc(AllocList(values)))
    }

    fn enumerate<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        #[starlark(default = 0)] start: i32,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let values = elements(heap, values)?;
        room_for_items(heap, 5 * values.len())?;
        let mut pairs = Vec::with_capacity(values.len());
        for (index, value) in (i64::from(start)..).zip(values) {
            let pair = heap.alloc((index, value));
            walk::keep_shallow(pair)?;
            pairs.push(pair);
        }
        Ok(heap.alloc(AllocList(pairs)))
    }

    fn zip<'v>(
        #[starlark(args)] lists: UnpackTuple<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let mut columns = Vec::new();
        for list in lists.items {
            columns.push(elements(heap, list)?);
        }
        let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
        room_for_items(heap, rows.saturating_mul(4 + columns.len()))?;
        let mut zipped = Vec::with_capacity(rows);
        for row in 0..rows {
            let row = heap.alloc(AllocTuple(columns.iter().map(|column| column[row])));
            walk::keep_shallow(row)?;
            zipped.push(row);
        }
        Ok(heap.alloc(AllocList(zipped)))
    }

    fn any<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        go_through(heap, values)?;
        Ok(values.iterate(heap)?.any(|value| value.to_bool()))
    }

    fn all<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        go_through(heap, values)?;
        Ok(values.iterate(heap)?.all(|value| value.to_bool()))
    }

    fn map<'v>(
        #[starlark(require = pos)] function: Value<'v>,
        #[starlark(require = pos)] values: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let mut mapped = Vec::new();
        for value in elements(eval.heap(), values)? {
            mapped.push(eval.eval_function(function, &[value], &[])?);
            meter::spend(eval.heap(), 1, 0)?;
        }
        Ok(eval.heap().alloc(AllocList(mapped)))
    }

    fn filter<'v>(
        #[starlark(require = pos)] function: Value<'v>,
        #[starlark(require = pos)] values: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let mut kept = Vec::new();
        for value in elements(eval.heap(), values)? {
            let keep = match function.is_none() {
                true => value,
                false => eval.eval_function(function, &[value], &[])?,
            };
            meter::spend(eval.heap(), 1, 0)?;
            if keep.to_bool() {
                kept.push(value);
            }
        }
        Ok(eval.heap().alloc(AllocList(kept)))
    }

    fn dict<'v>(
        args: &Arguments<'v, '_>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let heap = eval.heap();
        let positional: Vec<_> = args.positions(heap)?.collect();
        let names = args.names_map()?;
        let items = positional.first().and_then(|first| length(*first));
        room_for_items(heap, 8 * (items.unwrap_or(0) + names.len()))?;
        if positional.len() > 1 {
            return Err(wrong("dict() takes one list of pairs, or names: dict(a=1)"));
        }
        let dict = heap.alloc(starlark::values::dict::AllocDict::EMPTY);
        let mut entries = Vec::new();
        if let Some(first) = positional.first() {
            match DictRef::from_value(*first) {
                Some(dict) => entries.extend(dict.iter()),
                None => {
                    for pair in first.iterate(heap)? {
                        let pair: Vec<_> = pair.iterate(heap)?.take(3).collect();
                        let [key, value] = pair[..] else {
                            return Err(wrong("dict() takes pairs: dict([(\"a\", 1)])"));
                        };
                        entries.push((key, value));
                    }
                }
            }
        }
        entries.extend(names.iter().map(|(name, value)| (name.to_value(), *value)));
        for (key, value) in entries {
            dict.set_at(key, value)?;
        }
        Ok(dict)
    }

    fn r#struct<'v>(args: &Arguments<'v, '_>, heap: Heap<'v>) -> starlark::Result<Value<'v>> {
        if args.positions(heap)?.next().is_some() {
            return Err(wrong("struct() takes fields with names: struct(x=1, y=2)"));
        }
        let names = args.names_map()?;
        let record = heap.alloc(AllocStruct(
            names.iter().map(|(name, value)| (*name, *value)),
        ));
        walk::keep_shallow(record)?;
        Ok(record)
    }
}

#[starlark_module]
fn numbers(builder: &mut GlobalsBuilder) {
    fn min<'v>(
        #[starlark(args)] values: UnpackTuple<Value<'v>>,
        #[starlark(require = named)] key: Option<Value<'v>>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        best("min", Ordering::Less, values.items, key, eval)
    }

    fn max<'v>(
        #[starlark(args)] values: UnpackTuple<Value<'v>>,
        #[starlark(require = named)] key: Option<Value<'v>>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        best("max", Ordering::Greater, values.items, key, eval)
    }

    fn sum<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        #[starlark(require = pos)] start: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let mut sum = start.unwrap_or_else(|| heap.alloc(0));
        for value in elements(heap, values)? {
            if walk::bits(value).is_none() && UnpackFloat::unpack_value(value)?.is_none() {
                return Err(wrong(format!(
                    "sum() adds numbers, and here is {}",
                    strategies::a(value.get_type())
                )));
            }
            sum = sum.add(value, heap)?;
            meter::spend(heap, 1, 0)?;
        }
        Ok(sum)
    }

    fn pow<'v>(
        #[starlark(require = pos)] base: Value<'v>,
        #[starlark(require = pos)] exponent: Value<'v>,
        #[starlark(require = pos)] modulus: Option<Value<'v>>,
        heap: Heap<'v>,
    ) -> starlark::Result<BigInt> {
        let whole = |value: Value<'v>| match BigInt::unpack_value(value)? {
            Some(int) => Ok(int),
            None => Err(wrong("pow() takes whole numbers: write x * x for others")),
        };
        let (base, exponent) = (whole(base)?, whole(exponent)?);
        if exponent.sign() == Sign::Minus {
            return Err(wrong("the exponent of pow() cannot be negative"));
        }
        if let Some(modulus) = modulus {
            let modulus = whole(modulus)?;
            if modulus.sign() != Sign::Plus {
                return Err(wrong("the third number of pow() has to be above 0"));
            }
            let words = 1 + modulus.bits() / 64;
            meter::spend(heap, exponent.bits() * words * words / 8, 0)?;
            let power = base.modpow(&exponent, &modulus);
            return Ok(power);
        }
        let times = u32::try_from(&exponent).unwrap_or(u32::MAX);
        let most = meter::sizes().int_bits;
        let bits = base.bits().saturating_mul(u64::from(times));
        if bits > most && base.bits() > 1 {
            return Err(over(format!(
                "this number gets too large: at most {} bits. pow(x, n, m) keeps it below m",
                grouped(most)
            )));
        }
        if base.bits() <= 1 {
            // 0, 1 or -1, whatever the exponent.
            let even = !exponent.bit(0);
            return Ok(match base.sign() {
                _ if exponent.sign() == Sign::NoSign => BigInt::from(1),
                Sign::Minus if even => BigInt::from(1),
                _ => base,
            });
        }
        let words = 1 + bits / 2048;
        meter::spend(heap, words * words, 0)?;
        Ok(base.pow(times))
    }

    fn int<'v>(
        #[starlark(require = pos)] value: Option<Value<'v>>,
        #[starlark()] base: Option<i32>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let Some(value) = value else {
            return Ok(heap.alloc(0));
        };
        if let Some(text) = value.unpack_str() {
            return Ok(heap.alloc(parsed(text, base.unwrap_or(10))?));
        }
        if let Some(bool) = value.unpack_bool() {
            return Ok(heap.alloc(i32::from(bool)));
        }
        if value.get_type() == "int" {
            return Ok(value);
        }
        match UnpackFloat::unpack_value(value)? {
            Some(UnpackFloat(float)) if float.is_finite() => Ok(heap.alloc(whole(float))),
            Some(_) => Err(wrong("this number is infinite, or no number at all")),
            None => Err(wrong(format!(
                "int() takes a number or a text, and this is {}",
                strategies::a(value.get_type())
            ))),
        }
    }

    fn round<'v>(
        #[starlark(require = pos)] value: Value<'v>,
        #[starlark(require = pos)] digits: Option<i32>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        if value.get_type() == "int" {
            return Ok(value);
        }
        let Some(UnpackFloat(float)) = UnpackFloat::unpack_value(value)? else {
            return Err(wrong(format!(
                "round() takes a number, and this is {}",
                strategies::a(value.get_type())
            )));
        };
        match digits {
            // Halves go to the even neighbour, as in Python.
            None if float.is_finite() => Ok(heap.alloc(whole(float.round_ties_even()))),
            None => Err(wrong("this number is infinite, or no number at all")),
            Some(digits) => {
                let digits = digits.clamp(0, 12) as usize;
                // The shortest decimal is exact on every platform; scaling would round twice.
                let text = format!("{float:.digits$}");
                Ok(heap.alloc(text.parse::<f64>().unwrap_or(float)))
            }
        }
    }
}

/// A float without its fraction, as a whole number.
fn whole(float: f64) -> BigInt {
    let bits = float.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    if exponent == 0 {
        return BigInt::from(0);
    }
    let mantissa = BigInt::from(bits & ((1 << 52) - 1) | 1 << 52);
    let shift = exponent - 1075;
    let size = if shift >= 0 {
        mantissa << (shift as u64)
    } else {
        mantissa >> ((-shift) as u64)
    };
    if float.is_sign_negative() {
        -size
    } else {
        size
    }
}

fn parsed(text: &str, base: i32) -> starlark::Result<BigInt> {
    let no_number = || {
        let shown: String = text.chars().take(20).collect();
        wrong(format!("this text is no whole number: \"{shown}\""))
    };
    let base = match u32::try_from(base) {
        Ok(base @ 2..=36) => base,
        Ok(0) => 10,
        _ => return Err(wrong("the base of int() is from 2 to 36")),
    };
    let text = text.trim();
    if text.len() > DIGITS_MAX {
        return Err(over(format!(
            "this text has too many digits: at most {}",
            grouped(DIGITS_MAX as u64)
        )));
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let prefix = match base {
        16 => "0x",
        8 => "0o",
        2 => "0b",
        _ => "",
    };
    let digits = lower.strip_prefix(prefix).unwrap_or(&lower);
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
        return Err(no_number());
    }
    BigInt::parse_bytes(format!("{sign}{digits}").as_bytes(), base).ok_or_else(no_number)
}

/// Random numbers, the same in every run of the same seed.
#[starlark_module]
fn chance(builder: &mut GlobalsBuilder) {
    fn random() -> starlark::Result<f64> {
        crate::builtins::random(Stream::unit)
    }

    fn randint<'v>(
        #[starlark(require = pos)] a: i64,
        #[starlark(require = pos)] b: i64,
    ) -> starlark::Result<i64> {
        if a > b {
            return Err(wrong(format!(
                "randint(a, b) needs a not above b, and {a} is above {b}"
            )));
        }
        let width = a.abs_diff(b);
        let drawn = crate::builtins::random(|stream| stream.range(0, width))?;
        Ok(a.wrapping_add_unsigned(drawn))
    }

    fn choice<'v>(
        #[starlark(require = pos)] values: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let length = values.length()?.max(0) as usize;
        if length == 0 {
            return Err(wrong("choice() of an empty list"));
        }
        let index = crate::builtins::random(|stream| stream.index(length))?;
        values.at(heap.alloc(index as i64), heap)
    }
}
