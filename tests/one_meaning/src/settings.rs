//! Settings of ClickHouse that change what a query means, or how it is run: a profile has a random value of each.
//!
//! Not among them: those that a connection insists on (`wr_plan::sql::settings`).

use crate::random::Random;

const SETTINGS: &[(&str, &[&str])] = &[
    ("transform_null_in", &["0", "1"]),
    ("validate_enum_literals_in_operators", &["0", "1"]),
    ("cast_keep_nullable", &["0", "1"]),
    ("aggregate_functions_null_for_empty", &["0", "1"]),
    ("prefer_column_name_to_alias", &["0", "1"]),
    ("enable_analyzer", &["1", "1", "0"]),
    ("session_timezone", &["", "Asia/Tokyo", "America/St_Johns", "Europe/Berlin"]),
    ("date_time_input_format", &["basic", "best_effort", "best_effort_us"]),
    ("cast_string_to_date_time_mode", &["basic", "best_effort"]),
    ("date_time_output_format", &["simple", "iso", "unix_timestamp"]),
    ("date_time_overflow_behavior", &["ignore", "throw", "saturate"]),
    ("union_default_mode", &["", "ALL", "DISTINCT"]),
    ("join_use_nulls", &["0", "1"]),
    ("join_algorithm", &["default", "hash", "full_sorting_merge", "grace_hash"]),
    ("group_by_use_nulls", &["0", "1"]),
    ("count_distinct_implementation", &["uniqExact", "uniq", "uniqCombined"]),
    ("decimal_check_overflow", &["0", "1"]),
    ("use_variant_as_common_type", &["0", "1"]),
    ("short_circuit_function_evaluation", &["enable", "force_enable", "disable"]),
    ("compile_expressions", &["0", "1"]),
    ("min_count_to_compile_expression", &["0", "3"]),
    ("optimize_move_to_prewhere", &["0", "1"]),
    ("query_plan_optimize_prewhere", &["0", "1"]),
    ("query_plan_enable_optimizations", &["1", "1", "0"]),
    ("optimize_min_equality_disjunction_chain_length", &["2", "3"]),
    ("optimize_min_inequality_conjunction_chain_length", &["2", "3"]),
    ("optimize_extract_common_expressions", &["0", "1"]),
    ("optimize_time_filter_with_preimage", &["0", "1"]),
    ("optimize_if_chain_to_multiif", &["0", "1"]),
    ("optimize_multiif_to_if", &["0", "1"]),
    ("optimize_if_transform_strings_to_enum", &["0", "1"]),
    ("optimize_redundant_comparisons", &["0", "1"]),
    ("optimize_and_compare_chain", &["0", "1"]),
    ("optimize_append_index", &["0", "1"]),
    ("optimize_substitute_columns", &["0", "1"]),
    ("optimize_using_constraints", &["0", "1"]),
    ("optimize_empty_string_comparisons", &["0", "1"]),
    ("optimize_functions_to_subcolumns", &["0", "1"]),
    ("optimize_distinct_in_order", &["0", "1"]),
    ("optimize_or_like_chain", &["0", "1"]),
    ("optimize_use_implicit_projections", &["0", "1"]),
    ("use_index_for_in_with_subqueries", &["0", "1"]),
    ("legacy_column_name_of_tuple_literal", &["0", "1"]),
    ("enable_positional_arguments", &["0", "1"]),
    ("cast_ipv4_ipv6_default_on_conversion_error", &["0", "1"]),
    ("input_format_null_as_default", &["0", "1"]),
    ("allow_suspicious_low_cardinality_types", &["0", "1"]),
    ("low_cardinality_use_single_dictionary_for_part", &["0", "1"]),
    ("enable_named_columns_in_function_tuple", &["0", "1"]),
    ("enable_extended_results_for_datetime_functions", &["0", "1"]),
    ("use_query_condition_cache", &["0", "1"]),
    ("max_block_size", &["1", "7", "65409"]),
    ("max_threads", &["1", "2"]),
    ("final", &["0", "1"]),
];

/// A random profile of a user who may only read.
#[must_use]
pub fn profile(random: &mut Random) -> Vec<(&'static str, &'static str)> {
    let mut profile = vec![("readonly", "1")];
    for (name, values) in SETTINGS {
        if !random.once_in(3) {
            let value: &str = random.of::<&str>(values);
            profile.push((name, value));
        }
    }
    profile
}
