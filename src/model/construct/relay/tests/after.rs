//! What is handed over after something has happened: what is promised can be done, whatever is under way.

use super::*;
use crate::model::Past;
use crate::model::read_off::read_off;
use crate::schedule::{Move, What};

/// What was done on the ways that are built first, with so many tenths of their tonnes; nothing where nothing is.
fn sailed(plan: &Plan, sea: &Sea, tenths: u32) -> Option<Itinerary> {
    let model = Model::apart(plan, sea);
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let run = Run::new(&model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let mut values = construct(&model.sets, &|| true)
        .into_iter()
        .filter_map(|itinerary| run.traced(&objective, &itinerary, None).expect("a solver that works"));
    let mut itinerary = read_off(&model.sets, &model.vars, &values.next()?);
    for Move { what, .. } in itinerary.vessels.iter_mut().flatten() {
        if let What::Sample(_, tonnes) | What::Transfer(_, tonnes) = what {
            tonnes.iter_mut().for_each(|t| *t = *t * f64::from(tenths) / 10.0);
        }
    }
    Some(itinerary)
}

/// The same up to a slot, where the first that is sailing just then takes so much longer.
fn later(mut itinerary: Itinerary, until: Slot, hours: usize) -> Itinerary {
    for moves in &mut itinerary.vessels {
        moves.retain(|step| step.start < until);
    }
    let sails = itinerary.vessels.iter_mut().filter_map(|moves| moves.last_mut());
    let mut under_way = sails.filter(|step| matches!(step.what, What::Sail(..)) && step.end > until);
    if let Some(step) = under_way.next() {
        step.end += hours;
    }
    itinerary
}

#[test]
fn a_carrier_that_is_late_goes_on_handing_over() {
    let (plan, sea) = loaded(LIGHTER, &[]);
    let happened = later(sailed(&plan, &sea, 10).expect("something is built"), 40, 6);
    let past = Past { until: 40, itinerary: &happened, bars: &[], flows: true };
    let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let run = Run::new(&model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let reached = construct(&model.sets, &|| true).into_iter().filter_map(|itinerary| {
        let values = run.traced(&objective, &itinerary, None).expect("a solver that works")?;
        Some(model.vars.value_of(&objective.expression, &values))
    });
    let reached = reached.fold(0.0, f64::max);
    assert!(reached >= 800.0, "{reached}");
}

#[test]
fn what_is_found_to_begin_with_is_news_beside_what_was_planned_before() {
    let (plan, sea) = loaded(LIGHTER, &[]);
    let happened = later(sailed(&plan, &sea, 10).expect("something is built"), 40, 6);
    // Before it was planned that the carrier comes back with nothing.
    let mut before = happened.clone();
    let carrier = &plan.vessels[Ix::new(1)];
    let leg = carrier.legs.iter().find(|leg| Some(leg.to) == carrier.home).expect("a leg home");
    let start = before.vessels[1].last().expect("moves").end;
    let end = start + plan.horizon.slots_for(leg.duration);
    before.vessels[1].push(Move { what: What::Sail(leg.from, leg.to), start, end });
    let past = Past { until: 40, itinerary: &happened, bars: &[], flows: true };
    let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
    let stop = AtomicBool::new(false);
    let options = Options { before: Some(&before), ..Options::new(&stop) };
    let mut run = Run::new(&model, &options, 0.0);
    let mut objective = model.objectives().remove(0);
    run.start(&mut objective).expect("a solver that works");
    assert!(run.built.is_some() && run.has_news);
}

proptest! {
    #![proptest_config(settings(48))]
    #[test]
    fn what_is_promised_after_something_has_happened_is_brought(small in small(), until in 1usize..36, tenths in 5u32..11) {
        let (plan, sea) = small.loaded();
        let until = until.min(small.sea.len() - 1);
        let Some(happened) = sailed(&plan, &sea, tenths) else { return Ok(()) };
        let past = Past { until, itinerary: &happened, bars: &[], flows: true };
        let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
        let Some(relay) = Relay::new(&model.sets) else { return Ok(()) };
        let stop = AtomicBool::new(false);
        let options = Options::new(&stop);
        let run = Run::new(&model, &options, 0.0);
        let objective = model.objectives().remove(0);
        let landed: f64 = plan.commodities.places().map(|of_it| crate::model::rounds::landed(&model.sets, of_it, None)).sum();
        let mut ways = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
        for &host in relay.hosts() {
            ways.vessels[host.index()] = lifting(&model.sets, host);
        }
        for (fill, gathers) in FILLS.iter().flat_map(|&fill| [(fill, false), (fill, true)]) {
            let (worth, itinerary) = relay.best(&ways, (fill, gathers), &|| true);
            let values = run.traced(&objective, &itinerary, None).expect("a solver that works");
            let reached = values.map(|values| model.vars.value_of(&objective.expression, &values));
            let promised = landed + worth / (1.0 + send::EARLY) - 1e-3;
            prop_assert!(reached.is_some_and(|reached| reached >= promised), "{:?} of {} and {}: {:?}", reached, landed, worth, itinerary);
        }
    }
}
