//! The only door to files: manifests and locks in, locks, plans and reports out.
#![expect(clippy::disallowed_methods, reason = "this is the door to files that the lints send everybody to")]

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use crate::diag::Lines;
use crate::diag::Place;

use super::tree;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is none.
    #[error("there is no file {}", .0.display())]
    NotFound(PathBuf),
    /// It is no file that can be read as a whole: a directory, a device.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It has more bytes than are read.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: usize,
    },
    /// It is not text in UTF-8.
    #[error("{}:{place}: the file is not UTF-8 text; save it in UTF-8", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where the first wrong byte is.
        place: Place,
    },
    /// It could not be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It could not be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The largest manifest that is read, in bytes.
pub const LONGEST_MANIFEST: usize = tree::LONGEST;

/// Reads a manifest: at most 5 MB of UTF-8 text.
pub fn read_manifest(path: &Path) -> Result<String, LoadError> {
    read_text(path, LONGEST_MANIFEST)
}

/// Reads a text file of at most `limit` bytes.
pub fn read_text(path: &Path, limit: usize) -> Result<String, LoadError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => LoadError::NotFound(path.to_owned()),
        io::ErrorKind::IsADirectory => LoadError::NotAFile(path.to_owned()),
        _ => LoadError::Read { path: path.to_owned(), source },
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(LoadError::NotAFile(path.to_owned()));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large, whatever its size claims to be.
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > limit {
        return Err(LoadError::TooLarge { path: path.to_owned(), limit });
    }
    String::from_utf8(bytes)
        .map_err(|error| LoadError::NotText { path: path.to_owned(), place: first_wrong(&error) })
}

fn first_wrong(error: &std::string::FromUtf8Error) -> Place {
    let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    let text = String::from_utf8_lossy(good);
    Lines::of(&text).place(text.len())
}

/// Writes a file as a whole: after an interruption there is the old file or the new one, never a part of one.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    let failed = |source: io::Error| LoadError::Write { path: path.to_owned(), source };
    // A link stays a link: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = new_file_in(directory).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    if let Ok(known) = fs::metadata(&target) {
        file.as_file().set_permissions(known.permissions()).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    sync_directory(directory);
    Ok(())
}

/// Writes a file as a whole into a directory that need not exist yet.
pub fn write_into_directory(path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    let failed = |source: io::Error| LoadError::Write { path: path.to_owned(), source };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    write_atomically(path, bytes)
}

/// Temporary files are private by default; this one becomes an ordinary file, with what the umask leaves.
fn new_file_in(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zencat-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

/// The new name is on the disk only when its directory is. Some file systems cannot do this, and then the file is still
/// whole.
fn sync_directory(directory: &Path) {
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_replaces_as_a_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("zencat.lock");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, "zwei ✓".as_bytes()).unwrap();
        assert_eq!(read_text(&path, 100).unwrap(), "zwei ✓");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_that_cannot_be_written_says_so_and_the_old_one_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("no").join("zencat.lock");
        assert!(matches!(write_atomically(&path, b"x"), Err(LoadError::Write { .. })));
        assert!(matches!(write_atomically(directory.path(), b"x"), Err(LoadError::Write { .. })));
    }

    #[test]
    fn what_is_no_manifest_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("m.yaml");
        assert!(matches!(read_manifest(&path), Err(LoadError::NotFound(_))));
        assert!(matches!(read_manifest(directory.path()), Err(LoadError::NotAFile(_))));
        fs::write(&path, b"a: 1\nb: \xe9\n").unwrap();
        let error = read_manifest(&path).unwrap_err();
        assert!(
            error.to_string().ends_with("m.yaml:2:4: the file is not UTF-8 text; save it in UTF-8"),
            "{error}"
        );
        fs::write(&path, vec![b' '; tree::LONGEST + 1]).unwrap();
        assert!(matches!(read_manifest(&path), Err(LoadError::TooLarge { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_an_ordinary_one_and_an_old_one_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plan.json");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write_atomically(&path, b"x").unwrap();
        assert_ne!(mode() & 0o444, 0o400, "readable by more than the owner unless the umask says otherwise");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write_atomically(&path, b"y").unwrap();
        assert_eq!(mode(), 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&real, b"old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
    }
}
