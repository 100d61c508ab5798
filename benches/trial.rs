//! The whole program on the plan of the trial. Target: less than 2 s in a release build.

use criterion::{Criterion, criterion_group, criterion_main};
use std::process::{Command, Stdio};

fn trial(criterion: &mut Criterion) {
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/plans/chikyu-2026");
    let mut group = criterion.benchmark_group("trial");
    group.sample_size(10);
    group.bench_function("mudline schedule plans/chikyu-2026", |bencher| {
        bencher.iter(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mudline"));
            let command = command.args(["schedule", plan]).stdout(Stdio::null()).stderr(Stdio::null());
            assert!(command.status().expect("a program that runs").success());
        });
    });
    group.finish();
}

criterion_group!(benches, trial);
criterion_main!(benches);
