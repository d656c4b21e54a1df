//! A program that was read: checked, guarded and ready to load.

use std::collections::BTreeSet;

use faultline_systems::code::FunctionSpec;
use starlark::environment::Globals;
use starlark::syntax::ast::{AssignTargetP, StmtP};
use starlark::syntax::{AstModule, Dialect, DialectTypes};

use crate::emit::{self, Guarded};
use crate::fault::{Fault, Kind};
use crate::limits::Limits;
use crate::text::{Part, Source, Text};
use crate::{builtins, messages, scan, scope};

/// The module's name inside of Starlark, to know its places from those of what is built in.
pub const MODULE: &str = "program";

/// A program that was read.
pub struct Code {
    text: Text,
    guarded: Guarded,
    tree: AstModule,
    nothing_to_do: AstModule,
    globals: Globals,
    /// Functions with where their names stand, in the order of the text.
    functions: Vec<(String, Part)>,
    /// Names of functions that hold variables of others.
    holders: BTreeSet<String>,
    /// How the system writes the functions that it asks.
    usages: Vec<FunctionSpec>,
}

/// What of Python is on.
fn dialect() -> Dialect {
    Dialect {
        enable_load: false,
        enable_keyword_only_arguments: true,
        enable_positional_only_arguments: true,
        enable_types: DialectTypes::ParseOnly,
        enable_top_level_stmt: true,
        enable_f_strings: true,
        ..Dialect::Standard
    }
}

/// Reads a text, for its faults and its functions.
pub fn functions(source: Source<'_>, limits: &Limits) -> Result<Vec<(String, Part)>, Fault> {
    let (text, tree) = parse(source, limits)?;
    scope::look(&text, tree.statement(), &builtins::globals())?;
    Ok(defined(&tree))
}

fn parse(source: Source<'_>, limits: &Limits) -> Result<(Text, AstModule), Fault> {
    let text = scan::scan(Text::new(source), limits, &dialect())?;
    match AstModule::parse(MODULE, text.written().to_owned(), &dialect()) {
        Ok(tree) => Ok((text, tree)),
        Err(error) => Err(messages::syntax(&text, text.written(), &error)),
    }
}

/// The names that stand for functions outside of all others.
fn defined(tree: &AstModule) -> Vec<(String, Part)> {
    let mut functions: Vec<(String, Part)> = Vec::new();
    let mut note = |name: &str, part: Part| {
        functions.retain(|(known, _)| known != name);
        functions.push((name.to_owned(), part));
    };
    let mut statements = vec![tree.statement()];
    while let Some(statement) = statements.pop() {
        match &statement.node {
            StmtP::Statements(inner) => statements.extend(inner.iter().rev()),
            StmtP::Def(def) => note(&def.name.ident, def.name.span.into()),
            StmtP::Assign(assign) => {
                if let AssignTargetP::Identifier(name) = &assign.lhs.node {
                    note(&name.ident, name.span.into());
                }
            }
            _ => {}
        }
    }
    functions
}

impl Code {
    /// Reads a program.
    pub fn read(
        source: Source<'_>,
        limits: &Limits,
        usages: &[FunctionSpec],
    ) -> Result<Self, Fault> {
        let (text, written) = parse(source, limits)?;
        let globals = builtins::globals();
        let holders = scope::look(&text, written.statement(), &globals)?;
        let guarded = emit::emit(&text, written.statement());
        let tree = AstModule::parse(MODULE, guarded.text.clone(), &dialect())
            .map_err(|error| messages::guarded(&text, &guarded, &error))?;
        let nothing_to_do = AstModule::parse("nothing", "None\n".into(), &dialect())
            .map_err(|error| messages::guarded(&text, &guarded, &error))?;
        Ok(Self {
            functions: defined(&written),
            text,
            guarded,
            tree,
            nothing_to_do,
            globals,
            holders,
            usages: usages.to_vec(),
        })
    }

    pub fn text(&self) -> &Text {
        &self.text
    }

    pub fn guarded(&self) -> &Guarded {
        &self.guarded
    }

    pub fn tree(&self) -> AstModule {
        self.tree.clone()
    }

    pub fn nothing_to_do(&self) -> AstModule {
        self.nothing_to_do.clone()
    }

    pub fn globals(&self) -> &Globals {
        &self.globals
    }

    pub fn defines(&self, function: &str) -> bool {
        self.functions.iter().any(|(name, _)| name == function)
    }

    /// Whether a function of this name may hold variables of others.
    pub fn holds_values(&self, function: &str) -> bool {
        self.holders.contains(function)
    }

    /// Where a function's name stands; the first line, if there is none.
    pub fn place(&self, function: &str) -> Part {
        let place = self.functions.iter().find(|(name, _)| name == function);
        place.map_or(Part { begin: 0, end: 0 }, |(_, part)| *part)
    }

    fn usage<'a>(&self, function: &'a str) -> &'a str
    where
        Self: 'a,
    {
        let usage = self.usages.iter().find(|spec| spec.name() == function);
        usage.map_or(function, |spec| spec.usage)
    }

    /// The system asked for what is no function.
    pub fn no_function(&self, function: &str) -> Fault {
        let usage = self.usage(function);
        let message = format!("{function} has to be a function: write def {usage}:");
        self.text.fault(Kind::Answer, self.place(function), message)
    }

    /// The answers take more memory than a program has.
    pub fn too_many_answers(&self, function: &str) -> Fault {
        let message = format!("the answers of {function} take too much memory: return less");
        self.text.fault(Kind::Limit, self.place(function), message)
    }

    /// A fault of the call itself is at the function.
    pub fn at_function(&self, function: &str, fault: Fault) -> Fault {
        if fault.line > 0 {
            return fault;
        }
        let usage = self.usage(function);
        let message = match fault.kind {
            Kind::Runtime if fault.message.starts_with(messages::THIS_CALL) => {
                format!("this function does not fit: write def {usage}:")
            }
            _ => fault.message,
        };
        self.text.fault(fault.kind, self.place(function), message)
    }

    /// The engine gave no answer, which does not happen.
    pub fn nothing(&self) -> Fault {
        let start = Part { begin: 0, end: 0 };
        self.text
            .fault(Kind::Runtime, start, "the program gave no answer")
    }
}
