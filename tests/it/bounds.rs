//! What bounds a schedule, and what it is paid for, stands in every file that people read: text, Markdown, workbook, page.

use crate::support::Written;
use mudline::export;
use mudline::report::{Language, Report};
use mudline::schedule::Schedule;
use serde_json::Value;
use std::io::{Cursor, Read};

/// A ship that brings mud to a quay with works: all of it is bounded.
const PLAN: &str = r#"
[plan]
name = "a bounded plan"
start = 2026-01-01T00:00:00Z
end = 2026-01-03T00:00:00Z
currency = "USD"

[goal]
order = ["supplied", "cost"]

[[site]]
id = "mine"
kind = "port"
position = [24.0, 154.0]
stock = { mud = "9 t" }
[[site]]
id = "quay"
kind = "port"
position = [24.333, 154.0]

[[commodity]]
id = "mud"
[[commodity]]
id = "cake"

[[vessel]]
id = "ship"
at = "quay"
home = "quay"
calls = ["mine"]
speed = "10 kn"
hold = { mud = "4 t" }
day_rate = "2400 USD/d"
fuel = { sailing = "3 t/d", working = "2 t/d", waiting = "1 t/d", price = "600 USD/t", co2 = 3.0 }

[[transfer]]
id = "load"
from = "mine"
to = "ship"
commodity = "mud"
rate = "1 t/h"
[[transfer]]
id = "land"
from = "ship"
to = "quay"
commodity = "mud"
rate = "1 t/h"

[[process]]
id = "press"
site = "quay"
from = "mud"
to = "cake"
yield = "50 %"
capacity = "1 t/h"
cost = "10 USD/t"

[[demand]]
id = "mill"
site = "quay"
commodity = "cake"
amount = "9 t"

[[budget]]
id = "purse"
cost = "20000 USD"
emissions = "50 t"
[[budget]]
id = "permit"
process = "press"
feed = "3 t"
"#;

/// The schedule of the plan with more behind it.
fn solved(more: &str) -> Schedule {
    Written::new(&format!("{PLAN}{more}"), &[]).solved()
}

fn written(format: &str, schedule: &Schedule) -> Vec<u8> {
    let mut bytes = Vec::new();
    export::format(format).expect("a format").write(schedule, &mut bytes).expect("memory takes every byte");
    bytes
}

fn text(format: &str, schedule: &Schedule) -> String {
    String::from_utf8(written(format, schedule)).expect("text")
}

/// The sheet of a workbook by its name, as XML, and all texts of the workbook.
fn sheet(schedule: &Schedule, name: &str) -> (String, String) {
    let mut book = zip::ZipArchive::new(Cursor::new(written("xlsx", schedule))).expect("a book");
    let mut part = |name: &str| {
        let mut text = String::new();
        book.by_name(name).expect(name).read_to_string(&mut text).expect("text");
        text
    };
    let names = part("xl/workbook.xml");
    let sheets = names.split("<sheet name=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let place = sheets.into_iter().position(|sheet| sheet == name).unwrap_or_else(|| panic!("{names}"));
    (part(&format!("xl/worksheets/sheet{}.xml", place + 1)), part("xl/sharedStrings.xml"))
}

/// What the page knows.
fn page(schedule: &Schedule) -> Value {
    let html = Report { schedule, baseline: None, odds: None, language: Language::En }.html();
    let (_, rest) = html.split_once("<script type=\"application/json\" id=\"data\">").expect("data");
    serde_json::from_str(rest.split_once("</script>").expect("an end").0).expect("JSON")
}

/// A text with one blank between its words.
fn in_words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
}

#[test]
fn what_budgets_bound_and_what_is_spent_of_them_is_told() {
    let schedule = solved("");
    let totals = &schedule.totals;
    let numbers: Vec<_> = schedule.budgets.iter().map(|row| (row.id.as_str(), row.most, row.spent)).collect();
    let co2 = totals.co2_t;
    assert_eq!(numbers[1..], [("purse", 50.0, co2), ("permit", 3.0, 3.0)]);
    assert_eq!(numbers[0].1, 20_000.0);
    assert!((numbers[0].2 - totals.cost).abs() < 1e-5 && totals.cost > 0.0, "{numbers:?}");
    assert!((schedule.budgets[1].left - (50.0 - co2)).abs() < 1e-5);

    let said = text("text", &schedule);
    has(&in_words(&said), &["budget of may be spent left", "purse cost 20 000 USD", "purse CO2 50.0 t"]);
    has(&in_words(&said), &["permit feed of press 3.0 t 3.0 t 0.0 t"]);
    has(&text("markdown", &schedule), &["| permit | feed of press | 3.0 t | 3.0 t | 0.0 t |"]);
    let (rows, texts) = sheet(&schedule, "budgets");
    has(&rows, &["<v>20000</v>", "<v>50</v>", "<v>3</v>"]);
    has(&texts, &["permit", "feed", "press"]);
    let shown = &page(&schedule)["budgets"];
    assert_eq!((&shown[2]["name"], &shown[2]["process"]), (&"permit".into(), &"press".into()));
    assert_eq!([&shown[2]["most"], &shown[2]["spent"], &shown[2]["left"]], [3.0, 3.0, 0.0]);
}

#[test]
fn money_in_the_workbook_is_told_to_the_hundredth() {
    let mut schedule = solved("");
    (schedule.budgets[0].spent, schedule.budgets[0].left) = (20_000.000_121, -0.000_121);
    schedule.costs[0].amount = 321.985_000_4;
    schedule.totals.cost = 654.320_000_4;
    let (rows, _) = sheet(&schedule, "budgets");
    has(&rows, &["<v>20000</v>", "<v>0</v>"]);
    assert!(!rows.contains("121"), "{rows}");
    let (rows, _) = sheet(&schedule, "costs");
    has(&rows, &["<v>321.99</v>", "<v>654.32</v>"]);
}

#[test]
fn closures_and_disruptions_are_told_with_what_stands_still_and_why() {
    let schedule = solved(
        r#"
[[closure]]
process = "press"
from = 2026-01-02T20:00:00Z
to = 2026-01-02T22:30:00Z
reason = "new screens"
[[closure]]
vessel = "tender"
from = 2026-01-01T06:00:00Z
to = 2026-01-01T07:00:00Z
[[disruption]]
id = "outage"
stops = ["press", "quay"]
from = 2026-01-02T23:00:00Z
to = 2026-01-03T00:00:00Z
reason = "the grid is down"

[[vessel]]
id = "tender"
count = 2
at = "quay"
hire = { to = 2026-01-02T00:00:00Z }
"#,
    );
    let rows: Vec<(Vec<&str>, Option<&str>, Option<&str>)> = schedule
        .closures
        .iter()
        .map(|row| {
            let stops = row.stops.iter().map(String::as_str).collect();
            (stops, row.disruption.as_deref(), row.reason.as_deref())
        })
        .collect();
    // That the tenders are not on hire on the second day is no closure.
    assert_eq!(
        rows,
        [
            (vec!["press"], None, Some("new screens")),
            (vec!["tender-1", "tender-2"], None, None),
            (vec!["press", "quay"], Some("outage"), Some("the grid is down")),
        ]
    );
    let said = in_words(&text("text", &schedule));
    has(
        &said,
        &["closed from to why press 2 Jan 20:00 2 Jan 22:30 new screens tender-1, tender-2 1 Jan 06:00"],
    );
    has(&said, &["press, quay 2 Jan 23:00 3 Jan 00:00 disruption outage: the grid is down hours"]);
    has(
        &text("markdown", &schedule),
        &["| press, quay | 2 Jan 23:00 | 3 Jan 00:00 | disruption outage: the grid is down |"],
    );
    let (_, texts) = sheet(&schedule, "closures");
    has(&texts, &["press, quay", "outage", "the grid is down", "new screens"]);
    let shown = &page(&schedule)["closures"];
    assert_eq!(shown[0]["reason"], "new screens");
    assert_eq!((&shown[2]["stops"][0], &shown[2]["disruption"]), (&"press".into(), &"outage".into()));
    assert_eq!(shown[2]["from"], schedule.closures[2].from.timestamp());
}

#[test]
fn laytimes_costs_and_stocks_are_told() {
    let terms = "laytime = { mine = \"1 h\" }\ndemurrage = \"4800 USD/d\"\nday_rate =";
    let schedule = Written::new(&PLAN.replace("day_rate =", terms), &[]).solved();
    let [row] = schedule.laytimes.as_slice() else { panic!("a laytime") };
    assert_eq!((row.calls, row.used_h, row.allowed_h, row.over_h, row.cost), (1, 3.0, 1.0, 2.0, 400.0));
    has(
        &in_words(&text("text", &schedule)),
        &["laytime calls used h allowed h over h demurrage ship 1 3 1 2 400 USD"],
    );

    let page_of_text = text("markdown", &schedule);
    has(&page_of_text, &["| ship | 1 | 3 | 1 | 2 | 400 USD |"]);
    has(&page_of_text, &["| mine | mud | 9.0 | 1 Jan 00:00 | 6.0 |", "| demurrage | ship | 400 USD |"]);
    has(&page_of_text, &["| press |  | 30 USD |"]);
    let total = format!("| **total** | | {:.0} USD |", schedule.totals.cost);
    has(&page_of_text, &[&total]);

    let (rows, texts) = sheet(&schedule, "laytimes");
    has(&rows, &["<v>3</v>", "<v>2</v>", "<v>400</v>"]);
    has(&texts, &["used, hours", "demurrage", "ship"]);
    let shown = &page(&schedule)["laytimes"][0];
    assert_eq!(
        (&shown["vessel"], &shown["calls"], &shown["cost"]),
        (&"ship".into(), &1.into(), &400.0.into())
    );
    assert_eq!(
        (&shown["used_h"], &shown["allowed_h"], &shown["over_h"]),
        (&3.0.into(), &1.0.into(), &2.0.into())
    );
}
