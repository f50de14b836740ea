//! What can be wrong with servers, in words that name the connection and the table, with the server's own words below.

use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_base::name::near_misses;
use wr_base::ty::{DataType, Type};
use wr_plan::sql::stored::Misfit;

use super::convert::Unfit;
use super::errors::{Place, internal};
use crate::error::RunError;

/// A server, as people know it: the connection, and what runs there.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) connection: String,
    /// `ClickHouse`, `SQL Server`, `Amplitude`.
    pub(crate) kind: &'static str,
    /// Where it is, without user and password.
    pub(crate) address: String,
}

/// What a connection needs to be reached is not there: a secret, mostly. The words name where it was looked for.
pub(crate) fn setting_not_had(connection: &str, step: Option<StepId>, words: &str) -> RunError {
    RunError {
        code: Code::ConnectionSetting,
        step,
        expr: None,
        source: Some(connection.to_owned()),
        message: format!("`{connection}` cannot be used: {words}"),
        detail: Vec::new(),
        help: Some(format!("set it, or correct [connections.{connection}] in wr.toml")),
    }
}

/// A server's words are cut there: some repeat the question.
const WORDS: usize = 600;

impl Server {
    fn error(&self, code: Code, step: Option<StepId>, message: String, words: &str, help: String) -> RunError {
        RunError {
            code,
            step,
            expr: None,
            source: Some(self.connection.clone()),
            message,
            detail: if words.is_empty() { Vec::new() } else { vec![cut(words)] },
            help: Some(help),
        }
    }

    pub(crate) fn unreachable(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = format!(
            "check the address of [connections.{}] in wr.toml, and whether you are in the server's network",
            self.connection
        );
        let message = format!("`{}` cannot be reached at {}", self.connection, self.address);
        self.error(Code::ServerUnreachable, step, message, words, help)
    }

    /// Something answers there, but it cannot be encrypted with it, or it is not who it says.
    pub(crate) fn not_trusted(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = format!(
            "name the file with the certificate of whoever signed the server's: `certificate` of [connections.{}] in wr.toml",
            self.connection
        );
        let message = format!("`{}` at {} cannot be trusted to be who it says", self.connection, self.address);
        self.error(Code::ServerUnreachable, step, message, words, help)
    }

    pub(crate) fn login_refused(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = format!("check `user` and `password` of [connections.{}] in wr.toml", self.connection);
        let message = format!("`{}` does not know the user, or not with this password", self.connection);
        self.error(Code::LoginRefused, step, message, words, help)
    }

    pub(crate) fn refused(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = "`wr plan` shows the question as it was sent; correct the script, or report it if `wr` wrote it so";
        let message = format!("`{}` ({}) refuses the question", self.connection, self.kind);
        self.error(Code::ServerRefused, step, message, words, help.to_owned())
    }

    pub(crate) fn cut(&self, step: Option<StepId>, words: &str) -> RunError {
        let message = format!("the answer of `{}` broke off, so nothing of it was used", self.connection);
        self.error(Code::AnswerCut, step, message, words, "run the same values again".to_owned())
    }

    pub(crate) fn not_allowed(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = "ask those who run the server for the grant that its words name".to_owned();
        let message = format!("the user of `{}` may not do this", self.connection);
        self.error(Code::NotAllowedThere, step, message, words, help)
    }

    pub(crate) fn unsafe_settings(&self, step: Option<StepId>, found: &[String]) -> RunError {
        let message =
            format!("settings of the user of `{}` change answers, and the user may not set them", self.connection);
        let help = "ask for a profile without them, or one that may set them (`readonly = 2`)".to_owned();
        self.error(Code::UnsafeSettings, step, message, &found.join("; "), help)
    }

    pub(crate) fn limit(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = "ask for less (a shorter period, fewer columns), or have the limit raised".to_owned();
        let message = format!("`{}` gave up: the question takes longer or needs more than it allows", self.connection);
        self.error(Code::ServerLimit, step, message, words, help)
    }

    pub(crate) fn silent(&self, step: Option<StepId>, seconds: u64) -> RunError {
        let help = format!(
            "run it again, or raise `timeout` of [connections.{}] in wr.toml, or ask for less",
            self.connection
        );
        let message = format!("nothing was heard of `{}` for {seconds} seconds", self.connection);
        self.error(Code::ServerSilent, step, message, "", help)
    }

    pub(crate) fn table_missing(&self, place: &Place, words: &str) -> RunError {
        let help =
            format!("check the name of the table, and `database` of [connections.{}] in wr.toml", self.connection);
        let message = format!("`{}` has no table `{}` that its user can see", self.connection, place.table);
        self.error(Code::ServerTableMissing, Some(place.step), message, words, help)
    }

    pub(crate) fn database_missing(&self, step: Option<StepId>, words: &str) -> RunError {
        let help = format!("check `database` of [connections.{}] in wr.toml, and the user's grants", self.connection);
        let message = format!("`{}` has no such database that its user can open", self.connection);
        self.error(Code::ServerTableMissing, step, message, words, help)
    }

    pub(crate) fn column_missing(&self, place: &Place, column: &str, found: &[String]) -> RunError {
        let near = near_misses(column, found.iter().map(String::as_str));
        let help = near.first().map_or_else(
            || "correct the table in the schema file".to_owned(),
            |near| format!("did it become `{near}`? Then rename it in the schema file"),
        );
        let message = format!("`{}` has no column `{column}` on the server", place.full_name());
        self.error(Code::SchemaDiffers, Some(place.step), message, &format!("it has: {}", found.join(", ")), help)
    }

    pub(crate) fn column_differs(&self, place: &Place, column: &str, misfit: &Misfit) -> RunError {
        let help = match (misfit.way_out(), misfit) {
            (Some(ty), _) => format!("declare it in the schema file as `{column}: {ty}`"),
            (None, Misfit::CannotHold(cannot)) => {
                format!("select `{}` in a query of your own: `from {}.sql`", cannot.cast_of(column), self.connection)
            }
            (None, Misfit::Data { .. } | Misfit::Nulls { .. }) => "correct the table in the schema file".to_owned(),
        };
        let message = format!("`{}.{column}` is not what the schema file declares", place.full_name());
        self.error(Code::SchemaDiffers, Some(place.step), message, &misfit.to_string(), help)
    }

    pub(crate) fn times_without_zone(&self, place: &Place, column: &str, stored: &str) -> RunError {
        let message = format!("the times in `{}.{column}` have no zone, so they are no instants", place.full_name());
        let help = format!(
            "say what they mean: `zone = \"UTC\"`, or another one, in [connections.{}] of wr.toml",
            self.connection
        );
        let words = format!("it is {stored} on the server");
        self.error(Code::SchemaDiffers, Some(place.step), message, &words, help)
    }

    /// Amplitude gives properties as texts.
    pub(crate) fn column_is_text(&self, place: &Place, column: &str, wanted: &str) -> RunError {
        let message = format!("`{}.{column}` is not what the schema file declares", place.full_name());
        let help = format!("declare it in the schema file as `{column}: {wanted}?`, and convert it in the script");
        let words = format!("{} gives it as {wanted}", self.kind);
        self.error(Code::SchemaDiffers, Some(place.step), message, &words, help)
    }

    /// A field of the events has one type; each is nullable but what every event has.
    pub(crate) fn column_of_events(
        &self,
        place: &Place,
        column: &str,
        wanted: &DataType,
        may_be_null: bool,
    ) -> RunError {
        let message = format!("`{}.{column}` is not what the schema file declares", place.full_name());
        let wanted = Type::new(wanted.clone(), may_be_null);
        let help = format!("declare it in the schema file as `{column}: {wanted}`, and convert it in the script");
        let words = format!("the export of events gives it as {wanted}");
        self.error(Code::SchemaDiffers, Some(place.step), message, &words, help)
    }

    /// The export is made of windows of one time only.
    pub(crate) fn events_go_by_upload(&self, place: &Place, column: &str) -> RunError {
        let message = format!("events of `{}` can be had for a period of `{column}` only", self.connection);
        let help =
            format!("declare the table as `table {}({column}: period) {{ {column}: datetime, … }}`", place.full_name());
        self.error(Code::SchemaDiffers, Some(place.step), message, "", help)
    }

    /// The driver gives up a whole answer for one text, and does not say which.
    pub(crate) fn not_a_text(&self, step: Option<StepId>, words: &str) -> RunError {
        let message = format!("the answer of `{}` holds a text that is none", self.connection);
        let help =
            "look for half characters in the columns that are read, or leave those rows out in a query of your own";
        self.error(Code::ServerValue, step, message, words, help.to_owned())
    }

    /// A column of an answer that is not as declared. What only we could have got wrong names what the server has: `stored`.
    pub(crate) fn unfit(&self, place: &Place, column: &str, declared: &Type, stored: &str, unfit: Unfit) -> RunError {
        let declared = declared.to_string();
        let value = |what: &str| self.value(place, column, what, &declared);
        match unfit {
            Unfit::Null { .. } => value("is empty, though the column is declared without `?`"),
            Unfit::OutOfRange { .. } => value(&format!("does not fit into {declared}")),
            Unfit::Unreadable { .. } => value(&format!("cannot be read as {declared}")),
            Unfit::Type { found } => internal(Some(place.step), format!("`{column}`, {stored}, came as {found}")),
            Unfit::NoZone => internal(Some(place.step), "a time of a server came without a zone"),
            Unfit::Engine(error) => internal(Some(place.step), error),
        }
    }

    fn value(&self, place: &Place, column: &str, what: &str, declared: &str) -> RunError {
        let message = format!("a value of `{}.{column}` {what}", place.full_name());
        let help =
            format!("declare a type that holds it (now: {declared}), or filter or cast it in a query of your own");
        self.error(Code::ServerValue, Some(place.step), message, "", help)
    }
}

fn cut(words: &str) -> String {
    let mut text: String = words.trim().chars().take(WORDS).collect();
    if words.trim().chars().count() > WORDS {
        text.push('…');
    }
    text
}
