//! Where `wr.toml` says that a secret is → the secret. Asked for when a connection is used, never before.

use std::path::Path;
use std::process::{Command, Stdio};

use wr_secret::Secret;
use wr_sema::project::SecretFrom;

/// # Errors
/// It is not there: where it was looked for, in words that hold nothing of it.
pub(crate) fn secret(from: &SecretFrom, key: &str, root: &Path) -> Result<Secret, String> {
    let found = match from {
        SecretFrom::Environment(name) => std::env::var(name)
            .map(Secret::new)
            .map_err(|_| format!("`{key}` is to be in the variable `{name}` of the environment, which is not set"))?,
        SecretFrom::File(path) => {
            let path = expanded(path, root);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("`{key}` is to be in the file {}: {error}", path.display()))?;
            first_line(&text)
        }
        SecretFrom::Command(command) => {
            let shell = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
            // What it asks for, it asks the person: only its answer is ours.
            let output = Command::new(shell.0)
                .args([shell.1, command])
                .current_dir(root)
                .stdin(Stdio::inherit())
                .stderr(Stdio::inherit())
                .output()
                .map_err(|error| format!("`{key}` is to come from `{command}`, which cannot be started: {error}"))?;
            if !output.status.success() {
                return Err(format!("`{key}` is to come from `{command}`, which failed ({})", output.status));
            }
            first_line(&String::from_utf8_lossy(&output.stdout))
        }
        SecretFrom::Written(secret) => secret.clone(),
    };
    if found.is_empty() { Err(format!("`{key}` is empty where it is to be")) } else { Ok(found) }
}

fn first_line(text: &str) -> Secret {
    Secret::new(text.lines().next().unwrap_or_default())
}

/// `~/` is the home folder; other paths are relative to the project.
fn expanded(path: &Path, root: &Path) -> std::path::PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => root.join(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn had(from: &SecretFrom, root: &Path) -> Result<String, String> {
        secret(from, "password", root).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_secret_is_the_first_line_of_where_it_is() {
        let root = std::env::temp_dir().join(format!("wr-secrets-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("key"), "hunter2\r\nsecond\n").unwrap();
        assert_eq!(had(&SecretFrom::File("key".into()), &root).unwrap(), "hunter2");
        assert_eq!(had(&SecretFrom::Command("cat key".to_owned()), &root).unwrap(), "hunter2");
        let words = had(&SecretFrom::Environment("WR_NO_SUCH_VARIABLE".to_owned()), &root).unwrap_err();
        assert!(words.contains("`WR_NO_SUCH_VARIABLE`"), "{words}");
        assert!(had(&SecretFrom::File("none".into()), &root).is_err());
        assert!(had(&SecretFrom::Command("exit 3".to_owned()), &root).unwrap_err().contains('3'));
        assert!(had(&SecretFrom::Command("true".to_owned()), &root).unwrap_err().contains("empty"));
        std::fs::remove_dir_all(&root).unwrap();
    }
}
