//! Chains in which works make of mud what is wanted elsewhere: stores at sea, lighters both ways, ships between, small stores, islands.

use super::*;

/// A ship that lifts, an island where mud becomes cake, a port that wants cake, and one carrier for all of it.
const CHAIN: &str = r#"
plan = { name = "chain", start = 2027-02-01T00:00:00Z, end = 2027-03-03T00:00:00Z, slot = "6 h" }
goal = { order = ["supplied"] }
commodity = [{ id = "mud" }, { id = "cake" }]
site = [
  { id = "port", kind = "port", position = [28.0, 150.0] },
  { id = "island", kind = "island", position = [24.3, 154.0], store = { mud = "3000 t", cake = "2000 t" } },
  { id = "field", kind = "sea", position = [23.3, 155.0] },
]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "1200 t" } },
  { id = "carrier", at = "island", calls = ["island", "field", "port"], speed = "10 kn", hold = { mud = "800 t", cake = "400 t" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "240 t/d" }]
transfer = [
  { id = "alongside", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "100 t/h", setup = "2 h" },
  { id = "land", from = "carrier", to = "island", commodity = "mud", rate = "100 t/h" },
  { id = "load", from = "island", to = "carrier", commodity = "cake", rate = "50 t/h" },
  { id = "home", from = "carrier", to = "port", commodity = "cake", rate = "50 t/h" },
]
process = [{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "25 %", capacity = "240 t/d" }]
demand = [{ id = "refinery", site = "port", commodity = "cake", amount = "5000 t" }]
"#;

/// The chain with parts of it in another way.
fn chain(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(CHAIN.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// What is supplied at best on the ways of which these have told what they bring, and the most that any of them promises; all of them can be gone.
fn relayed(text: &str) -> (f64, f64) {
    let (plan, sea) = loaded(text, &[]);
    let model = Model::apart(&plan, &sea);
    let relay = Relay::new(&model.sets).expect("a chain");
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let run = Run::new(&model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let mut ways = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
    for &host in relay.hosts() {
        ways.vessels[host.index()] = lifting(&model.sets, host);
    }
    let tries = FILLS.iter().flat_map(|&fill| [(fill, false), (fill, true)]);
    let of_try = |how| {
        let (worth, itinerary) = relay.best(&ways, how, &|| true);
        let values = run.traced(&objective, &itinerary, None).expect("a solver that works");
        (model.vars.value_of(&objective.expression, &values.expect("ways that can be gone")), worth)
    };
    tries.map(of_try).fold((0.0, 0.0), |a, b| (a.0.max(b.0), f64::max(a.1, b.1)))
}

#[test]
fn what_works_make_is_fetched_from_where_they_are() {
    let afloat = [
        (
            r#"kind = "sea", position = [23.3, 155.0] }"#,
            r#"kind = "sea", position = [23.3, 155.0], store = { mud = "2000 t" } }"#,
        ),
        (r#"from = "lifter", to = "carrier", site = "field""#, r#"from = "lifter", to = "field""#),
        (
            r#"  { id = "land","#,
            "  { id = \"pick\", from = \"field\", to = \"carrier\", commodity = \"mud\", rate = \"100 t/h\" },\n  { id = \"land\",",
        ),
    ];
    let roads = [
        (
            r#"  { id = "field","#,
            "  { id = \"roads\", kind = \"sea\", position = [24.25, 154.05] },\n  { id = \"field\",",
        ),
        (
            r#"at = "island", calls = ["island", "field", "port"]"#,
            r#"at = "roads", calls = ["roads", "field", "port"]"#,
        ),
        (
            "cake = \"400 t\" } },\n",
            "cake = \"400 t\" } },\n  { id = \"lighter\", at = \"island\", calls = [\"island\", \"roads\"], speed = \"5 kn\", hold = { mud = \"300 t\", cake = \"300 t\" } },\n",
        ),
        (r#"from = "carrier", to = "island""#, r#"from = "lighter", to = "island""#),
        (
            r#"from = "island", to = "carrier", commodity = "cake", rate = "50 t/h" },"#,
            "from = \"island\", to = \"lighter\", commodity = \"cake\", rate = \"50 t/h\" },\n  { id = \"out\", from = \"carrier\", to = \"lighter\", site = \"roads\", commodity = \"mud\", rate = \"100 t/h\" },\n  { id = \"back\", from = \"lighter\", to = \"carrier\", site = \"roads\", commodity = \"cake\", rate = \"50 t/h\" },",
        ),
    ];
    let mother = [
        (
            "cake = \"400 t\" } },\n",
            "cake = \"400 t\" } },\n  { id = \"mother\", at = \"field\", hold = { mud = \"5000 t\" } },\n",
        ),
        (
            r#"  { id = "land","#,
            "  { id = \"over\", from = \"lifter\", to = \"mother\", site = \"field\", commodity = \"mud\", rate = \"100 t/h\" },\n  { id = \"out\", from = \"mother\", to = \"carrier\", site = \"field\", commodity = \"mud\", rate = \"100 t/h\" },\n  { id = \"land\",",
        ),
    ];
    // At most some 1400 t could be supplied; 500 to 600 t by lighter are what a planner found by hand.
    for (changes, least) in
        [(&[][..], 1050.0), (&afloat[..], 1000.0), (&roads[..], 700.0), (&mother[..], 850.0)]
    {
        let (supplied, _) = relayed(&chain(changes));
        assert!(supplied >= least, "{supplied} of {least} with {changes:?}");
    }
}

#[test]
fn no_more_is_brought_than_stores_take() {
    let two = (r#"id = "carrier", at"#, r#"id = "carrier", count = 2, at"#);
    let all = relayed(&chain(&[two])).0;
    for small in [r#"{ mud = "300 t", cake = "2000 t" }"#, r#"{ mud = "3000 t", cake = "150 t" }"#] {
        let (supplied, promised) = relayed(&chain(&[(r#"{ mud = "3000 t", cake = "2000 t" }"#, small)]));
        // It is less than what larger stores let come, and what is promised is near it.
        assert!(supplied >= 800.0 && promised < 1.1 * supplied, "{supplied} and {promised} with {small}");
    }
    assert!(all >= 1250.0, "{all}");
}

#[test]
fn where_works_are_slow_carriers_share_the_islands() {
    let changes = [
        (r#"id = "carrier", at"#, r#"id = "carrier", count = 2, at"#),
        (
            r#"  { id = "field","#,
            "  { id = \"islet\", kind = \"island\", position = [24.0, 153.0] },\n  { id = \"field\",",
        ),
        (r#"["island", "field", "port"]"#, r#"["island", "islet", "field", "port"]"#),
        (
            r#"  { id = "home","#,
            "  { id = \"land-too\", from = \"carrier\", to = \"islet\", commodity = \"mud\", rate = \"100 t/h\" },\n  { id = \"load-too\", from = \"islet\", to = \"carrier\", commodity = \"cake\", rate = \"50 t/h\" },\n  { id = \"home\",",
        ),
        (
            r#"capacity = "240 t/d" }]"#,
            "capacity = \"120 t/d\" }, { id = \"dewater-too\", site = \"islet\", from = \"mud\", to = \"cake\", yield = \"25 %\", capacity = \"120 t/d\" }]",
        ),
    ];
    // One of them makes 900 t of all the mud that it can be fed in a month.
    let (supplied, _) = relayed(&chain(&changes));
    assert!(supplied >= 1000.0, "{supplied}");
}

/// The chain with a store at sea, where another fetches as well, and works that stand at the port.
fn at_port(demand: &str) -> String {
    let text = chain(&[
        (
            r#"kind = "sea", position = [23.3, 155.0] }"#,
            r#"kind = "sea", position = [23.3, 155.0], store = { mud = "2000 t" } }"#,
        ),
        (r#"from = "lifter", to = "carrier", site = "field""#, r#"from = "lifter", to = "field""#),
        (
            r#"{ id = "land", from = "carrier", to = "island""#,
            "{ id = \"pick\", from = \"field\", to = \"carrier\", commodity = \"mud\", rate = \"100 t/h\" },\n  { id = \"land\", from = \"carrier\", to = \"port\"",
        ),
        (r#"site = "island", from = "mud""#, r#"site = "port", from = "mud""#),
    ]);
    let lines =
        text.lines().filter(|line| !line.contains(r#"id = "load""#) && !line.contains(r#"id = "home""#));
    let text = lines.map(|line| format!("{line}\n")).collect::<String>();
    text.replace(
        r#"demand = [{ id = "refinery", site = "port", commodity = "cake", amount = "5000 t" }]"#,
        demand,
    )
}

#[test]
fn what_is_made_where_it_is_wanted_or_by_nobody_is_brought_there() {
    let demand = r#"demand = [{ id = "refinery", site = "port", commodity = "cake", amount = "5000 t" }]"#;
    let (supplied, _) = relayed(&at_port(demand));
    assert!(supplied > 700.0, "{supplied}");
    let landed = at_port("").replace(r#"order = ["supplied"]"#, r#"order = ["delivered"]"#);
    let (delivered, _) = relayed(&landed);
    assert!(delivered > 3000.0, "{delivered}");
}
