//! The parameters of a script as a form: what prompts ask, and what a page would show. Words for runners only.
