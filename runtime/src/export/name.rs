//! Names of files: what a script and its values may make of them.
//!
//! Invariant: a name that passes [`problem`] is one plain name on every system: it cannot leave the folder, hide in it, or
//! be taken for a device; names that pass [`clash`] are different files on every system.

/// Bytes of UTF-8: below the limit of all file systems, with room for the ending of a temporary name.
pub const LONGEST: usize = 200;

/// Names that mean devices on Windows, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
/// Names that a run's folder has already.
const OURS: [&str; 1] = ["manifest.json"];

/// Why a name cannot be used, in words that follow "the name"; `None` for a good one.
#[must_use]
pub fn problem(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("is empty".to_owned());
    }
    if let Some(bad) = name.chars().find(|c| is_bad(*c)) {
        return Some(format!("holds {}", shown(bad)));
    }
    if name.starts_with('.') {
        return Some("begins with a dot, so the file would be hidden".to_owned());
    }
    if name.starts_with(' ') || name.ends_with([' ', '.']) {
        return Some("begins or ends with a blank or a dot, which some systems drop".to_owned());
    }
    if name.len() > LONGEST {
        return Some(format!("is {} bytes long; {LONGEST} is the most", name.len()));
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|rest| rest.chars().count() == 1 && rest != "0");
    if DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt") {
        return Some(format!("begins with `{stem}`, which is a device on Windows"));
    }
    if OURS.contains(&name.to_lowercase().as_str()) {
        return Some("is that of the run's own manifest".to_owned());
    }
    None
}

/// Whether a character cannot stand in a name.
#[must_use]
pub fn is_bad(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || c.is_control()
        // Invisible ones, and those that turn the direction of writing: `gpj.exe` would read `exe.jpg`.
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A character as an error names it.
#[must_use]
pub fn shown(c: char) -> String {
    if c.is_control() || !c.is_ascii() { format!("U+{:04X}", u32::from(c)) } else { format!("`{c}`") }
}

/// The first two names that are one file on some system: equal but for case.
#[must_use]
pub fn clash<'a>(names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let folded: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    for (at, name) in folded.iter().enumerate() {
        if let Some(earlier) = folded.iter().take(at).position(|other| other == name) {
            return Some((names.get(earlier)?, names.get(at)?));
        }
    }
    None
}

/// The longest title of a sheet, in UTF-16 units as workbooks count.
const LONGEST_TITLE: usize = 31;

/// A title that a workbook takes, as near to the words as it can be, and none of those that are taken.
#[must_use]
pub fn sheet_title(words: &str, taken: &[String]) -> String {
    let is_unfit = |sign: char| matches!(sign, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || sign.is_control();
    let fit: String = words.trim().chars().map(|sign| if is_unfit(sign) { '-' } else { sign }).collect();
    let fit = fit.trim_matches('\'').trim();
    let fit = if fit.is_empty() { "–" } else { fit };
    let is_taken = |title: &str| {
        title.eq_ignore_ascii_case("history") || taken.iter().any(|other| other.to_lowercase() == title.to_lowercase())
    };
    let numbered = (2..).map(|number: u32| format!(" {number}"));
    let mut endings = std::iter::once(String::new()).chain(numbered);
    endings.find_map(|ending| Some(cut(fit, &ending)).filter(|title| !is_taken(title))).unwrap_or_default()
}

fn cut(words: &str, ending: &str) -> String {
    let room = LONGEST_TITLE.saturating_sub(ending.encode_utf16().count());
    let mut units = 0;
    let kept: String = words
        .chars()
        .take_while(|sign| {
            units += sign.len_utf16();
            units <= room
        })
        .collect();
    kept.trim_end().trim_end_matches('\'').to_owned() + ending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_words_become_a_title_that_a_workbook_takes() {
        let mut taken = Vec::new();
        let words = ["Riga", "riga", "", "a/b:c", "'quoted'", "History", "\u{1}", &"я".repeat(40), &"я".repeat(41)];
        for words in words {
            let title = sheet_title(words, &taken);
            taken.push(title);
        }
        let long = "я".repeat(31);
        let second = "я".repeat(29) + " 2";
        let expected = ["Riga", "riga 2", "–", "a-b-c", "quoted", "History 2", "-", &long, &second];
        assert_eq!(taken, expected);
    }

    #[test]
    fn no_name_leaves_the_folder_or_hides_in_it() {
        let bad = [
            "",
            ".",
            "..",
            "../x.csv",
            "a/b.csv",
            "a\\b.csv",
            "C:x.csv",
            ".hidden",
            "a.csv ",
            "a.csv.",
            " a.csv",
            "a\nb",
            "a\0",
            "con.csv",
            "COM1.csv",
            "lpt9",
            "nul.tar.csv",
            "a\u{202e}vsc.exe",
            "a\u{200b}b.csv",
            "Manifest.json",
            "a?.csv",
        ];
        for name in bad {
            assert!(problem(name).is_some(), "{name:?}");
        }
        for name in [
            "cards-17-2026-10-01..2026-10-31.xlsx",
            "отчёт №5.csv",
            "console.csv",
            "com10.csv",
            "SP-0001-recipients.csv",
        ] {
            assert_eq!(problem(name), None, "{name:?}");
        }
    }

    #[test]
    fn length_is_counted_in_bytes() {
        assert_eq!(problem(&"я".repeat(100)), None);
        assert!(problem(&"я".repeat(101)).is_some());
    }

    #[test]
    fn names_that_differ_in_case_only_clash() {
        assert_eq!(clash(&["a.csv", "b.csv", "A.CSV"]), Some(("a.csv", "A.CSV")));
        assert_eq!(clash(&["Ж.csv", "ж.csv"]), Some(("Ж.csv", "ж.csv")));
        assert_eq!(clash(&["a.csv", "a.xlsx"]), None);
    }
}
