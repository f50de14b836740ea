//! The parser that pest makes of `wr.pest`, and how its pairs are taken apart. No pair leaves the folder.

use std::iter::{Filter, Peekable};

use pest::iterators::{Pair, Pairs};

#[derive(pest_derive::Parser)]
#[grammar = "wr.pest"]
pub(super) struct Grammar;

/// The children of a pair without the signs and words that only hold it together.
pub(super) struct Parts<'i>(Peekable<Filter<Pairs<'i, Rule>, IsSignificant<'i>>>);

type IsSignificant<'i> = fn(&Pair<'i, Rule>) -> bool;

impl<'i> Parts<'i> {
    pub(super) fn of(pair: Pair<'i, Rule>) -> Self {
        Self::from(pair.into_inner())
    }

    pub(super) fn from(pairs: Pairs<'i, Rule>) -> Self {
        let is_significant: IsSignificant<'i> = |pair| !is_glue(pair.as_rule());
        Self(pairs.filter(is_significant).peekable())
    }

    pub(super) fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.0.next()
    }

    /// The next child, if it is of this rule.
    pub(super) fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.0.next_if(|pair| pair.as_rule() == rule)
    }

    /// All next children of this rule.
    pub(super) fn take_all(&mut self, rule: Rule) -> Vec<Pair<'i, Rule>> {
        std::iter::from_fn(|| self.take(rule)).collect()
    }

    pub(super) fn has(&mut self, rule: Rule) -> bool {
        self.take(rule).is_some()
    }
}

/// Signs, and keywords that say nothing which the rule around them does not say.
fn is_glue(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::open_paren
            | Rule::close_paren
            | Rule::open_bracket
            | Rule::close_bracket
            | Rule::open_brace
            | Rule::close_brace
            | Rule::comma
            | Rule::colon
            | Rule::dot
            | Rule::assign
            | Rule::arrow
            | Rule::at_most
            | Rule::EOI
            | Rule::kw_report
            | Rule::kw_with
            | Rule::kw_use
            | Rule::kw_from
            | Rule::kw_source
            | Rule::kw_table
            | Rule::kw_key
            | Rule::kw_trusted
            | Rule::kw_because
            | Rule::kw_entity
            | Rule::kw_range
            | Rule::kw_file
            | Rule::kw_list
            | Rule::kw_of
            | Rule::kw_cohort
            | Rule::kw_decimal
            | Rule::kw_let
            | Rule::kw_fn
            | Rule::kw_step
            | Rule::kw_sql
            | Rule::kw_apply
            | Rule::kw_param
            | Rule::kw_first
            | Rule::kw_label
            | Rule::kw_help
            | Rule::kw_matches
            | Rule::kw_where
            | Rule::kw_else
            | Rule::kw_as
            | Rule::kw_if
            | Rule::kw_filter
            | Rule::kw_select
            | Rule::kw_derive
            | Rule::kw_rename
            | Rule::kw_join
            | Rule::kw_using
            | Rule::kw_on
            | Rule::kw_unmatched
            | Rule::kw_group
            | Rule::kw_by
            | Rule::kw_aggregate
            | Rule::kw_sort
            | Rule::kw_asc
            | Rule::kw_take
            | Rule::kw_distinct
            | Rule::kw_keep
            | Rule::kw_sample
            | Rule::kw_place
            | Rule::kw_pivot
            | Rule::kw_unpivot
            | Rule::kw_in
            | Rule::kw_window
            | Rule::kw_rows
            | Rule::kw_expect
            | Rule::kw_split
            | Rule::kw_seed
            | Rule::kw_stratify
            | Rule::kw_record
            | Rule::kw_into
            | Rule::kw_export
            | Rule::kw_reveal
            | Rule::kw_test
            | Rule::kw_now
            | Rule::kw_broken
            | Rule::kw_refused
            | Rule::kw_since
            | Rule::kw_last
            | Rule::kw_run
            | Rule::kw_same
            | Rule::kw_to
            | Rule::kw_sheet
            | Rule::kw_format
            | Rule::kw_when
            | Rule::kw_then
    )
}
