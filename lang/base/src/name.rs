//! Names: how they are quoted, and which known name was probably meant.

/// Whether `text` can be written as a name without backticks, keywords aside.
#[must_use]
pub fn is_plain_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// The candidates nearest to `name`, best first: at most three, none when nothing is near.
///
/// Near means: equal but for case and underscores, or an edit distance (with swapped neighbours as one edit)
/// of at most a third of the length.
pub fn near_misses<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded: Vec<char> = fold(name).collect();
    let limit = (folded.len() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        // Most are too short or too long, and need no table: a script can have thousands of names.
        .filter(|candidate| fold(candidate).count().abs_diff(folded.len()) <= limit)
        .filter_map(|candidate| {
            let distance = edit_distance(&folded, &fold(candidate).collect::<Vec<_>>());
            (distance <= limit).then_some((distance, candidate))
        })
        .collect();
    near.sort();
    near.dedup();
    // Beside one that is much nearer, the others are noise.
    let best = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance <= best + 1);
    near.into_iter().map(|(_, candidate)| candidate).take(3).collect()
}

/// Whether two names differ in nothing but upper and lower case.
#[must_use]
pub fn same_but_for_case(one: &str, other: &str) -> bool {
    // Nearly all pairs are told apart by their last signs, and a script has as many pairs as names squared.
    if let (Some(last), Some(other_last)) = (one.bytes().last(), other.bytes().last())
        && last.is_ascii()
        && other_last.is_ascii()
        && !last.eq_ignore_ascii_case(&other_last)
    {
        return false;
    }
    if one.is_ascii() && other.is_ascii() {
        return one != other && one.eq_ignore_ascii_case(other);
    }
    one != other && lower(one).eq(lower(other))
}

fn lower(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

fn fold(name: &str) -> impl Iterator<Item = char> {
    lower(name).filter(|c| *c != '_')
}

/// Edits (insert, delete, change, swap two neighbours) that make one text into the other.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 {
                j
            } else if j == 0 {
                i
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_meant_one() {
        assert_eq!(near_misses("gendre", ["gender", "city", "user_id"]), ["gender"]);
        assert_eq!(near_misses("userid", ["gender", "city", "user_id"]), ["user_id"]);
        assert_eq!(near_misses("Город", ["город", "имя"]), ["город"]);
    }

    #[test]
    fn case_alone_is_told_from_any_other_difference() {
        assert!(same_but_for_case("City", "city") && same_but_for_case("ГОРОД", "город"));
        assert!(!same_but_for_case("city", "city") && !same_but_for_case("city", "cities"));
        assert!(!same_but_for_case("cit", "CITY"));
    }

    #[test]
    fn beside_a_near_name_the_far_ones_are_not_said() {
        assert_eq!(near_misses("Europe/Moskow", ["Europe/Oslo", "Europe/Moscow", "Europe/Lisbon"]), ["Europe/Moscow"]);
    }

    #[test]
    fn nothing_near_gives_nothing() {
        assert!(near_misses("birth_date", ["gender", "city"]).is_empty());
    }
}
