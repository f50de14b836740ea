//! Rows that runs recorded stand behind those of the server.

use polars::prelude::DataFrame;

use super::*;
use crate::cells::column_from_values;
use crate::sources::{ConnectionSetup, RecordedRows, Sources};

struct Recorded(Vec<i128>);

impl RecordedRows for Recorded {
    fn rows(&self, _id: TableId, table: &Table) -> Result<Option<DataFrame>, RunError> {
        let columns = table.columns.iter().map(|column| {
            let values =
                self.0.iter().map(|n| if column.ty.data == DataType::Int { Value::Int(*n) } else { Value::Null });
            column_from_values(column.name.as_str().into(), &column.ty.data, values).unwrap()
        });
        Ok(Some(DataFrame::new(self.0.len(), columns.collect()).unwrap()))
    }
}

async fn read(server: &TdsServer, request: Request) -> Result<Vec<String>, Code> {
    let setting = setting(server);
    let setup = ConnectionSetup::SqlServer(Arc::new(move || Ok(setting.clone())));
    let sources = Sources::new([("crm".to_owned(), setup)], Arc::new(Recorded(vec![7, 8])));
    let source = sources.get("crm", StepId(3)).unwrap();
    let mut answer = source.open(request, Cancel::default()).await.map_err(|error| error.code)?;
    let mut all = Vec::new();
    while let Some(batch) = answer.batches.next().await {
        let batch = batch.map_err(|error| error.code)?;
        let cells = Cells::new(&batch.data.columns()[0], &DataType::Int).unwrap();
        all.extend((0..cells.len()).map(|row| cells.get(row).canonical()));
    }
    Ok(all)
}

#[tokio::test]
async fn they_are_read_with_the_tables_own_and_filtered_like_them() {
    let server = server();
    let table = numbers(&server, 3);
    assert_eq!(read(&server, all(table.clone())).await.unwrap(), ["0", "1", "2", "7", "8"]);
    let mut request = all(table);
    is(&mut request, FnId::Greater, 0, Value::Int(1));
    is(&mut request, FnId::Less, 0, Value::Int(8));
    assert_eq!(read(&server, request).await.unwrap(), ["2", "7"]);
}

#[tokio::test]
async fn they_do_not_make_a_whole_answer_of_a_broken_one() {
    let server = server();
    let table = numbers(&server, 30_000);
    server.faults().at_statement("[numbers]", Fault::ResetAfterRows(20_000), 1);
    assert_eq!(read(&server, all(table)).await, Err(Code::AnswerCut));
}
