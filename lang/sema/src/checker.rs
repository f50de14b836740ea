//! What one analysis has gathered so far: the program as it grows, the names in sight, what was found wrong.
//!
//! The phases are functions over a [`Checker`]; it has no behaviour of its own beyond handing out ids and keeping places.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use wr_base::diag::{Diagnostic, Diagnostics};
use wr_base::ids::{Arena, ColumnId, ExprId, FactId, RelationId, StepId, TableId, ValueId};
use wr_base::row_type::RowType;
use wr_base::source::SourceSet;
use wr_base::span::{FileId, Span, TextRange};
use wr_base::ty::Type;
use wr_plan::declaration::{Engine, Expectation, Export, Fact, Record, Report, Reveal, Table, ValueDeclaration};
use wr_plan::expr::Expr;
use wr_plan::logical::{Frame, StepInfo, WindowCall};

use crate::definitions::Definition;
use crate::hir::{Origins, Relation, Test};
use crate::relations::fan_out::MultiplyingJoin;
use crate::tables::Tables;

pub(crate) struct Checker {
    /// The texts of the script and of what it imports.
    pub(crate) sources: SourceSet,
    pub(crate) report: Report,
    pub(crate) tables: Arena<TableId, Table>,
    pub(crate) values: Arena<ValueId, ValueDeclaration>,
    pub(crate) relations: Arena<RelationId, Relation>,
    pub(crate) facts: Arena<FactId, Fact>,
    /// Facts by the words of their calls, which mean the same wherever they stand in the script.
    pub(crate) facts_by_words: BTreeMap<String, (FactId, Type)>,
    pub(crate) steps: Arena<StepId, StepInfo>,
    pub(crate) origins: Origins,
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) records: Vec<Record>,
    /// A `record` says something that is not known, so nobody can tell who is recorded.
    pub(crate) has_unclear_record: bool,
    /// A statement or a sheet could not be read, so nobody can tell which files there are.
    pub(crate) has_unclear_export: bool,
    /// Parameters whose default is written, and broken.
    pub(crate) unclear_defaults: Vec<ValueId>,
    pub(crate) exports: Vec<Export>,
    pub(crate) reveals: Vec<Reveal>,
    pub(crate) tests: Vec<Test>,
    /// The tables that were read when somebody named them, by the place of their names; `None`: broken, and reported.
    pub(crate) tables_read: BTreeMap<Span, Option<TableId>>,
    /// What answers for each connection, where `wr.toml` says it.
    pub(crate) drivers: BTreeMap<String, Engine>,
    /// The tables that queries of sources' own are, by the places of their texts.
    pub(crate) queries: BTreeMap<Span, TableId>,
    /// The names that the file under check sees. Each file of an import graph has its own.
    pub(crate) names: Names,
    /// The statement under check: its ranges are relative to this.
    pub(crate) place: Place,
    pub(crate) diagnostics: Diagnostics,
    /// Names of the file under check that are declared below the statement under check, for messages.
    pub(crate) declared_below: BTreeMap<String, Span>,
    /// Joins that may have to be warned of, once it is known where their rows go.
    pub(crate) joins_that_multiply: Vec<(RelationId, MultiplyingJoin)>,
    /// The scalars that the step under check reads.
    pub(crate) scalars: Vec<Scalar>,
    /// Relations that definitions gave, each for what it was given.
    pub(crate) made_for: Vec<(MadeFor, RelationId)>,
    /// What uses of definitions have made so far.
    pub(crate) unfolding: Unfolding,
    /// The item of a `window` under check, with the calls of window functions that it made so far.
    pub(crate) window: Option<WindowItem>,
    next_column: u32,
}

/// The value of a relation of one row, as a column of a join before the step that reads it.
pub(crate) struct Scalar {
    pub(crate) relation: RelationId,
    /// The column over there, and the one here.
    pub(crate) there: ColumnId,
    pub(crate) here: ColumnId,
    /// The words that read it first.
    pub(crate) range: TextRange,
}

/// What the calls in an item of a `window` share.
pub(crate) struct WindowItem {
    pub(crate) frame: Option<Frame>,
    pub(crate) uses_frame: bool,
    pub(crate) calls: Vec<WindowCall>,
}

/// How much uses of definitions make, so that it can be bounded.
#[derive(Default)]
pub(crate) struct Unfolding {
    /// How many definitions are being made inside of one another.
    pub(crate) depth: usize,
    pub(crate) steps: usize,
    pub(crate) is_too_much: bool,
}

/// A definition, by the place of its name, with what it was given: expressions without their places.
#[derive(PartialEq)]
pub(crate) struct MadeFor {
    definition: Span,
    arguments: Vec<Expr>,
}

/// What was made up to a moment.
pub(crate) struct Made {
    values: usize,
    relations: usize,
    steps: usize,
    exprs: usize,
    joins: usize,
}

/// How many characters people are shown of a step.
const WORDS_LIMIT: usize = 80;

/// Where relative ranges of the statement under check begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) file: FileId,
    pub(crate) base: u32,
}

/// What a bare, dotted or `$` name can mean in one file. `None` in a map: declared, but with an error already reported.
#[derive(Clone, Default)]
pub(crate) struct Names {
    /// `source wallet: …`, or imported.
    pub(crate) connections: BTreeMap<String, Named<Engine>>,
    pub(crate) tables: Tables,
    /// `$name`.
    pub(crate) values: BTreeMap<String, Named<Option<ValueId>>>,
    /// `let name = from …`.
    pub(crate) relations: BTreeMap<String, Named<Option<RelationMeaning>>>,
    /// `step name = …`.
    pub(crate) steps: BTreeMap<String, Named<Option<Rc<Definition>>>>,
    /// Branches by relation name and branch name.
    pub(crate) branches: BTreeMap<(String, String), Named<RelationId>>,
    /// The split relation of a `let` that has been split: what `record` reads.
    pub(crate) splits: BTreeMap<String, RelationId>,
    pub(crate) functions: BTreeMap<String, Named<Option<UserFunction>>>,
    /// Option expressions of `choice` and `choices` parameters, by `$name` (B4).
    pub(crate) shapes: BTreeMap<String, Shape>,
    /// Tables whose declaration is broken, and that was reported.
    pub(crate) unknown_tables: BTreeSet<(String, String)>,
    /// Where a `use` took a name.
    pub(crate) imported: BTreeMap<String, Span>,
    /// Split relations of which no branch is known because the split is broken, and that was reported.
    pub(crate) unknown_branches: BTreeSet<String>,
    /// Connections of which nothing is known because their declaration or import is broken, and that was reported.
    pub(crate) unknown_connections: BTreeSet<String>,
}

/// A meaning and the words that declared it.
#[derive(Clone)]
pub(crate) struct Named<T> {
    pub(crate) meaning: T,
    pub(crate) span: Span,
}

/// What a `let` of rows stands for.
#[derive(Clone)]
pub(crate) enum RelationMeaning {
    Rows(RelationId),
    /// `let active(seen: period) = from …`: rows for each use.
    WithParameters(Rc<Definition>),
}

/// `fn age(born: date?) -> int? = …`: typed once. Its parameters are pseudo-columns; a call puts the arguments in their
/// place and gives the copy fresh expression ids at the words of the call.
#[derive(Clone)]
pub(crate) struct UserFunction {
    pub(crate) parameters: Vec<(String, Type, ColumnId)>,
    pub(crate) result: Type,
    pub(crate) body: Expr,
}

/// A parameter whose options stand for expressions: each is typed anew at every use (B4).
#[derive(Clone)]
pub(crate) struct Shape {
    pub(crate) value: ValueId,
    /// `columns` and `choices`: many columns, only in lists of columns. `choice`: one expression.
    pub(crate) is_many: bool,
    pub(crate) options: Vec<ShapeOption>,
    /// Where the options' ranges are relative to.
    pub(crate) place: Place,
}

#[derive(Clone)]
pub(crate) struct ShapeOption {
    /// The option's value; for `columns`, the column's name.
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) expr: wr_syntax::ast::Expr,
}

/// What an expression may name where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// `None`: only values known before rows.
    pub(crate) row: Option<&'a RowType>,
    /// Aggregates may stand here (`group by { }`, `aggregate { }`).
    pub(crate) aggregates: bool,
    /// `scalar(r.x)` may stand here, as a column.
    pub(crate) scalars: bool,
    /// Window functions may stand here (`window { }`).
    pub(crate) window: bool,
    /// `rows(r)`, `unique(r, k)`, `sum(r.x)` may stand here (`expect`, messages).
    pub(crate) facts: bool,
    /// What stands here is read by people only: texts in the report's language may stand here (columns of outputs, messages).
    pub(crate) people: bool,
    /// The column that `branch` means: only in the record of a split relation.
    pub(crate) branch: Option<ColumnId>,
    /// What stands here, for messages: "a `filter`", "the `if` of a step", "a default".
    pub(crate) what: &'static str,
}

impl<'a> Scope<'a> {
    pub(crate) const fn values(what: &'static str) -> Self {
        Self {
            row: None,
            aggregates: false,
            scalars: false,
            window: false,
            facts: false,
            people: false,
            branch: None,
            what,
        }
    }

    pub(crate) const fn row(row: &'a RowType, what: &'static str) -> Self {
        Self {
            row: Some(row),
            aggregates: false,
            scalars: false,
            window: false,
            facts: false,
            people: false,
            branch: None,
            what,
        }
    }
}

impl<'a> Scope<'a> {
    /// As [`Scope::row`], of a step before which a join can stand.
    pub(crate) const fn step(row: &'a RowType, what: &'static str) -> Self {
        Self { scalars: true, ..Self::row(row, what) }
    }
}

impl Checker {
    pub(crate) fn new(report: Report, place: Place) -> Self {
        Self {
            sources: SourceSet::default(),
            report,
            tables: Arena::new(),
            values: Arena::new(),
            relations: Arena::new(),
            facts: Arena::new(),
            facts_by_words: BTreeMap::new(),
            steps: Arena::new(),
            origins: Origins::default(),
            expectations: Vec::new(),
            records: Vec::new(),
            has_unclear_record: false,
            has_unclear_export: false,
            unclear_defaults: Vec::new(),
            exports: Vec::new(),
            reveals: Vec::new(),
            tests: Vec::new(),
            tables_read: BTreeMap::new(),
            drivers: BTreeMap::new(),
            queries: BTreeMap::new(),
            names: Names::default(),
            place,
            diagnostics: Diagnostics::default(),
            declared_below: BTreeMap::new(),
            joins_that_multiply: Vec::new(),
            scalars: Vec::new(),
            made_for: Vec::new(),
            unfolding: Unfolding::default(),
            window: None,
            next_column: 0,
        }
    }

    pub(crate) fn made_so_far(&self) -> Made {
        Made {
            values: self.values.len(),
            relations: self.relations.len(),
            steps: self.steps.len(),
            exprs: self.origins.exprs.len(),
            joins: self.joins_that_multiply.len(),
        }
    }

    /// Forgets what was made since, and tells how many steps it was: a definition is checked as if it were used, and leaves
    /// nothing behind but what was said.
    pub(crate) fn forget_since(&mut self, made: Made) -> usize {
        let steps = self.steps.len() - made.steps;
        self.values.truncate(made.values);
        self.relations.truncate(made.relations);
        self.steps.truncate(made.steps);
        self.origins.steps.truncate(made.steps);
        self.origins.uses.retain(|step, _| (step.0 as usize) < made.steps);
        self.origins.exprs.truncate(made.exprs);
        self.joins_that_multiply.truncate(made.joins);
        self.made_for.retain(|(_, relation)| (relation.0 as usize) < made.relations);
        steps
    }

    /// By what the same use of a definition is known; `None` where an argument is broken.
    pub(crate) fn key_of<'a>(definition: Span, arguments: impl Iterator<Item = &'a Expr>) -> Option<MadeFor> {
        let without_places = arguments.map(|argument| {
            let mut argument = argument.clone();
            let mut is_broken = argument.ty.is_error();
            argument.transform(&mut |part| {
                part.id = ExprId(0);
                is_broken |= part.ty.is_error();
            });
            (!is_broken).then_some(argument)
        });
        Some(MadeFor { definition, arguments: without_places.collect::<Option<Vec<_>>>()? })
    }

    pub(crate) fn fresh_column(&mut self) -> ColumnId {
        self.next_column += 1;
        ColumnId(self.next_column - 1)
    }

    /// An id for an expression at a range of the statement under check.
    pub(crate) fn expr_id(&mut self, range: TextRange) -> ExprId {
        let span = self.span(range);
        self.origins.exprs.add(span)
    }

    /// An id for a step at a range of the statement under check.
    pub(crate) fn step_id(&mut self, range: TextRange, info: StepInfo) -> StepId {
        let span = self.span(range);
        self.origins.steps.add(span);
        self.steps.add(info)
    }

    /// The absolute place of a range of the statement under check.
    pub(crate) const fn span(&self, range: TextRange) -> Span {
        range.in_file(self.place.file, self.place.base)
    }

    /// The words at a range of the statement under check, on one line, cut at 80 characters.
    pub(crate) fn words(&self, range: TextRange) -> String {
        let mut words = String::new();
        for word in self.sources.slice(self.span(range)).split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
            // Letters of several bytes may fit all the same, and then the rest is read, too.
            if words.len() > WORDS_LIMIT && words.chars().count() > WORDS_LIMIT {
                return words.chars().take(WORDS_LIMIT - 1).chain(['…']).collect();
            }
        }
        words
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
