//! Puts the version of the Tokio that is really linked into TOKIO_VERSION.
//! Cargo has resolved the lock file before any build script runs, so it is the
//! one place that cannot disagree with what gets compiled.

use std::path::Path;
use std::{env, fs};

fn main() {
    let lock = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("Cargo.lock");
    println!("cargo:rerun-if-changed={}", lock.display());

    let text = fs::read_to_string(&lock).expect("Cargo.lock is readable");
    let version = locked_version(&text, "tokio").expect("Cargo.lock names tokio");
    println!("cargo:rustc-env=TOKIO_VERSION={version}");
}

/// The `version` of the `[[package]]` table whose `name` is `package`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    lock.split("[[package]]")
        .find(|table| field(table, "name") == Some(package))
        .and_then(|table| field(table, "version"))
}

fn field<'a>(table: &'a str, key: &str) -> Option<&'a str> {
    table.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"')
    })
}
