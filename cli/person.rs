//! Who runs: kept with what was recorded, so that others can ask.

/// The name that the person signed in with.
pub(crate) fn user() -> String {
    // Under cron and in containers the environment does not say it; the system does.
    let named = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    named
        .or_else(|| whoami::fallible::username().ok())
        .filter(|user| !user.is_empty())
        .unwrap_or_else(|| "somebody".to_owned())
}
