//! The two strategies of the sharding lesson, ready to use: the same results as
//! `systems::sharding::hashing`, unless the learner gives a hash of their own.
#![expect(
    unsafe_code,
    reason = "Starlark's derive for its collector writes an unsafe implementation"
)]

use std::fmt;

use allocative::Allocative;
use faultline_systems::sharding::hashing::{Hash, Placer, Point, Strategy};
use num_bigint::BigInt;
use starlark::environment::{GlobalsBuilder, Methods, MethodsBuilder};
use starlark::eval::Evaluator;
use starlark::starlark_module;
use starlark::values::{
    NoSerialize, ProvidesStaticType, StarlarkValue, Trace, UnpackValue, Value, ValueLike,
    starlark_value,
};

use crate::builtins::wrong;
use crate::guard::room_for_items;
use crate::walk::is_scalar;

/// Points of a ring.
const POINTS_MAX: usize = 100_000;
/// Points of a node, if the program does not say.
const VIRTUAL_NODES: i32 = 100;
/// Nodes where the program names none and the run has none.
pub const NODES: [&str; 3] = ["Node A", "Node B", "Node C"];

/// A type with its article, as a beginner calls it: "a text".
pub fn a(kind: &str) -> String {
    match kind {
        "string" => "a text".into(),
        "int" => "a whole number".into(),
        "float" => "a number with a fraction".into(),
        "bool" => "True or False".into(),
        "NoneType" => "None".into(),
        "function" | "native_function" => "a function".into(),
        other if other.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {other}"),
        other => format!("a {other}"),
    }
}

/// A rule that places any key on a node, as a program holds it.
#[derive(Debug, Trace, ProvidesStaticType, NoSerialize, Allocative)]
pub struct Router<'v> {
    #[trace(unsafe_ignore)]
    #[allocative(skip)]
    rule: Rule,
    #[trace(unsafe_ignore)]
    nodes: Vec<String>,
    /// The learner's hash, instead of SHA-256.
    pub hash: Option<Value<'v>>,
}

#[derive(Debug)]
enum Rule {
    /// The hash modulo the number of nodes.
    Modulo,
    /// Points by SHA-256, in the order of the ring.
    Ring(Vec<Point>),
    /// Points by the learner's hash, in the order of the ring, with their nodes.
    OwnRing(Vec<(BigInt, u32)>),
}

impl fmt::Display for Router<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a strategy")
    }
}

starlark::methods_static!(ROUTER_METHODS = router_methods);

#[starlark_value(type = "strategy")]
impl<'v> StarlarkValue<'v> for Router<'v> {
    fn get_methods() -> Option<&'static Methods> {
        Some(ROUTER_METHODS.methods())
    }
}

impl<'v> Router<'v> {
    fn new(
        strategy: Strategy,
        nodes: Option<Value<'v>>,
        virtual_nodes: i32,
        hash: Option<Value<'v>>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Self> {
        let nodes = names(nodes, eval)?;
        let virtual_nodes = u32::try_from(virtual_nodes).unwrap_or(0);
        let points = nodes.len().saturating_mul(virtual_nodes as usize);
        if virtual_nodes == 0 || points > POINTS_MAX {
            return Err(wrong(format!(
                "virtual_nodes is from 1 to {}",
                POINTS_MAX / nodes.len()
            )));
        }
        room_for_items(eval.heap(), 8 * points)?;
        let hash = hash.filter(|hash| !hash.is_none());
        let rule = match (strategy, hash) {
            (Strategy::Ring, None) => {
                let placer = Placer::new(strategy, nodes.clone(), virtual_nodes);
                Rule::Ring(placer.points().to_vec())
            }
            (Strategy::Ring, Some(hash)) => {
                let mut points = Vec::with_capacity(points);
                for (owner, node) in (0..).zip(&nodes) {
                    for replica in 0..virtual_nodes {
                        let label = eval.heap().alloc(format!("{node}-{replica}"));
                        points.push((hashed(hash, label, eval)?, owner, replica));
                    }
                }
                points.sort_unstable();
                let points = points.into_iter();
                Rule::OwnRing(points.map(|(hash, owner, _)| (hash, owner)).collect())
            }
            _ => Rule::Modulo,
        };
        Ok(Self { rule, nodes, hash })
    }

    fn place(&self, key: Value<'v>, eval: &mut Evaluator<'v, '_, '_>) -> starlark::Result<&str> {
        let Some(text) = key.unpack_str() else {
            return Err(wrong(format!(
                "get_node() takes a key, which is a text, and this is {}: write get_node(str(x))",
                a(key.get_type())
            )));
        };
        let node = match (&self.rule, self.hash) {
            (Rule::Modulo, None) => Hash::of(text).modulo(self.nodes.len() as u32),
            (Rule::Ring(points), _) => {
                let hash = Hash::of(text);
                let after = points.partition_point(|point| point.hash <= hash);
                let point = points.get(after).or(points.first());
                point.map_or(0, |point| point.owner)
            }
            (Rule::Modulo, Some(hash)) => {
                let count = BigInt::from(self.nodes.len());
                let hash: BigInt = hashed(hash, key, eval)?;
                // As in Python: never below 0.
                let rest: BigInt = ((hash % &count) + &count) % &count;
                u32::try_from(&rest).unwrap_or(0)
            }
            (Rule::OwnRing(points), Some(hash)) => {
                let hash = hashed(hash, key, eval)?;
                let after = points.partition_point(|(point, _)| *point <= hash);
                let point = points.get(after).or(points.first());
                point.map_or(0, |(_, owner)| *owner)
            }
            (Rule::OwnRing(_), None) => 0,
        };
        Ok(self.nodes.get(node as usize).map_or("", String::as_str))
    }
}

/// What the learner's hash gives for a key.
fn hashed<'v>(
    hash: Value<'v>,
    key: Value<'v>,
    eval: &mut Evaluator<'v, '_, '_>,
) -> starlark::Result<BigInt> {
    let answer = eval.eval_function(hash, &[key], &[])?;
    let wrong_type = || {
        wrong(format!(
            "the hash has to return a whole number, and it returned {}",
            a(answer.get_type())
        ))
    };
    BigInt::unpack_value(answer)?.ok_or_else(wrong_type)
}

/// The names of nodes: those given, or those of the run.
fn names<'v>(
    nodes: Option<Value<'v>>,
    eval: &mut Evaluator<'v, '_, '_>,
) -> starlark::Result<Vec<String>> {
    let given = nodes.filter(|nodes| !nodes.is_none());
    let Some(nodes) = given.or_else(|| eval.module().get("nodes")) else {
        return Ok(NODES.map(String::from).to_vec());
    };
    let takes = || wrong("a strategy takes a list of node names: ModuloStrategy(nodes)");
    if is_scalar(nodes) {
        return Err(takes());
    }
    let mut names = Vec::new();
    for node in nodes.iterate(eval.heap())? {
        names.push(node.unpack_str().ok_or_else(takes)?.to_owned());
        if names.len() > 1_000 {
            return Err(wrong("a strategy takes at most 1,000 nodes"));
        }
    }
    if names.is_empty() {
        return Err(wrong("a strategy needs at least one node"));
    }
    Ok(names)
}

#[starlark_module]
fn router_methods(builder: &mut MethodsBuilder) {
    fn get_node<'v>(
        this: Value<'v>,
        #[starlark(require = pos)] key: Value<'v>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let Some(router) = this.downcast_ref::<Router<'v>>() else {
            return Err(wrong("this is no strategy"));
        };
        let node = router.place(key, eval)?;
        Ok(eval.heap().alloc(node))
    }
}

#[starlark_module]
pub fn strategies(builder: &mut GlobalsBuilder) {
    fn ModuloStrategy<'v>(
        nodes: Option<Value<'v>>,
        hash: Option<Value<'v>>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let router = Router::new(Strategy::Modulo, nodes, 1, hash, eval)?;
        Ok(eval.heap().alloc_complex_no_freeze(router))
    }

    fn ConsistentHashingStrategy<'v>(
        nodes: Option<Value<'v>>,
        #[starlark(default = VIRTUAL_NODES)] virtual_nodes: i32,
        hash: Option<Value<'v>>,
        eval: &mut Evaluator<'v, '_, '_>,
    ) -> starlark::Result<Value<'v>> {
        let router = Router::new(Strategy::Ring, nodes, virtual_nodes, hash, eval)?;
        Ok(eval.heap().alloc_complex_no_freeze(router))
    }
}
