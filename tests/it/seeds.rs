//! The facts in `seeds/`: that each parses, has a source, and is what the plans use.

use mudline::geo::Position;
use mudline::plan::{Plan, load};
use mudline::units::{Length, Quantity, Rate, Span, Speed};
use mudline::weather::{CLIMATES, Climate};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sites {
    site: Vec<Site>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    id: String,
    kind: String,
    position: [f64; 2],
    depth: Option<String>,
    source: String,
}

#[derive(Deserialize)]
struct Vessels {
    vessel: Vec<Vessel>,
}

#[derive(Deserialize)]
struct Vessel {
    id: String,
    name: String,
    #[serde(flatten)]
    facts: BTreeMap<String, Fact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    is: String,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Voyage {
    vessel: String,
    zone: String,
    event: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    id: String,
    date: toml::value::Datetime,
    until: Option<toml::value::Datetime>,
    what: String,
    source: String,
    confidence: String,
}

fn trial() -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/chikyu-2026");
    load(&folder).expect("a plan file").plan.expect("a good plan").0
}

#[test]
fn sites_parse_and_are_those_of_the_trial() {
    let sites: Sites = toml::from_str(include_str!("../../seeds/sites.toml")).expect("sites");
    let plan = trial();
    for site in &sites.site {
        assert!(!site.source.is_empty() && ["port", "island", "sea"].contains(&site.kind.as_str()));
        let position = Position::new(site.position[0], site.position[1]).expect("a position");
        if let Some(of_plan) = plan.sites.iter().find(|of_plan| of_plan.id == site.id) {
            assert_eq!(of_plan.position, Some(position), "{}", site.id);
            let depth = site.depth.as_ref().map(|depth| Length::parse(depth).expect("a depth"));
            assert_eq!(of_plan.depth, depth, "{}", site.id);
        }
    }
    assert!(plan.sites.iter().all(|of_plan| sites.site.iter().any(|site| site.id == of_plan.id)));
}

#[test]
fn the_ship_is_that_of_the_trial() {
    let vessels: Vessels = toml::from_str(include_str!("../../seeds/vessels.toml")).expect("vessels");
    let chikyu = &vessels.vessel[0];
    assert_eq!((chikyu.id.as_str(), chikyu.name.is_empty()), ("chikyu", false));
    assert!(chikyu.facts.values().all(|fact| !fact.source.is_empty() && fact.confidence.len() == 1));
    let plan = trial();
    let fact = |name: &str| chikyu.facts[name].is.as_str();
    let vessel = plan.vessels.iter().next().expect("a vessel");
    let leg = vessel.legs[0];
    let speed = Speed::parse(fact("speed")).expect("a speed").metres_per_second();
    assert_eq!(leg.duration.seconds(), (leg.distance.metres() / speed).ceil() as i64);
    let survives: Vec<&str> = vessel.gear[1].survives.iter().map(|limit| limit.written.as_str()).collect();
    assert_eq!(survives, ["survives_hs", "survives_wind", "survives_current"].map(fact));
    let run = plan.tasks.iter().find(|task| task.id == "run-pipe").expect("pipe is run");
    assert_eq!(Ok(run.duration), Span::parse(fact("run_pipe")));
    let rate = Rate::parse(fact("lift_rate")).expect("a rate").tonnes_per_hour();
    assert!(plan.samplings.iter().all(|sampling| sampling.rate == rate));
}

#[test]
fn the_log_of_the_voyage_is_in_order() {
    let log: Voyage = toml::from_str(include_str!("../../seeds/voyages/chikyu-2026.toml")).expect("a log");
    assert_eq!((log.vessel.as_str(), log.zone.as_str()), ("chikyu", "Asia/Tokyo"));
    let days: Vec<String> = log.event.iter().map(|event| event.date.to_string()).collect();
    assert!(days.is_sorted(), "{days:?}");
    for event in &log.event {
        assert!(!event.what.is_empty() && !event.source.is_empty(), "{}", event.id);
        assert!(["A", "B", "C", "D"].contains(&event.confidence.as_str()), "{}", event.id);
        let until = event.until.as_ref().map(ToString::to_string);
        assert!(until.is_none_or(|until| until > event.date.to_string()), "{}", event.id);
    }
    let plan = trial();
    let departed = log.event.iter().find(|event| event.id == "departed").expect("it departed");
    assert_eq!(plan.zone.local(plan.horizon.start).date_naive().to_string(), departed.date.to_string());
}

#[test]
fn every_climate_parses() {
    for (name, text) in CLIMATES {
        let climate = Climate::parse(name, text);
        assert!(climate.is_ok_and(|climate| climate.storms.is_empty()), "{name}");
    }
}
