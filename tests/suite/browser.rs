//! The released pages in a real browser: no sideways scrolling at 320 px, nothing requested, two printed sides for leadership.
//!
//! Needs Chromium. `tests/all` installs it where it can and sets `MENTORSCOPE_REQUIRE_BROWSER`; without that variable and without a browser these
//! tests say that they did nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{example_draft, path};

fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).flat_map(|folder| names.map(|name| folder.join(name))).find(|candidate| candidate.is_file());
    assert!(found.is_some() || std::env::var_os("MENTORSCOPE_REQUIRE_BROWSER").is_none(), "Chromium was to be installed and is not there");
    if found.is_none() {
        println!("no Chromium here: nothing was looked at");
    }
    found
}

fn browse(program: &Path, arguments: &[&str]) -> String {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(program)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={}", path(profile.path())))
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Shows a page in a frame of this width and gives: width of the content, width of the frame, resources requested, smallest font size in pixels.
fn measure(program: &Path, page: &Path, width: u32) -> [f64; 4] {
    let folder = tempfile::tempdir().unwrap();
    let escaped = std::fs::read_to_string(page).unwrap().replace('&', "&amp;").replace('"', "&quot;");
    let script = "onload=()=>{const w=document.querySelector('iframe').contentWindow,d=w.document;\
                  const sizes=[...d.querySelectorAll('p,li,td,th,summary,h1,h2,h3')].filter(e=>e.offsetParent).map(e=>parseFloat(w.getComputedStyle(e).fontSize));\
                  document.title='measured '+[d.documentElement.scrollWidth,d.documentElement.clientWidth,w.performance.getEntriesByType('resource').length,Math.min(...sizes)].join(' ')}";
    let wrapper = folder.path().join("wrapper.html");
    let html = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>x</title><script>{script}</script><iframe width=\"{width}\" height=\"900\" style=\"border:0\" srcdoc=\"{escaped}\"></iframe>"
    );
    std::fs::write(&wrapper, html).unwrap();
    let dom = browse(program, &["--virtual-time-budget=5000", "--dump-dom", &format!("file://{}", path(&wrapper))]);
    let measured = dom.split("measured ").nth(1).unwrap_or_else(|| panic!("the browser measured nothing")).split('<').next().unwrap();
    let values: Vec<f64> = measured.split(' ').map(|value| value.parse().unwrap()).collect();
    values.try_into().unwrap()
}

#[test]
fn pages_fit_a_phone_and_a_screen_and_request_nothing() {
    let Some(program) = chromium() else { return };
    for page in ["release/leadership.html", "release/evaluator.html", "restricted/evaluator.html"] {
        for width in [320, 1000] {
            let [content, frame, requests, smallest] = measure(&program, &example_draft().join(page), width);
            assert!(frame <= f64::from(width) && frame > f64::from(width) - 40.0, "{page}: the frame is {frame} px wide");
            assert!(content <= frame, "{page} is {content} px wide in a frame of {frame} px");
            assert_eq!(requests, 0.0, "{page} requests something");
            assert!(smallest >= 12.0, "{page} has text of {smallest} px");
        }
    }
}

#[test]
fn the_leadership_page_prints_on_two_sides() {
    let Some(program) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("page.pdf");
    let page = example_draft().join("release/leadership.html");
    browse(&program, &["--no-pdf-header-footer", &format!("--print-to-pdf={}", path(&pdf)), &format!("file://{}", path(&page))]);
    let bytes = std::fs::read(&pdf).unwrap();
    let sides = String::from_utf8_lossy(&bytes).matches("/Type /Page\n").count();
    assert_eq!(sides, 2);
}
