//! Bytes of the protocol: packets and their messages, types, values and tokens.

pub(crate) mod login;
pub(crate) mod packet;
pub(crate) mod prelogin;
pub(crate) mod reader;
pub(crate) mod token;
pub(crate) mod type_info;
pub(crate) mod value_in;
pub(crate) mod value_out;
