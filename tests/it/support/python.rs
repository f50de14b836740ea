//! Files read back by Python, where `tests/run` set it up: readers that share no code with `wr`.

use std::path::Path;
use std::process::Command;

/// What a script prints; the file's path is its argument. `None`: there is no Python with the packages.
pub(crate) fn python(script: &str, file: &Path) -> Option<String> {
    let python = std::env::var_os("WR_TEST_PYTHON")?;
    let output = Command::new(python).args(["-X", "utf8", "-c", script]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

/// The rows of a workbook's first sheet as openpyxl reads them: kind and value of each cell. A sheet has one kind of number.
pub(crate) const SHEET: &str = "
import sys, openpyxl
def shown(value):
    return int(value) if isinstance(value, float) and value.is_integer() else value
for row in openpyxl.load_workbook(sys.argv[1]).worksheets[0].iter_rows():
    print(' | '.join(f'{cell.data_type} {shown(cell.value)}' for cell in row))
";

/// The rows of a Parquet file as pyarrow reads them.
pub(crate) const PARQUET: &str = "
import sys, pyarrow.parquet
for row in pyarrow.parquet.read_table(sys.argv[1]).to_pylist():
    print(' | '.join(f'{value}' for value in row.values()))
";
