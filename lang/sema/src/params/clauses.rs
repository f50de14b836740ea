//! Clauses that do not go with the type of their parameter.

use wr_syntax::ast;

use super::errors;
use crate::checker::Checker;

pub(super) fn check(checker: &mut Checker, param: &ast::Param) {
    let is_choice = matches!(param.ty.kind, ast::TypeNameKind::Choice | ast::TypeNameKind::Choices);
    let is_columns = matches!(param.ty.kind, ast::TypeNameKind::Columns);
    let is_known = !matches!(param.ty.kind, ast::TypeNameKind::Error | ast::TypeNameKind::Unknown(_));
    if !is_known {
        return;
    }
    let ty = checker.words(param.ty.range);
    if let (false, false, Some(option)) = (is_choice, is_columns, param.options.first()) {
        let at = checker.span(option.range);
        checker.report(errors::clause_not_for_type(at, "options", &ty, "a choice, choices or columns"));
    }
    if let (false, Some(query)) = (is_choice, &param.query) {
        let at = checker.span(query.range);
        checker.report(errors::clause_not_for_type(at, "a query of options", &ty, "a choice or choices"));
    }
    if let (true, Some(query), Some(option)) = (is_choice, &param.query, param.options.first()) {
        let (at, query_at) = (checker.span(option.range), checker.span(query.range));
        checker.report(errors::options_twice(at, query_at));
    }
    if let Some(pattern) = &param.matches
        && !matches!(param.ty.kind, ast::TypeNameKind::Text)
    {
        let at = checker.span(pattern.range);
        checker.report(errors::clause_not_for_type(at, "`matches`", &ty, "a text"));
    }
    if matches!(param.ty.kind, ast::TypeNameKind::File) {
        let at = checker.span(param.ty.range);
        if param.default.is_some() {
            checker.report(errors::default_of_file(at));
        }
        return;
    }
    match &param.default {
        Some(ast::ParamDefault::All(range)) if !is_columns && !matches!(param.ty.kind, ast::TypeNameKind::Choices) => {
            let at = checker.span(*range);
            checker.report(errors::clause_not_for_type(at, "`all`", &ty, "choices or columns"));
        }
        Some(ast::ParamDefault::First(range)) if !matches!(param.ty.kind, ast::TypeNameKind::Choice) => {
            let at = checker.span(*range);
            checker.report(errors::clause_not_for_type(at, "`first`", &ty, "a choice"));
        }
        Some(ast::ParamDefault::All(_) | ast::ParamDefault::First(_) | ast::ParamDefault::Value(_)) | None => {}
    }
}
