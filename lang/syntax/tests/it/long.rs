//! Long texts are read by several threads: nobody can tell.

use wr_base::span::FileId;
use wr_syntax::parse;

/// Each of them: sound, broken, with a comment, with lines that belong to nobody.
const STATEMENTS: [&str; 5] = [
    "let cards =\n  from wallet.cards\n  filter issued_at in $issued # only these\n  derive shown = \"{city}!\"\n",
    "let broken =\n  from wallet.cards\n  filter issued_at in in $issued\n  take 5\n",
    "let $limit = 5 * (2 + $other)\n\n# What follows, at the edge.\n",
    "expect rows(cards) <= rows(wallet.cards) else \"{rows(cards)} cards\"\n",
    "fn band(x: int?) -> text =\n  when x is null then \"?\" else \"some\n",
];

#[test]
fn a_long_text_is_read_as_its_statements_one_by_one() {
    let mut text = String::new();
    let (mut statements, mut comments, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..3_000 {
        let start = text.len() as u32;
        let statement = STATEMENTS[at % STATEMENTS.len()];
        let alone = parse(statement, FileId(0));
        statements.extend(alone.file.statements.into_iter().map(|one| (start + one.start, one.range, one.kind)));
        comments.extend(alone.file.comments.into_iter().map(|one| (one.range.shifted(start), one.text)));
        reports.extend(alone.diagnostics.into_iter().map(|one| (one.primary.span.start + start, one.headline)));
        text.push_str(statement);
    }
    assert!(text.len() > 200_000 && reports.len() >= 1_200, "{} bytes, {} errors", text.len(), reports.len());
    let whole = parse(&text, FileId(0));
    let found: Vec<_> = whole.file.statements.into_iter().map(|one| (one.start, one.range, one.kind)).collect();
    assert_eq!(found, statements);
    let found: Vec<_> = whole.file.comments.into_iter().map(|one| (one.range, one.text)).collect();
    assert_eq!(found, comments);
    let found: Vec<_> = whole.diagnostics.into_iter().map(|one| (one.primary.span.start, one.headline)).collect();
    assert_eq!(found, reports);
}
