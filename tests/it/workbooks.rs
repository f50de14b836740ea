//! What a script says of its workbooks, read back by another reader.

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::support::project::Project;

const SCHEMAS: &str = "source shop: clickhouse

table shop.orders key id {
  id: int,
  city: text?,
  day: date,
  total: decimal(12, 2),
}
";

const ORDERS: &str = "id,city,day,total
1,Riga,2026-10-02,1234.50
2,,2026-10-03,5.00
3,riga,2026-10-04,0.10
4,Riga,2026-10-05,7.00
5,a/b,2026-10-06,8.00
";

fn run(script: &str) -> (Project, Xlsx<std::io::BufReader<std::fs::File>>) {
    let project = Project::empty();
    project.write("wr.toml", "[connections.shop]\ndriver = \"local\"\nfolder = \"data\"\n");
    project.write("schemas.wr", SCHEMAS);
    project.write("data/orders.csv", ORDERS);
    project.write("report.wr", script);
    let json = project.wr(&["run", "report.wr", "--json"]).expect(0).json();
    let book = open_workbook(json["files"][0]["path"].as_str().unwrap()).unwrap();
    (project, book)
}

fn rows(book: &mut Xlsx<std::io::BufReader<std::fs::File>>, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn sheets_by_a_column_hold_each_row_once_under_titles_that_workbooks_take() {
    let (_project, mut book) = run(r#"report "By city"
use shop from "schemas.wr"
let orders = from shop.orders sort id
export to xlsx "cities.xlsx" {
  sheet "All" from orders { id as "Order" },
  sheet by city from orders { id as "Order", total as "Total" },
}
"#);
    // Two titles that differ in case only are one to a workbook; nulls come last.
    assert_eq!(book.sheet_names(), ["All", "Riga", "a-b", "riga 2", "–", "About this report"]);
    let ids = |rows: Vec<Vec<String>>| rows.into_iter().skip(1).map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(ids(rows(&mut book, "Riga")), ["1", "4"]);
    assert_eq!(ids(rows(&mut book, "riga 2")), ["3"]);
    assert_eq!(ids(rows(&mut book, "–")), ["2"]);
    assert_eq!(rows(&mut book, "a-b")[0], ["Order", "Total"]);
}

#[test]
fn a_number_format_is_how_a_cell_is_shown_not_what_is_in_it() {
    let (project, mut book) = run(r##"report "Formats"
use shop from "schemas.wr"
let orders = from shop.orders sort id
export to xlsx "formats.xlsx" {
  sheet "Orders" from orders { total as "Total" format "#,##0", day as "Day" format "dd.mm.yyyy", city as "City" },
}
"##);
    assert_eq!(book.worksheet_range("Orders").unwrap().get((1, 0)), Some(&Data::Float(1234.5)));
    let file = project.files("out/runs").into_iter().find(|name| name.ends_with(".xlsx")).unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(project.path("out/runs").join(file)).unwrap()).unwrap();
    let mut styles = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/styles.xml").unwrap(), &mut styles).unwrap();
    assert!(styles.contains("dd.mm.yyyy"), "{styles}");
    assert!(styles.contains("formatCode=\"#,##0\""), "{styles}");
}
