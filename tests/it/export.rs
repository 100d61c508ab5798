//! Every format writes exactly the bytes of its golden file; every file of the folder and of the goldens is accounted for.
//!
//! The goldens come from `tests/golden/export/schedule.json`, which was made up for them and came from no solver. The text format
//! has two more looks, in `tests/golden/export/looks`. `MUDLINE_REWRITE_GOLDEN=1 cargo test` rewrites them all.

use mudline::export::{self, FORMATS};
use mudline::schedule::{self, Schedule};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn golden(file: &str) -> PathBuf {
    root().join("tests/golden/export").join(file)
}

fn schedule(file: &str) -> Schedule {
    schedule::read(&golden(file)).expect("a schedule")
}

fn written(format: &str, schedule: &Schedule) -> Vec<u8> {
    let mut bytes = Vec::new();
    export::format(format).expect("a format").write(schedule, &mut bytes).expect("memory takes every byte");
    bytes
}

/// Compares with the golden file, or rewrites it when asked to.
fn check(file: &str, bytes: &[u8]) {
    let path = golden(file);
    if std::env::var_os("MUDLINE_REWRITE_GOLDEN").is_some() {
        fs::write(&path, bytes).expect("the golden file is written");
        return;
    }
    let expected =
        fs::read(&path).unwrap_or_else(|e| panic!("{file}: {e}; MUDLINE_REWRITE_GOLDEN=1 writes it"));
    if expected == bytes {
        return;
    }
    let hint = "MUDLINE_REWRITE_GOLDEN=1 writes it anew; then look at what changed";
    if bytes.contains(&0) {
        panic!("{file} has changed; {hint}");
    }
    let [expected, found] = [expected.as_slice(), bytes].map(String::from_utf8_lossy);
    panic!("{file} has changed; {hint}; expected:\n{expected}\nfound:\n{found}");
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_format_writes_its_golden_file() {
    let schedule = schedule("schedule.json");
    for format in FORMATS {
        let file = format!("{}.{}", format.name(), format.extension());
        check(&file, &written(format.name(), &schedule));
    }
}

#[test]
fn text_reads_well_for_other_plans() {
    for look in ["ferry", "project"] {
        let text = written("text", &schedule(&format!("looks/{look}.json")));
        check(&format!("looks/{look}.txt"), &text);
    }
}

#[test]
fn what_json_writes_is_what_was_read() {
    let (bytes, read) = (fs::read(golden("schedule.json")).expect("the schedule"), schedule("schedule.json"));
    assert_eq!(String::from_utf8_lossy(&written("json", &read)), String::from_utf8_lossy(&bytes));
}

#[test]
fn the_table_the_files_and_the_goldens_agree() {
    let table: BTreeSet<String> = FORMATS.iter().map(|format| format.name().to_owned()).collect();
    assert_eq!(table.len(), FORMATS.len(), "two formats have one name");
    assert!(FORMATS.iter().all(|format| !format.about().is_empty()));
    // `schedule -o` writes one file for each extension.
    let extensions: BTreeSet<&str> = FORMATS.iter().map(|format| format.extension()).collect();
    assert_eq!(extensions.len(), FORMATS.len(), "two formats have one extension");

    let helpers = ["accounts", "chart", "mod", "project", "tracks", "wording", "xml"].map(str::to_owned);
    let files: BTreeSet<String> = names(&root().join("src/export"))
        .iter()
        .map(|file| file.strip_suffix(".rs").unwrap_or(file).to_owned())
        .filter(|file| !helpers.contains(file))
        .collect();
    assert_eq!(files, table, "a format is a file and a line in the table");

    let mut goldens: BTreeSet<String> =
        FORMATS.iter().map(|format| format!("{}.{}", format.name(), format.extension())).collect();
    goldens.extend(["schedule.json", "looks"].map(str::to_owned));
    assert_eq!(names(&golden("")), goldens, "a golden file for each format, and no other");
}

/// The golden schedule with what it has not: tanks, a speed that was chosen, a demand that is late, a reserve that falls short twice.
fn chained() -> Schedule {
    let mut schedule = schedule("schedule.json");
    let (start, end) = (schedule.horizon.start, schedule.horizon.end);
    let hour = |hours: i64| start + chrono::TimeDelta::hours(hours);
    let flow = schedule.activities.iter_mut().find(|activity| activity.tonnes.is_some()).expect("a flow");
    flow.tanks = vec![("fore".to_owned(), 12.0), ("aft|2".to_owned(), 8.5)];
    let sail = schedule.activities.iter_mut().find(|a| a.kind == schedule::Kind::Sail).expect("a leg");
    sail.speed_kn = Some(11.5);
    let (site, commodity) = ("shimizu".to_owned(), "mud".to_owned());
    schedule.demands = vec![schedule::DemandRow {
        id: "mill".to_owned(),
        name: "the mill".to_owned(),
        site: site.clone(),
        commodity: commodity.clone(),
        wanted_t: 321.5,
        supplied_t: 123.5,
        supplied_range_t: Some((41.25, 234.5)),
        late: Some(schedule::LateRow { due: end, overdue_t: 198.0, tonne_days: 77.25, cost: 386.25 }),
    }];
    schedule.reserves = vec![schedule::ReserveRow {
        id: "cover".to_owned(),
        name: "the cover".to_owned(),
        site,
        commodity,
        target_t: 61.5,
        by: hour(24),
        least_t: 7.5,
        least_range_t: Some((0.0, 19.75)),
        least_at: hour(48),
        end_t: 65.5,
        cover: Some(schedule::Cover {
            of: "the mill".to_owned(),
            target_d: 30.75,
            least_d: 3.75,
            end_d: 32.75,
        }),
        reached: None,
        below: vec![(hour(24), hour(50)), (hour(60), hour(72))],
    }];
    schedule
}

#[test]
fn tables_hold_tanks_speeds_demands_and_reserves() {
    let schedule = chained();
    let flow = schedule.activities.iter().position(|activity| !activity.tanks.is_empty()).expect("tanks");
    let sail = schedule.activities.iter().position(|activity| activity.speed_kn.is_some()).expect("a speed");
    let csv = written("csv", &schedule);
    let mut csv = csv::Reader::from_reader(csv.as_slice());
    let mut place = |name: &str| csv.headers().expect("heads").iter().position(|head| head == name);
    let (tanks, speed) = (place("tanks").expect("tanks"), place("speed_kn").expect("speeds"));
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("a row")).collect();
    assert_eq!(&rows[flow][tanks], "fore 12.0 t, aft|2 8.5 t");
    assert_eq!((&rows[sail][speed], &rows[flow][speed]), ("11.5", ""));

    let bytes = bytes::Bytes::from(written("parquet", &schedule));
    let file = SerializedFileReader::new(bytes).expect("a table");
    let rows: Vec<_> = file.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
    let field = |row: usize, wanted: &str| {
        let found = rows[row].get_column_iter().find(|(name, _)| *name == wanted);
        found.expect("a column").1.clone()
    };
    assert_eq!(field(flow, "tanks"), Field::Str("fore 12.0 t, aft|2 8.5 t".to_owned()));
    assert_eq!(field(sail, "speed_kn"), Field::Double(11.5));
    assert_eq!([field(flow, "speed_kn"), field(sail, "tanks")], [Field::Null, Field::Null]);

    let page = String::from_utf8(written("markdown", &schedule)).expect("text");
    assert!(page.contains("(tanks: fore 12.0 t, aft\\|2 8.5 t)"), "{page}");
    assert!(page.contains("| the mill | mud | 321.5 | 123.5 (41.3 to 234.5) | "), "{page}");
    let reserve =
        page.lines().find(|line| line.starts_with("| the cover | mud | 61.5 | ")).expect("a reserve");
    assert_eq!(reserve.matches(" to ").count(), 3, "{reserve}");
    assert!(reserve.contains("| never | 7.5 (0.0 to 19.8) | "), "{reserve}");
    assert_eq!(page.matches("\nin brackets: at the lowest yields and at the highest\n").count(), 2, "{page}");

    let mut book = zip::ZipArchive::new(std::io::Cursor::new(written("xlsx", &schedule))).expect("a book");
    let mut part = |name: &str| {
        let mut text = String::new();
        let mut file = book.by_name(name).expect(name);
        std::io::Read::read_to_string(&mut file, &mut text).expect("text");
        text
    };
    let names = part("xl/workbook.xml");
    assert!(names.contains("\"demands\"") && names.contains("\"reserves\""), "{names}");
    let texts = part("xl/sharedStrings.xml");
    for text in ["fore 12.0 t, aft|2 8.5 t", "the mill", "the cover"] {
        assert!(texts.contains(text), "{text}");
    }
    // Sheets go by their place: summary, activities, gantt, stocks, deliveries, demands, reserves.
    let (activities, demands, reserves) = (
        part("xl/worksheets/sheet2.xml"),
        part("xl/worksheets/sheet6.xml"),
        part("xl/worksheets/sheet7.xml"),
    );
    assert!(activities.contains("<v>11.5</v>"));
    for value in ["321.5", "123.5", "41.25", "234.5", "198", "77.25", "386.25"] {
        assert!(demands.contains(&format!("<v>{value}</v>")), "{value}");
    }
    assert_eq!(reserves.matches("<v>61.5</v>").count(), 2, "a row for each stretch below");
    assert_eq!(reserves.matches("<v>19.75</v>").count(), 2, "the least at the highest yields");
    assert_eq!(reserves.matches("<v>32.75</v>").count(), 2, "days of cover at the end");
}

#[test]
fn the_hour_that_clocks_show_twice_has_its_offset() {
    let plan = "plan = { name = \"autumn\", zone = \"Europe/Berlin\", start = 2026-10-24T22:00:00Z, end = 2026-10-25T06:00:00Z, slot = \"30 min\" }\n\
                goal = { order = [\"finish\"] }\n\
                task = [{ id = \"turn\", duration = \"90 min\", release = 2026-10-25T00:30:00Z, deadline = 2026-10-25T02:00:00Z }]\n";
    let written = crate::support::Written::new(plan, &[]);
    let out = tempfile::tempdir().expect("a folder");
    let run = crate::support::Run::new(["schedule", "--time-limit", "20 s"]).arg(written.folder.path());
    run.arg("-o").arg(out.path()).done();
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).expect("text");
    for name in ["schedule.txt", "schedule.md"] {
        let text = read(name);
        assert!(text.contains("25 Oct 02:30 +02:00") && text.contains("25 Oct 03:00"), "{text}");
        assert!(!text.contains("03:00 +"), "{text}");
    }
    let book = fs::read(out.path().join("schedule.xlsx")).expect("a book");
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a book");
    let mut texts = String::new();
    let mut file = book.by_name("xl/sharedStrings.xml").expect("texts");
    std::io::Read::read_to_string(&mut file, &mut texts).expect("text");
    assert!(texts.contains("2026-10-25 02:30 +02:00"), "{texts}");
}
