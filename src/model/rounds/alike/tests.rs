use super::*;
use crate::model::rounds::tests::small::settings;
use crate::model::rounds::tests::{alone, loaded};
use crate::model::rounds::{Best, Rounds};
use crate::model::sets::Sets;
use crate::plan::{Plan, Sea};
use proptest::prelude::*;
use std::collections::HashMap;

/// Two ships that lift and carriers that land at two quays with berths, as in great plans, but small.
#[derive(Debug, Clone)]
pub struct Drawn {
    carriers: usize,
    berths: [usize; 2],
    /// Tonnes: what a ship and a carrier hold.
    holds: [u32; 2],
    /// Tonnes an hour: lifted, taken, landed.
    rates: [u32; 3],
    /// Hours: of the set-up and the end of a meeting, of the set-up of a landing, and between departures.
    hours: [u32; 4],
    speed: u32,
    sea: Vec<f64>,
}

impl Drawn {
    /// The plan with a goal, where some carriers hold so much more.
    pub fn loaded(&self, goal: &str) -> (Plan, Sea) {
        let Drawn { carriers, berths, holds: [hold, load], rates: [lift, take, land], hours, speed, sea } =
            self;
        let [setup, off, ashore, every] = hours;
        let mut text = format!(
            r#"
plan = {{ name = "alike", start = 2026-01-01T00:00:00Z, end = 2026-01-{:02}T{:02}:00:00Z }}
goal = {{ {goal} }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
  {{ id = "near", kind = "port", position = [24.2, 154.0], berths = {} }},
  {{ id = "far", kind = "port", position = [23.75, 154.0], berths = {} }},
]
vessel = [
  {{ id = "ship-1", at = "field", hold = {{ mud = "{hold} t" }} }},
  {{ id = "ship-2", at = "field", hold = {{ mud = "{hold} t" }} }},
  {{ id = "carrier", count = {carriers}, at = "near", calls = ["near", "far", "field"], speed = "{speed} kn", departs_every = "{every} h", hold = {{ mud = "{load} t" }} }},
]
transfer = [
  {{ id = "land-near", from = "carrier", to = "near", commodity = "mud", rate = "{land} t/h", setup = "{ashore} h" }},
  {{ id = "land-far", from = "carrier", to = "far", commodity = "mud", rate = "{land} t/h", setup = "{ashore} h" }},
"#,
            1 + sea.len() / 24,
            sea.len() % 24,
            berths[0],
            berths[1],
        );
        for ship in 1..3 {
            text += &format!(
                "  {{ id = \"fetch-{ship}\", from = \"ship-{ship}\", to = \"carrier\", site = \"field\", commodity = \"mud\", \
                 rate = \"{take} t/h\", setup = \"{setup} h\", hoses_off = \"{off} h\", limits = {{ hs = \"1.5 m\" }} }},\n"
            );
        }
        text += "]\nsampling = [\n";
        for ship in 1..3 {
            text += &format!(
                "  {{ id = \"lift-{ship}\", vessel = \"ship-{ship}\", site = \"field\", commodity = \"mud\", rate = \"{lift} t/h\", \
                 limits = {{ hs = \"2 m\" }} }},\n"
            );
        }
        loaded(&(text + "]\n"), sea.iter().copied().chain(std::iter::repeat(1.0)))
    }
}

pub fn drawn(
    hours: std::ops::Range<usize>,
    carriers: std::ops::Range<usize>,
) -> impl Strategy<Value = Drawn> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 1.0, 1.8, 2.2]), hours);
    let sizes = (carriers, [1usize..3, 1..2], [5u32..15, 2..9], [1u32..5, 1..6, 1..5]);
    (sizes, [0u32..2, 0..2, 0..2, 1..4], 6u32..20, sea).prop_map(
        |((carriers, berths, holds, rates), hours, speed, sea)| Drawn {
            carriers,
            berths,
            holds,
            rates,
            hours,
            speed,
            sea,
        },
    )
}

/// Ships that lift little and give it at once, so that carriers wait for it.
pub fn slow(hours: std::ops::Range<usize>, carriers: std::ops::Range<usize>) -> impl Strategy<Value = Drawn> {
    (drawn(hours, carriers), 3u32..9).prop_map(|(mut drawn, load)| {
        drawn.holds[1] = load.min(drawn.holds[0]);
        drawn.rates = [1, load.div_ceil(2).max(drawn.rates[1]), drawn.rates[2]];
        drawn
    })
}

/// Carriers that land slowly at one berth, so that they wait for each other and land in parts.
pub fn crowded(hours: std::ops::Range<usize>) -> impl Strategy<Value = Drawn> {
    (drawn(hours, 2..4), 1u32..3, 12u32..25).prop_map(|(mut drawn, land, speed)| {
        (drawn.berths, drawn.rates[2], drawn.speed) = ([1, 1], land, speed);
        drawn
    })
}

/// What is found where all is alike: the measures of the plan, at least.
pub fn with<T>((plan, sea): &(Plan, Sea), see: impl FnOnce(&Alike<'_>) -> T) -> Option<T> {
    let ground = Ground::new(&Sets::new(plan, sea))?;
    let tables = Tables::new(&ground, true);
    Some(see(&Alike::new(&ground, &tables)?))
}

/// What a search comes to that bounds.
fn bound(alike: &Alike<'_>) -> f64 {
    alike.search(None, usize::MAX).run(0.0, &|| true).bound
}

proptest! {
    #![proptest_config(settings(5))]
    /// Neither bound is below what the solver alone lands.
    #[test]
    fn no_schedule_lands_more_than_the_bounds(
        drawn in prop_oneof![drawn(11..14, 2..4), slow(11..14, 2..4), crowded(11..14)],
    ) {
        let planned = drawn.loaded("order = [\"delivered\"]");
        let alone = alone(&drawn.loaded("weights = { delivered = 1.0 }"));
        let of_pool = |alike: &Alike<'_>| alike.most_of_pool(0.0, &|| true);
        if let Some((most, of_pool)) = with(&planned, |alike| (bound(alike), of_pool(alike))) {
            prop_assert!(most >= alone - 1e-5, "{} and {} of the solver alone", most, alone);
            prop_assert!(of_pool >= alone - 1e-5, "{} of a pool and {} of the solver alone", of_pool, alone);
        }
    }
}

/// Carriers, when each is back and what it has aboard; ships, when each is free and what it has; berths that are taken.
type Whole = (Vec<(Slot, u32)>, Vec<(Slot, u32)>, Vec<Taken>);

/// A place ashore, and the slots in which a berth there is taken.
pub type Taken = (usize, Slot, Slot);

/// A trip: when it is back, what it lands, and the berth that it takes.
pub type Away = (Slot, u32, Option<Taken>);

/// The trips on which a carrier can leave in a slot with a load, where some berths are taken.
pub type Leaves<'l> = &'l dyn Fn(Slot, u32, &[Taken]) -> Vec<Away>;

/// The most that is landed where ships lift whenever they could, whatever is given in any meeting, by trying all; nothing if there is too much of it.
pub fn whole(m: &Measures, leaves: Leaves<'_>) -> Option<u32> {
    let origin = (vec![(m.arrival, 0); m.carriers], vec![(0, m.stock); m.hosts], Vec::new());
    let mut states: HashMap<Whole, u32> = HashMap::from([(origin, 0)]);
    for slot in 0..m.slots {
        let mut next = HashMap::new();
        for (state, landed) in &states {
            let mut turns = vec![(state.clone(), *landed, 0)];
            while let Some((mut state, landed, place)) = turns.pop() {
                if place == m.hosts {
                    for (free, stock) in state.1.iter_mut().filter(|(free, _)| *free <= slot) {
                        (*free, *stock) = (0, m.held(*stock, slot, slot + 1));
                    }
                    state.0.iter_mut().filter(|boat| boat.0 <= slot + 1).for_each(|boat| boat.0 = 0);
                    state.0.sort_unstable();
                    state.1.sort_unstable();
                    state.2.retain(|&(_, _, end)| end > slot + 1);
                    state.2.sort_unstable();
                    let best = next.entry(state).or_insert(landed);
                    *best = landed.max(*best);
                    continue;
                }
                turns.push((state.clone(), landed, place + 1));
                let (free, stock) = state.1[place];
                for (nth, &(back, load)) in state.0.iter().enumerate() {
                    if free > slot || back > slot || (nth > 0 && state.0[nth - 1] == (back, load)) {
                        continue;
                    }
                    for given in 1..=stock.min(m.hold - load) {
                        let flow = given.div_ceil(m.rate) as usize;
                        if m.open[slot] < m.setup + flow + m.off {
                            break;
                        }
                        let end = slot + m.setup + flow + m.off;
                        let mut then = state.clone();
                        then.1[place] = (end, stock - given);
                        then.0[nth] = (m.next[end], load + given);
                        turns.push((then.clone(), landed, place + 1));
                        for (back, lands, taken) in leaves(end, load + given, &state.2) {
                            let mut then = then.clone();
                            then.0[nth] = (back, if back <= m.slots { load + given - lands } else { 0 });
                            then.2.extend(taken);
                            turns.push((then, landed + lands, place + 1));
                        }
                    }
                }
            }
        }
        if next.len() > 100_000 {
            return None;
        }
        states = next;
    }
    states.into_values().max()
}

/// The soonest trip, as if it landed all that it can and berths were free.
fn soonest(m: &Measures, end: Slot, load: u32) -> Vec<Away> {
    let away = m.away[end];
    let lands = if away.back <= m.slots { load } else { load.min(away.lands) };
    vec![(away.back, lands, None)]
}

proptest! {
    #![proptest_config(settings(60))]
    /// The bound is not below what is landed where every amount is tried in every meeting.
    #[test]
    fn no_amounts_land_more_than_the_bound(drawn in prop_oneof![drawn(10..16, 2..4), slow(10..16, 2..5)]) {
        let planned = drawn.loaded("order = [\"delivered\"]");
        let found = with(&planned, |alike| {
            let m = &alike.measures;
            (bound(alike), whole(m, &|end, load, _| soonest(m, end, load)), m.unit)
        });
        if let Some((most, Some(whole), unit)) = found {
            prop_assert!(most >= f64::from(whole) * unit - 1e-5, "{} and {} whole", most, f64::from(whole) * unit);
        }
    }
}

/// A plan of that kind of a day.
fn of_a_day() -> Drawn {
    let sea = (0..24).map(|hour| if hour % 17 > 12 { 1.8 } else { 1.0 }).collect();
    Drawn {
        carriers: 4,
        berths: [1, 1],
        holds: [12, 8],
        rates: [1, 4, 4],
        hours: [1, 1, 1, 2],
        speed: 14,
        sea,
    }
}

#[test]
fn where_all_are_alike_rows_are_found_and_bounded_before_all_else() {
    let planned = of_a_day().loaded("order = [\"delivered\"]");
    let sets = Sets::new(&planned.0, &planned.1);
    let rounds = Rounds::new(&sets).expect("a plan of rounds");
    let tables = Tables::new(&rounds.ground, true);
    let mut best = Best { ways: Vec::new(), known: 0.0, most: f64::MAX };
    let alike = rounds.alike(&tables);
    rounds.see_alike(alike.as_ref(), &mut best, &|| true);
    let alike = alike.expect("a plan of that kind");
    best.most = best.most.min(alike.most(best.known, &|| true));
    assert!(!best.ways.is_empty() && best.known > 0.0);
    assert!(best.most >= best.known && best.most <= 1.1 * best.known, "{} of {}", best.known, best.most);
    // It is what the whole search tells.
    let told = rounds.best(&|| true, &|| true, &|_| ());
    assert!(told.known >= best.known && told.most <= best.most + 1e-6, "{} of {}", told.known, told.most);
}

#[test]
fn where_somebody_differs_all_is_left_to_the_other_search() {
    let (mut plan, sea) = of_a_day().loaded("order = [\"delivered\"]");
    assert!(with(&(plan.clone(), sea.clone()), |_| ()).is_some());
    let ship = plan.vessels.places().next().expect("a ship");
    plan.vessels[ship].hold[0] += 1.0;
    assert!(with(&(plan, sea), |_| ()).is_none());
}
