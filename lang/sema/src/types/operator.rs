//! Operators: which function of the catalogue a sign is, between operands of these types.

use wr_base::diag::Diagnostic;
use wr_base::ids::ExprId;
use wr_base::span::TextRange;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::{FnId, Mismatch, Setting, is_equal};
use wr_syntax::ast::{self, BinaryOperator, UnaryOperator};

use super::{call, errors, name, narrow, type_condition, type_expr, widen};
use crate::checker::{Checker, Scope};

/// Where an operation stands, and its sign.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) whole: TextRange,
    pub(super) operator: TextRange,
}

pub(super) fn type_binary(
    checker: &mut Checker,
    scope: &Scope<'_>,
    operator: BinaryOperator,
    left: &ast::Expr,
    right: &ast::Expr,
    places: Places,
) -> Expr {
    match operator {
        BinaryOperator::And | BinaryOperator::Or => type_logic(checker, scope, operator, left, right, places),
        BinaryOperator::Fallback => type_fallback(checker, scope, left, right, places),
        BinaryOperator::Is => type_is(checker, scope, left, right, places, [FnId::IsNull, FnId::IsSame]),
        BinaryOperator::IsNot => type_is(checker, scope, left, right, places, [FnId::IsNotNull, FnId::IsNotSame]),
        BinaryOperator::In => type_in(checker, scope, left, right, places),
        BinaryOperator::NotIn => {
            let inside = type_in(checker, scope, left, right, places);
            if inside.ty.is_error() {
                return inside;
            }
            let ty = inside.ty.clone();
            let id = checker.expr_id(places.whole);
            Expr::new(id, ty, ExprKind::Call { function: FnId::Not, arguments: vec![inside] })
        }
        BinaryOperator::Equal => type_comparison(checker, scope, FnId::Equal, left, right, places),
        BinaryOperator::NotEqual => type_comparison(checker, scope, FnId::NotEqual, left, right, places),
        BinaryOperator::Less => type_comparison(checker, scope, FnId::Less, left, right, places),
        BinaryOperator::LessOrEqual => type_comparison(checker, scope, FnId::LessOrEqual, left, right, places),
        BinaryOperator::Greater => type_comparison(checker, scope, FnId::Greater, left, right, places),
        BinaryOperator::GreaterOrEqual => type_comparison(checker, scope, FnId::GreaterOrEqual, left, right, places),
        BinaryOperator::Add => type_arithmetic(checker, scope, FnId::Add, left, right, places),
        BinaryOperator::Subtract => type_arithmetic(checker, scope, FnId::Subtract, left, right, places),
        BinaryOperator::Multiply => type_arithmetic(checker, scope, FnId::Multiply, left, right, places),
        BinaryOperator::Divide => type_arithmetic(checker, scope, FnId::Divide, left, right, places),
        BinaryOperator::FloorDivide => type_arithmetic(checker, scope, FnId::FloorDivide, left, right, places),
        BinaryOperator::Modulo => type_arithmetic(checker, scope, FnId::Modulo, left, right, places),
    }
}

/// What the left side proves holds on the right one: `and` looks there only where the left is not false.
fn type_logic(
    checker: &mut Checker,
    scope: &Scope<'_>,
    operator: BinaryOperator,
    left: &ast::Expr,
    right: &ast::Expr,
    places: Places,
) -> Expr {
    let id = checker.expr_id(places.whole);
    let is_and = operator == BinaryOperator::And;
    let what = if is_and { "a side of `and`" } else { "a side of `or`" };
    let left = type_condition(checker, &Scope { what, ..*scope }, left);
    let row = if is_and { narrow::narrowed(scope, &left) } else { None };
    let inner = Scope { what, row: row.as_ref().or(scope.row), ..*scope };
    let right = type_condition(checker, &inner, right);
    if left.ty.is_error() || right.ty.is_error() {
        return Expr::error(id);
    }
    let ty = Type::new(DataType::Bool, left.ty.nullable || right.ty.nullable);
    let (left, right) = (Box::new(left), Box::new(right));
    Expr::new(id, ty, if is_and { ExprKind::And(left, right) } else { ExprKind::Or(left, right) })
}

fn type_fallback(
    checker: &mut Checker,
    scope: &Scope<'_>,
    left: &ast::Expr,
    right: &ast::Expr,
    places: Places,
) -> Expr {
    let id = checker.expr_id(places.whole);
    let ranges = [left.range, right.range];
    let (left, right) = (type_expr(checker, scope, left), type_expr(checker, scope, right));
    let nullable = left.ty.nullable && right.ty.nullable;
    let Some((mut sides, ty)) = widen::to_common(checker, vec![left, right], &ranges, "`??`") else {
        return Expr::error(id);
    };
    match (sides.pop(), sides.pop()) {
        (Some(right), Some(left)) => {
            let ty = Type { nullable, ..ty };
            Expr::new(id, ty, ExprKind::Coalesce(Box::new(left), Box::new(right)))
        }
        _ => Expr::error(id),
    }
}

/// `x is null`, `x is y`.
fn type_is(
    checker: &mut Checker,
    scope: &Scope<'_>,
    left: &ast::Expr,
    right: &ast::Expr,
    places: Places,
    [of_null, of_value]: [FnId; 2],
) -> Expr {
    if !is_null_literal(right) {
        return type_comparison(checker, scope, of_value, left, right, places);
    }
    let id = checker.expr_id(places.whole);
    // Whether a file was given is all that can be asked of it.
    let left = match name::given_file(checker, left) {
        Some(file) => file,
        None => type_expr(checker, scope, left),
    };
    if left.ty.is_error() {
        return Expr::error(id);
    }
    let kind = ExprKind::Call { function: of_null, arguments: vec![left] };
    Expr::new(id, Type::required(DataType::Bool), kind)
}

const fn is_null_literal(expr: &ast::Expr) -> bool {
    matches!(expr.kind, ast::ExprKind::Literal(ast::Literal::Null))
}

fn type_comparison(
    checker: &mut Checker,
    scope: &Scope<'_>,
    function: FnId,
    left: &ast::Expr,
    right: &ast::Expr,
    places: Places,
) -> Expr {
    let id = checker.expr_id(places.whole);
    if is_null_literal(left) || is_null_literal(right) {
        // `None` and its like were told as what they are, and one mistake is told once.
        let literal = if is_null_literal(right) { right } else { left };
        if !matches!(checker.sources.slice(checker.span(literal.range)), "null" | "") {
            return Expr::error(id);
        }
        let at = checker.span(places.whole);
        let operator = checker.span(places.operator);
        checker.report(errors::compared_with_null(at, operator, function, is_null_literal(right)));
        return Expr::error(id);
    }
    let sides = [type_expr(checker, scope, left), type_expr(checker, scope, right)];
    if !check_options(checker, &sides, [left, right]) {
        return Expr::error(id);
    }
    let is_maybe_null = sides.iter().any(|side| side.ty.nullable && !side.ty.is_error());
    let typed = operate(checker, id, function, sides, [left, right], places);
    if function == FnId::NotEqual && is_maybe_null && !typed.ty.is_error() {
        let (at, operator) = (checker.span(places.whole), checker.span(places.operator));
        checker.report(errors::not_equal_drops_nulls(at, operator));
    }
    typed
}

fn type_arithmetic(
    checker: &mut Checker,
    scope: &Scope<'_>,
    function: FnId,
    left: &ast::Expr,
    right: &ast::Expr,
    places: Places,
) -> Expr {
    let id = checker.expr_id(places.whole);
    let sides = [type_expr(checker, scope, left), type_expr(checker, scope, right)];
    operate(checker, id, function, sides, [left, right], places)
}

/// A function of the catalogue between two operands.
fn operate(
    checker: &mut Checker,
    id: ExprId,
    function: FnId,
    sides: [Expr; 2],
    written: [&ast::Expr; 2],
    places: Places,
) -> Expr {
    if sides.iter().any(|side| side.ty.is_error()) {
        return Expr::error(id);
    }
    match (function.function().signature)(&call::as_known(&sides)) {
        Ok(signature) => call::build(checker, id, function, sides.into(), &signature),
        Err(mismatch) => {
            report(checker, function, &mismatch, &sides, written, places);
            Expr::error(id)
        }
    }
}

fn report(
    checker: &mut Checker,
    function: FnId,
    mismatch: &Mismatch,
    sides: &[Expr; 2],
    written: [&ast::Expr; 2],
    places: Places,
) {
    let operands = sides.iter().zip(written).map(|(side, written)| errors::Operand {
        at: checker.span(written.range),
        ty: side.ty.data.clone(),
        text: match &written.kind {
            ast::ExprKind::Text(text) => match text.parts.as_slice() {
                [ast::TextPart::Words(words)] => Some(words.clone()),
                _ => None,
            },
            ast::ExprKind::Literal(_)
            | ast::ExprKind::Pattern(_)
            | ast::ExprKind::Value(_)
            | ast::ExprKind::Name(_)
            | ast::ExprKind::Qualified { .. }
            | ast::ExprKind::FileColumn { .. }
            | ast::ExprKind::Call(_)
            | ast::ExprKind::List(_)
            | ast::ExprKind::Range { .. }
            | ast::ExprKind::Period(_)
            | ast::ExprKind::Unary { .. }
            | ast::ExprKind::Binary { .. }
            | ast::ExprKind::When { .. }
            | ast::ExprKind::Relation(_)
            | ast::ExprKind::Error => None,
        },
    });
    let operands: Vec<errors::Operand> = operands.collect();
    let [left, right] = operands.as_slice() else { return };
    let at = checker.span(places.whole);
    let operator = checker.span(places.operator);
    let diagnostic = match mismatch {
        Mismatch::Argument { at: 1, wanted } => errors::operand_type(function, operator, right, left, wanted),
        Mismatch::Argument { wanted, .. } | Mismatch::NotLiteral { wanted, .. } => {
            errors::operand_type(function, operator, left, right, wanted)
        }
        Mismatch::Together | Mismatch::Count { .. } => errors::not_comparable(function, at, left, right),
        Mismatch::TooManyDigits => errors::too_many_digits(at),
    };
    checker.report(diagnostic);
}

/// `x in list`, `x in range`, `x in period`.
fn type_in(checker: &mut Checker, scope: &Scope<'_>, left: &ast::Expr, right: &ast::Expr, places: Places) -> Expr {
    let id = checker.expr_id(places.whole);
    let sides = [type_expr(checker, scope, left), type_expr(checker, scope, right)];
    if !check_options(checker, &sides, [left, right]) {
        return Expr::error(id);
    }
    let function = match &sides[1].ty.data {
        DataType::Error => return Expr::error(id),
        DataType::List(_) => FnId::InList,
        DataType::Range(_) => FnId::InRange,
        DataType::Period => FnId::InPeriod,
        DataType::Int
        | DataType::Decimal { .. }
        | DataType::Float
        | DataType::Text
        | DataType::Bool
        | DataType::Date
        | DataType::DateTime
        | DataType::Time
        | DataType::Duration
        | DataType::Uuid
        | DataType::Percent
        | DataType::Shape
        | DataType::Null => {
            let at = checker.span(right.range);
            checker.report(errors::in_what(at, &sides[1].ty.data));
            return Expr::error(id);
        }
    };
    operate(checker, id, function, sides, [left, right], places)
}

/// A text compared with a choice is one of its options, else it is a slip. Whether all is well.
fn check_options(checker: &mut Checker, sides: &[Expr; 2], written: [&ast::Expr; 2]) -> bool {
    let mut is_well = true;
    for (param, other, place) in [(&sides[0], &sides[1], written[1]), (&sides[1], &sides[0], written[0])] {
        let Some((name, options)) = call::options_of(checker, param) else { continue };
        let mut literals = Vec::new();
        match (&other.kind, &place.kind) {
            (ExprKind::Literal(value), _) => literals.push((value, place.range)),
            (ExprKind::Call { function: FnId::ListOf, arguments }, ast::ExprKind::List(items)) => {
                for (argument, item) in arguments.iter().zip(items) {
                    if let ExprKind::Literal(value) = &argument.kind {
                        literals.push((value, item.range));
                    }
                }
            }
            _ => {}
        }
        for (value, range) in literals {
            let is_text =
                matches!(value, Value::Text(_)) && options.iter().all(|option| matches!(option, Value::Text(_)));
            if is_text && !options.iter().any(|option| is_equal(option, value)) {
                let at = checker.span(range);
                let options: Vec<String> = options.iter().map(Value::canonical).collect();
                checker.report(errors::not_an_option(at, &name, &value.canonical(), &options));
                is_well = false;
            }
        }
    }
    is_well
}

pub(super) fn type_unary(
    checker: &mut Checker,
    scope: &Scope<'_>,
    operator: UnaryOperator,
    operand: &ast::Expr,
    range: TextRange,
) -> Expr {
    let id = checker.expr_id(range);
    let function = match operator {
        UnaryOperator::Not => FnId::Not,
        UnaryOperator::Minus => FnId::Negate,
    };
    let typed = type_expr(checker, scope, operand);
    if typed.ty.is_error() {
        return Expr::error(id);
    }
    let arguments = vec![typed];
    let signature = match (function.function().signature)(&call::as_known(&arguments)) {
        Ok(signature) => signature,
        Err(_) => {
            let at = checker.span(operand.range);
            let wanted = if function == FnId::Not { "a condition" } else { "a number or a duration" };
            let found = arguments.first().map_or(DataType::Error, |argument| argument.ty.data.clone());
            checker.report(errors::argument_type(
                at,
                if function == FnId::Not { "not" } else { "-" },
                wanted,
                &found,
                &[],
                "",
            ));
            return Expr::error(id);
        }
    };
    // `-5` is a literal like any other.
    if let [Expr { kind: ExprKind::Literal(value), ty, .. }] = arguments.as_slice()
        && let Ok(value) =
            function.call(std::slice::from_ref(value), &signature.result, &Setting::new(DateTime(0), Zone::UTC))
    {
        return Expr { id, ty: ty.clone(), kind: ExprKind::Literal(value) };
    }
    call::build(checker, id, function, arguments, &signature)
}

pub(super) fn type_list(checker: &mut Checker, scope: &Scope<'_>, items: &[ast::Expr], range: TextRange) -> Expr {
    let id = checker.expr_id(range);
    let ranges: Vec<TextRange> = items.iter().map(|item| item.range).collect();
    let typed: Vec<Expr> = items.iter().map(|item| type_expr(checker, scope, item)).collect();
    for (item, written) in typed.iter().zip(items) {
        if item.ty.nullable && !item.ty.is_error() {
            let at = checker.span(written.range);
            let is_literal = item.ty.data == DataType::Null;
            checker.report(errors::null_here(at, &item.ty, "a member of a list", is_literal));
            return Expr::error(id);
        }
    }
    let Some((items, of)) = widen::to_common(checker, typed, &ranges, "a list") else { return Expr::error(id) };
    if of.data != DataType::Null && !wr_plan::functions::is_comparable(&of.data) {
        let at = checker.span(range);
        checker.report(errors::no_list_of(at, &of.data));
        return Expr::error(id);
    }
    let ty = Type::required(DataType::List(Box::new(of.data)));
    Expr::new(id, ty, ExprKind::Call { function: FnId::ListOf, arguments: items })
}

/// `u..city`, where `u` is a joined table and no column.
fn qualified_by_two_dots(
    checker: &Checker,
    scope: &Scope<'_>,
    from: Option<&ast::Expr>,
    to: Option<&ast::Expr>,
    range: TextRange,
) -> Option<Diagnostic> {
    let (ast::ExprKind::Name(qualifier), ast::ExprKind::Name(name)) = (&from?.kind, &to?.kind) else { return None };
    let row = scope.row?;
    let is_column = row.find(None, &qualifier.text).is_some();
    (!is_column && row.find(Some(&qualifier.text), &name.text).is_some())
        .then(|| errors::two_dots(checker.span(range), &qualifier.text, &name.text))
}

pub(super) fn type_range(
    checker: &mut Checker,
    scope: &Scope<'_>,
    from: Option<&ast::Expr>,
    to: Option<&ast::Expr>,
    range: TextRange,
) -> Expr {
    let id = checker.expr_id(range);
    if let Some(diagnostic) = qualified_by_two_dots(checker, scope, from, to, range) {
        checker.report(diagnostic);
        return Expr::error(id);
    }
    let ends: Vec<Expr> = [from, to]
        .into_iter()
        .map(|end| match end {
            Some(end) => type_expr(checker, scope, end),
            None => Expr::literal(checker.expr_id(range), DataType::Null, Value::Null),
        })
        .collect();
    if ends.iter().any(|end| end.ty.is_error()) {
        return Expr::error(id);
    }
    let place = |at: usize| [from, to].get(at).copied().flatten().map_or(range, |end| end.range);
    match (FnId::RangeOf.function().signature)(&call::as_known(&ends)) {
        Ok(signature) => call::build(checker, id, FnId::RangeOf, ends, &signature),
        Err(mismatch) => {
            let diagnostic = match mismatch {
                Mismatch::Argument { at, wanted } | Mismatch::NotLiteral { at, wanted, .. } => {
                    let found = ends.get(at).map_or(DataType::Error, |end| end.ty.data.clone());
                    errors::argument_type(checker.span(place(at)), "..", wanted, &found, &[], "")
                }
                Mismatch::Together | Mismatch::Count { .. } | Mismatch::TooManyDigits => {
                    let types: Vec<DataType> = ends.iter().map(|end| end.ty.data.clone()).collect();
                    let ends = [from, to].into_iter().flatten().map(|end| checker.span(end.range));
                    let written: Vec<_> = ends.map(|at| (at, checker.sources.slice(at).to_owned())).collect();
                    errors::arguments_together(checker.span(range), "..", &types, &written)
                }
            };
            checker.report(diagnostic);
            Expr::error(id)
        }
    }
}
