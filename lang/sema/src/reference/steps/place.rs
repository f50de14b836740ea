//! The page of `place`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["place"],
    shape: &["place connection"],
    summary: "Has the steps before it done by their source, or says why that cannot be",
    detail: "Without it a step that the source cannot do is done here, from its rows. With it the check names that step, and why; \
        what a value or a type of the server decides, the run says before it reads a row. Steps behind it are done wherever \
        they can be. From a folder (`driver = \"local\"`) the script runs as ever: the folder is here. The check goes by what the script \
        declares the connection to be, so it says the same there.",
    rows: "all",
    columns: "as before",
    key: "as before",
    order: "as before",
    can_be_left_out: false,
    examples: &[r#"let kinds =
  from wallet.cards
  filter kind is not null
  group by kind { cards = count() }
  place wallet"#],
    wrong: Some(Wrong {
        code: Code::StepNotPlaced,
        script: r#"let kinds =
  from wallet.cards
  derive day = date(issued_at)
  group by day { cards = count() }
  place wallet

export kinds to csv "kinds.csv""#,
        right: r#"let kinds =
  from wallet.cards
  derive day = date(issued_at)
  group by day { cards = count() }

export kinds to csv "kinds.csv""#,
    }),
};
