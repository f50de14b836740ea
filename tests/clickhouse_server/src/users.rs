//! Users and their profiles to the configuration files of the engine.

use std::fmt::Write;
use std::path::Path;

/// A user with settings of its own.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    pub password: String,
    /// Settings of the user's profile: `("readonly", "1")`.
    pub settings: Vec<(String, String)>,
}

impl User {
    #[must_use]
    pub fn new(name: &str, password: &str, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { name: name.to_owned(), password: password.to_owned(), settings }
    }
}

pub(crate) fn config_xml(users: &Path) -> String {
    format!(
        "<clickhouse>\n  <logger><level>none</level></logger>\n  <users_config>{}</users_config>\n  \
         <default_profile>default</default_profile>\n</clickhouse>\n",
        users.display()
    )
}

pub(crate) fn users_xml(users: &[User]) -> String {
    let mut profiles = String::from("    <default></default>\n");
    let mut entries = entry("default", "", "default");
    for user in users {
        let profile = format!("{}_profile", user.name);
        let mut settings = String::new();
        for (name, value) in &user.settings {
            let _ = write!(settings, "<{name}>{}</{name}>", escaped(value));
        }
        let _ = writeln!(profiles, "    <{profile}>{settings}</{profile}>");
        entries.push_str(&entry(&user.name, &user.password, &profile));
    }
    format!(
        "<clickhouse>\n  <profiles>\n{profiles}  </profiles>\n  <quotas><default></default></quotas>\n  <users>\n{entries}  \
         </users>\n</clickhouse>\n"
    )
}

fn entry(name: &str, password: &str, profile: &str) -> String {
    format!(
        "    <{name}><password>{}</password><networks><ip>::/0</ip></networks><profile>{profile}</profile>\
         <quota>default</quota></{name}>\n",
        escaped(password)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
