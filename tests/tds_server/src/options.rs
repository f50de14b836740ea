//! What a test says when it starts a server.

/// What of a connection is encrypted, as far as the server has a say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// The server has no encryption at all.
    None,
    /// The login is encrypted, the rest when the client wants it.
    #[default]
    LoginOnly,
    /// Everything is.
    Required,
}

/// How finely bytes are cut, so that a client sees every place at which a packet can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Bytes after the header of a packet that the server sends, at most.
    pub payload: usize,
    /// Bytes that the server writes at once.
    pub write: usize,
    /// Bytes that the server reads at once.
    pub read: usize,
}

impl Default for Split {
    fn default() -> Split {
        Split { payload: usize::MAX, write: usize::MAX, read: usize::MAX }
    }
}

impl Split {
    /// Packets, writes and reads of so many bytes.
    pub fn every(bytes: usize) -> Split {
        Split { payload: bytes, write: bytes, read: bytes }
    }
}

/// What a user may do. Everything, unless it is taken away.
#[derive(Clone)]
pub struct User {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) denied: Vec<(String, String)>,
}

impl User {
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> User {
        User { name: name.into(), password: password.into(), denied: Vec::new() }
    }

    /// Takes one of `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `CREATE TABLE` away, for one table (`dbo.sales`) or for `*`.
    #[must_use]
    pub fn deny(mut self, action: &str, table: &str) -> User {
        self.denied.push((action.to_ascii_uppercase(), table.to_lowercase()));
        self
    }

    /// A temporary table is its maker's own.
    pub(crate) fn may(&self, action: &str, table: &str) -> bool {
        let table = table.to_lowercase();
        table.starts_with('#')
            || !self.denied.iter().any(|(denied, name)| denied == action && (name == "*" || *name == table))
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("User").field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
pub struct Options {
    /// 0 takes a free one.
    pub port: u16,
    pub users: Vec<User>,
    pub encryption: Encryption,
    pub split: Split,
    /// The database that a login may name.
    pub database: String,
    /// The collation of columns that name none.
    pub collation: String,
    /// The collation of columns of temporary tables that name none.
    pub temporary_collation: String,
    /// The largest packet that the server agrees to.
    pub packet_size: usize,
    /// Where the rows live; a file that goes with the server, unless named.
    pub file: Option<std::path::PathBuf>,
    /// Whether `SET TRANSACTION ISOLATION LEVEL SNAPSHOT` is allowed in the database.
    pub allows_snapshot: bool,
}

impl Default for Options {
    /// One user `sa` with the password `Test_password_1`.
    fn default() -> Options {
        Options {
            port: 0,
            users: vec![User::new("sa", "Test_password_1")],
            encryption: Encryption::default(),
            split: Split::default(),
            database: "test".to_owned(),
            collation: "SQL_Latin1_General_CP1_CI_AS".to_owned(),
            temporary_collation: "SQL_Latin1_General_CP1_CI_AS".to_owned(),
            packet_size: 32_767,
            file: None,
            allows_snapshot: true,
        }
    }
}
