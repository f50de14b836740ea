//! No spelling of a secret stays. The encoded texts were written by other programs (`base64`, `python3 -c 'urllib.parse…'`).

use super::*;

fn redactor() -> Redactor {
    Redactor::new(&[Secret::new("s3cr3t key/+é"), Secret::new("0123456789abcdef")])
}

#[test]
fn a_secret_goes_and_the_words_around_it_stay() {
    let text = "wrong key 0123456789abcdef, or s3cr3t key/+é!";
    assert_eq!(redactor().redact(text), "wrong key ***, or ***!");
    assert_eq!(redactor().redact("nothing of it: 0123456789abcde"), "nothing of it: 0123456789abcde");
}

#[test]
fn a_basic_header_goes_whatever_the_user_is_called() {
    // printf '%s:%s' USER 0123456789abcdef | base64
    for header in [
        "OjAxMjM0NTY3ODlhYmNkZWY=",
        "YTowMTIzNDU2Nzg5YWJjZGVm",
        "YWI6MDEyMzQ1Njc4OWFiY2RlZg==",
        "YWJjOjAxMjM0NTY3ODlhYmNkZWY=",
    ] {
        let text = format!("got `Authorization: Basic {header}` for /api");
        assert_eq!(redactor().redact(&text), "got `Authorization: Basic ***` for /api");
    }
}

#[test]
fn both_alphabets_of_base64_are_known() {
    let redactor = Redactor::new(&[Secret::new("??>>~~??>>")]);
    // printf '??>>~~??>>' | base64, and the same with `tr +/ -_`
    for text in ["Pz8+Pn5+Pz8+Pg==", "Pz8-Pn5-Pz8-Pg", "Pz8%2BPn5%2BPz8%2BPg%3D%3D"] {
        assert_eq!(redactor.redact(&format!("token {text}.")), "token ***.", "{text}");
    }
}

#[test]
fn however_it_was_percent_encoded() {
    for text in [
        "s3cr3t%20key%2F%2B%C3%A9",
        "s3cr3t%20key/+%c3%a9",
        "s3cr3t+key%2F%2B%C3%A9",
        "s3cr3t%2520key%252F%252B%25C3%25A9",
        "%73%33%63%72%33%74%20%6b%65%79%2f%2b%c3%a9",
        "s3cr3t key/%2Bé",
    ] {
        assert_eq!(redactor().redact(&format!("GET /?k={text}&x=1")), "GET /?k=***&x=1", "{text}");
    }
}

#[test]
fn quoted_and_escaped_texts_are_known() {
    let redactor = Redactor::new(&[Secret::new("a\"b\\c&d<e")]);
    for text in [r#"{"key":"a\"b\\c&d<e"}"#, r#"{"key":"a&quot;b\c&amp;d&lt;e"}"#] {
        assert_eq!(redactor.redact(text), r#"{"key":"***"}"#, "{text}");
    }
}

#[test]
fn one_inside_another_and_two_that_overlap_leave_nothing() {
    let redactor = Redactor::new(&[Secret::new("abab"), Secret::new("babc"), Secret::new("b")]);
    assert_eq!(redactor.redact("x ababab y ababc z abababc"), "x *** y *** z ***");
}

#[test]
fn an_empty_secret_hides_nothing_and_any_text_is_answered() {
    assert_eq!(Redactor::new(&[Secret::new("")]).redact("words"), "words");
    for text in ["", "%", "%4", "%zz", "100%", "%%41", "é%C3", "+", "====", "🙂%F0%9F%99%82"] {
        assert_eq!(redactor().redact(text), text);
        assert_eq!(Redactor::default().redact(text), text);
    }
}

#[test]
fn it_does_not_print_what_it_knows() {
    assert_eq!(format!("{:?}", redactor()), "Redactor(***)");
}
