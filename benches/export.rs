//! Every format of a schedule with 5,000 activities. Target: less than 1 s each.

use criterion::{Criterion, criterion_group, criterion_main};
use mudline::export::FORMATS;
use mudline::schedule::{Activity, Link, Schedule, SeaRow, read};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

/// The schedule of the golden files with its activities repeated over a longer horizon, linked in a chain, and a sea for all of it.
fn large() -> Schedule {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/export/schedule.json");
    let mut schedule = read(&file).expect("the golden schedule");
    let span = schedule.horizon.end - schedule.horizon.start;
    let round: Vec<Activity> = schedule.activities.clone();
    let rounds = 5000_usize.div_ceil(round.len());
    schedule.activities = (0..rounds as i32)
        .flat_map(|at| {
            let later = span * at;
            round.iter().map(move |activity| Activity {
                id: format!("{}.{at}", activity.id),
                start: activity.start + later,
                end: activity.end + later,
                work: activity.work.iter().map(|(from, to)| (*from + later, *to + later)).collect(),
                ..activity.clone()
            })
        })
        .take(5000)
        .collect();
    assert_eq!(schedule.activities.len(), 5000);
    let link = |pair: &[Activity]| Link {
        from: pair[0].id.clone(),
        to: pair[1].id.clone(),
        lag_h: 0.0,
        within_h: None,
    };
    schedule.links = schedule.activities.windows(2).map(link).collect();
    schedule.horizon.end = schedule.horizon.start + span * rounds as i32;
    for row in &mut schedule.windows {
        let open = row.open.clone();
        row.open = (0..rounds as i32)
            .flat_map(|at| open.iter().map(move |(from, to)| (*from + span * at, *to + span * at)))
            .collect();
    }
    let hours = (schedule.horizon.end - schedule.horizon.start).num_hours();
    let samples = (0..hours).map(|hour| Some((hour % 48) as f64 / 10.0)).collect();
    schedule.sea = vec![SeaRow {
        site: "trial-site".to_owned(),
        weather: "trial-site".to_owned(),
        start: schedule.horizon.start,
        step_h: 1.0,
        channels: BTreeMap::from([("hs".to_owned(), samples)]),
    }];
    schedule
}

fn formats(criterion: &mut Criterion) {
    let schedule = large();
    let mut group = criterion.benchmark_group("export of 5,000 activities");
    group.sample_size(10);
    for format in FORMATS {
        if let Some(reason) = format.refuses(&schedule) {
            eprintln!("{} refuses: {reason}", format.name());
            continue;
        }
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| {
                let mut bytes = Vec::new();
                format.write(black_box(&schedule), &mut bytes).expect("memory takes every byte");
                bytes.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, formats);
criterion_main!(benches);
