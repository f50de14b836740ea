//! What can go wrong with Amplitude, as failures of a run. The words are those of the client.

use wr_amplitude::{Error, Unreachable};
use wr_base::diag::Code;
use wr_base::ids::StepId;

use crate::error::RunError;

pub(super) fn run_error(error: &Error, connection: &str, step: Option<StepId>) -> RunError {
    RunError {
        code: code(error),
        step,
        expr: None,
        source: Some(connection.to_owned()),
        message: format!("`{connection}`: {}", error.message()),
        detail: error.detail(),
        help: error.help(),
    }
}

const fn code(error: &Error) -> Code {
    match error {
        Error::WrongKey { .. } | Error::WrongSecret { .. } => Code::LoginRefused,
        Error::NotACohort { .. } | Error::NoSuchCohort { .. } => Code::CohortNotFound,
        Error::CohortTooLarge { .. } => Code::CohortTooLarge,
        Error::QuotaUsedUp { .. } => Code::QuotaUsedUp,
        Error::Unreachable { why: Unreachable::TooSlow(_), .. } | Error::JobTooSlow { .. } => Code::ServerSilent,
        Error::Unreachable { .. } => Code::ServerUnreachable,
        Error::Limited { .. } | Error::ExportTooLarge { .. } => Code::ServerLimit,
        Error::ServerFailed { .. }
        | Error::Refused { .. }
        | Error::NotUnderstood { .. }
        | Error::JobFailed { .. }
        | Error::BadWindow { .. } => Code::ServerRefused,
        Error::BadAddress { .. } => Code::ConnectionSetting,
        Error::RequestLost { .. } => Code::RequestLost,
        Error::FileGone { .. } | Error::Cut { .. } => Code::AnswerCut,
        Error::BadRow { .. } => Code::ServerValue,
        Error::MissingColumn { .. } => Code::SchemaDiffers,
        Error::Memory { .. } => Code::StoreNotUsable,
        Error::Disk { .. } => Code::NotWritten,
    }
}
