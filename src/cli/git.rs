//! Files of another commit, read with the `git` program. Nothing is fetched, nothing is checked out.

use std::path::Path;
use std::path::PathBuf;
use std::process::Output;
use std::process::Stdio;

use tokio::process::Command;

use super::error::CommandError;
use super::error::Kind;

/// A commit, seen from a folder of the working tree: paths are relative to that folder, wherever in the repository
/// it is.
pub(super) struct Commit {
    folder: PathBuf,
    /// The name it was asked for by.
    pub(super) name: String,
    /// Its id.
    pub(super) id: String,
}

impl Commit {
    /// Finds a commit by whatever names one: a branch, a tag, an id, `HEAD~1`.
    pub(super) async fn find(folder: &Path, name: &str) -> Result<Self, CommandError> {
        // No name begins like this (git-check-ref-format), but an option does.
        if name.is_empty() || name.starts_with('-') {
            return Err(CommandError::new(Kind::Usage, format!("--base: `{name}` is no name of a commit")));
        }
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let inside = git(folder, &["rev-parse", "--is-inside-work-tree"]).await?;
        if !inside.status.success() {
            let message = format!("--base: git finds no repository in {}", folder.display());
            return Err(complaint(Kind::Usage, message, &inside));
        }
        let found = git(folder, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]).await?;
        if !found.status.success() {
            let message = format!("--base: this repository has no commit `{name}`");
            return Err(complaint(Kind::Usage, message, &found).hint(
                "in CI fetch it first: `git fetch origin main` and `--base origin/main`, or a full checkout",
            ));
        }
        let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        Ok(Self { folder: folder.to_owned(), name: name.to_owned(), id })
    }

    /// A file as it was, at most `limit` bytes of text; `None` when there was none.
    pub(super) async fn read(&self, file: &str, limit: usize) -> Result<Option<String>, CommandError> {
        let place = format!("{}:{file}", self.name);
        let list = ["--literal-pathspecs", "ls-tree", "-z", "--long", &self.id, "--", file];
        let listed = self.git(&list, &place).await?;
        let listed = String::from_utf8_lossy(&listed);
        let Some((entry, _)) = listed.split_once('\t') else { return Ok(None) };
        // Mode, type, id, size.
        let fields: Vec<&str> = entry.split_whitespace().collect();
        let [mode, "blob", blob, size] = fields.as_slice() else { return Err(no_file(&place)) };
        if *mode == SYMBOLIC_LINK {
            return Err(no_file(&place));
        }
        if size.parse::<usize>().is_ok_and(|size| size > limit) {
            return Err(CommandError::new(Kind::File, format!("{place} is larger than {limit} bytes")));
        }
        let bytes = self.git(&["cat-file", "blob", blob], &place).await?;
        let text = String::from_utf8(bytes)
            .map_err(|_| CommandError::new(Kind::File, format!("{place} is not UTF-8 text")))?;
        Ok(Some(text))
    }

    async fn git(&self, arguments: &[&str], place: &str) -> Result<Vec<u8>, CommandError> {
        let output = git(&self.folder, arguments).await?;
        if !output.status.success() {
            return Err(complaint(Kind::File, format!("git cannot read {place}"), &output));
        }
        Ok(output.stdout)
    }
}

/// The mode of a link in a tree of git.
const SYMBOLIC_LINK: &str = "120000";

fn no_file(place: &str) -> CommandError {
    CommandError::new(Kind::File, format!("{place} is not a file"))
        .hint("links and submodules are not followed into another commit")
}

async fn git(folder: &Path, arguments: &[&str]) -> Result<Output, CommandError> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    // A partial clone would otherwise fetch what it lacks, and might ask for a password.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    command.output().await.map_err(|error| {
        CommandError::caused(Kind::File, "--base needs the `git` program, which cannot be started", &error)
    })
}

/// An error with git's own words.
fn complaint(kind: Kind, message: String, output: &Output) -> CommandError {
    let words = String::from_utf8_lossy(&output.stderr);
    match words.trim() {
        "" => CommandError::new(kind, message),
        words => CommandError::new(kind, format!("{message} ({words})")),
    }
}
