//! Guards: operators that look at their operands before they work.
//!
//! `emit.rs` writes a learner's `a * b` as `__mul(a, b)`. The guard refuses what would be too
//! large, counts the work, and then does what Starlark's own operator does.

use starlark::environment::GlobalsBuilder;
use starlark::eval::Evaluator;
use starlark::starlark_module;
use starlark::values::dict::{DictMut, DictRef};
use starlark::values::list::ListRef;
use starlark::values::none::NoneType;
use starlark::values::tuple::TupleRef;
use starlark::values::{Heap, Value};

use crate::meter::{self, over};
use crate::walk::{self, extent, is_scalar, length};
use crate::write;
use faultline_systems::text::grouped;

/// Elements that are copied or compared in the time of a step.
const ITEMS_PER_STEP: usize = 8;
/// Bytes that are copied or compared in the time of a step.
const BYTES_PER_STEP: usize = 128;
/// Bits of a number that are added in the time of a step.
const BITS_PER_STEP: u64 = 2048;
/// Most arguments of a call by `f(*list)`.
const STAR_ARGUMENTS_MAX: usize = 10_000;
/// Bytes of an element in a list.
const ITEM_BYTES: usize = 8;

/// A binary operator that may be large work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    Floor,
    Mod,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

impl Operator {
    fn apply<'v>(
        self,
        left: Value<'v>,
        right: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        match self {
            Self::Add => left.add(right, heap),
            Self::Sub => left.sub(right, heap),
            Self::Mul => left.mul(right, heap),
            Self::Div => left.div(right, heap),
            Self::Floor => left.floor_div(right, heap),
            Self::Mod => left.percent(right, heap),
            Self::And => left.bit_and(right, heap),
            Self::Or => left.bit_or(right, heap),
            Self::Xor => left.bit_xor(right, heap),
            Self::Shl => left.left_shift(right, heap),
            Self::Shr => left.right_shift(right, heap),
        }
    }

    /// Whether two small numbers may be large work.
    fn grows_small(self) -> bool {
        matches!(self, Self::Shl)
    }
}

/// Does an operation after a look at its operands.
fn operate<'v>(
    operator: Operator,
    left: Value<'v>,
    right: Value<'v>,
    heap: Heap<'v>,
) -> starlark::Result<Value<'v>> {
    if operator == Operator::Mod
        && let Some(format) = left.unpack_str()
    {
        return write::percent(heap, format, right);
    }
    let both_small = left.unpack_i32().is_some() && right.unpack_i32().is_some();
    if !both_small || operator.grows_small() {
        look(operator, left, right, heap)?;
        let result = operator.apply(left, right, heap)?;
        if TupleRef::from_value(result).is_some() {
            walk::keep_shallow(result)?;
        }
        return Ok(result);
    }
    operator.apply(left, right, heap)
}

#[inline(never)]
fn look<'v>(
    operator: Operator,
    left: Value<'v>,
    right: Value<'v>,
    heap: Heap<'v>,
) -> starlark::Result<()> {
    if let (Some(left), Some(right_bits)) = (walk::bits(left), walk::bits(right)) {
        return look_numbers(operator, left, right_bits, right, heap);
    }
    if operator == Operator::Mul {
        // Texts and lists may be on either side.
        if let Some(times) = times(right)
            && let Some(checked) = look_repeated(left, times, heap)
        {
            return checked;
        }
        if let Some(times) = times(left)
            && let Some(checked) = look_repeated(right, times, heap)
        {
            return checked;
        }
    }
    if let (Some(left), Some(right)) = (left.unpack_str(), right.unpack_str()) {
        return room_for_text(heap, left.len() + right.len());
    }
    if let (Some(left), Some(right)) = (items(left), items(right)) {
        return room_for_items(heap, left + right);
    }
    if let (Some(left), Some(right)) = (DictRef::from_value(left), DictRef::from_value(right)) {
        return room_for_items(heap, 8 * (left.len() + right.len()));
    }
    // Floats, or a type error in the making.
    meter::spend(heap, 1, 0)
}

/// How often something is repeated by a whole number.
fn times(value: Value<'_>) -> Option<usize> {
    match value.unpack_i32() {
        Some(times) => Some(usize::try_from(times).unwrap_or(0)),
        None => walk::bits(value).map(|_| usize::MAX),
    }
}

fn look_repeated(value: Value<'_>, times: usize, heap: Heap<'_>) -> Option<starlark::Result<()>> {
    if let Some(text) = value.unpack_str() {
        return Some(room_for_text(heap, text.len().saturating_mul(times)));
    }
    let items = items(value)?;
    Some(room_for_items(heap, items.saturating_mul(times)))
}

fn look_numbers(
    operator: Operator,
    left_bits: u64,
    right_bits: u64,
    right: Value<'_>,
    heap: Heap<'_>,
) -> starlark::Result<()> {
    let result_bits = match operator {
        Operator::Mul => left_bits + right_bits,
        Operator::Shl => match right.unpack_i32() {
            Some(shift) if left_bits > 0 => left_bits + u64::try_from(shift).unwrap_or(0),
            Some(_) => 0,
            // A negative one is refused by Starlark itself.
            None => u64::MAX,
        },
        _ => left_bits.max(right_bits),
    };
    let most = meter::sizes().int_bits;
    if result_bits > most {
        return Err(over(format!(
            "this number gets too large: at most {} bits. Keep it small with & 0xFFFFFFFF or % n",
            grouped(most)
        )));
    }
    let words = (left_bits + right_bits) / BITS_PER_STEP;
    let work = match operator {
        Operator::Mul | Operator::Div | Operator::Floor | Operator::Mod => words * words,
        _ => words,
    };
    meter::spend(heap, 1 + work, result_bits as usize / 8)
}

/// The elements of a list or tuple, or of bytes.
fn items(value: Value<'_>) -> Option<usize> {
    if let Some(list) = ListRef::from_value(value) {
        return Some(list.len());
    }
    if let Some(tuple) = TupleRef::from_value(value) {
        return Some(tuple.len());
    }
    match value.get_type() {
        "bytes" => length(value),
        _ => None,
    }
}

/// Refuses a text that would be too long, and counts the work of making it.
pub fn room_for_text(heap: Heap<'_>, bytes: usize) -> starlark::Result<()> {
    let most = meter::sizes().text_bytes;
    if bytes > most {
        return Err(over(format!(
            "this text gets too long: at most {} characters",
            grouped(most as u64)
        )));
    }
    meter::spend(heap, 1 + (bytes / BYTES_PER_STEP) as u64, bytes)
}

/// Refuses a list that would be too long, and counts the work of making it.
pub fn room_for_items(heap: Heap<'_>, items: usize) -> starlark::Result<()> {
    let most = meter::sizes().list_items;
    if items > most {
        return Err(over(format!(
            "this list gets too long: at most {} elements",
            grouped(most as u64)
        )));
    }
    let bytes = items * ITEM_BYTES;
    meter::spend(heap, 1 + (items / ITEMS_PER_STEP) as u64, bytes)
}

/// Counts the work of going through something once.
pub fn go_through(heap: Heap<'_>, value: Value<'_>) -> starlark::Result<()> {
    match length(value) {
        Some(items) => room_for_items(heap, items),
        None => meter::spend(heap, 1, 0),
    }
}

/// Counts the work of looking through something for a value.
pub fn look_through<'v>(
    heap: Heap<'v>,
    value: Value<'v>,
    wanted: Value<'v>,
) -> starlark::Result<()> {
    if value.unpack_str().is_none() && !is_scalar(wanted) {
        extent(heap, value)?;
        extent(heap, wanted)?;
    }
    let items = match DictRef::from_value(value) {
        Some(_) => 1,
        None => length(value).unwrap_or(1),
    };
    meter::spend(heap, 1 + (items / ITEMS_PER_STEP) as u64, 0)
}

/// Refuses to compare what is too large or too deep.
fn look_both<'v>(left: Value<'v>, right: Value<'v>, heap: Heap<'v>) -> starlark::Result<()> {
    if is_scalar(left) || is_scalar(right) {
        return Ok(());
    }
    extent(heap, left)?;
    extent(heap, right)?;
    Ok(())
}

/// `left += right` and the like: lists and dictionaries change in place.
fn modify<'v>(
    operator: Operator,
    left: Value<'v>,
    right: Value<'v>,
    eval: &mut Evaluator<'v, '_, '_>,
) -> starlark::Result<Value<'v>> {
    let heap = eval.heap();
    if operator == Operator::Add
        && let Some(list) = ListRef::from_value(left)
    {
        // Also takes what is no list, as Python's `+=` does.
        let more = length(right).unwrap_or(0);
        room_for_items(heap, list.len() + more)?;
        let extend = left.get_attr_error("extend", heap)?;
        eval.eval_function(extend, &[right], &[])?;
        return Ok(left);
    }
    if operator == Operator::Or
        && DictRef::from_value(left).is_some()
        && let Some(more) = DictRef::from_value(right)
    {
        room_for_items(heap, 8 * more.len())?;
        let entries: Vec<_> = more.iter_hashed().collect();
        drop(more);
        let mut dict = DictMut::from_value(left)?;
        for (key, value) in entries {
            dict.aref.insert_hashed(key, value);
        }
        return Ok(left);
    }
    operate(operator, left, right, heap)
}

/// `container[index] += right` and the like.
fn modify_at<'v>(
    operator: Operator,
    container: Value<'v>,
    index: Value<'v>,
    right: Value<'v>,
    eval: &mut Evaluator<'v, '_, '_>,
) -> starlark::Result<NoneType> {
    let left = container.at(index, eval.heap())?;
    let changed = modify(operator, left, right, eval)?;
    container.set_at(index, changed)?;
    Ok(NoneType)
}

fn compare<'v>(
    left: Value<'v>,
    right: Value<'v>,
    heap: Heap<'v>,
) -> starlark::Result<std::cmp::Ordering> {
    look_both(left, right, heap)?;
    left.compare(right)
}

/// The operators, by the names that `emit.rs` writes.
#[starlark_module]
pub fn operators(builder: &mut GlobalsBuilder) {
    fn __add<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Add, a, b, heap)
    }

    fn __sub<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Sub, a, b, heap)
    }

    fn __mul<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Mul, a, b, heap)
    }

    fn __div<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Div, a, b, heap)
    }

    fn __floor<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Floor, a, b, heap)
    }

    fn __mod<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Mod, a, b, heap)
    }

    fn __and<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::And, a, b, heap)
    }

    fn __or<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Or, a, b, heap)
    }

    fn __xor<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Xor, a, b, heap)
    }

    fn __shl<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Shl, a, b, heap)
    }

    fn __shr<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        operate(Operator::Shr, a, b, heap)
    }
}

/// The assignments that change a value, by the names that `emit.rs` writes.
#[starlark_module]
pub fn modifiers(builder: &mut GlobalsBuilder) {
    fn __iadd<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Add, a, b, eval)
    }

    fn __iaddat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Add, a, i, b, eval)
    }

    fn __isub<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Sub, a, b, eval)
    }

    fn __isubat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Sub, a, i, b, eval)
    }

    fn __imul<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Mul, a, b, eval)
    }

    fn __imulat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Mul, a, i, b, eval)
    }

    fn __idiv<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Div, a, b, eval)
    }

    fn __idivat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Div, a, i, b, eval)
    }

    fn __ifloor<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Floor, a, b, eval)
    }

    fn __ifloorat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Floor, a, i, b, eval)
    }

    fn __imod<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Mod, a, b, eval)
    }

    fn __imodat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Mod, a, i, b, eval)
    }

    fn __iand<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::And, a, b, eval)
    }

    fn __iandat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::And, a, i, b, eval)
    }

    fn __ior<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Or, a, b, eval)
    }

    fn __iorat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Or, a, i, b, eval)
    }

    fn __ixor<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Xor, a, b, eval)
    }

    fn __ixorat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Xor, a, i, b, eval)
    }

    fn __ishl<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Shl, a, b, eval)
    }

    fn __ishlat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Shl, a, i, b, eval)
    }

    fn __ishr<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        modify(Operator::Shr, a, b, eval)
    }

    fn __ishrat<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] i: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<NoneType> {
        modify_at(Operator::Shr, a, i, b, eval)
    }
}

/// Comparisons and the rest, by the names that `emit.rs` writes.
#[starlark_module]
pub fn comparisons(builder: &mut GlobalsBuilder) {
    fn __eq<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        look_both(a, b, heap)?;
        a.equals(b)
    }

    fn __ne<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        look_both(a, b, heap)?;
        Ok(!a.equals(b)?)
    }

    fn __lt<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        Ok(compare(a, b, heap)?.is_lt())
    }

    fn __gt<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        Ok(compare(a, b, heap)?.is_gt())
    }

    fn __le<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        Ok(compare(a, b, heap)?.is_le())
    }

    fn __ge<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        Ok(compare(a, b, heap)?.is_ge())
    }

    fn __in<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        look_through(heap, b, a)?;
        b.is_in(a)
    }

    fn __not_in<'v>(
        #[starlark(require = pos)] a: Value<'v>,
        #[starlark(require = pos)] b: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<bool> {
        look_through(heap, b, a)?;
        Ok(!b.is_in(a)?)
    }

    fn __slice<'v>(
        #[starlark(require = pos)] value: Value<'v>,
        #[starlark(require = pos)] start: Value<'v>,
        #[starlark(require = pos)] stop: Value<'v>,
        #[starlark(require = pos)] step: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        match value.unpack_str() {
            Some(text) => room_for_text(heap, text.len())?,
            None => go_through(heap, value)?,
        }
        let given = |bound: Value<'v>| (!bound.is_none()).then_some(bound);
        value.slice(given(start), given(stop), given(step), heap)
    }

    fn __tuple<'v>(#[starlark(require = pos)] tuple: Value<'v>) -> starlark::Result<Value<'v>> {
        walk::keep_shallow(tuple)?;
        Ok(tuple)
    }

    fn __args<'v>(
        #[starlark(require = pos)] list: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        let items = length(list).unwrap_or(0);
        if items > STAR_ARGUMENTS_MAX {
            return Err(over(format!(
                "too many arguments: *list gives at most {}",
                grouped(STAR_ARGUMENTS_MAX as u64)
            )));
        }
        room_for_items(heap, items)?;
        Ok(list)
    }

    fn __over<'v>(
        #[starlark(require = pos)] value: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        meter::spend(eval.heap(), 1, 0)?;
        if let Some(text) = value.unpack_str() {
            room_for_text(eval.heap(), text.len())?;
            let characters = value.get_attr_error("elems", eval.heap())?;
            return eval.eval_function(characters, &[], &[]);
        }
        // Refused here, because Starlark's own loop does not say where it stands.
        if is_scalar(value) || matches!(value.get_type(), "function" | "float" | "struct") {
            value.iterate(eval.heap())?;
        }
        Ok(value)
    }

    fn __check<'v>(heap: Heap<'v>) -> starlark::Result<NoneType> {
        meter::round(heap)?;
        Ok(NoneType)
    }

    fn __checked<'v>(
        #[starlark(require = pos)] value: Value<'v>,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        meter::round(heap)?;
        Ok(value)
    }
}
