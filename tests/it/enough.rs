//! Why there is no schedule: what is enough by itself is named, and nothing besides.

use crate::support::{Run, Written};

const HEAD: &str =
    "plan = { name = \"p\", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z, currency = \"USD\" }\n";

fn told(rest: &str) -> String {
    let written = Written::new(&format!("{HEAD}{rest}"), &[]);
    Run::new(["schedule"]).arg(written.folder.path()).fault().stderr
}

#[test]
fn what_cannot_follow_as_soon_as_it_must_is_named() {
    // The crew is at the third task for longer than the second may wait for the first.
    let told = told(
        "goal = { order = [\"finish\"] }\nresource = [{ id = \"crew\", capacity = 1 }]\n\
         task = [\n\
           { id = \"lay\", duration = \"2 h\", uses = { crew = 1 } },\n\
           { id = \"test\", duration = \"1 h\", uses = { crew = 1 }, after = [{ task = \"lay\", within = \"3 h\" }, \"cure\"] },\n\
           { id = \"cure\", duration = \"6 h\", after = [\"lay\"] },\n]\n",
    );
    assert!(told.contains("  - test cannot begin within 3 h after lay, as it must\n"), "{told}");
    assert!(!told.contains("way home") && !told.contains("not everything fits"), "{told}");
}

#[test]
fn of_two_budgets_the_one_that_is_enough_is_named() {
    // Ten tonnes a day are wanted; what they cost is more than there is. With less of what is fed less would be missing, and that alone is not enough.
    let rest = "goal = { order = [\"cost\"] }\ncommodity = [{ id = \"ore\" }, { id = \"metal\" }]\n\
         site = [{ id = \"plant\", kind = \"plant\", stock = { ore = \"200 t\" } }]\n\
         process = [{ id = \"smelt\", site = \"plant\", from = \"ore\", to = \"metal\", yield = \"50 %\", capacity = \"10 t/h\", cost = \"2 USD/t\" }]\n\
         demand = [{ id = \"d\", site = \"plant\", commodity = \"metal\", amount = \"20 t\", late = \"5 USD/t/d\", due = 2026-01-01T12:00:00Z }]\n\
         budget = [{ id = \"fed\", process = \"smelt\", feed = \"30 t\" }, { id = \"purse\", cost = \"30 USD\" }]\n";
    let told = told(rest);
    assert_eq!(told.matches("does not suffice").count(), 1, "{told}");
    assert!(told.contains("the budget purse does not suffice"), "{told}");
}
