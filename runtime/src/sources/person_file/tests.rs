//! Text files of people: which encoding and which delimiter are found, and when nobody could tell.

use wr_plan::declaration::Encoding;

use super::text::{Delimiter, NotText, decode, delimiter, said_by_excel};

fn found(bytes: &[u8]) -> Result<(String, Encoding), NotText> {
    decode(bytes, None).map(|(text, encoding)| (text.into_owned(), encoding))
}

#[test]
fn encodings_are_found_by_mark_by_noughts_and_by_letters() {
    let russian = "Номер карты;Город\r\n0042;Нижний Новгород\r\n0043;Орёл\r\n";
    let (of_1251, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    assert_eq!(found(&of_1251), Ok((russian.to_owned(), Encoding::Windows1251)));
    assert_eq!(found(russian.as_bytes()), Ok((russian.to_owned(), Encoding::Utf8)));
    let low: Vec<u8> = "card\n0042\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let high: Vec<u8> = "card\n0042\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(found(&low), Ok(("card\n0042\n".to_owned(), Encoding::Utf16)));
    assert_eq!(found(&high), Ok(("card\n0042\n".to_owned(), Encoding::Utf16)));
    assert_eq!(found(b"\x00\x01\x02\x03\x00\x00\xff"), Err(NotText::Binary));
    assert_eq!(found(b"card\x07\n"), Err(NotText::Binary));
}

#[test]
fn a_said_encoding_is_taken_at_its_word_or_refused() {
    let (koi, _, _) = encoding_rs::KOI8_R.encode("Орёл");
    assert_eq!(decode(&koi, Some(Encoding::Koi8R)).map(|(text, _)| text.into_owned()), Ok("Орёл".to_owned()));
    assert_eq!(decode(&koi, Some(Encoding::Utf8)), Err(NotText::Not(Encoding::Utf8)));
    // A mark says more than the script.
    let marked = decode("\u{feff}ё".as_bytes(), Some(Encoding::Windows1251));
    assert_eq!(marked.map(|(text, encoding)| (text.into_owned(), encoding)), Ok(("ё".to_owned(), Encoding::Utf8)));
}

#[test]
fn the_delimiter_is_the_one_by_which_the_headings_are_found() {
    let cases: [(&str, &[&str], Delimiter); 8] = [
        ("a,b\n1,2\n", &["b"], Delimiter::Found(',')),
        ("a;b,c\n1;2,3\n", &["a"], Delimiter::Found(';')),
        ("a;\"b,c\"\n", &["b,c"], Delimiter::Found(';')),
        ("a\tb\n1\t2\n", &["a", "b"], Delimiter::Found('\t')),
        ("card\n1,5\n2;7\n", &["card"], Delimiter::OneColumn),
        // The heading is missing: rows of one length tell.
        ("x;y\n1,5;2\n3;4\n", &["card"], Delimiter::Found(';')),
        ("x;y,z\n1;2,3\n", &["card"], Delimiter::Unclear),
        ("x\n1\n", &["card"], Delimiter::OneColumn),
    ];
    for (text, wanted, expected) in cases {
        assert_eq!(delimiter(text, wanted), expected, "{text:?}");
    }
}

#[test]
fn what_excel_writes_for_itself_is_no_row() {
    assert_eq!(said_by_excel("sep=;\r\na;b\r\n"), Some((';', "a;b\r\n")));
    assert_eq!(said_by_excel("sep=;"), None);
    assert_eq!(said_by_excel("separator\n1\n"), None);
}
