//! What the environment turns on, to what a run of the tests leaves out. `tests/run` sets the variables.

/// One line for each thing that is not tested now.
#[must_use]
pub fn left_out(is_set: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let parts = [
        (
            "WR_TEST_PYTHON",
            "files read back by Python, expected answers computed anew (tests/run sets up what they need)",
        ),
        ("WR_TEST_CLICKHOUSE", "queries answered by a real ClickHouse engine (tests/run installs it)"),
        ("WR_LONG", "the long suites: many more random programs and kills, mutants (tests/run --long)"),
    ];
    parts.into_iter().filter(|(variable, _)| !is_set(variable)).map(|(_, words)| words).collect()
}
