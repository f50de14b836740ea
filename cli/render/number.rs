//! Counts, sizes and times for people.

pub(crate) use wr_base::count::grouped;

/// `86 kB`, `1.4 MB`: thousands, as file managers count.
#[must_use]
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} bytes");
    }
    let mut size = count as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(size < 9.95);
    format!("{size:.digits$} {}", UNITS.get(unit).copied().unwrap_or_default())
}

/// `0.4 s`, `2 min 5 s`.
#[must_use]
pub(crate) fn seconds(millis: u64) -> String {
    if millis < 60_000 {
        format!("{:.1} s", millis as f64 / 1000.0)
    } else {
        format!("{} min {} s", millis / 60_000, millis / 1000 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_true() {
        assert_eq!([0, 999, 1000, 1_048_576].map(grouped), ["0", "999", "1,000", "1,048,576"]);
        assert_eq!(
            [12, 999, 1000, 86_100, 1_449_000].map(bytes),
            ["12 bytes", "999 bytes", "1.0 kB", "86 kB", "1.4 MB"]
        );
        assert_eq!([40, 1900, 125_000].map(seconds), ["0.0 s", "1.9 s", "2 min 5 s"]);
    }
}
