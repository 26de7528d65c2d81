//! Folders that are written as a whole or not at all: staged beside their place, synced, and exchanged with what was there.

#![allow(clippy::disallowed_methods)] // The one place that writes files.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Path relative to the folder; only plain names.
    pub path: PathBuf,
    /// Content.
    pub bytes: Vec<u8>,
    /// Whether only its owner may read it.
    pub restricted: bool,
}

/// Writes a folder with exactly these files in place of what is there. A failure or a kill leaves the earlier folder whole.
///
/// `mark` is a file that the folder holds if this program made it: a folder that is neither empty nor marked is refused.
///
/// # Errors
/// If a path is not plain, the folder belongs to somebody else, or a write fails.
pub fn write_folder(folder: &Path, files: &[OutputFile], mark: &str) -> Result<()> {
    for file in files {
        let plain = file.path.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || file.path.as_os_str().is_empty() {
            return Err(Error::new("an output path is not a plain name", "report this as a defect of the program").at(&file.path));
        }
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| Error::io("create the folder", parent, &error))?;
    refuse_foreign(folder, mark)?;
    // Removed when dropped, so that neither a failure nor an exchange leaves anything behind.
    let staging = tempfile::Builder::new()
        .prefix(".mentorscope-staging-")
        .tempdir_in(parent)
        .map_err(|error| Error::io("create a staging folder", parent, &error))?;
    let staged = staging.path().join("new");
    fs::create_dir(&staged).map_err(|error| Error::io("create a staging folder", &staged, &error))?;
    for file in files {
        write_file(&staged, file)?;
    }
    sync_folders(&staged)?;
    exchange(&staged, folder, &staging.path().join("old"))?;
    sync_folder(parent)
}

fn refuse_foreign(folder: &Path, mark: &str) -> Result<()> {
    let is_link = fs::symlink_metadata(folder).is_ok_and(|metadata| !metadata.is_dir());
    if is_link {
        return Err(Error::new("the output is not a folder", "name another place").at(folder));
    }
    let occupied = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !folder.join(mark).is_file() {
        return Err(Error::new("the folder holds files that mentorscope did not write", "name an empty or a new folder").at(folder));
    }
    Ok(())
}

fn write_file(folder: &Path, file: &OutputFile) -> Result<()> {
    let path = folder.join(&file.path);
    let failed = |error: std::io::Error| Error::io("write", &file.path, &error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
        if file.restricted && parent != folder {
            restrict(parent, 0o700).map_err(failed)?;
        }
    }
    let mut out = File::create(&path).map_err(failed)?;
    if file.restricted {
        restrict(&path, 0o600).map_err(failed)?;
    }
    out.write_all(&file.bytes).and_then(|()| out.sync_all()).map_err(failed)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

/// Syncs a folder and all folders in it.
fn sync_folders(folder: &Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("sync", folder, &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|open| open.sync_all()).map_err(|error| Error::io("sync", folder, &error))
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<()> {
    Ok(())
}

/// Puts the staged folder in the place of the earlier one: in one step where the system can, else by two renames that undo each other.
fn exchange(staged: &Path, folder: &Path, aside: &Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("put the results in place", folder, &error);
    if !folder.exists() {
        return fs::rename(staged, folder).map_err(failed);
    }
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, staged, CWD, folder, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    fs::rename(folder, aside).map_err(failed)?;
    fs::rename(staged, folder).inspect_err(|_| drop(fs::rename(aside, folder))).map_err(failed)
}

/// Writes a file that only its owner may read in place of what is there, in one step.
///
/// # Errors
/// If the write fails.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("write", path, &error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut staged = tempfile::Builder::new().prefix(".mentorscope-staging-").tempfile_in(folder).map_err(failed)?;
    restrict(staged.path(), 0o600).map_err(failed)?;
    staged.write_all(bytes).and_then(|()| staged.as_file().sync_all()).map_err(failed)?;
    staged.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(folder)
}

/// Creates a folder that only its owner may look into.
///
/// # Errors
/// If it cannot be created.
pub fn private_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).and_then(|()| restrict(folder, 0o700)).map_err(|error| Error::io("create the folder", folder, &error))
}

/// Appends a line to a file and syncs it.
///
/// # Errors
/// If the write fails.
pub fn append_line(path: &Path, line: &str) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("append to", path, &error);
    let mut out = fs::OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.sync_all()).map_err(failed)
}

/// Writes files into a folder without removing anything; refuses to overwrite a file of other content.
///
/// # Errors
/// If one of the files exists with other content, or a write fails.
pub fn write_new_files(folder: &Path, files: &[OutputFile]) -> Result<()> {
    let differs = |file: &&OutputFile| fs::read(folder.join(&file.path)).is_ok_and(|bytes| bytes != file.bytes);
    if let Some(file) = files.iter().find(differs) {
        let place = folder.join(&file.path);
        return Err(Error::new("a file is there already, with other content", "name a new folder, or remove the file").at(place));
    }
    fs::create_dir_all(folder).map_err(|error| Error::io("create the folder", folder, &error))?;
    files.iter().try_for_each(|file| write_file(folder, file))
}

/// Reads all files of a folder and its subfolders, sorted by path.
///
/// # Errors
/// If the folder cannot be read.
pub fn read_folder(folder: &Path) -> Result<Vec<OutputFile>> {
    let mut files = Vec::new();
    collect(folder, Path::new(""), &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn collect(root: &Path, inside: &Path, files: &mut Vec<OutputFile>) -> Result<()> {
    let place = root.join(inside);
    let failed = |error: std::io::Error| Error::io("read", &place, &error);
    for entry in fs::read_dir(&place).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = inside.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            collect(root, &path, files)?;
        } else {
            files.push(OutputFile { bytes: fs::read(entry.path()).map_err(failed)?, path, restricted: false });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.into(), bytes: text.into(), restricted: false }
    }

    #[test]
    fn replaces_the_whole_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("out");
        write_folder(&folder, &[file("mark", "1"), file("old.html", "old")], "mark").unwrap();
        write_folder(&folder, &[file("mark", "2"), file("data/new.csv", "new")], "mark").unwrap();
        let names: Vec<_> = read_folder(&folder).unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(names, [PathBuf::from("data/new.csv"), PathBuf::from("mark")]);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "no staging folder is left");
    }

    #[test]
    fn a_failed_write_leaves_the_earlier_folder_whole() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("out");
        write_folder(&folder, &[file("mark", "1")], "mark").unwrap();
        // A file cannot have the name of a folder that another file needs.
        let clash = [file("mark", "2"), file("data", "x"), file("data/results.csv", "y")];
        assert!(write_folder(&folder, &clash, "mark").is_err());
        assert_eq!(read_folder(&folder).unwrap(), [file("mark", "1")]);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn refuses_foreign_folders_and_climbing_paths() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("thesis.docx"), "mine").unwrap();
        assert!(write_folder(place.path(), &[file("mark", "1")], "mark").is_err());
        assert!(write_folder(&place.path().join("new"), &[file("../up", "1")], "mark").is_err());
        assert_eq!(fs::read(place.path().join("thesis.docx")).unwrap(), b"mine");
    }

    #[cfg(unix)]
    #[test]
    fn restricted_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("out");
        let secret = OutputFile { restricted: true, ..file("restricted/list.csv", "x") };
        write_folder(&folder, &[file("mark", "1"), secret], "mark").unwrap();
        let mode = |path: &str| fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("restricted"), mode("restricted/list.csv")), (0o700, 0o600));
    }
}
