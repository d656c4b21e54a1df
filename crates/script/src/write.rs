//! Values as text.
//!
//! Starlark's own way goes through logarithms for numbers with a fraction, whose last bit differs
//! from platform to platform, and shows six digits. So `str`, `print`, f-strings, `%` and
//! `format` write values here: numbers with their shortest exact digits, as Python does.

use std::fmt::Write as _;

use starlark::values::dict::DictRef;
use starlark::values::float::UnpackFloat;
use starlark::values::list::ListRef;
use starlark::values::structs::StructRef;
use starlark::values::tuple::TupleRef;
use starlark::values::{Heap, UnpackValue, Value};

use crate::builtins::wrong;
use crate::guard::room_for_text;
use crate::strategies::a;
use crate::walk::{bits, extent};

/// The text of a value: as `str` makes it, or `repr` with `quotes`.
pub fn text<'v>(heap: Heap<'v>, value: Value<'v>, quotes: bool) -> starlark::Result<String> {
    let mut out = String::new();
    add(heap, &mut out, value, quotes)?;
    Ok(out)
}

/// Adds the text of a value, after a look at how long it gets.
pub fn add<'v>(
    heap: Heap<'v>,
    out: &mut String,
    value: Value<'v>,
    quotes: bool,
) -> starlark::Result<()> {
    room_for_text(heap, out.len() + extent(heap, value)?.text_bytes)?;
    put(out, value, quotes);
    Ok(())
}

fn put(out: &mut String, value: Value<'_>, quotes: bool) {
    if let Some(text) = value.unpack_str() {
        if quotes {
            out.push_str(&value.to_repr());
        } else {
            out.push_str(text);
        }
    } else if bits(value).is_some() {
        out.push_str(&value.to_str());
    } else if let Ok(Some(UnpackFloat(float))) = UnpackFloat::unpack_value(value) {
        put_float(out, float);
    } else if let Some(list) = ListRef::from_value(value) {
        out.push('[');
        put_all(out, list.iter());
        out.push(']');
    } else if let Some(tuple) = TupleRef::from_value(value) {
        out.push('(');
        put_all(out, tuple.iter());
        if tuple.len() == 1 {
            out.push(',');
        }
        out.push(')');
    } else if let Some(dict) = DictRef::from_value(value) {
        out.push('{');
        for (index, (key, item)) in dict.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            put(out, key, true);
            out.push_str(": ");
            put(out, item, true);
        }
        out.push('}');
    } else if let Some(record) = StructRef::from_value(value) {
        out.push_str("struct(");
        for (index, (name, field)) in record.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(name.as_str());
            out.push('=');
            put(out, field, true);
        }
        out.push(')');
    } else {
        // Nothing that holds other values.
        out.push_str(&value.to_str());
    }
}

fn put_all<'v>(out: &mut String, values: impl Iterator<Item = Value<'v>>) {
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        put(out, value, true);
    }
}

/// As Python: the shortest digits that give the number back, with an exponent where it is long.
fn put_float(out: &mut String, float: f64) {
    if !float.is_finite() {
        out.push_str(match float {
            f64::INFINITY => "inf",
            f64::NEG_INFINITY => "-inf",
            _ => "nan",
        });
        return;
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // Writing to a string does not fail.
    let _ = if (-4..16).contains(&exponent) {
        write!(out, "{float:?}")
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(out, "{digits}e{sign}{:02}", exponent.abs())
    };
}

/// `format % values`.
pub fn percent<'v>(heap: Heap<'v>, format: &str, values: Value<'v>) -> starlark::Result<Value<'v>> {
    let mut values = match TupleRef::from_value(values) {
        Some(tuple) => tuple.content().to_vec(),
        None => vec![values],
    }
    .into_iter();
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.strip_prefix('.').map(|after| {
            let length = after.bytes().take_while(u8::is_ascii_digit).count();
            (after[..length].parse().unwrap_or(0), length)
        });
        if let Some((_, length)) = digits {
            rest = &rest[1 + length..];
        }
        let Some(letter) = rest.chars().next() else {
            return Err(wrong(
                "this text ends with a single %: write %% for a percent sign",
            ));
        };
        rest = &rest[letter.len_utf8()..];
        if letter == '%' {
            out.push('%');
            continue;
        }
        let value = values
            .next()
            .ok_or_else(|| wrong("there are more % in this text than values after it"))?;
        match letter {
            's' => add(heap, &mut out, value, false)?,
            'r' => add(heap, &mut out, value, true)?,
            'f' | 'F' => put_fixed(&mut out, value, digits.map_or(6, |(digits, _)| digits))?,
            'd' | 'i' | 'x' | 'X' | 'o' | 'c' => {
                let single = format!("%{}", if letter == 'i' { 'd' } else { letter });
                let written = heap.alloc(single).percent(heap.alloc((value,)), heap)?;
                add(heap, &mut out, written, false)?;
            }
            _ => {
                return Err(wrong(format!(
                    "%{letter} means nothing here: write %s, %d, %x or %.2f"
                )));
            }
        }
        room_for_text(heap, out.len())?;
    }
    if values.next().is_some() {
        return Err(wrong("there are fewer % in this text than values after it"));
    }
    out.push_str(rest);
    room_for_text(heap, out.len())?;
    Ok(heap.alloc(out))
}

/// A number with so many digits after the point.
fn put_fixed(out: &mut String, value: Value<'_>, digits: usize) -> starlark::Result<()> {
    let Some(UnpackFloat(float)) = UnpackFloat::unpack_value(value)? else {
        return Err(wrong(format!(
            "%f writes a number, and this is {}",
            a(value.get_type())
        )));
    };
    let digits = digits.min(20);
    let _ = write!(out, "{float:.digits$}");
    Ok(())
}

/// `format.format(…)`.
pub fn format<'v>(
    heap: Heap<'v>,
    format: &str,
    values: &[Value<'v>],
    named: &[(&str, Value<'v>)],
) -> starlark::Result<Value<'v>> {
    let mut out = String::new();
    let mut next = 0;
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let mark = &rest[at..];
        if mark.starts_with("{{") || mark.starts_with("}}") {
            out.push_str(&mark[..1]);
            rest = &mark[2..];
            continue;
        }
        let inner = mark
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'));
        let Some((inner, after)) = inner else {
            return Err(wrong(
                "a { or } alone means nothing here: write {{ or }} for one",
            ));
        };
        rest = after;
        let (name, quotes) = match inner.split_once('!') {
            Some((name, conversion)) => (name, conversion == "r"),
            None => (inner, false),
        };
        let value = match name.parse::<usize>() {
            _ if name.is_empty() => {
                next += 1;
                values.get(next - 1).copied()
            }
            Ok(index) => values.get(index).copied(),
            Err(_) => named
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value),
        };
        let missing = || {
            let shown: String = inner.chars().take(20).collect();
            wrong(match name.contains(':') {
                true => {
                    "no format such as :.2f can stand in the { } of format(): round the number, \
                         as in \"{}\".format(round(x, 2))"
                        .to_owned()
                }
                false => format!("format() has no value for {{{shown}}}"),
            })
        };
        add(heap, &mut out, value.ok_or_else(missing)?, quotes)?;
    }
    out.push_str(rest);
    room_for_text(heap, out.len())?;
    Ok(heap.alloc(out))
}

#[cfg(test)]
mod tests {
    use super::put_float;

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        for (float, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1234567.5, "1234567.5"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "nan"),
        ] {
            let mut out = String::new();
            put_float(&mut out, float);
            assert_eq!(out, expected);
        }
    }
}
