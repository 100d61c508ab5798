//! Small projects, drawn, against a search through everything; and some that are too much for the solver.
//!
//! The search shares nothing with what is tested: it tries every hour for every turn of every task.

use super::Works;
use crate::model::construct::construct;
use crate::model::run::Run;
use crate::model::sets::Sets;
use crate::model::soonest::soonest;
use crate::model::{Model, Options, Outcome, Past, optimise};
use crate::plan::{Plan, Sea};
use crate::schedule::Itinerary;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::cell::Cell;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const HOURS: usize = 10;

/// A task of a drawn project.
#[derive(Debug, Clone)]
struct Work {
    hours: usize,
    /// At least and at most how often.
    times: (usize, usize),
    /// Task, lag, and what `within` has more than that.
    after: Vec<(usize, usize, Option<usize>)>,
    uses: [u32; 2],
    /// A time in which it is not worked on, and whether it may pause then.
    closed: (usize, usize, bool),
    deadline: Option<usize>,
}

#[derive(Debug, Clone)]
struct Project {
    capacity: [u32; 2],
    works: Vec<Work>,
}

fn project() -> impl Strategy<Value = Project> {
    let times = prop::sample::select(vec![(1, 1), (1, 1), (1, 1), (0, 1), (2, 2), (1, 2)]);
    let after = prop::collection::vec((0usize..3, 0usize..3, prop::option::of(0usize..3)), 0..2);
    let closed = (0usize..HOURS, 0usize..4, any::<bool>());
    let deadline = prop::option::weighted(0.2, 5usize..HOURS);
    let work = (1usize..4, times, after, [0u32..3, 0u32..3], closed, deadline);
    let work = work.prop_map(|(hours, times, after, uses, closed, deadline)| Work {
        hours,
        times,
        after,
        uses,
        closed,
        deadline,
    });
    ([2u32..4, 2u32..3], prop::collection::vec(work, 3..5)).prop_map(|(capacity, mut works)| {
        for (nth, work) in works.iter_mut().enumerate() {
            work.after.retain(|after| after.0 < nth);
        }
        Project { capacity, works }
    })
}

fn date(hour: usize) -> String {
    format!("2026-01-01T{hour:02}:00:00Z")
}

impl Project {
    fn text(&self) -> String {
        let [a, b] = self.capacity;
        let mut text = format!(
            "plan = {{ name = \"p\", start = {}, end = {} }}\ngoal = {{ order = [\"finish\"] }}\n\
             resource = [{{ id = \"a\", capacity = {a} }}, {{ id = \"b\", capacity = {b} }}]\n",
            date(0),
            date(HOURS)
        );
        for (nth, work) in self.works.iter().enumerate() {
            let Work { hours, times: (least, most), uses: [a, b], .. } = work;
            let times = if least == most { format!("{least}") } else { format!("{least}..{most}") };
            let _ =
                writeln!(text, "[[task]]\nid = \"t{nth}\"\nduration = \"{hours} h\"\ntimes = \"{times}\"");
            let uses = [("a", a), ("b", b)].into_iter().filter(|(_, units)| **units > 0);
            let uses: Vec<String> = uses.map(|(id, units)| format!("{id} = {units}")).collect();
            let _ = writeln!(text, "uses = {{ {} }}", uses.join(", "));
            let after = |(task, lag, more): &(usize, usize, Option<usize>)| {
                let within = more.filter(|more| lag + more > 0);
                let within = within.map_or(String::new(), |more| format!(", within = \"{} h\"", lag + more));
                format!("{{ task = \"t{task}\", lag = \"{lag} h\"{within} }}")
            };
            let after: Vec<String> = work.after.iter().map(after).collect();
            let _ = writeln!(text, "after = [{}]", after.join(", "));
            if work.closed.2 {
                let _ = writeln!(text, "suspend = \"free\"");
            }
            if let Some(deadline) = work.deadline {
                let _ = writeln!(text, "deadline = {}", date(deadline));
            }
        }
        for (nth, work) in self.works.iter().enumerate().filter(|(_, work)| work.closed.1 > 0) {
            let (from, hours, _) = work.closed;
            let _ = writeln!(
                text,
                "[[closure]]\ntask = \"t{nth}\"\nfrom = {}\nto = {}",
                date(from),
                date(from + hours)
            );
        }
        text
    }

    /// When a task ends that begins at an hour, if it may.
    fn end(&self, work: &Work, start: usize) -> Option<usize> {
        let (from, hours, may_pause) = work.closed;
        let is_open = |hour: &usize| !(from..from + hours).contains(hour);
        let mut open = (start..).filter(is_open).take(work.hours);
        let first = open.next()?;
        let end = open.last().unwrap_or(first) + 1;
        let is_whole = end - start == work.hours;
        let may =
            first == start && (is_whole || may_pause) && end <= work.deadline.unwrap_or(HOURS).min(HOURS);
        may.then_some(end)
    }

    /// The earliest finish, when the tasks from this one on are done so that all is kept.
    fn search(&self, nth: usize, turns: &mut Vec<Vec<(usize, usize)>>, best: &mut Option<usize>) {
        let Some(work) = self.works.get(nth) else {
            let end = turns.iter().flatten().map(|turn| turn.1).max().unwrap_or(0);
            *best = Some(best.map_or(end, |best| best.min(end)));
            return;
        };
        if turns[nth].len() >= work.times.0 {
            turns.push(Vec::new());
            self.search(nth + 1, turns, best);
            turns.pop();
        }
        let first = turns[nth].last().map_or(0, |turn| turn.0 + 1);
        let last = if turns[nth].len() < work.times.1 { HOURS } else { first };
        for start in first..last {
            let Some(end) = self.end(work, start) else { continue };
            turns[nth].push((start, end));
            if self.keeps(nth, turns) {
                self.search(nth, turns, best);
            }
            turns[nth].pop();
        }
    }

    /// Whether the last turn of a task keeps all that it has to keep to.
    fn keeps(&self, nth: usize, turns: &[Vec<(usize, usize)>]) -> bool {
        let turn = turns[nth].len() - 1;
        let start = turns[nth][turn].0;
        let in_order = self.works[nth].after.iter().all(|&(before, lag, more)| {
            let both = self.works[nth].times.1 > 1 && self.works[before].times.1 > 1;
            let ends: Vec<usize> = turns[before].iter().map(|turn| turn.1).collect();
            let is_done = ends.get(if both { turn } else { 0 }).is_some_and(|end| end + lag <= start);
            let is_near =
                |more: usize| ends.iter().any(|end| end + lag <= start && start <= end + lag + more);
            is_done && more.filter(|more| lag + more > 0).is_none_or(is_near)
        });
        let enough = (0..2).all(|resource| {
            (0..HOURS).all(|hour| {
                let at =
                    |turns: &Vec<(usize, usize)>| turns.iter().filter(|t| (t.0..t.1).contains(&hour)).count();
                let used =
                    turns.iter().zip(&self.works).map(|(turns, work)| at(turns) as u32 * work.uses[resource]);
                used.sum::<u32>() <= self.capacity[resource]
            })
        });
        in_order && enough
    }

    fn best(&self) -> Option<usize> {
        let mut best = None;
        self.search(0, &mut vec![Vec::new()], &mut best);
        best
    }
}

fn load(text: &str) -> Option<(Plan, Sea)> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("a plan");
    crate::plan::load(folder.path()).expect("files").plan
}

/// When all is done in what is laid, where the model lets it be so.
fn finish(model: &Model<'_>, itinerary: &Itinerary) -> Option<usize> {
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    let run = Run::new(model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let values = run.traced_whole(&objective, itinerary, None).expect("a solver that works")?;
    Some(model.vars.value_of(&objective.expression, &values).round() as usize)
}

fn laid(model: &Model<'_>) -> Option<Itinerary> {
    let lists = Cell::new(0);
    Works::all(&model.sets)?.best(soonest(&model.sets), &|_| lists.replace(lists.get() + 1) < 400)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What is laid keeps every rule and is the best there is, where none of it must come soon after another; nothing is done sooner than is said
    /// to be the soonest; and where there is no schedule, none is laid.
    #[test]
    fn works_are_laid_as_a_search_through_everything_lays_them(project in project()) {
        let Some((plan, sea)) = load(&project.text()) else { return Ok(()) };
        let model = Model::new(&plan, &sea);
        let best = project.best();
        if let Some(best) = best {
            prop_assert!(soonest(&model.sets) <= best, "{} and {best}", soonest(&model.sets));
        }
        let found = laid(&model);
        if let Some(itinerary) = &found {
            let finish = finish(&model, itinerary);
            prop_assert!(finish.is_some(), "what is laid breaks a rule: {itinerary:?}");
            prop_assert!(finish >= best && best.is_some(), "{finish:?} and {best:?}");
        }
        let is_free = project.works.iter().all(|work| work.after.iter().all(|after| after.2.is_none()));
        if is_free && best.is_some_and(|best| best > 0) {
            prop_assert_eq!(found.and_then(|itinerary| finish(&model, &itinerary)), best);
        }
    }
}

/// Twenty tasks and three resources, in more slots than the solver finds its way through soon.
fn large(goal: &str, more: &str) -> String {
    let mut text = format!(
        "plan = {{ name = \"p\", start = 2026-01-01T00:00:00Z, end = 2026-01-13T00:00:00Z }}\n\
         goal = {{ order = [{goal}] }}\n\
         resource = [{{ id = \"a\", capacity = 3 }}, {{ id = \"b\", capacity = 2 }}, {{ id = \"c\", capacity = 4 }}]\n"
    );
    for nth in 0..20 {
        let (a, b, c) = (nth * 7 % 4, nth * 5 % 3, nth * 11 % 5);
        let uses = [("a", a), ("b", b), ("c", c)].into_iter().filter(|(_, units)| *units > 0);
        let uses: Vec<String> = uses.map(|(id, units)| format!("{id} = {units}")).collect();
        let after = if nth % 3 == 2 { format!("\"t{}\"", nth / 2) } else { String::new() };
        let _ = writeln!(
            text,
            "[[task]]\nid = \"t{nth}\"\nduration = \"{} h\"\nuses = {{ {} }}\nafter = [{after}]\n{more}",
            5 + nth * 13 % 17,
            uses.join(", ")
        );
    }
    text
}

/// What a run begins with that has so long, in hours; nothing where that is nothing.
fn begun(text: &str) -> Option<f64> {
    let (plan, sea) = load(text).expect("a plan without fault");
    let model = Model::new(&plan, &sea);
    let stop = AtomicBool::new(false);
    let time_limit = Some(Duration::from_secs(6));
    let options = Options { explains: false, time_limit, ..Options::new(&stop) };
    let mut run = Run::new(&model, &options, 0.0);
    let mut objectives = model.objectives();
    run.start(&mut objectives[0]).expect("a solver that works");
    let last = objectives.last().expect("a goal");
    run.values.map(|values| model.vars.value_of(&last.expression, &values))
}

#[test]
fn a_project_of_twenty_tasks_has_a_schedule_to_begin_with() {
    // Each as early as may be in the order of the file is done by then.
    for goal in ["\"finish\"", "\"cost\", \"finish\""] {
        let finish = begun(&large(goal, ""));
        assert!(finish.is_some_and(|finish| finish <= 190.0), "{goal}: {finish:?}");
    }
}

#[test]
fn works_that_are_laid_are_news_beside_what_was_planned_before() {
    let (plan, sea) = load(&large("\"finish\"", "")).expect("a plan without fault");
    let mut before = laid(&Model::new(&plan, &sea)).expect("it is laid");
    before.alone.iter_mut().for_each(|(_, start, end)| (*start, *end) = (*start + 20, *end + 20));
    let happened = Itinerary::default();
    let past = Past { until: 10, itinerary: &happened, bars: &[], flows: true };
    let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
    let stop = AtomicBool::new(false);
    let time_limit = Some(Duration::from_secs(20));
    let options = Options { explains: false, time_limit, before: Some(&before), ..Options::new(&stop) };
    let mut run = Run::new(&model, &options, 0.0);
    let mut objective = model.objectives().remove(0);
    run.start(&mut objective).expect("a solver that works");
    let last = before.alone.iter().map(|begun| begun.2).max().unwrap_or(0) as f64;
    let finish = run.values.map(|values| model.vars.value_of(&objective.expression, &values));
    assert!(finish.is_some_and(|finish| finish < last) && run.has_news, "{finish:?} and {last}");
}

/// What a task of ships and shore is: whose it is (0 and 1 ships, else the shore's), where, how long, after which with what lag (and no later than that and more), whether it takes the crane.
type Part = (usize, usize, usize, Option<(usize, usize, Option<usize>)>, bool);

/// Two ships between two sites, with tasks of theirs and of the shore's in one order, and a crane that many of them need.
fn ships(parts: &[Part]) -> String {
    let mut text = format!(
        "plan = {{ name = \"p\", start = {}, end = 2026-01-02T12:00:00Z, slot = \"1 h\" }}\ngoal = {{ order = [\"finish\"] }}\n\
         resource = [{{ id = \"crane\", capacity = 1 }}]\n\
         site = [{{ id = \"s0\", kind = \"port\", position = [35.0, 138.5] }}, {{ id = \"s1\", kind = \"sea\", position = [34.7, 138.5] }}]\n\
         vessel = [{{ id = \"v0\", at = \"s0\", home = \"s0\", calls = [\"s1\", \"s0\"], speed = \"10 kn\" }}, \
         {{ id = \"v1\", at = \"s0\", calls = [\"s1\", \"s0\"], speed = \"6 kn\" }}]\n",
        date(0)
    );
    for (nth, &(whose, site, hours, after, takes)) in parts.iter().enumerate() {
        let _ = writeln!(text, "[[task]]\nid = \"t{nth}\"\nduration = \"{hours} h\"");
        if whose < 2 {
            let _ = writeln!(text, "vessel = \"v{whose}\"\nsite = \"s{site}\"");
        }
        if let Some((task, lag, more)) = after.filter(|after| after.0 < nth) {
            let within = more.map_or(String::new(), |more| format!(", within = \"{} h\"", lag + more + 1));
            let _ = writeln!(text, "after = [{{ task = \"t{task}\", lag = \"{lag} h\"{within} }}]");
        }
        if takes {
            let _ = writeln!(text, "uses = {{ crane = 1 }}");
        }
    }
    text
}

fn part() -> impl Strategy<Value = Part> {
    let after = prop::option::of((0usize..4, 0usize..3, prop::option::of(0usize..6)));
    (0usize..4, 0usize..2, 1usize..4, after, any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What is laid for ships can be sailed, and is no better than the best; and what is laid around ways fits them.
    #[test]
    fn what_is_laid_for_ships_can_be_sailed(parts in prop::collection::vec(part(), 3..6)) {
        let (plan, sea) = load(&ships(&parts)).expect("a plan without fault");
        let model = Model::new(&plan, &sea);
        let stop = AtomicBool::new(false);
        let Outcome::Solved(best) = optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works") else {
            prop_assert!(laid(&model).is_none_or(|laid| finish(&model, &laid).is_none()));
            return Ok(());
        };
        let best = best.stamp.goals[0].value.round() as usize;
        prop_assert!(soonest(&model.sets) <= best, "{} and {best}", soonest(&model.sets));
        let laid = laid(&model).expect("it is laid");
        let finish = finish(&model, &laid);
        prop_assert!(finish.is_some_and(|finish| finish == best), "{finish:?} and {best}");
        // Ways that are built look at no resource: only around those that keep all rules can anything be laid that does.
        let options = Options { explains: false, ..Options::new(&stop) };
        let (run, objective) = (Run::new(&model, &options, 0.0), model.objectives().remove(0));
        let fits = |ways: &Itinerary| run.traced(&objective, ways, None).expect("a solver that works").is_some();
        for ways in construct(&model.sets, &|| true).into_iter().filter(fits) {
            let around = Works::around(&model.sets, &ways).and_then(|works| works.best(0, &|_| false));
            if let Some(around) = around {
                prop_assert!(self::finish(&model, &around).is_some(), "{around:?} does not fit {ways:?}");
            }
        }
    }
}

#[test]
fn nothing_is_finished_before_order_and_resources_let_it() {
    let sets = |text: &str| {
        let (plan, sea) = load(text).expect("a plan without fault");
        soonest(&Model::new(&plan, &sea).sets)
    };
    let head = format!(
        "plan = {{ name = \"p\", start = {}, end = 2026-01-03T00:00:00Z }}\ngoal = {{ order = [\"finish\"] }}\n\
         resource = [{{ id = \"a\", capacity = 3 }}]\n",
        date(0)
    );
    let task = |id: &str, rest: &str| format!("[[task]]\nid = \"{id}\"\nduration = \"4 h\"\n{rest}\n");
    let uses = |units: u32| format!("uses = {{ a = {units} }}");
    // One after the other: four hours, a lag, four hours more.
    let row = head.clone() + &task("x", "") + &task("y", "after = [{ task = \"x\", lag = \"3 h\" }]");
    assert_eq!(sets(&row), 11);
    // Three of one unit go on at once; six take twice as long, as do three of which no two go on at once thrice.
    let several = |count: usize, units: u32| -> String {
        head.clone() + &(0..count).map(|nth| task(&format!("x{nth}"), &uses(units))).collect::<String>()
    };
    assert_eq!([sets(&several(3, 1)), sets(&several(6, 1)), sets(&several(3, 2))], [4, 8, 12]);
    // What comes before all of them and after all of them comes besides.
    let first = |nth: usize| task(&format!("x{nth}"), &format!("after = [\"first\"]\n{}", uses(2)));
    let between =
        head + &task("first", "") + &first(0) + &first(1) + &task("last", "after = [\"x0\", \"x1\"]");
    assert_eq!(sets(&between), 16);
}

#[test]
fn what_comes_before_is_told_once_each() {
    // Layers of two, each after both of the layer before: there are more ways back than could ever be gone.
    let mut text = "plan = { name = \"p\", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }\n\
                    goal = { order = [\"finish\"] }\n"
        .to_owned();
    for layer in 0..40 {
        for side in ["a", "b"] {
            let before = match layer {
                0 => String::new(),
                _ => format!("\"a{0}\", \"b{0}\"", layer - 1),
            };
            let _ =
                writeln!(text, "[[task]]\nid = \"{side}{layer}\"\nduration = \"1 h\"\nafter = [{before}]");
        }
    }
    let (plan, sea) = load(&text).unwrap_or_else(|| panic!("{text}"));
    let sets = Sets::new(&plan, &sea);
    let works = Works::all(&sets).expect("works");
    let told = Cell::new(0);
    works.each_before(plan.tasks.len() - 1, |_| told.set(told.get() + 1));
    assert_eq!(told.get(), plan.tasks.len() - 1);
}

/// Two ships at four sites, a project in which most things wait for others and some must follow soon. A solver of constraints proves 52 h.
const VOYAGES: &str = r#"plan = { name = "p", start = 2026-06-01T00:00:00Z, end = 2026-06-07T00:00:00Z, currency = "USD" }
goal = { order = ["finish"] }
site = [
  { id = "P", kind = "port", position = [0.0, 0.0] },
  { id = "A", kind = "sea", position = [0.0, 0.5] },
  { id = "B", kind = "sea", position = [0.0, 0.9] },
  { id = "C", kind = "sea", position = [0.0, -0.6] },
]
vessel = [
  { id = "v0", at = "P", calls = ["P", "A", "B", "C"], speed = "8 kn", day_rate = "240 USD/d" },
  { id = "v1", at = "P", calls = ["P", "A", "B", "C"], speed = "8 kn", home = "P" },
]
task = [
  { id = "t0", vessel = "v0", site = "A", duration = "3 h", release = 2026-06-01T20:00:00Z },
  { id = "t1", vessel = "v1", site = "C", duration = "2 h" },
  { id = "t2", vessel = "v0", site = "C", duration = "6 h", after = [{ task = "t1", lag = "3 h" }] },
  { id = "t3", vessel = "v0", site = "C", duration = "3 h" },
  { id = "t4", vessel = "v0", site = "A", duration = "2 h", after = ["t1", { task = "t3", lag = "3 h" }] },
  { id = "t5", vessel = "v0", site = "B", duration = "4 h", release = 2026-06-01T04:00:00Z, after = [{ task = "t0", within = "11 h" }] },
  { id = "t6", vessel = "v1", site = "B", duration = "2 h" },
  { id = "t7", vessel = "v0", site = "B", duration = "2 h" },
  { id = "t8", vessel = "v0", site = "B", duration = "5 h", after = ["t0"] },
  { id = "t9", vessel = "v0", site = "B", duration = "5 h", release = 2026-06-01T09:00:00Z, after = [{ task = "t5", within = "11 h" }, { task = "t7", lag = "3 h", within = "7 h" }] },
  { id = "t10", vessel = "v0", site = "B", duration = "2 h", after = ["t1", { task = "t3", lag = "3 h" }, "t5", { task = "t6", lag = "3 h" }] },
]
closure = [
  { task = "t5", from = 2026-06-01T12:00:00Z, to = 2026-06-01T17:00:00Z },
  { task = "t7", from = 2026-06-01T16:00:00Z, to = 2026-06-01T21:00:00Z },
  { task = "t10", from = 2026-06-02T02:00:00Z, to = 2026-06-02T12:00:00Z },
]
"#;

#[test]
fn two_ships_with_eleven_tasks_do_them_as_soon_as_can_be() {
    let (plan, sea) = load(VOYAGES).expect("a plan without fault");
    let model = Model::new(&plan, &sea);
    let laid = laid(&model).expect("it is laid");
    assert_eq!(finish(&model, &laid), Some(52));
}
