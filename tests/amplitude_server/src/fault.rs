//! What goes wrong when a test says so: one fault for the next request of a route, then the next one.

/// Where a fault waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    Cohorts,
    Usage,
    /// Asks for a cohort's file: the call that costs one of the month's.
    Request,
    Status,
    File,
    /// The file on the other host.
    Storage,
    Export,
    Taxonomy,
}

/// Which limit a 429 names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Concurrent,
    Rate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and no answer comes.
    Hang,
    /// Everything is done and counted, and no answer comes.
    HangAfter,
    /// 502 with a page.
    BadGateway,
    /// A status with any body, nothing done.
    Status(u16, String),
    /// Everything is done and counted; the answer is this status with a page of a proxy.
    StatusAfter(u16),
    TooMany(Limit, Option<u64>),
    /// So many bytes of the body, then the connection is reset.
    ResetAt(usize),
    /// So many bytes of the body, then the connection is closed, whatever length was promised.
    CutAt(usize),
    /// So many bytes as if they were the whole body.
    ShortAt(usize),
    /// The body in pieces of so many bytes, with so many milliseconds between.
    Drip(usize, u64),
    /// The status of a job, with this code and word.
    AsyncStatus(u16, String),
    /// The link has expired before its time.
    Expired,
    /// The body has this in place of what it should have, and the headers as ever.
    Body(Vec<u8>),
}

impl Fault {
    /// Whether the request is not looked at.
    pub(crate) fn is_before(&self) -> bool {
        match self {
            Fault::Hang | Fault::BadGateway | Fault::Status(..) | Fault::TooMany(..) | Fault::Expired => true,
            Fault::HangAfter
            | Fault::StatusAfter(_)
            | Fault::ResetAt(_)
            | Fault::CutAt(_)
            | Fault::ShortAt(_)
            | Fault::Drip(..)
            | Fault::AsyncStatus(..)
            | Fault::Body(_) => false,
        }
    }
}
