//! RFC 4180 as the expected answers are written: an empty field is null, `""` is an empty text.

/// Rows of fields; `None` is null.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

pub(crate) fn parse(text: &str) -> Rows {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut chars = text.chars().peekable();
    while chars.peek().is_some() {
        let mut field = String::new();
        let quoted = chars.peek() == Some(&'"');
        if quoted {
            chars.next();
            loop {
                match chars.next() {
                    Some('"') if chars.peek() == Some(&'"') => {
                        chars.next();
                        field.push('"');
                    }
                    Some('"') | None => break,
                    Some(other) => field.push(other),
                }
            }
        } else {
            while let Some(next) = chars.peek().copied() {
                if next == ',' || next == '\r' || next == '\n' {
                    break;
                }
                field.push(next);
                chars.next();
            }
        }
        row.push((quoted || !field.is_empty()).then_some(field));
        match chars.next() {
            Some(',') => {
                // A comma at the end of a line begins one more field.
                if matches!(chars.peek(), None | Some('\r' | '\n')) {
                    row.push(None);
                    end_line(&mut chars);
                    rows.push(std::mem::take(&mut row));
                }
            }
            Some('\r') => {
                chars.next_if_eq(&'\n');
                rows.push(std::mem::take(&mut row));
            }
            _ => rows.push(std::mem::take(&mut row)),
        }
    }
    rows
}

fn end_line(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    chars.next_if_eq(&'\r');
    chars.next_if_eq(&'\n');
}

#[test]
fn null_and_empty_text_are_told_apart() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        parse("a,b\r\n1,\r\n\"\",\"x,\"\"y\"\"\nz\"\r\n"),
        vec![vec![some("a"), some("b")], vec![some("1"), None], vec![some(""), some("x,\"y\"\nz")]]
    );
}
