//! What several functions share: exact arithmetic and order.

pub(in crate::functions) mod arithmetic;
pub(in crate::functions) mod form;
pub(in crate::functions) mod hash;
pub(crate) mod instant;
pub(crate) mod locale;
pub(in crate::functions) mod number_text;
pub(crate) mod order;
pub(crate) mod pattern;
pub(in crate::functions) mod text;
pub(crate) mod wide;
pub(in crate::functions) mod zone;

pub(in crate::functions) mod prelude;
