//! Plans in which a single rule stands against everything: `check` names it, `schedule` says that nothing comes of them, and `explain` tells
//! which rule would have to give way, and by how much.

use crate::support::{Run, Written};
use mudline::export::text::{Look, render_nought};
use mudline::model::{Options, nought};
use mudline::plan::{Goal, coming::Coming};
use mudline::schedule::{GoalStamp, SolveStamp, Status};
use std::sync::atomic::AtomicBool;

/// A ship that lifts, a carrier that fetches, and a port 82 NM away, for ten days, in slots of six hours.
const PLAN: &str = r#"
[plan]
name = "nothing"
start = 2026-01-01T00:00:00Z
end = 2026-01-11T00:00:00Z
slot = "6 h"
currency = "USD"
[goal]
order = ["delivered"]
[[weather]]
id = "sea"
file = "sea.csv"
[[site]]
id = "port"
kind = "port"
position = [24.0, 154.0]
[[site]]
id = "field"
kind = "sea"
position = [23.0, 155.0]
weather = "sea"
[[commodity]]
id = "mud"
[[vessel]]
id = "ship"
at = "field"
hold = { mud = "300 t" }
[[vessel]]
id = "carrier"
at = "port"
calls = ["port", "field"]
speed = "10 kn"
hold = { mud = "150 t" }
[[sampling]]
id = "lift"
vessel = "ship"
commodity = "mud"
rate = "100 t/d"
[[transfer]]
id = "alongside"
from = "ship"
to = "carrier"
site = "field"
commodity = "mud"
rate = "20 t/h"
[[transfer]]
id = "land"
from = "carrier"
to = "port"
commodity = "mud"
rate = "20 t/h"
"#;

/// The plan with something written otherwise, in a sea of 3 m.
fn plan(changes: &[(&str, &str)]) -> Written {
    let changed = changes.iter().fold(PLAN.to_owned(), |plan, (from, to)| {
        assert_eq!(plan.matches(from).count(), 1, "{from} stands in the plan once");
        plan.replace(from, to)
    });
    Written::new(&changed, &[3.0; 241])
}

/// What `check`, `schedule` and `explain` say of it, each in one line.
fn told(changes: &[(&str, &str)]) -> [String; 3] {
    let written = plan(changes);
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let run = |command: &str| Run::new([command]).arg(written.folder.path()).done();
    let checked = run("check");
    [line(&(checked.stderr + &checked.stdout)), line(&run("schedule").stderr), line(&run("explain").stdout)]
}

const SPEED: &str = "speed = \"10 kn\"";
const LAND: &str = "to = \"port\"";
const ALONGSIDE: &str = "to = \"carrier\"";
const MUD: &str = "id = \"mud\"";

/// What is written otherwise, the rule as `check` and `explain` call it, and what would do.
type Case = (&'static [(&'static str, &'static str)], &'static str, &'static str);

#[test]
fn where_the_plan_is_too_short_a_later_end_is_named_as_far_as_the_weather_is_known() {
    const END: (&str, &str) = ("end = 2026-01-11T00:00:00Z", "end = 2026-01-01T18:00:00Z");
    let [checked, _, explained] = told(&[END]);
    for told in [checked, explained] {
        assert!(
            told.contains("the plan's end, 1 Jan 18:00") && told.contains("2 Jan 12:00 or later"),
            "{told}"
        );
    }
    // There and then it is so.
    let longer = plan(&[(END.0, "end = 2026-01-02T12:00:00Z")]);
    let checked = Run::new(["check"]).arg(longer.folder.path()).done();
    assert!(!checked.stderr.contains("never-flows"), "{}", checked.stderr);
    // Nor does it help where the hire ends with the plan.
    let hired = [
        (END.0, "end = 2026-01-01T18:00:00Z"),
        (SPEED, "speed = \"10 kn\"\nhire = { to = 2026-01-01T18:00:00Z }"),
    ];
    let [checked, ..] = told(&hired);
    assert!(checked.contains("never-flows") && !checked.contains("the plan's end"), "{checked}");
    // Where it is to be loaded nobody knows the weather then.
    let short = PLAN.replace(END.0, "end = 2026-01-01T12:00:00Z");
    let short = short.replace(ALONGSIDE, "to = \"carrier\"\nlimits = { hs = \"4 m\" }");
    let unknown = Written::new(&short, &[3.0; 13]);
    let checked = Run::new(["check"]).arg(unknown.folder.path()).done();
    assert!(
        checked.stderr.contains("never-flows") && !checked.stderr.contains("the plan's end"),
        "{}",
        checked.stderr
    );
}

#[test]
fn the_rule_that_stands_in_the_way_is_named_with_how_much_of_it_would_do() {
    let cases: &[Case] = &[
        (&[(SPEED, "speed = \"10 kn\"\ndaylight = true")], "`daylight` of carrier", "sailing by night"),
        (&[(MUD, "id = \"mud\"\nkeeps = \"12 h\"")], "mud keeps 12 h in a hold", "18 h or more"),
        (
            &[(MUD, "id = \"mud\"\nreach = { site = \"port\", within = \"6 h\" }")],
            "mud must reach port within 6 h",
            "24 h or more",
        ),
        (
            &[(ALONGSIDE, "to = \"carrier\"\nsetup = \"130 h\""), (LAND, "to = \"port\"\nsetup = \"130 h\"")],
            "`setup` of land, 130 h",
            "72 h or less",
        ),
        (&[(LAND, "to = \"port\"\nhoses_off = \"228 h\"")], "`hoses_off` of land", "or less"),
        (&[(SPEED, "speed = \"0.5 kn\"")], "the speed of carrier, 0.5 kn", "about 0.7"),
        (
            &[(SPEED, "speed = \"10 kn\"\nsail_limits = { hs = \"2 m\" }")],
            "`sail_limits` of carrier",
            "no limits",
        ),
        (&[(ALONGSIDE, "to = \"carrier\"\nlimits = { hs = \"2 m\" }")], "`limits` of alongside", "no limits"),
        (
            &[(SPEED, "speed = \"10 kn\"\nhire = { to = 2026-01-02T00:00:00Z }")],
            "`hire` and closures of carrier",
            "other dates",
        ),
        (
            &[(SPEED, "speed = \"10 kn\"\ndeparts_every = \"240 h\"")],
            "`departs_every` of carrier",
            "more departures",
        ),
        (
            &[
                ("rate = \"100 t/d\"", "rate = \"100 t/d\"\nat_most = \"90 t\""),
                (ALONGSIDE, "to = \"carrier\"\nsmallest = \"120 t\""),
            ],
            "`smallest` of alongside, 120 t",
            "90 t or less",
        ),
        (
            &[("kind = \"port\"", "kind = \"port\"\nstore = { mud = \"80 t\" }\nstock = { mud = \"80 t\" }")],
            "`store` of port for mud, full at the start",
            "more",
        ),
        (
            &[("hold = { mud = \"150 t\" }", "hold = { mud = \"0 t\" }")],
            "`hold` of carrier for mud, 0 t",
            "more",
        ),
        (
            &[(
                "[[sampling]]",
                "[[closure]]\nsite = \"port\"\nfrom = 2026-01-01T00:00:00Z\nto = 2026-01-11T00:00:00Z\n[[sampling]]",
            )],
            "closures of port",
            "other dates",
        ),
    ];
    for (changes, rule, enough) in cases {
        let [checked, scheduled, explained] = told(changes);
        assert!(checked.contains("never-flows") && checked.contains(rule), "{rule}:\n{checked}");
        assert!(checked.contains(enough), "{enough}:\n{checked}");
        assert!(scheduled.contains("in no schedule of this plan is anything delivered"), "{scheduled}");
        assert!(explained.contains(rule) && explained.contains(enough), "{rule}: {enough}:\n{explained}");
    }
}

#[test]
fn of_a_plan_that_delivers_nothing_is_said() {
    let [checked, scheduled, explained] = told(&[]);
    assert!(
        checked.contains("no warning")
            && !scheduled.contains("warning")
            && !explained.contains("Why nothing")
    );
}

#[test]
fn what_only_the_model_knows_is_explained() {
    // Half a day each way, and a slot of six hours each to load and to land.
    let budget = [
        (SPEED, "speed = \"10 kn\"\nday_rate = \"1000 USD/d\""),
        ("[[sampling]]", "[[budget]]\nid = \"purse\"\ncost = \"700 USD\"\n[[sampling]]"),
    ];
    let [checked, scheduled, explained] = told(&budget);
    assert!(checked.contains("no warning"), "{checked}");
    assert!(scheduled.contains("in no schedule of this plan is anything delivered"), "{scheduled}");
    assert!(explained.contains("the budget purse, 700 USD: 1500 USD for the first of it"), "{explained}");
    let [_, _, explained] = told(&[(SPEED, "speed = \"10 kn\"\nrange = \"100 NM\"")]);
    assert!(explained.contains("`range` of carrier, 100 NM: about 16"), "{explained}");
}

#[test]
fn that_nobody_gets_back_with_a_load_is_known_without_a_solver() {
    let fuel = "speed = \"10 kn\"\nfuel = { sailing = \"24 t/d\" }\nbunkers = ";
    let cases = [
        ("speed = \"10 kn\"\nrange = \"100 NM\"".to_owned(), false),
        ("speed = \"10 kn\"\nrange = \"170 NM\"".to_owned(), true),
        (format!("{fuel}\"10 t\""), false),
        (format!("{fuel}\"18 t\""), true),
    ];
    for (ship, can) in cases {
        let (plan, sea) = plan(&[(SPEED, &ship)]).load();
        assert_eq!(Coming::of(&plan, &sea).can_count(&plan, Goal::Delivered), can, "{ship}");
    }
}

#[test]
fn that_nothing_pays_is_told_apart_from_that_nothing_can_be_done() {
    let costs = (SPEED, "speed = \"10 kn\"\nday_rate = \"1000 USD/d\"");
    let weights = [costs, ("order = [\"delivered\"]", "weights = { delivered = 1.0, cost = 1.0 }")];
    let [checked, scheduled, explained] = told(&weights);
    assert!(checked.contains("no warning"), "{checked}");
    assert!(scheduled.contains("nothing is delivered: by the goals of this plan"), "{scheduled}");
    assert!(explained.contains("Something could be delivered"), "{explained}");
    let order = [costs, ("order = [\"delivered\"]", "order = [\"cost\", \"delivered\"]")];
    let [checked, scheduled, explained] = told(&order);
    assert!(checked.contains("goal-does-nothing"), "{checked}");
    assert!(scheduled.contains("nothing is delivered: by the goals of this plan"), "{scheduled}");
    assert!(explained.contains("Something could be delivered"), "{explained}");
    let [checked, _, explained] =
        told(&[("rate = \"100 t/d\"", "rate = \"100 t/d\"\nvalue = [[\"100 t\", 0.0]]")]);
    assert!(checked.contains("value-of-nothing"), "{checked}");
    assert!(explained.contains("is worth nothing"), "{explained}");
}

#[test]
fn what_is_made_and_wanted_ashore_is_looked_at_too() {
    let works = |process: &str, demand: &str| {
        vec![
            ("order = [\"delivered\"]".to_owned(), "order = [\"supplied\"]".to_owned()),
            ("id = \"mud\"".to_owned(), "id = \"mud\"\n[[commodity]]\nid = \"cake\"".to_owned()),
            (
                "[[sampling]]".to_owned(),
                format!(
                    "[[process]]\nid = \"press\"\nsite = \"port\"\nfrom = \"mud\"\nto = \"cake\"\nyield = \"20 %\"\n{process}\n\
                     [[demand]]\nid = \"works\"\nsite = \"port\"\ncommodity = \"cake\"\namount = \"10 t\"\n{demand}\n[[sampling]]\nat_most = \"100 t\""
                ),
            ),
        ]
    };
    for (process, demand, rule, enough) in [
        ("batch = \"200 t\"\nduration = \"12 h\"", "", "`batch` of press, 200 t", "100 t or less"),
        (
            "capacity = \"20 t/d\"",
            "to = 2026-01-02T00:00:00Z",
            "the time of works, until 2 Jan 00:00",
            "or later",
        ),
        (
            "capacity = \"20 t/d\"\n[[budget]]\nid = \"feed\"\nprocess = \"press\"\nfeed = \"0 t\"",
            "",
            "the budget feed",
            "more",
        ),
    ] {
        let changes = works(process, demand);
        let changes: Vec<(&str, &str)> = changes.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let [checked, scheduled, explained] = told(&changes);
        assert!(checked.contains(rule) && checked.contains(enough), "{rule}: {checked}");
        assert!(scheduled.contains("in no schedule of this plan is anything supplied"), "{scheduled}");
        assert!(explained.contains(rule) && explained.contains(enough), "{rule}: {explained}");
    }
}

#[test]
fn a_range_of_less_than_a_mile_is_not_told_as_none() {
    let written = plan(&[(SPEED, "speed = \"10 kn\"\nrange = \"0.17 NM\"")]);
    let told = Run::new(["check"]).arg(written.folder.path()).fault().stderr;
    assert!(told.contains("of 0.17"), "{told}");
}

#[test]
fn a_reserve_of_days_of_cover_is_told_in_days_too() {
    let written = plan(&[
        ("order = [\"delivered\"]", "order = [\"supplied\"]"),
        (
            "[[sampling]]",
            "[[demand]]\nid = \"mill\"\nsite = \"port\"\ncommodity = \"mud\"\nrate = \"4 t/d\"\n\
             [[reserve]]\nid = \"cover\"\nsite = \"port\"\ncommodity = \"mud\"\ncover = \"5 d\"\nof = \"mill\"\n\
             by = 2026-01-06T00:00:00Z\n[[sampling]]",
        ),
    ]);
    let schedule = written.solved();
    let [row] = schedule.reserves.as_slice() else { panic!("a reserve") };
    let cover = row.cover.as_ref().expect("days");
    assert_eq!((cover.target_d, row.target_t), (5.0, 20.0));
    assert!((cover.least_d - row.least_t / 4.0).abs() < 1e-5 && (cover.end_d - row.end_t / 4.0).abs() < 1e-5);
    let text = Run::new(["schedule"]).arg(written.folder.path()).done().stdout;
    assert!(text.contains("cover covers mill: 5 d must be covered"), "{text}");
}

#[test]
fn carriers_that_are_alike_and_can_never_go_stay_where_they_are() {
    let alike = (
        "at = \"port\"\ncalls = [\"port\", \"field\"]",
        "at = \"port\"\ncount = 2\nhire = { from = 2026-01-10T22:00:00Z }\ncalls = [\"port\", \"field\"]",
    );
    let [_, scheduled, explained] = told(&[alike]);
    assert!(scheduled.contains("in no schedule of this plan is anything delivered"), "{scheduled}");
    assert!(explained.contains("hire"), "{explained}");
}

#[test]
fn what_was_not_found_in_time_is_not_laid_on_other_goals() {
    let (plan, sea) = plan(&[]).load();
    let stop = AtomicBool::new(false);
    let why = |gap: f64| {
        let name = "delivered".to_owned();
        let goals = vec![GoalStamp { name, value: 0.0, bound: Some(0.0), gap: Some(gap) }];
        let stamp = SolveStamp { status: Status::Feasible, goals, solver: "highs".to_owned() };
        let goal = (Goal::Delivered, &stamp);
        let why = nought(&plan, &sea, goal, &Options::new(&stop)).expect("a solver that works");
        render_nought(&why, &Look { width: 400, colour: false })
    };
    assert!(
        why(1.0).contains("was found in the time given") && !why(1.0).contains("want it less"),
        "{}",
        why(1.0)
    );
    assert!(why(0.0).contains("want it less"), "{}", why(0.0));
}

/// The plan with a process in batches of so many tonnes, and its products wanted, for so long as a batch takes.
fn in_batches(batch: &str) -> Vec<(&'static str, String)> {
    vec![
        ("order = [\"delivered\"]", "order = [\"supplied\"]".to_owned()),
        ("id = \"mud\"", "id = \"mud\"\n[[commodity]]\nid = \"cake\"".to_owned()),
        (
            "[[sampling]]",
            format!(
                "[[process]]\nid = \"press\"\nsite = \"port\"\nfrom = \"mud\"\nto = \"cake\"\nyield = \"20 %\"\n{batch}\n\
                 [[demand]]\nid = \"works\"\nsite = \"port\"\ncommodity = \"cake\"\namount = \"100 t\"\n[[sampling]]"
            ),
        ),
    ]
}

fn changed<'c>(changes: &'c [(&'static str, String)]) -> Vec<(&'c str, &'c str)> {
    changes.iter().map(|(from, to)| (*from, to.as_str())).collect()
}

#[test]
fn of_a_batch_is_told_no_more_than_can_be_at_its_site_in_time() {
    // In ten days 1000 t are lifted. Two days before the end the last batch begins; a slot of loading, two of sailing and one of landing take as
    // long as what is lifted last has to be older: what is lifted by then is 25 t a slot.
    let changes = in_batches("batch = \"990 t\"\nduration = \"2 d\"");
    let changes = changed(&changes);
    let checked = Run::new(["check"]).arg(plan(&changes).folder.path()).done().stderr;
    assert!(checked.contains("`batch` of press, 990 t"), "{checked}");
    let told = checked.split("nothing can come of it but with ").nth(1).expect("how much would do");
    let tonnes: f64 = told.split(' ').next().expect("tonnes").parse().expect("a number");
    assert!((700.0..=775.0).contains(&tonnes), "{tonnes}: {checked}");
    // What is told is no more than necessary: with more nothing can come of it.
    for (batch, can) in [(tonnes + 1.0, false), (tonnes - 1.0, true)] {
        let changes = in_batches(&format!("batch = \"{batch} t\"\nduration = \"2 d\""));
        let changes = changed(&changes);
        let (plan, sea) = plan(&changes).load();
        assert_eq!(Coming::of(&plan, &sea).can_count(&plan, Goal::Supplied), can, "{batch}");
    }
}

#[test]
fn of_a_batch_is_told_no_more_than_can_be_landed_in_time() {
    let slow = (LAND, "to = \"port\"\n# slow\n".to_owned());
    let mut changes = in_batches("batch = \"400 t\"\nduration = \"2 d\"");
    changes.push(slow);
    let mut changes = changed(&changes);
    let checked = Run::new(["check"]).arg(plan(&changes).folder.path()).done().stderr;
    assert!(!checked.contains("never-flows"), "{checked}");
    // The rate of landing is 2 t an hour, and 12 t a slot.
    let text = "[[transfer]]\nid = \"land\"\nfrom = \"carrier\"\nto = \"port\"\ncommodity = \"mud\"\nrate = \"20 t/h\"";
    let slowly = text.replace("20 t/h", "2 t/h");
    changes.pop();
    changes.push((text, &slowly));
    let checked = Run::new(["check"]).arg(plan(&changes).folder.path()).done().stderr;
    assert!(checked.contains("`batch` of press, 400 t"), "{checked}");
}

#[test]
fn the_time_limit_of_explain_bounds_all_questions_together() {
    // A batch that takes nearly all that can be there: that nothing comes of it no look at what can come where tells.
    let changes = in_batches("batch = \"600 t\"\nduration = \"2 d\"");
    let mut changes = changed(&changes);
    changes.push((SPEED, "speed = \"10 kn\"\nhome = \"port\""));
    let (plan, sea) = plan(&changes).load();
    let stop = AtomicBool::new(false);
    let limit = std::time::Duration::from_millis(600);
    let options = Options { time_limit: Some(limit), ..Options::new(&stop) };
    let goals = vec![GoalStamp { name: "supplied".to_owned(), value: 0.0, bound: Some(9.0), gap: Some(1.0) }];
    let stamp = SolveStamp { status: Status::Feasible, goals, solver: "highs".to_owned() };
    let began = std::time::Instant::now();
    let why = nought(&plan, &sea, (Goal::Supplied, &stamp), &options).expect("a solver that works");
    assert!(why.is_open && !why.is_possible, "{why:?}");
    // There are dozens of questions, each of which takes longer than that.
    assert!(began.elapsed() < 6 * limit, "{:?}", began.elapsed());
}
