//! A plan with two hundred faults, each of them told. Target: less than 50 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use mudline::plan::load;
use std::fmt::Write as _;
use std::hint::black_box;

fn check(criterion: &mut Criterion) {
    let mut plan =
        "plan = { name = \"faults\", start = 2026-01-01T00:00:00Z, end = 2026-02-01T00:00:00Z }\n".to_owned();
    for task in 0..100 {
        let _ = writeln!(
            plan,
            "[[task]]\nid = \"task-{task}\"\nduration = \"3 parsecs\"\nlimit = {{ hs = \"2 m\" }}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), plan).expect("written");
    let found = load(folder.path()).expect("a plan file").found;
    assert!(found.errors() >= 200, "{}", found.errors());
    criterion.bench_function("check of a plan with 200 faults", |bencher| {
        bencher.iter(|| {
            let found = load(black_box(folder.path())).expect("a plan file").found;
            found.iter().map(|fault| fault.render(false).len()).sum::<usize>()
        });
    });
}

criterion_group!(benches, check);
criterion_main!(benches);
