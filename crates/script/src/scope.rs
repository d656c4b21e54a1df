//! Which names a program knows, and which functions hold variables of others.
//!
//! Starlark finds unknown names too, but only when a program runs: a learner sees them while
//! typing.

use std::collections::BTreeSet;

use starlark::environment::Globals;
use starlark::syntax::ast::{
    ArgumentP, AssignTargetP, AstExpr, AstLiteral, AstNoPayload, AstStmt, ClauseP, ExprP,
    ForClauseP, ParameterP, StmtP,
};
use starlark_syntax::codemap::Spanned;
use starlark_syntax::syntax::uniplate::Visit;

use crate::fault::{Fault, Kind};
use crate::messages::nearest;
use crate::text::{Part, Text};

/// The name of a function without a name.
const LAMBDA: &str = "lambda";

/// Looks up every name; gives the names of functions that hold variables of others.
///
/// # Errors
///
/// A name that nothing stands for.
pub fn look(text: &Text, tree: &AstStmt, globals: &Globals) -> Result<BTreeSet<String>, Fault> {
    let known = globals.names().map(|name| name.as_str().to_owned());
    let mut outside = BTreeSet::new();
    bound(tree, &mut outside);
    outside.insert("nodes".into());
    let mut look = Look {
        known: known.collect(),
        scopes: vec![Scope {
            names: outside,
            function: 0,
        }],
        functions: vec![String::new()],
        holders: BTreeSet::new(),
        unknown: None,
    };
    look.statement(tree);
    match look.unknown {
        Some((message, part)) => Err(text.fault(Kind::Syntax, part, message)),
        None => Ok(look.holders),
    }
}

/// Names that are bound together.
struct Scope {
    names: BTreeSet<String>,
    /// How many functions are around it.
    function: usize,
}

struct Look {
    known: BTreeSet<String>,
    scopes: Vec<Scope>,
    /// The names of the functions around, the outermost first, after one for the whole program.
    functions: Vec<String>,
    holders: BTreeSet<String>,
    /// The first name that nothing stands for: what is said of it.
    unknown: Option<(String, Part)>,
}

impl Look {
    fn statement(&mut self, statement: &AstStmt) {
        match &statement.node {
            StmtP::Def(def) => {
                let mut names = BTreeSet::new();
                bound(&def.body, &mut names);
                self.function(&def.name.ident, &def.params, names, |look| {
                    look.statement(&def.body);
                });
            }
            StmtP::For(each) => {
                self.expr(&each.over);
                self.target(&each.var.node);
                self.statement(&each.body);
            }
            StmtP::Assign(assign) => {
                self.expr(&assign.rhs);
                self.target(&assign.lhs.node);
            }
            StmtP::AssignModify(target, _, value) => {
                self.expr(value);
                self.target(&target.node);
                if let AssignTargetP::Identifier(name) = &target.node {
                    let here = self.scopes.last();
                    if here.is_some_and(|scope| !scope.names.contains(&name.ident)) {
                        self.unknown(&name.ident, target.span.into(), unset);
                    }
                }
            }
            _ => statement.visit_children(|child| match child {
                Visit::Stmt(inner) => self.statement(inner),
                Visit::Expr(expr) => self.expr(expr),
            }),
        }
    }

    /// The names that a target reads: `x` and `i` of `x[i] = 1`.
    fn target(&mut self, target: &AssignTargetP<AstNoPayload>) {
        match target {
            AssignTargetP::Tuple(targets) => {
                targets.iter().for_each(|inner| self.target(&inner.node));
            }
            AssignTargetP::Index(parts) => {
                self.expr(&parts.0);
                self.expr(&parts.1);
            }
            AssignTargetP::Dot(value, _) => self.expr(value),
            AssignTargetP::Identifier(_) => {}
        }
    }

    fn function(
        &mut self,
        name: &str,
        params: &[Spanned<ParameterP<AstNoPayload>>],
        mut names: BTreeSet<String>,
        body: impl FnOnce(&mut Self),
    ) {
        for param in params {
            if let ParameterP::Normal(_, _, Some(default)) = &param.node {
                if !matches!(default.node, ExprP::Literal(_)) {
                    self.holders.insert(name.to_owned());
                }
                self.expr(default);
            }
            if let Some(ident) = param.node.ident() {
                names.insert(ident.ident.clone());
            }
        }
        self.functions.push(name.to_owned());
        self.scopes.push(Scope {
            names,
            function: self.functions.len() - 1,
        });
        body(self);
        self.scopes.pop();
        self.functions.pop();
    }

    fn expr(&mut self, expr: &AstExpr) {
        match &expr.node {
            ExprP::Identifier(name) => self.name(&name.node.ident, expr.span.into()),
            ExprP::Lambda(lambda) => {
                for param in &lambda.params {
                    if let ParameterP::Args(..) = &param.node {
                        let say = |_: &str, _: &_, _: &_| {
                            "a lambda takes no *values here: write a def".to_owned()
                        };
                        self.unknown("*", param.span.into(), say);
                    }
                }
                self.function(LAMBDA, &lambda.params, BTreeSet::new(), |look| {
                    look.expr(&lambda.body);
                });
            }
            ExprP::ListComprehension(item, first, clauses) => {
                self.comprehension(first, clauses, |look| look.expr(item));
            }
            ExprP::DictComprehension(entry, first, clauses) => {
                self.comprehension(first, clauses, |look| {
                    look.expr(&entry.0);
                    look.expr(&entry.1);
                });
            }
            ExprP::Call(function, args) => {
                self.expr(function);
                for arg in &args.args {
                    let (ArgumentP::Positional(value)
                    | ArgumentP::Named(_, value)
                    | ArgumentP::Args(value)
                    | ArgumentP::KwArgs(value)) = &arg.node;
                    self.expr(value);
                }
            }
            ExprP::Literal(AstLiteral::Ellipsis) => {
                self.unknown("...", expr.span.into(), unknown);
            }
            _ => expr.visit_expr(|inner| self.expr(inner)),
        }
    }

    fn comprehension(
        &mut self,
        first: &ForClauseP<AstNoPayload>,
        clauses: &[ClauseP<AstNoPayload>],
        item: impl FnOnce(&mut Self),
    ) {
        self.expr(&first.over);
        let mut names = BTreeSet::new();
        target_names(&first.var.node, &mut names);
        for clause in clauses {
            if let ClauseP::For(each) = clause {
                target_names(&each.var.node, &mut names);
            }
        }
        self.scopes.push(Scope {
            names,
            function: self.functions.len() - 1,
        });
        // Its variables are held by the functions in it, wherever it stands.
        self.target(&first.var.node);
        for clause in clauses {
            match clause {
                ClauseP::For(each) => {
                    self.expr(&each.over);
                    self.target(&each.var.node);
                }
                ClauseP::If(condition) => self.expr(condition),
            }
        }
        item(self);
        self.scopes.pop();
    }

    fn name(&mut self, name: &str, part: Part) {
        let holds = self
            .scopes
            .iter()
            .rposition(|scope| scope.names.contains(name));
        match holds {
            // A name of the whole program, which no function holds.
            Some(0) => {}
            Some(scope) => {
                // Every function between the name's scope and here holds it.
                let within = self.scopes[scope].function + 1;
                let holders = self.functions.iter().skip(within).cloned();
                self.holders.extend(holders);
            }
            None if self.known.contains(name) => {}
            None => {
                self.unknown(name, part, unknown);
            }
        }
    }

    fn unknown(
        &mut self,
        name: &str,
        part: Part,
        say: impl FnOnce(&str, &BTreeSet<String>, &[Scope]) -> String,
    ) {
        if self.unknown.is_none() {
            self.unknown = Some((say(name, &self.known, &self.scopes), part));
        }
    }
}

/// The names that statements bind, without those inside of functions.
fn bound(statement: &AstStmt, names: &mut BTreeSet<String>) {
    match &statement.node {
        StmtP::Def(def) => {
            names.insert(def.name.ident.clone());
        }
        StmtP::Assign(assign) => target_names(&assign.lhs.node, names),

        StmtP::For(each) => {
            target_names(&each.var.node, names);
            bound(&each.body, names);
        }
        _ => statement.visit_stmt(|inner| bound(inner, names)),
    }
}

fn target_names(target: &AssignTargetP<AstNoPayload>, names: &mut BTreeSet<String>) {
    match target {
        AssignTargetP::Identifier(name) => {
            names.insert(name.ident.clone());
        }
        AssignTargetP::Tuple(targets) => {
            targets
                .iter()
                .for_each(|inner| target_names(&inner.node, names));
        }
        AssignTargetP::Index(_) | AssignTargetP::Dot(..) => {}
    }
}

/// What a learner is told of `name += 1` where the name has no value.
fn unset(name: &str, _: &BTreeSet<String>, scopes: &[Scope]) -> String {
    let [outside, within @ ..] = scopes else {
        return String::new();
    };
    if outside.names.contains(name) {
        return format!(
            "a function cannot change a name outside of it: keep what changes in a dict, as in \
             state = {{\"{name}\": 0}}, and write state[\"{name}\"] += 1"
        );
    }
    let near = within.iter().flat_map(|scope| &scope.names);
    let near = nearest(name, near.chain(&outside.names).map(String::as_str));
    match near {
        Some(near) => format!("{name} has no value here yet: did you mean {near}?"),
        None => format!("{name} has no value here yet: write {name} = 0 before"),
    }
}

/// What a learner is told of an unknown name.
fn unknown(name: &str, known: &BTreeSet<String>, scopes: &[Scope]) -> String {
    let hint = match name {
        "..." => return "... stands for nothing here: write pass".into(),
        "set" => "use a dict: seen = {}, and seen[x] = True",
        "math" => "x // n, pow(x, n), round(x), abs(x), min and max are here without it",
        "hashlib" => "write sha256(text)",
        "time" | "datetime" => "a program gives the same in every run, so it has no clock",
        "json" | "os" | "sys" | "re" | "numpy" | "np" => "nothing can be imported",
        "self" => "there are no classes: keep values in a dict outside of the functions",
        "isinstance" => "write type(x) == \"int\" or type(x) == \"string\"",
        "open" | "input" | "eval" | "exec" => "a program sees only what it is given",
        "null" | "nil" => "write None",

        _ => "",
    };
    if !hint.is_empty() {
        return format!("there is no {name}: {hint}");
    }
    let visible = known.iter().filter(|name| !name.starts_with("__"));
    let bound = scopes.iter().flat_map(|scope| &scope.names);
    match nearest(name, bound.chain(visible).map(String::as_str)) {
        Some(near) => format!("there is no name {name}: did you mean {near}?"),
        None => format!(
            "there is no name {name}: give it a value first, as in {name} = 0, or put a text in \
             quotes"
        ),
    }
}
