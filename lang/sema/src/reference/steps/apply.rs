//! The page of `apply`.

use super::super::StepDoc;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["apply"],
    shape: &["apply name", "apply name(argument, name = argument)"],
    summary: "Takes the steps of a `step` of this script or of a library",
    detail: "It means what its own steps mean in its place. What they lack is said here, with their words beside it.",
    rows: "those that the own steps leave",
    columns: "those that the own steps leave",
    key: "what the own steps leave of it",
    order: "what the own steps leave of it",
    can_be_left_out: true,
    examples: &[r#"use age from "lib/people.wr"

step adults(least: int = 18) =
  filter birth_date is not null
  filter age(birth_date) >= $least

let people =
  from crm.users
  apply adults(least = 21)"#],
    wrong: None,
};
