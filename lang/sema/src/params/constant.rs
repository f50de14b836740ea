//! Values that are known when a script is checked, and the patterns that they must match.

use wr_base::ids::ValueId;
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{FnId, Setting};

/// The value of an expression, where it does not depend on a runner, a row or the clock. `known` is a value that is
/// taken as given.
pub(crate) fn value_of(expr: &Expr, zone: Zone, known: Option<(ValueId, &Value)>) -> Option<Value> {
    let mut is_constant = true;
    expr.visit(&mut |part| {
        is_constant &= match &part.kind {
            ExprKind::Value(id) => known.is_some_and(|(known, _)| known == *id),
            ExprKind::Call { function, .. } => !matches!(function, FnId::Now | FnId::Today),
            ExprKind::Column(_)
            | ExprKind::Fact(_)
            | ExprKind::Aggregate { .. }
            | ExprKind::RelativePeriod(_)
            | ExprKind::Error => false,
            ExprKind::Literal(_)
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Coalesce(..)
            | ExprKind::When { .. } => true,
        };
    });
    if !is_constant {
        return None;
    }
    let values = |id: ValueId| known.filter(|(known, _)| *known == id).map(|(_, value)| value.clone());
    // Nothing constant looks at the clock.
    evaluate(expr, &Context::values(Setting::new(DateTime(0), zone), &values)).ok()
}

/// A pattern that the whole text must match; the reason, where it cannot be understood.
pub(super) fn compile(pattern: &str) -> Result<regex::Regex, String> {
    regex::Regex::new(&format!("^(?:{pattern})$")).map_err(|error| match error {
        regex::Error::Syntax(_) => match regex::Regex::new(pattern) {
            // The wrapping moves the place that the message shows, so it is made without it.
            Err(regex::Error::Syntax(words)) => last_line(&words),
            Ok(_) | Err(_) => "a bracket is closed too early".to_owned(),
        },
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        _ => "it is not understood".to_owned(),
    })
}

/// `error: unclosed group` of a message of several lines.
fn last_line(words: &str) -> String {
    let line = words.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
