//! A recorded answer, cut at every byte: never a short answer taken for a whole one, and never paid twice.

use wr_amplitude::Error;
use wr_amplitude_server::{Encoding, Fault, Framing, Route, Setup};

use crate::world::{World, expected, members, setup};

/// Bytes of the file as it is sent.
async fn length(encoding: Encoding) -> usize {
    let world = World::new(Setup { encoding, ..setup() });
    usize::try_from(world.download().await.unwrap().bytes).unwrap()
}

/// What is told to the client as whole is whole, whatever happened before.
async fn each_cut_fails_and_the_next_try_mends_it(route: Route, setup: Setup, cuts: &[Fault]) {
    let impatient = World::impatient(setup.clone());
    impatient.download().await.unwrap();
    let patient = World::new(setup);
    patient.download().await.unwrap();
    for cut in cuts {
        impatient.server.fail(route, cut, 1);
        let error = impatient.download().await.expect_err(&format!("{cut:?} was taken for a whole answer"));
        assert!(matches!(error, Error::Cut { .. } | Error::Unreachable { .. }), "{cut:?}: {error}");
        patient.server.fail(route, cut, 1);
        let before = patient.server.calls(Route::File);
        let mut download = patient.download().await.unwrap();
        assert_eq!(members(&mut download).await, expected(), "{cut:?}");
        assert_eq!(patient.server.calls(Route::File), before + 2, "{cut:?}: the next try begins at the link");
    }
    assert_eq!((impatient.spent(), patient.spent()), (1, 1));
}

#[tokio::test]
async fn a_connection_that_ends_at_any_byte() {
    for encoding in [Encoding::Gzip, Encoding::Plain] {
        let cuts: Vec<Fault> = (0..length(encoding).await).map(Fault::CutAt).collect();
        each_cut_fails_and_the_next_try_mends_it(Route::File, Setup { encoding, ..setup() }, &cuts).await;
        let chunked = Setup { encoding, framing: Framing::Chunked, inline_below: 0, ..setup() };
        each_cut_fails_and_the_next_try_mends_it(Route::Storage, chunked, &cuts).await;
    }
}

#[tokio::test]
async fn a_compressed_file_that_was_cut_before_it_was_sent() {
    let cuts: Vec<Fault> = (0..length(Encoding::Gzip).await).map(Fault::ShortAt).collect();
    for framing in [Framing::Length, Framing::Chunked] {
        each_cut_fails_and_the_next_try_mends_it(Route::File, Setup { framing, ..setup() }, &cuts).await;
    }
    let elsewhere = Setup { encoding: Encoding::GzipUnnamed, inline_below: 0, ..setup() };
    // Without a header that says so, one byte is no sign that more should be compressed.
    each_cut_fails_and_the_next_try_mends_it(Route::Storage, elsewhere, &cuts[2..]).await;
}

#[tokio::test]
async fn a_reset_at_some_bytes() {
    let cuts = [Fault::ResetAt(0), Fault::ResetAt(1), Fault::ResetAt(40)];
    each_cut_fails_and_the_next_try_mends_it(Route::File, setup(), &cuts).await;
    each_cut_fails_and_the_next_try_mends_it(Route::Storage, Setup { inline_below: 0, ..setup() }, &cuts).await;
}

#[tokio::test]
async fn a_compressed_file_with_one_wrong_bit() {
    let world = World::impatient(setup());
    world.download().await.unwrap();
    let mut file = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut file, flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, b"\"amplitude_id\",\"user_id\"\n\"1\",\"a\"\n").unwrap();
    encoder.finish().unwrap();
    // The header has a time, a system and flags that mean nothing for the content.
    for at in 10..file.len() {
        let mut broken = file.clone();
        broken[at] ^= 1;
        world.server.fail(Route::File, &Fault::Body(broken), 1);
        world.download().await.expect_err(&format!("a wrong bit of byte {at} was taken for right"));
    }
}

#[tokio::test]
async fn a_row_that_is_none_is_told_with_its_line_and_not_asked_again() {
    let world = World::new(Setup { encoding: Encoding::Plain, ..setup() });
    let heading = "\"amplitude_id\",\"user_id\"\n";
    for (body, words) in [
        (format!("{heading}\"1\",\"a\"\n\"x\",\"b\"\n"), "its amplitude_id is not a whole number"),
        (format!("{heading}\"1\",\"a\"\n\"1.5\",\"b\"\n"), "its amplitude_id is not a whole number"),
        (format!("{heading}\"1\",\"a\"\n\"99999999999999999999\",\"b\"\n"), "its amplitude_id is not a whole number"),
        (format!("{heading}\"1\",\"a\"\n\"2\"\n"), "it has 1 fields, the heading has 2"),
    ] {
        world.server.fail(Route::File, &Fault::Body(body.into_bytes()), 1);
        let error = world.download().await.unwrap_err();
        assert!(error.message().ends_with(words), "{error}");
        assert!(matches!(error, Error::BadRow { line: 3..=4, .. }), "{error:?}");
        assert!(!error.to_string().contains("99999"), "a value of a row is told");
    }
    assert_eq!(world.spent(), 1);
}
