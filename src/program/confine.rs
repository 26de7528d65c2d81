//! Paths that stay inside the program's folder, whatever symbolic links say.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The real place of a file of a program. A program may come from elsewhere: its links must not make this tool read, and reports
/// and logs then show, what lies outside.
///
/// # Errors
/// If the file or the folder is missing, or the file's real place lies outside the folder.
pub fn confined(root: &Path, relative: &Path) -> Result<PathBuf> {
    let named = root.join(relative);
    // A program without a folder in its path stands in the current one.
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let folder = root.canonicalize().map_err(|error| Error::io("read the program's folder", root, &error))?;
    let real = named.canonicalize().map_err(|error| Error::io("read the file", &named, &error))?;
    if real.starts_with(&folder) {
        return Ok(real);
    }
    let what = "the file lies outside the program's folder: its path, or a symbolic link in it, leads out";
    Err(Error::new(what, "copy the file into the program's folder and name it there").at(&named))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write the files that are read")]
mod tests {
    use super::*;

    #[test]
    fn files_inside_are_found_and_others_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (root, outside) = (folder.path().join("program"), folder.path().join("secret.csv"));
        std::fs::create_dir_all(root.join("exports")).expect("a folder");
        std::fs::write(root.join("exports/a.csv"), "a\n").expect("a file");
        std::fs::write(&outside, "a\n").expect("a file");
        assert!(confined(&root, Path::new("exports/a.csv")).is_ok());
        assert!(confined(&root, Path::new("b.csv")).expect_err("missing").what.contains("not there"));
        for path in [Path::new("../secret.csv"), outside.as_path()] {
            assert!(confined(&root, path).expect_err("outside").what.contains("outside the program's folder"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_may_not_lead_out() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("program");
        std::fs::create_dir_all(root.join("exports")).expect("a folder");
        std::fs::write(root.join("a.csv"), "a\n").expect("a file");
        std::fs::write(folder.path().join("secret.csv"), "a\n").expect("a file");
        symlink(folder.path().join("secret.csv"), root.join("exports/b.csv")).expect("a link");
        symlink(folder.path(), root.join("up")).expect("a link");
        symlink("../a.csv", root.join("exports/c.csv")).expect("a link");
        symlink(&root, folder.path().join("alias")).expect("a link");
        for path in ["exports/b.csv", "up/secret.csv"] {
            assert!(confined(&root, Path::new(path)).expect_err(path).what.contains("symbolic link"));
        }
        assert!(confined(&root, Path::new("exports/c.csv")).is_ok(), "a link within the folder");
        assert!(confined(&folder.path().join("alias"), Path::new("a.csv")).is_ok(), "the folder itself may be a link");
    }
}
