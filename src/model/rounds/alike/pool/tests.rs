use super::*;
use crate::model::rounds::alike::tests::{Away, Taken, crowded, drawn, slow, whole, with};
use crate::model::rounds::tests::small::settings;
use proptest::prelude::*;

/// The trips on which all or a part is landed at one place, from any slot on in which its berth is free.
fn landings(m: &Measures, pool: &Pool, (end, load): (Slot, u32), taken: &[Taken]) -> Vec<Away> {
    let mut away: Vec<Away> = pool.quays.twice[end].into_iter().map(|back| (back, load, None)).collect();
    for (place, quay) in pool.quays.all.iter().enumerate() {
        let Some(from) = quay.reached(end) else { continue };
        for flow in 1..=quay.flow(load) {
            let takes = quay.takes(flow);
            for start in from..(m.slots + 1).saturating_sub(takes) {
                let until = start + takes;
                let meets = |&(other, begin, end): &Taken| other == place && begin < until && start < end;
                if quay.open_in(start..until) < takes || (quay.is_single && taken.iter().any(meets)) {
                    continue;
                }
                let berth = quay.is_single.then_some((place, start, until));
                let back = quay.back_alone(start, takes);
                away.push((back, quay.lands(flow).min(load), berth));
                if !quay.is_single {
                    break;
                }
            }
        }
    }
    away
}

proptest! {
    #![proptest_config(settings(60))]
    /// The bound is not below what is landed where every amount is tried in every meeting and every berth in every slot.
    #[test]
    fn no_landings_land_more_than_the_bound(
        drawn in prop_oneof![drawn(9..14, 2..4), slow(9..14, 2..4), crowded(9..14)],
    ) {
        let planned = drawn.loaded("order = [\"delivered\"]");
        let found = with(&planned, |alike| {
            let (m, pool) = (&alike.measures, alike.pool.as_ref().expect("all counts"));
            let whole = whole(m, &|end, load, taken| landings(m, pool, (end, load), taken));
            (alike.most_of_pool(0.0, &|| true), whole, m.unit)
        });
        if let Some((most, Some(whole), unit)) = found {
            prop_assert!(most >= f64::from(whole) * unit - 1e-5, "{} and {} whole", most, f64::from(whole) * unit);
        }
    }
}
