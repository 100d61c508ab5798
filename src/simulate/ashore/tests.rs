use super::*;
use crate::simulate::order::Flowed;
use proptest::prelude::*;

/// A quay with a press and somebody who buys what it makes; `keys` are those of the site and `press` those of the process.
fn quay(keys: &str, press: &str, demand: &str) -> (Ashore, Store, Plan) {
    quay_and(keys, press, demand, "", &[])
}

/// The same with more of the plan, and what a schedule has for its reserves.
fn quay_and(keys: &str, press: &str, demand: &str, more: &str, kept: &[Vec<f64>]) -> (Ashore, Store, Plan) {
    let text = format!(
        "plan = {{ name = \"quay\", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = \"USD\" }}\n\
         site = [{{ id = \"quay\", kind = \"port\", {keys} }}]\ncommodity = [{{ id = \"mud\" }}, {{ id = \"cake\" }}]\n\
         vessel = [{{ id = \"ship\", at = \"quay\", hold = {{ mud = \"99 t\" }}, aboard = {{ mud = \"99 t\" }} }}]\n\
         transfer = [{{ id = \"land\", from = \"ship\", to = \"quay\", commodity = \"mud\", rate = \"3 t/h\" }}]\n\
         process = [{{ id = \"press\", site = \"quay\", from = \"mud\", to = \"cake\", yield = \"50 %\", {press} }}]\n\
         demand = [{{ id = \"buyer\", site = \"quay\", commodity = \"cake\", {demand} }}]\n\
         {more}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.toml"), text).expect("written");
    let checked = crate::plan::load(folder.path()).expect("a file");
    let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
    let (plan, _) = checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")));
    let ashore = Ashore::new(&plan, Ix::new(0), &Order { kept: kept.to_vec(), ..Order::default() });
    let store = ashore.store(&plan, Ix::new(0), |process| plan.processes[process].yields);
    (ashore, store, plan)
}

fn landing(slots: (u32, u32), left: f64) -> Parcel {
    Parcel { commodity: 0, into: true, per_slot: 3.0, slots, left, now: 0.0 }
}

#[test]
fn what_comes_in_a_slot_goes_on_in_the_same_slot() {
    let (ashore, mut store, _) =
        quay("store = { mud = \"1 t\" }", "capacity = \"2 t/h\"", "rate = \"1 t/h\"");
    let mut parcels = [landing((0, 3), 5.0)];
    let mut told = Vec::new();
    // Three tonnes come: two are pressed, of which one is bought, and there is room for the third.
    assert!(ashore.pass(&mut store, &mut parcels, 0, |of, tonnes| told.push((of, tonnes))) > 0.0);
    assert_eq!((parcels[0].now, parcels[0].left), (3.0, 2.0));
    assert_eq!(told, [(Shore::Process(Ix::new(0)), 2.0), (Shore::Demand(Ix::new(0)), 1.0)]);
    assert_eq!(store.stock, [1.0, 0.0]);
    // Then only what is pressed makes room.
    ashore.pass(&mut store, &mut parcels, 1, |_, _| {});
    assert_eq!((parcels[0].now, store.stock[0]), (2.0, 1.0));
}

#[test]
fn what_is_made_sooner_than_planned_is_kept_for_a_reserve() {
    // Two tonnes must be there at 04:00. The schedule makes one an hour from 02:00 on and sells from 04:00 on; here the press begins at once.
    let more = "reserve = [{ id = \"vault\", site = \"quay\", commodity = \"cake\", target = \"2 t\", by = 2026-01-01T04:00:00Z }]\n";
    let (_, mut store, plan) =
        quay_and("stock = { mud = \"8 t\" }", "capacity = \"2 t/h\"", "rate = \"1 t/h\"", more, &[]);
    let until = |first: usize| (0..=12).map(move |slot: usize| slot.saturating_sub(first).min(4) as f64);
    let stock: Vec<f64> = until(2).zip(until(4)).map(|(made, sold)| made - sold).collect();
    let sold = Flowed { by: until(4).skip(1).collect(), stock: stock.clone() };
    let order = Order { kept: vec![stock], supplied: vec![sold], ..Order::default() };
    let ashore = Ashore::new(&plan, Ix::new(0), &order);
    let sold = (0..8).map(|slot| {
        let mut sold = 0.0;
        ashore.pass(&mut store, &mut [], slot, |of, tonnes| {
            sold += if matches!(of, Shore::Demand(_)) { tonnes } else { 0.0 };
        });
        assert_eq!(ashore.missing(&store, slot).count(), 0, "{slot}");
        // What is there beyond the schedule goes but for a rounding.
        (sold * 1e3_f64).round() / 1e3
    });
    // The third tonne and the fourth are more than the reserve is to have.
    assert_eq!(sold.collect::<Vec<f64>>(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn what_costs_money_is_fed_as_planned_and_more_only_where_that_is_wanted() {
    // Of eight tonnes the schedule feeds two, from 02:00 to 04:00; here there are nine. Where a tonne makes half as much, twice as much is fed.
    let fed = |makes_more: bool, yields: f64| -> Vec<f64> {
        let (_, mut store, plan) = quay_and(
            "stock = { mud = \"9 t\" }",
            "capacity = \"2 t/h\", cost = \"30 USD/t\"",
            "amount = \"9 t\"",
            "",
            &[],
        );
        let by: Vec<f64> = (1..=12).map(|slot: usize| slot.saturating_sub(2).min(2) as f64).collect();
        let stock = std::iter::once(8.0).chain(by.iter().map(|fed| 8.0 - fed)).collect();
        let order = Order { fed: vec![Flowed { by, stock }], makes_more, ..Order::default() };
        let ashore = Ashore::new(&plan, Ix::new(0), &order);
        store.yields[0] = yields;
        let fed = (0..6).map(|slot| {
            let mut fed = 0.0;
            ashore.pass(&mut store, &mut [], slot, |of, tonnes| {
                fed += if matches!(of, Shore::Process(_)) { tonnes } else { 0.0 };
            });
            (fed * 1e3_f64).round() / 1e3
        });
        fed.collect()
    };
    assert_eq!(fed(false, 0.5), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(fed(false, 0.25), [0.0, 0.0, 2.0, 2.0, 0.0, 0.0]);
    assert_eq!(fed(true, 0.5), [1.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
}

#[test]
fn what_is_held_back_for_a_reserve_is_not_sold() {
    // Four tonnes of six must be there from 04:00 on; in the two hours from 06:00 one of them an hour may go.
    let more = "reserve = [{ id = \"vault\", site = \"quay\", commodity = \"cake\", target = \"4 t\", by = 2026-01-01T04:00:00Z, \
                draw = \"1 t/h\" }]\n\
                disruption = [{ id = \"strike\", stops = [\"press\"], from = 2026-01-01T06:00:00Z, to = 2026-01-01T08:00:00Z }]\n";
    let sold = |kept: &[Vec<f64>], stock: &str| -> (Vec<f64>, Option<u32>) {
        let keys = format!("stock = {{ cake = \"{stock}\" }}");
        let (ashore, mut store, _) = quay_and(&keys, "capacity = \"1 t/h\"", "rate = \"1 t/h\"", more, kept);
        let mut missing = None;
        let sold = (0..10).map(|slot| {
            let mut sold = 0.0;
            ashore.pass(&mut store, &mut [], slot, |_, tonnes| sold += tonnes);
            if ashore.missing(&store, slot).next().is_some() {
                missing = missing.or(Some(slot));
            }
            sold
        });
        (sold.collect(), missing)
    };
    // Where no schedule is known three tonnes are sold by 03:00; what is there by 04:00 is too little, and kept until one of them may go.
    assert_eq!(sold(&[], "6 t"), (vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0], Some(3)));
    // A schedule that has five tonnes at first and four from 02:00 on.
    let mut kept = vec![4.0; 13];
    (kept[0], kept[1]) = (6.0, 5.0);
    kept[7] = 3.0;
    kept[8..].fill(2.0);
    let wanted = vec![1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    assert_eq!(sold(std::slice::from_ref(&kept), "6 t"), (wanted, None));
    // What is there beyond that may go.
    let wanted = vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    assert_eq!(sold(&[kept], "7 t"), (wanted, None));
}

#[test]
fn of_demands_that_are_worth_the_same_who_must_have_some_and_whose_time_is_over_comes_first() {
    let first = |rest: &str| {
        let demands = format!(
            "rate = \"1 t/h\" }}, {{ id = \"second\", site = \"quay\", commodity = \"cake\", amount = \"2 t\"{rest}"
        );
        let (ashore, mut store, _) = quay("stock = { cake = \"1 t\" }", "capacity = \"1 t/h\"", &demands);
        let mut told = Vec::new();
        ashore.pass(&mut store, &mut [], 0, |of, tonnes| told.push((of, tonnes)));
        told
    };
    let all_to = |demand: usize| [(Shore::Demand(Ix::new(demand)), 1.0)];
    assert_eq!(first(""), all_to(0));
    assert_eq!(first(", at_least = \"1 t\""), all_to(1));
    assert_eq!(first(", to = 2026-01-01T06:00:00Z"), all_to(1));
}

#[test]
fn who_came_first_is_not_harmed_by_who_comes_later() {
    let (ashore, store, _) = quay("store = { mud = \"6 t\" }", "capacity = \"1 t/h\"", "rate = \"1 t/h\"");
    let (first, second) = (landing((2, 4), 6.0), landing((0, 2), 6.0));
    let alone = ashore.foresee(&store, std::slice::from_ref(&first), 0);
    assert_eq!(alone, Foreseen { tonnes: 6.0, end: 4, spares: true });
    let after = ashore.foresee(&store, &[first, second.clone()], 0);
    assert!(!after.spares && after.tonnes == 6.0, "{after:?}");
    assert!(ashore.foresee(&store, &[second], 0).spares);
}

#[test]
fn a_batch_is_fed_at_once_and_makes_its_yield_in_its_last_slot() {
    let (ashore, mut store, _) =
        quay("stock = { mud = \"9 t\" }", "batch = \"4 t\", duration = \"3 h\"", "rate = \"9 t/h\"");
    let mut fed = Vec::new();
    for slot in 0..12 {
        ashore.pass(&mut store, &mut [], slot, |of, tonnes| fed.push((slot, of, tonnes)));
    }
    let (press, buyer) = (Shore::Process(Ix::new(0)), Shore::Demand(Ix::new(0)));
    // The tonne that is left is no batch.
    assert_eq!(fed, [(0, press, 4.0), (2, buyer, 2.0), (3, press, 4.0), (5, buyer, 2.0)]);
    // None is begun that would end after the plan's time.
    let (ashore, mut store, _) =
        quay("stock = { mud = \"9 t\" }", "batch = \"4 t\", duration = \"3 h\"", "rate = \"9 t/h\"");
    ashore.pass(&mut store, &mut [], 10, |_, _| {});
    assert_eq!(store.stock, [9.0, 0.0]);
}

#[test]
fn water_and_shared_room_are_bounds() {
    let (ashore, mut store, _) = quay(
        "stock = { mud = \"9 t\" }, water = \"6 m3/h\"",
        "capacity = \"9 t/h\", water = \"2 m3/t\"",
        "rate = \"9 t/h\"",
    );
    ashore.pass(&mut store, &mut [], 0, |_, _| {});
    assert_eq!(store.stock[0], 6.0);
    let (ashore, mut store, _) = quay(
        "stock = { cake = \"4 t\" }, store_total = \"5 t\"",
        "capacity = \"1 t/h\"",
        "rate = \"1 t/h\", from = 2026-01-01T06:00:00Z",
    );
    let mut parcels = [landing((0, 1), 9.0)];
    ashore.pass(&mut store, &mut parcels, 0, |_, _| {});
    // One tonne has room; as it is pressed to half of it, there is room for half a tonne more, and so on.
    assert!(store.stock.iter().sum::<f64>() <= 5.0 + 1e-6 && parcels[0].now > 1.4, "{store:?} {parcels:?}");
    assert_eq!(ashore.settled, 6);
}

#[test]
fn no_more_is_fed_than_a_budget_allows() {
    let budget = "rate = \"9 t/h\" }]\nbudget = [{ id = \"permit\", process = \"press\", feed = \"3 t\"";
    let (ashore, mut store, _) = quay("stock = { mud = \"9 t\" }", "capacity = \"2 t/h\"", budget);
    for slot in 0..9 {
        ashore.pass(&mut store, &mut [], slot, |_, _| {});
    }
    assert_eq!(store.stock, [6.0, 0.0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_tonne_is_lost_and_no_store_over_full(
        takes in 1u32..9,
        capacity in 1u32..4,
        rate in 1u32..4,
        parcels in prop::collection::vec((0u32..8, 1u32..6, 1u32..12), 0..4),
    ) {
        let (ashore, mut store, plan) = quay(
            &format!("store = {{ mud = \"{takes} t\", cake = \"2 t\" }}"),
            &format!("capacity = \"{capacity} t/h\""),
            &format!("rate = \"{rate} t/h\", amount = \"5 t\""),
        );
        let mut parcels: Vec<Parcel> =
            parcels.into_iter().map(|(from, length, left)| landing((from, from + length), f64::from(left))).collect();
        let (mut landed, mut fed, mut supplied) = (0.0, 0.0, 0.0);
        for slot in 0..14 {
            let mut told = Vec::new();
            ashore.pass(&mut store, &mut parcels, slot, |of, tonnes| told.push((of, tonnes)));
            for (of, tonnes) in told {
                match of {
                    Shore::Process(_) => {
                        prop_assert!(tonnes <= f64::from(capacity) + 1e-9);
                        fed += tonnes;
                    }
                    Shore::Demand(_) => {
                        prop_assert!(tonnes <= f64::from(rate) + 1e-9 && slot < 12);
                        supplied += tonnes;
                    }
                }
            }
            for parcel in &parcels {
                prop_assert!(parcel.now <= parcel.per_slot + 1e-9 && parcel.left >= -1e-9);
                prop_assert!(parcel.now == 0.0 || (parcel.slots.0..parcel.slots.1).contains(&slot));
                landed += parcel.now;
            }
            prop_assert!((store.stock[0] - (landed - fed)).abs() < 1e-6);
            prop_assert!((store.stock[1] - (fed / 2.0 - supplied)).abs() < 1e-6);
            for (tonnes, most) in store.stock.iter().zip(&plan.sites[Ix::new(0)].store) {
                prop_assert!((-1e-9..=most + 1e-9).contains(tonnes));
            }
        }
        prop_assert!(supplied <= 5.0 + 1e-9);
        prop_assert_eq!(store.supplied(&ashore).map(|(_, tonnes)| tonnes).sum::<f64>(), supplied);
    }
}
