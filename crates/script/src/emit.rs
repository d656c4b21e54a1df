//! Writes a learner's tree out again as a program that keeps to its limits.
//!
//! Starlark counts its steps, but one operator may do any amount of work in a step: `"a" * 10**9`,
//! `h * h`, `xs + xs`, `==` of two deep lists. So the learner's tree is written out with each such
//! operator as a call of a guard (`guard.rs`), which looks at the operands first. What cannot grow
//! stays as it is: `i + 1`, `h & 0xFFFFFFFF`, `n % 10`.
//!
//! Every node is noted with where the learner wrote it, so faults point into the learner's text.

use starlark::syntax::ast::{
    ArgumentP, AssignOp, AssignTargetP, AstExpr, AstLiteral, AstNoPayload, AstStmt, BinOp, ClauseP,
    ExprP, ForClauseP, ParameterP, StmtP,
};
use starlark_syntax::codemap::Spanned;
use starlark_syntax::lexer::TokenInt;
use starlark_syntax::syntax::uniplate::Visit;

use crate::text::{Part, Text};

type AstAssignTarget = Spanned<AssignTargetP<AstNoPayload>>;
type AstParameter = Spanned<ParameterP<AstNoPayload>>;
type AstArgument = Spanned<ArgumentP<AstNoPayload>>;

/// All methods of texts, lists, dictionaries and bytes, in alphabetical order.
pub const METHODS: [&str; 46] = [
    "append",
    "capitalize",
    "clear",
    "codepoints",
    "count",
    "elems",
    "endswith",
    "extend",
    "find",
    "format",
    "get",
    "index",
    "insert",
    "isalnum",
    "isalpha",
    "isdigit",
    "islower",
    "isspace",
    "istitle",
    "isupper",
    "items",
    "join",
    "keys",
    "lower",
    "lstrip",
    "partition",
    "pop",
    "popitem",
    "remove",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rpartition",
    "rsplit",
    "rstrip",
    "setdefault",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "title",
    "update",
    "upper",
    "values",
];

/// Methods that do little, whatever they are given; `methods.rs` looks at all others first.
const QUICK_METHODS: [&str; 4] = ["append", "get", "get_node", "setdefault"];

/// Before names that begin with one underscore.
pub const HIDDEN: &str = "hidden";

/// Bodies of functions with more nodes than this check the limits each time; those of loops do in
/// any case.
const BIG_BODY_NODES: usize = 60;

/// The guarded program, and where each part of it was written.
#[derive(Debug, Default)]
pub struct Guarded {
    /// Its text.
    pub text: String,
    /// Parts of the guarded text with the learner's: inner ones before those around them.
    places: Vec<(Part, Part)>,
}

impl Guarded {
    /// Where the learner wrote this part of the guarded text.
    pub fn origin(&self, part: Part) -> Option<Part> {
        let exact = self.places.iter().find(|(guarded, _)| *guarded == part);
        let around = || {
            let holds = |(guarded, _): &&(Part, Part)| {
                guarded.begin <= part.begin && part.end <= guarded.end
            };
            let places = self.places.iter().filter(holds);
            places.min_by_key(|(guarded, _)| guarded.end - guarded.begin)
        };
        exact.or_else(around).map(|(_, origin)| *origin)
    }
}

/// Writes a tree out with guards.
pub fn emit(text: &Text, tree: &AstStmt) -> Guarded {
    let mut emitter = Emitter {
        text,
        out: Guarded::default(),
        depth: 0,
    };
    emitter.block(tree);
    emitter.out
}

struct Emitter<'a> {
    text: &'a Text,
    out: Guarded,
    depth: usize,
}

impl Emitter<'_> {
    /// A name. Starlark hides those that begin with an underscore, and the collector has to see
    /// all of a program's.
    fn name(&mut self, name: &str) {
        if name.starts_with('_') && !name.starts_with("__") {
            self.put(HIDDEN);
        }
        self.put(name);
    }

    fn put(&mut self, text: &str) {
        self.out.text.push_str(text);
    }

    /// What `write` writes is what the learner wrote at `origin`.
    fn node(&mut self, origin: impl Into<Part>, write: impl FnOnce(&mut Self)) {
        let begin = self.out.text.len();
        write(self);
        let end = self.out.text.len();
        self.out.places.push((Part { begin, end }, origin.into()));
    }

    fn line(&mut self, write: impl FnOnce(&mut Self)) {
        for _ in 0..self.depth {
            self.put(" ");
        }
        write(self);
        self.put("\n");
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            write(self, item);
        }
    }

    // Statements.

    fn block(&mut self, statement: &AstStmt) {
        match &statement.node {
            StmtP::Statements(statements) => {
                if statements.is_empty() {
                    self.line(|this| this.put("pass"));
                }
                statements.iter().for_each(|inner| self.block(inner));
            }
            StmtP::If(condition, body) => {
                self.line(|this| this.head("if ", condition));
                self.body(body);
            }
            StmtP::IfElse(condition, bodies) => {
                self.line(|this| this.head("if ", condition));
                self.body(&bodies.0);
                self.line(|this| this.put("else:"));
                self.body(&bodies.1);
            }
            StmtP::For(each) => {
                self.line(|this| {
                    this.put("for ");
                    this.target(&each.var);
                    this.put(" in ");
                    this.over(&each.over);
                    this.put(":");
                });
                let head = Part {
                    begin: Part::from(statement.span).begin,
                    end: Part::from(each.over.span).end,
                };
                self.checked_body(&each.body, head);
            }
            StmtP::Def(def) => {
                self.line(|this| {
                    this.put("def ");
                    let name = &def.name;
                    this.node(name.span, |this| this.name(&name.ident));
                    this.put("(");
                    this.params(&def.params);
                    this.put("):");
                });
                // `*args` makes a tuple, which may be a key.
                for param in &def.params {
                    if let ParameterP::Args(name, _) = &param.node {
                        self.depth += 1;
                        self.line(|this| {
                            this.name(&name.ident);
                            this.put(" = ");
                            this.node(param.span, |this| {
                                this.put("__tuple(");
                                this.name(&name.ident);
                                this.put(")");
                            });
                        });
                        self.depth -= 1;
                    }
                }
                if nodes_of_statement(&def.body) > BIG_BODY_NODES {
                    self.checked_body(&def.body, def.name.span.into());
                } else {
                    self.body(&def.body);
                }
            }
            _ => self.line(|this| this.node(statement.span, |this| this.simple(statement))),
        }
    }

    fn body(&mut self, body: &AstStmt) {
        self.depth += 1;
        self.block(body);
        self.depth -= 1;
    }

    /// A body that checks the limits each time, at the place of its head.
    fn checked_body(&mut self, body: &AstStmt, head: Part) {
        self.depth += 1;
        self.line(|this| this.node(head, |this| this.put("__check()")));
        self.block(body);
        self.depth -= 1;
    }

    fn head(&mut self, word: &str, condition: &AstExpr) {
        self.put(word);
        self.expr(condition);
        self.put(":");
    }

    fn simple(&mut self, statement: &AstStmt) {
        match &statement.node {
            StmtP::Break => self.put("break"),
            StmtP::Continue => self.put("continue"),
            StmtP::Return(None) => self.put("return"),
            StmtP::Return(Some(value)) => {
                self.put("return ");
                self.expr(value);
            }
            StmtP::Expression(value) => self.expr(value),
            StmtP::Assign(assign) => {
                self.target(&assign.lhs);
                self.put(" = ");
                match (&assign.lhs.node, &assign.rhs.node) {
                    // `a, b = b, a`: the tuple is taken apart at once.
                    (AssignTargetP::Tuple(_), ExprP::Tuple(items)) if !items.is_empty() => {
                        self.node(assign.rhs.span, |this| this.tuple(items));
                    }
                    _ => self.expr(&assign.rhs),
                }
            }
            StmtP::AssignModify(target, operator, value) => self.modify(target, *operator, value),
            _ => self.put("pass"),
        }
    }

    /// `target += value` and the like.
    fn modify(&mut self, target: &AstAssignTarget, operator: AssignOp, value: &AstExpr) {
        let (sign, guard) = modifier(operator);
        match &target.node {
            AssignTargetP::Identifier(name) if small(operator, value) => {
                self.name(&name.ident);
                self.put(sign);
                self.expr(value);
            }
            AssignTargetP::Identifier(name) => {
                self.name(&name.ident);
                self.put(" = ");
                self.put(guard);
                self.put("(");
                self.node(target.span, |this| this.name(&name.ident));
                self.put(", ");
                self.expr(value);
                self.put(")");
            }
            AssignTargetP::Index(parts) if !small(operator, value) => {
                self.put(guard);
                self.put("at(");
                self.expr(&parts.0);
                self.put(", ");
                self.expr(&parts.1);
                self.put(", ");
                self.expr(value);
                self.put(")");
            }
            // Nothing has fields that can be changed, so this is only seen to fail.
            _ => {
                self.target(target);
                self.put(sign);
                self.expr(value);
            }
        }
    }

    fn target(&mut self, target: &AstAssignTarget) {
        self.node(target.span, |this| match &target.node {
            AssignTargetP::Identifier(name) => this.name(&name.ident),
            AssignTargetP::Tuple(targets) => {
                this.put("[");
                this.list(targets, Self::target);
                this.put("]");
            }
            AssignTargetP::Index(parts) => {
                this.expr(&parts.0);
                this.put("[");
                this.expr(&parts.1);
                this.put("]");
            }
            AssignTargetP::Dot(value, name) => {
                this.expr(value);
                this.put(".");
                this.put(name);
            }
        });
    }

    // Functions.

    fn params(&mut self, params: &[AstParameter]) {
        self.list(params, |this, param| {
            this.node(param.span, |this| match &param.node {
                ParameterP::Slash => this.put("/"),
                ParameterP::NoArgs => this.put("*"),
                ParameterP::Args(name, _) => {
                    this.put("*");
                    this.name(&name.ident);
                }
                ParameterP::KwArgs(name, _) => {
                    this.put("**");
                    this.name(&name.ident);
                }
                ParameterP::Normal(name, _, default) => {
                    this.name(&name.ident);
                    if let Some(default) = default {
                        this.put("=");
                        this.expr(default);
                    }
                }
            });
        });
    }

    /// Arguments; `fields` if their names are those of fields.
    fn args(&mut self, args: &[AstArgument], fields: bool) {
        self.list(args, |this, arg| {
            this.node(arg.span, |this| match &arg.node {
                ArgumentP::Positional(value) => this.expr(value),
                ArgumentP::Named(name, value) => {
                    match fields {
                        true => this.put(name),
                        false => this.name(name),
                    }
                    this.put("=");
                    this.expr(value);
                }
                ArgumentP::Args(value) => {
                    this.put("*__args(");
                    this.expr(value);
                    this.put(")");
                }
                ArgumentP::KwArgs(value) => {
                    this.put("**");
                    this.expr(value);
                }
            });
        });
    }

    // Expressions.

    fn expr(&mut self, expr: &AstExpr) {
        self.node(expr.span, |this| this.bare(expr));
    }

    fn bare(&mut self, expr: &AstExpr) {
        match &expr.node {
            ExprP::Identifier(name) => self.name(&name.node.ident),
            ExprP::Literal(AstLiteral::Ellipsis) => self.put("None"),
            // As it was written.
            ExprP::Literal(_) => {
                let text = self.text.part(expr.span.into()).to_owned();
                self.put(&text);
            }
            ExprP::Tuple(items) if items.iter().all(is_literal) => self.tuple(items),
            ExprP::Tuple(items) => {
                self.put("__tuple(");
                self.tuple(items);
                self.put(")");
            }
            ExprP::List(items) => {
                self.put("[");
                self.list(items, Self::expr);
                self.put("]");
            }
            ExprP::Dict(entries) => {
                self.put("{");
                self.list(entries, |this, (key, value)| {
                    this.expr(key);
                    this.put(": ");
                    this.expr(value);
                });
                self.put("}");
            }
            ExprP::ListComprehension(item, first, clauses) => {
                self.put("[");
                self.checked(item);
                self.clauses(first, clauses);
                self.put("]");
            }
            ExprP::DictComprehension(entry, first, clauses) => {
                self.put("{");
                self.expr(&entry.0);
                self.put(": ");
                self.checked(&entry.1);
                self.clauses(first, clauses);
                self.put("}");
            }
            ExprP::Lambda(lambda) => {
                self.put("(lambda ");
                self.params(&lambda.params);
                self.put(": ");
                if nodes_of_expression(&lambda.body) > BIG_BODY_NODES {
                    self.checked(&lambda.body);
                } else {
                    self.expr(&lambda.body);
                }
                self.put(")");
            }
            ExprP::If(parts) => {
                let (condition, then, otherwise) = &**parts;
                self.put("(");
                self.expr(then);
                self.put(" if ");
                self.expr(condition);
                self.put(" else ");
                self.expr(otherwise);
                self.put(")");
            }
            ExprP::Not(value) => self.prefix("not ", value),
            ExprP::Minus(value) => self.prefix("-", value),
            ExprP::Plus(value) => self.prefix("+", value),
            ExprP::BitNot(value) => self.prefix("~", value),
            ExprP::Op(left, operator, right) => self.operation(left, *operator, right),
            // A method that is not called here would be called without its guard.
            ExprP::Dot(value, name) if METHODS.contains(&name.as_str()) => {
                self.put("__field(");
                self.expr(value);
                self.put(", \"");
                self.put(name);
                self.put("\")");
            }
            ExprP::Dot(value, name) => {
                self.expr(value);
                self.put(".");
                self.put(name);
            }
            ExprP::Index(parts) => {
                self.expr(&parts.0);
                self.put("[");
                self.expr(&parts.1);
                self.put("]");
            }
            ExprP::Index2(parts) => {
                self.expr(&parts.0);
                self.put("[");
                self.expr(&parts.1);
                self.put(", ");
                self.expr(&parts.2);
                self.put("]");
            }
            ExprP::Slice(value, start, stop, step) => {
                self.put("__slice(");
                self.expr(value);
                for bound in [start, stop, step] {
                    self.put(", ");
                    match bound {
                        Some(bound) => self.expr(bound),
                        None => self.put("None"),
                    }
                }
                self.put(")");
            }
            ExprP::Call(function, args) => match &function.node {
                ExprP::Dot(value, name) if !QUICK_METHODS.contains(&name.as_str()) => {
                    self.put("__method(");
                    self.expr(value);
                    self.put(", \"");
                    self.put(name);
                    self.put("\"");
                    if !args.args.is_empty() {
                        self.put(", ");
                    }
                    self.args(&args.args, false);
                    self.put(")");
                }
                _ => {
                    let fields = makes_fields(function);
                    match &function.node {
                        ExprP::Dot(value, name) => self.node(function.span, |this| {
                            this.expr(value);
                            this.put(".");
                            this.put(name);
                        }),
                        _ => self.expr(function),
                    }
                    self.put("(");
                    self.args(&args.args, fields);
                    self.put(")");
                }
            },
            ExprP::FString(parts) => {
                self.put("__text(");
                let format = quoted(&parts.format.node);
                self.put(&format);
                for value in &parts.expressions {
                    self.put(", ");
                    self.expr(value);
                }
                self.put(")");
            }
        }
    }

    fn tuple(&mut self, items: &[AstExpr]) {
        self.put("(");
        for item in items {
            self.expr(item);
            self.put(",");
        }
        self.put(")");
    }

    fn prefix(&mut self, sign: &str, value: &AstExpr) {
        self.put("(");
        self.put(sign);
        self.expr(value);
        self.put(")");
    }

    fn operation(&mut self, left: &AstExpr, operator: BinOp, right: &AstExpr) {
        match guard_of(left, operator, right) {
            Some(guard) => {
                self.put(guard);
                self.put("(");
                self.expr(left);
                self.put(", ");
                self.expr(right);
                self.put(")");
            }
            None => {
                self.put("(");
                self.expr(left);
                self.put(&operator.to_string());
                self.expr(right);
                self.put(")");
            }
        }
    }

    /// An expression that is computed again and again in one statement.
    fn checked(&mut self, value: &AstExpr) {
        self.node(value.span, |this| {
            this.put("__checked(");
            this.expr(value);
            this.put(")");
        });
    }

    fn clauses(&mut self, first: &ForClauseP<AstNoPayload>, rest: &[ClauseP<AstNoPayload>]) {
        self.for_clause(first);
        for clause in rest {
            match clause {
                ClauseP::For(each) => self.for_clause(each),
                ClauseP::If(condition) => {
                    self.put(" if ");
                    self.checked(condition);
                }
            }
        }
    }

    fn for_clause(&mut self, each: &ForClauseP<AstNoPayload>) {
        self.put(" for ");
        self.target(&each.var);
        self.put(" in ");
        self.over(&each.over);
    }

    /// What a loop goes through: texts too, character by character, as in Python.
    fn over(&mut self, value: &AstExpr) {
        self.node(value.span, |this| {
            this.put("__over(");
            this.expr(value);
            this.put(")");
        });
    }
}

/// The sign of an assignment that changes a value, and its guard.
fn modifier(operator: AssignOp) -> (&'static str, &'static str) {
    match operator {
        AssignOp::Add => (" += ", "__iadd"),
        AssignOp::Subtract => (" -= ", "__isub"),
        AssignOp::Multiply => (" *= ", "__imul"),
        AssignOp::Divide => (" /= ", "__idiv"),
        AssignOp::FloorDivide => (" //= ", "__ifloor"),
        AssignOp::Percent => (" %= ", "__imod"),
        AssignOp::BitAnd => (" &= ", "__iand"),
        AssignOp::BitOr => (" |= ", "__ior"),
        AssignOp::BitXor => (" ^= ", "__ixor"),
        AssignOp::LeftShift => (" <<= ", "__ishl"),
        AssignOp::RightShift => (" >>= ", "__ishr"),
    }
}

/// Whether changing a value by this one cannot make it grow by more than a few bits.
fn small(operator: AssignOp, value: &AstExpr) -> bool {
    match operator {
        AssignOp::Add | AssignOp::Subtract => is_small_number(value),
        AssignOp::Divide | AssignOp::FloorDivide => is_small_number(value),
        AssignOp::BitAnd | AssignOp::BitOr | AssignOp::BitXor => is_small_number(value),
        AssignOp::RightShift => is_small_number(value),
        AssignOp::Multiply | AssignOp::LeftShift | AssignOp::Percent => false,
    }
}

/// The guard that an operation needs, if its result or its work may be large.
fn guard_of(left: &AstExpr, operator: BinOp, right: &AstExpr) -> Option<&'static str> {
    let plain = is_plain(left) || is_plain(right);
    let number = is_small_number(left) || is_small_number(right);
    let (guard, needed) = match operator {
        BinOp::Or | BinOp::And => return None,
        BinOp::Equal => ("__eq", !plain),
        BinOp::NotEqual => ("__ne", !plain),
        BinOp::Less => ("__lt", !plain),
        BinOp::Greater => ("__gt", !plain),
        BinOp::LessOrEqual => ("__le", !plain),
        BinOp::GreaterOrEqual => ("__ge", !plain),
        BinOp::In => ("__in", true),
        BinOp::NotIn => ("__not_in", true),
        BinOp::Subtract => ("__sub", !number),
        BinOp::Add => ("__add", !number),
        BinOp::Multiply => ("__mul", true),
        // The left side may be a text that writes numbers.
        BinOp::Percent => ("__mod", true),
        BinOp::Divide => ("__div", !number),
        BinOp::FloorDivide => ("__floor", !is_small_number(right)),
        BinOp::BitAnd => ("__and", !number),
        BinOp::BitOr => ("__or", !number),
        BinOp::BitXor => ("__xor", !number),
        BinOp::LeftShift => ("__shl", true),
        BinOp::RightShift => ("__shr", !is_small_number(right)),
    };
    needed.then_some(guard)
}

/// A number that was written with few digits.
fn is_small_number(expr: &AstExpr) -> bool {
    match &expr.node {
        ExprP::Minus(value) => matches!(value.node, ExprP::Literal(_)) && is_small_number(value),
        ExprP::Literal(AstLiteral::Int(int)) => match &int.node {
            TokenInt::I32(_) => true,
            TokenInt::BigInt(int) => int.bits() <= 64,
        },
        ExprP::Literal(AstLiteral::Float(_)) => true,
        _ => false,
    }
}

/// A number or text as it was written: comparing with it is no work.
fn is_plain(expr: &AstExpr) -> bool {
    is_small_number(expr) || matches!(&expr.node, ExprP::Literal(AstLiteral::String(_)))
}

/// `struct(x=1)` and `dict(x=1)`.
fn makes_fields(function: &AstExpr) -> bool {
    match &function.node {
        ExprP::Identifier(name) => matches!(name.node.ident.as_str(), "struct" | "dict"),
        _ => false,
    }
}

fn is_literal(expr: &AstExpr) -> bool {
    matches!(&expr.node, ExprP::Literal(_))
}

fn nodes_of_statement(statement: &AstStmt) -> usize {
    let mut nodes = 1;
    statement.visit_children(|child| {
        nodes += match child {
            Visit::Stmt(inner) => nodes_of_statement(inner),
            Visit::Expr(expr) => nodes_of_expression(expr),
        }
    });
    nodes
}

fn nodes_of_expression(expr: &AstExpr) -> usize {
    let mut nodes = 1;
    expr.visit_expr(|inner| nodes += nodes_of_expression(inner));
    nodes
}

/// A text as Starlark writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}
