//! The sample reports check clean.

use wr_base::loader::{LoadError, Loader};
use wr_sema::analyse;
use wr_sema::project::read_project;

/// The folder of the samples.
struct Examples;

impl Loader for Examples {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");
        std::fs::read_to_string(format!("{folder}{path}")).map_err(|error| LoadError::Unreadable(error.to_string()))
    }
}

#[test]
fn nothing_is_said_about_the_samples() {
    let file = read_project(&Examples);
    assert_eq!(file.diagnostics, []);
    for path in [
        "partner_cards.wr",
        "plastic_cards.wr",
        "push_campaign.wr",
        "push_report.wr",
        "retargeting.wr",
        "weekly_draw.wr",
    ] {
        let analysis = analyse(&Examples, path, &file.project);
        let said: Vec<String> = analysis
            .diagnostics
            .iter()
            .map(|diagnostic| {
                let words = analysis.sources.slice(diagnostic.primary.span);
                format!("{} {words:?} {} {:?}", diagnostic.code, diagnostic.headline, diagnostic.notes)
            })
            .collect();
        assert_eq!(said, Vec::<String>::new(), "{path}");
        assert_eq!(analysis.program.exports.len(), 1, "{path}");
    }
}
