//! The words that readers know for the rules of the grammar. Exhaustive: a new rule does not compile without its words.

use super::grammar::Rule;

/// How a rule is called in "… was expected here".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Words {
    /// As it is: "a name".
    Noun(&'static str),
    /// One of many operators: said once for all.
    Operator,
    /// A sign or keyword, to be shown in quotes.
    Literal(&'static str),
    /// Follows from other rules at the same place; not said.
    Silent,
}

pub(super) fn words(rule: Rule) -> Words {
    use Words::{Literal, Noun, Operator, Silent};
    match rule {
        Rule::statement_only
        | Rule::report
        | Rule::use_names
        | Rule::source
        | Rule::table
        | Rule::param
        | Rule::let_value
        | Rule::let_relation
        | Rule::step_declared
        | Rule::function
        | Rule::expect
        | Rule::split
        | Rule::record
        | Rule::export
        | Rule::reveal
        | Rule::test
        | Rule::statement => Noun("a statement"),
        Rule::steps_only
        | Rule::step
        | Rule::step_kind
        | Rule::filter
        | Rule::select
        | Rule::derive
        | Rule::drop
        | Rule::rename
        | Rule::join
        | Rule::group
        | Rule::aggregate
        | Rule::sort
        | Rule::take
        | Rule::distinct
        | Rule::set_operation
        | Rule::sample
        | Rule::window
        | Rule::pivot
        | Rule::unpivot
        | Rule::apply
        | Rule::place => Noun("a step"),
        Rule::pipeline | Rule::from_step | Rule::kw_from => Literal("from"),
        Rule::EOI => Noun("the end of the statement"),
        Rule::WHITESPACE | Rule::blank | Rule::letter | Rule::before_operand => Silent,

        Rule::settings | Rule::kw_with => Literal("with"),
        Rule::setting | Rule::assignment | Rule::renaming => Noun("a name and `=`"),
        Rule::table_name => Noun("a table's name, as in `crm.users`"),
        Rule::table_key | Rule::kw_key => Literal("key"),
        Rule::trusted | Rule::kw_trusted => Literal("trusted because"),
        Rule::kw_because => Literal("because"),
        Rule::table_columns
        | Rule::options
        | Rule::measure_block
        | Rule::branches
        | Rule::record_columns
        | Rule::sheets
        | Rule::output_columns
        | Rule::open_brace => Literal("{"),
        Rule::table_column => Noun("a column and its type, as in `city: text?`"),
        Rule::entity | Rule::kw_entity => Literal("entity"),
        Rule::kw_personal => Literal("personal"),
        Rule::arguments_declared
        | Rule::parameters_declared
        | Rule::parameters_only
        | Rule::open_paren
        | Rule::parens
        | Rule::nested
        | Rule::call_arguments
        | Rule::call_list
        | Rule::given_arguments => Literal("("),
        Rule::parameter_declared => Noun("a parameter and its type, as in `min: int = 18`"),
        Rule::argument_declared => Noun("an argument and its type, as in `born: date?`"),
        Rule::type_name | Rule::type_element | Rule::type_word | Rule::type_decimal => Noun("a type"),
        Rule::type_range | Rule::kw_range => Literal("range of"),
        Rule::type_list | Rule::kw_list => Literal("list of"),
        Rule::type_cohort | Rule::kw_cohort => Literal("cohort of"),
        Rule::type_optional | Rule::or_null => Literal("?"),
        Rule::digits => Noun("digits"),
        Rule::kw_of => Literal("of"),
        Rule::kw_decimal => Literal("decimal"),

        Rule::param_clause => Noun("a clause such as `label`"),
        Rule::default | Rule::assign => Literal("="),
        Rule::first_of | Rule::kw_first => Literal("first"),
        Rule::query => Literal("from ("),
        Rule::label | Rule::kw_label | Rule::label_of => Literal("label"),
        Rule::help | Rule::kw_help => Literal("help"),
        Rule::matches | Rule::kw_matches => Literal("matches"),
        Rule::where_clause | Rule::kw_where => Literal("where"),
        Rule::option => Noun("an option"),
        Rule::kw_all => Literal("all"),

        Rule::step_if | Rule::kw_if => Literal("if"),
        Rule::operand | Rule::relation => Noun("a relation"),
        Rule::file_read | Rule::file_of | Rule::file_value | Rule::kw_file => Silent,
        Rule::file_columns => Literal("{"),
        Rule::file_column => Noun("a column and its type, as in `card_number: text`"),
        Rule::column => Noun("a column"),
        Rule::select_item | Rule::output_column => Noun("a column"),
        Rule::join_many => Silent,
        Rule::join_kind => Silent,
        Rule::alias | Rule::kw_as => Literal("as"),
        Rule::using | Rule::kw_using => Literal("using"),
        Rule::on | Rule::kw_on => Literal("on"),
        Rule::unmatched | Rule::kw_unmatched => Literal("unmatched"),
        Rule::at_most => Literal("<="),
        Rule::kw_fail => Literal("fail"),
        Rule::measure => Noun("a value, named as in `cards = count()`"),
        Rule::sort_key => Noun("a column to sort by"),
        Rule::keep | Rule::kw_keep => Literal("keep first by"),

        Rule::split_key => Noun("a key column"),
        Rule::branch => Noun("a branch and its share, as in `control 10%`"),
        Rule::record_column => Noun("a column"),
        Rule::export_sheets | Rule::export_relation => Noun("what to export"),
        Rule::format | Rule::csv_for_excel => Noun("a format: `csv`, `csv for excel`, `xlsx`, `parquet` or `jsonl`"),
        Rule::sheet | Rule::kw_sheet => Literal("sheet"),
        Rule::sheet_by => Literal("by"),
        Rule::number_format | Rule::kw_format => Literal("format"),

        Rule::expr | Rule::operand_of | Rule::primary | Rule::call_argument | Rule::given_argument => Noun("a value"),
        Rule::prefix | Rule::not | Rule::minus | Rule::up_to => Noun("a value"),
        Rule::infix
        | Rule::infix_word
        | Rule::infix_sign
        | Rule::or
        | Rule::and
        | Rule::equal
        | Rule::not_equal
        | Rule::less_or_equal
        | Rule::greater_or_equal
        | Rule::less
        | Rule::greater
        | Rule::not_in
        | Rule::in_set
        | Rule::is_not
        | Rule::is
        | Rule::fallback
        | Rule::to_end
        | Rule::open_end
        | Rule::add
        | Rule::subtract
        | Rule::multiply
        | Rule::floor_divide
        | Rule::divide
        | Rule::modulo => Operator,
        Rule::constant
        | Rule::list
        | Rule::when
        | Rule::arm
        | Rule::named
        | Rule::common_name
        | Rule::call
        | Rule::listed
        | Rule::this_period
        | Rule::last_many
        | Rule::past
        | Rule::unit
        | Rule::number
        | Rule::date_like
        | Rule::time_like
        | Rule::number_like => Noun("a value"),
        Rule::value => Noun("a `$name`"),
        Rule::text | Rule::short_text | Rule::long_text | Rule::quote | Rule::long_quote => Noun("a text in `\"`"),
        Rule::short_words
        | Rule::plain_letter
        | Rule::long_words
        | Rule::escape
        | Rule::hole_start
        | Rule::hole
        | Rule::open_hole => Silent,
        Rule::pattern => Noun("a pattern in `/`"),
        Rule::name | Rule::quoted_name | Rule::plain_name | Rule::long_name => Noun("a name"),
        Rule::reserved_word => Silent,

        Rule::close_paren => Literal(")"),
        Rule::open_bracket => Literal("["),
        Rule::close_bracket => Literal("]"),
        Rule::close_brace => Literal("}"),
        Rule::comma => Literal(","),
        Rule::colon => Literal(":"),
        Rule::dot => Literal("."),
        Rule::arrow => Literal("->"),

        Rule::kw_report => Literal("report"),
        Rule::kw_use => Literal("use"),
        Rule::kw_source => Literal("source"),
        Rule::kw_table => Literal("table"),
        Rule::kw_let => Literal("let"),
        Rule::kw_fn => Literal("fn"),
        Rule::kw_step => Literal("step"),
        Rule::sql_query | Rule::sql_source => Noun("a relation"),
        Rule::kw_sql => Literal("sql"),
        Rule::kw_apply => Literal("apply"),
        Rule::kw_place => Literal("place"),
        Rule::kw_param => Literal("param"),
        Rule::kw_else => Literal("else"),
        Rule::kw_filter => Literal("filter"),
        Rule::kw_select => Literal("select"),
        Rule::kw_derive => Literal("derive"),
        Rule::kw_replace => Literal("replace"),
        Rule::kw_drop => Literal("drop"),
        Rule::kw_rename => Literal("rename"),
        Rule::kw_join => Literal("join"),
        Rule::kw_group => Literal("group"),
        Rule::kw_by => Literal("by"),
        Rule::kw_aggregate => Literal("aggregate"),
        Rule::kw_sort => Literal("sort"),
        Rule::kw_desc => Literal("desc"),
        Rule::kw_asc => Silent,
        Rule::kw_take => Literal("take"),
        Rule::kw_distinct => Literal("distinct"),
        Rule::kw_union => Literal("union"),
        Rule::kw_except => Literal("except"),
        Rule::kw_intersect => Literal("intersect"),
        Rule::window_by => Literal("by"),
        Rule::window_sort => Literal("sort"),
        Rule::window_block => Literal("{"),
        Rule::window_item => Noun("a name and `=`"),
        Rule::frame | Rule::kw_rows => Literal("rows"),
        Rule::frame_rows => Noun("rows around this one, as in `-6..0`"),
        Rule::frame_end => Noun("a number of rows"),
        Rule::kw_window => Literal("window"),
        Rule::pivot_values | Rule::unpivot_columns => Literal("["),
        Rule::pivot_value => Noun("a value"),
        Rule::unpivot_column => Noun("a column"),
        Rule::kw_pivot => Literal("pivot"),
        Rule::kw_unpivot => Literal("unpivot"),
        Rule::kw_in => Literal("in"),
        Rule::kw_sample => Literal("sample"),
        Rule::kw_expect => Literal("expect"),
        Rule::kw_split => Literal("split"),
        Rule::kw_seed => Literal("seed"),
        Rule::kw_exactly => Literal("exactly"),
        Rule::stratify | Rule::kw_stratify => Literal("stratify by"),
        Rule::kw_rest => Literal("rest"),
        Rule::kw_held => Literal("held"),
        Rule::kw_record => Literal("record"),
        Rule::kw_into => Literal("into"),
        Rule::kw_export => Literal("export"),
        Rule::kw_reveal => Literal("reveal"),
        Rule::givens => Literal("with"),
        Rule::given | Rule::given_rows => Noun("a table and its rows, as in `crm.users = rows user_id { (1) }`"),
        Rule::given_file => Noun("a file and its rows, as in `$list = rows card_number { (\"0042\") }`"),
        Rule::given_value => Noun("a parameter and its value, as in `$gender = \"f\"`"),
        Rule::given_now | Rule::kw_now => Literal("now"),
        Rule::rows => Literal("rows"),
        Rule::row_heading => Noun("a column"),
        Rule::row => Noun("a row, as in `(1, \"f\")`"),
        Rule::expected | Rule::expected_block => Literal("{"),
        Rule::expected_fail => Literal("fail"),
        Rule::expected_broken | Rule::kw_broken => Literal("broken"),
        Rule::expected_refused | Rule::kw_refused => Literal("refused"),
        Rule::expected_rows => Noun("a relation"),
        Rule::expected_file => Noun("the name of a file"),
        Rule::kw_test => Literal("test"),
        Rule::call_order | Rule::since_last_run | Rule::kw_since => Silent,
        Rule::kw_last => Literal("last run"),
        Rule::kw_run => Literal("run"),
        Rule::same_values => Silent,
        Rule::kw_same => Literal("same"),
        Rule::kw_to => Literal("to"),
        Rule::kw_csv => Literal("csv"),
        Rule::kw_xlsx => Literal("xlsx"),
        Rule::kw_parquet => Literal("parquet"),
        Rule::kw_jsonl => Literal("jsonl"),
        Rule::kw_when => Literal("when"),
        Rule::kw_then => Literal("then"),
    }
}

/// "`,` or `}`", "a value", "an operator, `if` or a step".
pub(super) fn expected(rules: &[Rule]) -> String {
    let mut said: Vec<String> = Vec::new();
    for rule in rules {
        let words = match words(*rule) {
            Words::Noun(noun) => noun.to_owned(),
            Words::Operator => "an operator".to_owned(),
            Words::Literal(word) => format!("`{word}`"),
            Words::Silent => continue,
        };
        if !said.contains(&words) {
            said.push(words);
        }
    }
    // Where any value can stand, its first signs need not be listed.
    if said.iter().any(|words| words == "a value") && said.iter().any(|words| words == "`[`") {
        let first_signs = ["a `$name`", "a text in `\"`", "a pattern in `/`", "a name", "`(`", "`[`", "`when`"];
        said.retain(|words| !first_signs.contains(&words.as_str()));
    }
    // The end is always possible somewhere, and an operator after every value: both help only when little else does.
    for dull in ["the end of the statement", "an operator"] {
        if said.len() > 2 {
            said.retain(|words| words != dull);
        }
    }
    match said.as_slice() {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
