//! `bench`: one JSON line of introduction, then one JSON line of result for
//! every line of input.

use crate::benches::{self, Outcome, Runtimes};
use std::io::{self, BufRead, Write};

pub fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", introduction())?;
    out.flush()?;

    let mut runtimes = Runtimes::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words[..] {
            [] => continue,
            ["quit"] => break,
            [name, workers, ops] => repetition(&mut runtimes, name, workers, ops),
            _ => Err("expected: NAME WORKERS OPS".to_owned()),
        };
        match answer {
            Ok(s) => {
                let bytes = s.bytes.map_or(String::new(), |b| format!(",\"bytes\":{b}"));
                writeln!(
                    out,
                    "{{\"ops\":{},\"ns\":{},\"cpu_ns\":{}{bytes}}}",
                    s.ops, s.wall_ns, s.cpu_ns
                )?
            }
            Err(why) => writeln!(out, "{{\"error\":{}}}", json_string(&why))?,
        }
        out.flush()?;
    }
    Ok(())
}

fn repetition(runtimes: &mut Runtimes, name: &str, workers: &str, ops: &str) -> Outcome {
    let bench = benches::ALL
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, bench)| bench)
        .ok_or_else(|| format!("no such bench: {name}"))?;
    let workers = positive(workers).ok_or_else(|| format!("WORKERS must be a positive number: {workers}"))?;
    let ops = positive(ops).ok_or_else(|| format!("OPS must be a positive number: {ops}"))?;
    bench(runtimes, workers, ops)
}

fn positive(word: &str) -> Option<usize> {
    word.parse().ok().filter(|n| *n > 0)
}

fn introduction() -> String {
    let names: Vec<String> = benches::ALL.iter().map(|(name, _)| json_string(name)).collect();
    format!(
        "{{\"peer\":\"tokio\",\"version\":{},\"allocator\":{},\"benches\":[{}]}}",
        json_string(env!("TOKIO_VERSION")),
        json_string(allocator()),
        names.join(","),
    )
}

/// Which malloc this process runs on. What is mapped is asked, not LD_PRELOAD:
/// the loader skips a library it cannot find and carries on with glibc's.
pub fn allocator() -> &'static str {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    ["jemalloc", "mimalloc", "tcmalloc"]
        .into_iter()
        .find(|name| maps.contains(&format!("/lib{name}")))
        .unwrap_or("glibc")
}

fn json_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
