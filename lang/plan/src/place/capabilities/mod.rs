//! What each engine can do with exactly our meaning, what only more widely, and what not.
//!
//! Invariant: an engine that nobody has compared with the reference can do nothing beyond giving columns.

mod local;

use crate::declaration::Engine;
use crate::expr::{Expr, ExprKind};
use crate::physical::Support;
use crate::rules::can_fail;

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
        Engine::ClickHouse | Engine::SqlServer | Engine::Amplitude => {
            Answer::no("filters are not sent to this kind of source yet")
        }
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
