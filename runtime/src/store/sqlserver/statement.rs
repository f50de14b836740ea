//! The statements of a record, in T-SQL. Values stand beside the text, never in it; names are quoted.

pub(super) use crate::sources::sqlserver::table::RUN_COLUMN;

/// The parameters that one statement takes: the server's limit is 2,100, and its own procedure takes two of them.
const MOST_PARAMETERS: usize = 2_000;

/// The rows that one `VALUES` takes.
const MOST_ROWS: usize = 1_000;

/// A table of `wr` in the database that is recorded into.
pub(super) struct OwnTable {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) key: &'static str,
    pub(super) create: &'static str,
}

pub(super) const OWN_TABLES: [OwnTable; 2] = [
    OwnTable {
        name: "dbo.wr_runs",
        columns: &[
            "run_id",
            "intent_hash",
            "script_hash",
            "occasion",
            "values_json",
            "made_by",
            "made_at",
            "row_count",
            "files_json",
            "voided",
        ],
        key: "run_id",
        create: "CREATE TABLE [dbo].[wr_runs] (\n  \
                 [run_id] varchar(64) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT [pk_wr_runs] PRIMARY KEY,\n  \
                 [intent_hash] char(64) NOT NULL,\n  \
                 [script_hash] char(64) NOT NULL,\n  \
                 [occasion] nvarchar(max) NOT NULL,\n  \
                 [values_json] nvarchar(max) NOT NULL,\n  \
                 [made_by] nvarchar(256) NOT NULL,\n  \
                 [made_at] varchar(32) NOT NULL,\n  \
                 [row_count] bigint NOT NULL,\n  \
                 [files_json] nvarchar(max) NOT NULL,\n  \
                 [voided] nvarchar(max) NULL\n)",
    },
    OwnTable {
        name: "dbo.wr_occasions",
        columns: &["occasion_hash", "run_id"],
        key: "occasion_hash",
        create: "CREATE TABLE [dbo].[wr_occasions] (\n  \
                 [occasion_hash] char(64) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT [pk_wr_occasions] PRIMARY KEY,\n  \
                 [run_id] varchar(64) COLLATE Latin1_General_BIN2 NOT NULL\n)",
    },
];

/// Any error takes back the whole transaction; who waits for a lock gives up before we would take the server for dead.
pub(super) fn begin(lock_timeout: std::time::Duration) -> String {
    format!("SET XACT_ABORT ON; SET LOCK_TIMEOUT {}; BEGIN TRANSACTION", lock_timeout.as_millis())
}

pub(super) const COMMIT: &str = "COMMIT TRANSACTION";

pub(super) const ROLLBACK: &str = "ROLLBACK TRANSACTION";

/// `@P1`: the run. The lock waits for a transaction of that run which may still be coming to its end, also where readers
/// usually do not wait (READ_COMMITTED_SNAPSHOT).
pub(super) const COMMITTED: &str =
    "SELECT [intent_hash] FROM [dbo].[wr_runs] WITH (UPDLOCK, ROWLOCK) WHERE [run_id] = CAST(@P1 AS varchar(64))";

pub(super) const ADD_RUN: &str = "INSERT INTO [dbo].[wr_runs] ([run_id], [intent_hash], [script_hash], [occasion], \
                                  [values_json], [made_by], [made_at], [row_count], [files_json])\n\
                                  VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9)";

pub(super) const ADD_OCCASION: &str = "INSERT INTO [dbo].[wr_occasions] ([occasion_hash], [run_id]) VALUES (@P1, @P2)";

/// `@P1`: the hash of the occasion.
pub(super) const HOLDER: &str = "SELECT [r].[run_id], [r].[script_hash], [r].[values_json], [r].[made_by], [r].[made_at], [r].[row_count]\n\
     FROM [dbo].[wr_occasions] AS [o]\n\
     INNER JOIN [dbo].[wr_runs] AS [r] ON [r].[run_id] = [o].[run_id]\n\
     WHERE [o].[occasion_hash] = CAST(@P1 AS char(64)) AND [r].[voided] IS NULL";

/// `@P1`: the run.
pub(super) const NOTED: &str = "SELECT [occasion], [row_count], [voided] FROM [dbo].[wr_runs] WITH (UPDLOCK, ROWLOCK) \
                                WHERE [run_id] = CAST(@P1 AS varchar(64))";

/// `@P1`: the run, `@P2`: who took it back and why.
pub(super) const VOID: &str =
    "UPDATE [dbo].[wr_runs] SET [voided] = @P2 WHERE [run_id] = CAST(@P1 AS varchar(64)) AND [voided] IS NULL";

/// `@P1`: the run.
pub(super) const FREE_OCCASIONS: &str = "DELETE FROM [dbo].[wr_occasions] WHERE [run_id] = CAST(@P1 AS varchar(64))";

/// A name in brackets.
pub(super) fn quoted(name: &str) -> String {
    format!("[{}]", name.replace(']', "]]"))
}

/// `@P1`: the run whose rows go.
pub(super) fn remove_rows(table: &str) -> String {
    format!("DELETE FROM {table} WHERE {} = CAST(@P1 AS varchar(64))", quoted(RUN_COLUMN))
}

/// How many rows one statement adds, of so many columns beside the run's.
pub(super) fn rows_at_once(columns: usize) -> usize {
    (MOST_PARAMETERS - 1).checked_div(columns).map_or(MOST_ROWS, |rows| rows.clamp(1, MOST_ROWS))
}

/// `@P1` is the run, the others are the cells, row by row.
pub(super) fn add_rows(table: &str, columns: &[String], rows: usize) -> String {
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).chain([quoted(RUN_COLUMN)]).collect();
    let mut text = format!("INSERT INTO {table} ({}) VALUES", names.join(", "));
    cells(&mut text, columns.len(), rows, 2, ", @P1");
    text
}

/// How many of the keys there are rows of. The cells of the keys, row by row.
pub(super) fn count_of_keys(table: &str, columns: &[String], rows: usize) -> String {
    let mut text = format!("SELECT COUNT_BIG(*) FROM {table} AS [t] INNER JOIN (VALUES");
    cells(&mut text, columns.len(), rows, 1, "");
    let names: Vec<String> = (0..columns.len()).map(|at| format!("[k{at}]")).collect();
    let meets: Vec<String> =
        columns.iter().zip(&names).map(|(column, key)| format!("[t].{} = [v].{key}", quoted(column))).collect();
    text.push_str(&format!(") AS [v] ({}) ON {}", names.join(", "), meets.join(" AND ")));
    text
}

/// ` (@P2, @P3, @P1), (@P4, @P5, @P1)`
fn cells(text: &mut String, columns: usize, rows: usize, first: usize, last: &str) {
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..columns {
            let before = if column == 0 { "" } else { ", " };
            text.push_str(&format!("{before}@P{}", first + row * columns + column));
        }
        text.push_str(if columns == 0 { last.trim_start_matches(", ") } else { last });
        text.push(')');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_within_the_limits_of_the_server() {
        assert_eq!([0, 1, 2, 4, 1_000, 1_999, 3_000].map(rows_at_once), [1_000, 1_000, 999, 499, 1, 1, 1]);
    }

    #[test]
    fn a_statement_has_a_parameter_for_each_cell_and_no_name_leaves_its_brackets() {
        let columns = ["a]b".to_owned(), "c".to_owned()];
        assert_eq!(
            add_rows("[dbo].[t]", &columns, 2),
            "INSERT INTO [dbo].[t] ([a]]b], [c], [wr_run_id]) VALUES (@P2, @P3, @P1), (@P4, @P5, @P1)"
        );
        assert_eq!(
            count_of_keys("[dbo].[t]", &columns, 2),
            "SELECT COUNT_BIG(*) FROM [dbo].[t] AS [t] INNER JOIN (VALUES (@P1, @P2), (@P3, @P4)) AS [v] ([k0], [k1]) \
             ON [t].[a]]b] = [v].[k0] AND [t].[c] = [v].[k1]"
        );
    }
}
