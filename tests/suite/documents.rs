//! Documents that the program generates are the ones in the repository.

use std::path::Path;

use crate::support::run;

#[test]
fn the_codebook_is_up_to_date() {
    let stored = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md")).unwrap();
    assert!(stored == run(&["metrics"]).stdout, "write docs/metrics.md anew with `mentorscope metrics`");
}
