//! Settings of ClickHouse under which a query does not mean what it says, whatever it says (B10).
//!
//! All other settings change nothing about the statements of this crate; that is tried with random profiles. These are
//! looked at when a connection is made, and set where the user may set something. A profile that has them otherwise, for a
//! user who may not, cannot be used.

/// A setting and the one value that is safe: the one that a server has unless somebody changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SafeSetting {
    pub name: &'static str,
    pub value: &'static str,
    /// What another value does: "answers are cut after that many rows".
    pub why: &'static str,
}

const CUT: &str = "answers are cut without a word where a limit is reached";

/// The settings, by name. A server that does not know one has nothing to set.
pub const SAFE_SETTINGS: &[SafeSetting] = &[
    safe("additional_result_filter", "", "rows are taken out of every answer"),
    safe("additional_table_filters", "{}", "rows are taken out of tables"),
    safe("apply_deleted_mask", "1", "deleted rows are among the answer"),
    safe("convert_query_to_cnf", "0", "`a and not a` lets every row through (seen with 26.7)"),
    safe("dialect", "clickhouse", "queries are read as another language"),
    safe("distinct_overflow_mode", "throw", CUT),
    safe("distributed_group_by_no_merge", "0", "each server of several counts for itself"),
    safe("do_not_merge_across_partitions_select_final", "0", "rows that were replaced are among the answer"),
    safe("empty_result_for_aggregation_by_empty_set", "0", "of no rows, nothing is counted, not even none"),
    safe("extremes", "0", "two rows are added to every answer"),
    safe("group_by_overflow_mode", "throw", CUT),
    safe("join_overflow_mode", "throw", CUT),
    safe("limit", "0", "answers are cut after that many rows"),
    safe("offset", "0", "the first rows of answers are left out"),
    safe("parallel_replica_offset", "0", "only a part of each table is read"),
    safe("parallel_replicas_count", "0", "only a part of each table is read"),
    safe("partial_result_on_first_cancel", "0", "an answer that was cut looks whole"),
    safe("read_overflow_mode", "throw", CUT),
    safe("read_overflow_mode_leaf", "throw", CUT),
    safe("result_overflow_mode", "throw", CUT),
    safe("set_overflow_mode", "throw", CUT),
    safe("skip_unavailable_shards", "0", "the rows of servers that are down are left out"),
    safe("sort_overflow_mode", "throw", CUT),
    safe("timeout_overflow_mode", "throw", CUT),
    safe("timeout_overflow_mode_leaf", "throw", CUT),
    safe("transfer_overflow_mode", "throw", CUT),
    safe("use_query_cache", "0", "answers can be old"),
];

const fn safe(name: &'static str, value: &'static str, why: &'static str) -> SafeSetting {
    SafeSetting { name, value, why }
}
