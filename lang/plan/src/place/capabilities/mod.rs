//! What each engine can do with exactly our meaning, what only more widely, and what not.
//!
//! Invariant: what nobody has compared with the evaluator, or proved from documents, is `no`.

mod clickhouse;
mod local;
mod page;
mod sqlserver;

use wr_base::ty::DataType;

use crate::declaration::Engine;
use crate::expr::{Expr, ExprKind};
use crate::functions::{AggregateId, FnId};
use crate::physical::Support;
use crate::rules::can_fail;

pub use page::engines_markdown;

/// An engine's answer to one filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub support: Support,
    /// Why it is not exact; empty where it is.
    pub why: &'static str,
}

impl Answer {
    pub(crate) const EXACT: Self = Self { support: Support::Exact, why: "" };

    pub(crate) const fn no(why: &'static str) -> Self {
        Self { support: Support::No, why }
    }

    /// A whole is as good as the worst of its parts.
    fn and(self, other: Self) -> Self {
        let rank = |answer: Self| match answer.support {
            Support::Exact => 0,
            Support::Wider => 1,
            Support::No => 2,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// Whether an engine can apply a filter to the rows of one of its tables.
#[must_use]
pub fn filter(engine: Engine, predicate: &Expr) -> Answer {
    if can_fail(predicate) {
        return Answer::no("it can fail, and the run has to say at which step");
    }
    match engine {
        Engine::Local => local(predicate),
        Engine::ClickHouse => server(predicate, clickhouse::function, clickhouse::branch),
        Engine::SqlServer => server(predicate, sqlserver::function, sqlserver::branch),
        Engine::Amplitude => Answer::no("Amplitude gives whole cohorts and whole hours of events"),
    }
}

/// What else than filters is asked of an engine, by the type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A function over the values of a column in the rows of a group.
    Aggregate(AggregateId),
    /// Rows that are the same in it become one.
    Key,
    /// The first rows in its order.
    Sorted,
}

/// Whether an engine can do it with exactly our meaning. Of engines that give rows of tables and nothing else, `None`.
#[must_use]
pub fn made(engine: Engine, ask: Ask, ty: &DataType) -> Option<Answer> {
    Some(match (engine, ask) {
        (Engine::ClickHouse, Ask::Aggregate(function)) => clickhouse::aggregate(function, ty),
        (Engine::ClickHouse, Ask::Key) => clickhouse::key(ty),
        (Engine::ClickHouse, Ask::Sorted) => clickhouse::sorted(ty),
        (Engine::SqlServer, Ask::Aggregate(function)) => sqlserver::aggregate(function, ty),
        (Engine::SqlServer, Ask::Key) => sqlserver::key(ty),
        (Engine::SqlServer, Ask::Sorted) => sqlserver::sorted(ty),
        (Engine::Local | Engine::Amplitude, _) => return None,
    })
}

/// A cell of a server's table: a function by the type of its first argument. `None` of engines that have no such table.
#[must_use]
pub fn cell(engine: Engine, function: FnId, first: &DataType) -> Option<Answer> {
    match engine {
        Engine::ClickHouse => Some(clickhouse::function(function, first)),
        Engine::SqlServer => Some(sqlserver::function(function, first)),
        Engine::Local | Engine::Amplitude => None,
    }
}

/// Whether what answers takes queries in a language of its own: `from wallet.sql`.
#[must_use]
pub const fn takes_own_queries(engine: Engine) -> bool {
    match engine {
        Engine::ClickHouse | Engine::SqlServer => true,
        Engine::Local | Engine::Amplitude => false,
    }
}

/// A server over an expression: as good as its worst part. What the table says of functions is about the type of their
/// first argument, of `??` and `when` about the type of their branches.
fn server(expr: &Expr, function: fn(FnId, &DataType) -> Answer, branch: fn(&DataType) -> Answer) -> Answer {
    let here = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::And(..) | ExprKind::Or(..) => Answer::EXACT,
        ExprKind::Call { function: id, arguments } => {
            function(*id, arguments.first().map_or(&DataType::Null, |argument| &argument.ty.data))
        }
        ExprKind::Coalesce(..) | ExprKind::When { .. } => branch(&expr.ty.data),
        ExprKind::Value(_) | ExprKind::RelativePeriod(_) => Answer::no("its value is not known yet"),
        ExprKind::Fact(_) | ExprKind::Aggregate { .. } | ExprKind::Error => Answer::no("it is not about one row"),
    };
    expr.parts().into_iter().map(|part| server(part, function, branch)).fold(here, Answer::and)
}

/// The local engine over an expression: as good as its worst part.
fn local(expr: &Expr) -> Answer {
    let here = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::And(..) | ExprKind::Or(..) => Answer::EXACT,
        ExprKind::Call { function, .. } => local::function(*function),
        ExprKind::Value(_) | ExprKind::RelativePeriod(_) => Answer::no("its value is not known yet"),
        ExprKind::Coalesce(..) | ExprKind::When { .. } => Answer::no("it decides row by row what to compute"),
        ExprKind::Fact(_) | ExprKind::Aggregate { .. } | ExprKind::Error => Answer::no("it is not about one row"),
    };
    expr.parts().into_iter().map(local).fold(here, Answer::and)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many functions each server takes over, of a text as the first argument: a change here is looked at.
    #[test]
    fn what_is_exact_of_texts_is_a_short_list() {
        let exact = |function: fn(FnId, &DataType) -> Answer| {
            let is_exact = |id: &&FnId| function(**id, &DataType::Text).support == Support::Exact;
            FnId::ALL.iter().filter(is_exact).map(|id| id.function().name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            exact(clickhouse::function),
            "== != < <= > >= is null is not null is is not in (list) in (range) in (period) not .. [ ] null_if length \
             starts_with ends_with contains"
        );
        assert_eq!(
            exact(sqlserver::function),
            "== != is null is not null is is not in (list) in (period) not [ ] null_if starts_with ends_with"
        );
    }

    #[test]
    fn every_no_has_a_reason() {
        let types = [DataType::Int, DataType::Float, DataType::Text, DataType::Uuid, DataType::Bool, DataType::Time];
        for function in FnId::ALL {
            for ty in &types {
                for answer in [clickhouse::function(*function, ty), sqlserver::function(*function, ty)] {
                    assert_eq!(answer.support == Support::Exact, answer.why.is_empty(), "{function:?} of {ty}");
                }
            }
        }
    }
}
