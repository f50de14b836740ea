//! Parameters: what a runner fills in.

use wr_base::span::TextRange;

use super::{Expr, Name, Pattern, Pipeline, PlainText, Text, TypeName};

/// `param control: percent = 10% label "Control group" where $control <= 50% else "at most half"`
///
/// The clauses may stand in any order, each at most once; their ranges tell the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    pub name: Name,
    pub ty: TypeName,
    pub default: Option<ParamDefault>,
    /// The query in `= first from (…)` or `from (…)` that gives the options of a choice.
    pub query: Option<Pipeline>,
    pub label: Option<PlainText>,
    pub help: Option<PlainText>,
    pub matches: Option<Pattern>,
    pub condition: Option<ParamCondition>,
    /// Empty when there is no block.
    pub options: Vec<ParamOption>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ParamDefault {
    Value(Expr),
    /// `= all`: each of the options.
    All(TextRange),
    /// `= first from (…)`: the first row of the query.
    First(TextRange),
}

/// `where $control <= 50% else "at most half"`
#[derive(Clone, Debug, PartialEq)]
pub struct ParamCondition {
    pub condition: Expr,
    pub message: Option<Text>,
    pub range: TextRange,
}

/// `"cards" as "Cards issued" = count()`, `city as "City"`
#[derive(Clone, Debug, PartialEq)]
pub struct ParamOption {
    /// A literal or a column.
    pub value: Expr,
    pub label: Option<PlainText>,
    /// What the option stands for where `$name` is used.
    pub meaning: Option<Expr>,
    pub range: TextRange,
}
