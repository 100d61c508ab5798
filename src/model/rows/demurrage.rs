//! Demurrage: what the calls of a vessel last longer, all together, than they may.
//!
//! ```text
//! over(v)  >=  sum_a hours(a) * taken(a)  -  sum_s,t laytime(s) * allowed(v,s,t)  -  before(v)  -  sum_t hours(t) * not_left(v,t)
//!              -  sum_s,r,t move(r,t) / rate(s)  -  sum_t credited(v,t) / rate(v)
//! allowed(v,s,t)          <=  called(v,s,t)
//! least * allowed(v,s,t)  <=  sum_r move(r,t)                             r the transfers of v at s
//! called(v,s,t)  <=  called(v,s,t') - allowed(v,s,t') + sum_b taken(b)    b the legs that come to s after t' until t
//! there(v,t)     =  there(v,t')  -  sum_a taken(a)  +  sum_b taken(b)     a legs that leave at t, b those that come after t' until t
//! not_left(v,t)  <=  there(v,t)
//! not_left(v,t)  <=  not_left(v,t')                                       t' the slot before in which one can leave
//! not_left(v,t)  >=  not_left(v,t')  -  sum_a taken(a)                    a legs that leave at t; where a rate holds where v began
//! credited(v,t)  <=  sum_r move(r,t)                                      r the transfers of v where it began
//! credited(v,t)  <=  most(t) * ( count - not_left(v,t') )                 t' the last slot by then in which one can leave
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | over | time on demurrage | vessels | h | `Vars::laytimes` |
//! | taken | so many take that arc | arcs | 0 .. count | `Vars::arcs` |
//! | hours | how long an arc lies at a site with a laytime | arcs | h | `Laytime` |
//! | called | calls whose laytime is not allowed yet; one vessel has no more than one, so that one at which nothing goes over lapses | vessels x sites x slots | 0 .. count | `Vars::laytimes` |
//! | allowed | laytimes that what goes over allows | vessels x sites x slots | 0 .. count | `Vars::laytimes` |
//! | move, least | what goes over; what must for a whole laytime | transfers x slots | t | `Vars::moved`, `Demurrage` |
//! | rate | what may go over in an hour of laytime, at sites where a rate says what is allowed | sites | t/h | `Demurrage` |
//! | credited, most | what goes over at calls where v began, if a rate says what is allowed there; what can to or from one vessel | slots | t | `Vars::laytimes`, `Rated` |
//! | there | lie where they began, or are done there | vessels x leavings | 0 .. count | `Vars::laytimes` |
//! | not_left | of those, never left; what they lie there is no call | vessels x leavings | 0 .. count | `Vars::laytimes` |
//! | before, hours(t) | from the start until one can leave; from t until the next can | vessels | h | `Laytime` |
//!
//! Why: without it no time is on demurrage, and vessels stay as long as they like. What a call allows follows from what goes over, since else
//! a vessel sails to and fro for laytime; a rate says so by itself. The rows of `there` and `not_left` only where the calls at the place count
//! where the vessel begins. Of several that are alike it is a bound: what one saves another may use; ship by ship it is exact.
//! Rows: one a vessel, three for each slot in which something can go over at a call that has its hours, and three for each in which it can
//! leave the place where it begins; where a rate holds there, one more of these, and two for each slot in which something can go over.
//! Source: Laytime Definitions for Charter Parties 2013 (BIMCO and others), "to average laytime" and "demurrage"; keys `laytime`, `demurrage`.

use super::Family;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression, Variable, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "demurrage", page: include_str!("demurrage.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (laytime, of_it) in sets.laytimes.iter().zip(&vars.laytimes) {
        let place = laytime.vessel.index();
        let (taken, label) = (&vars.arcs[place], &sets.labels.vessels[place]);
        let mut counted: Expression = laytime.hours.iter().map(|&(arc, hours)| hours * taken[arc]).sum();
        counted -= laytime.before_h;
        let least = sets.plan.vessels[laytime.vessel].demurrage.as_ref().map_or(0.0, |terms| terms.least);
        let mut call: Option<(Variable, Variable)> = None;
        for (handling, &(called, allowed)) in laytime.handling.iter().zip(&of_it.calls) {
            counted.add_mul(-handling.allowed_h, allowed);
            let open = call.filter(|_| !handling.is_first);
            let open = open.map_or_else(Expression::default, |(called, allowed)| called - allowed);
            let came: Expression = handling.comes.iter().map(|&arc| taken[arc]).sum();
            let over = handling.flows.iter().map(|&(transfer, slot)| vars.moved[transfer.index()][slot]);
            let over: Expression = over.sum();
            let name =
                format!("({label},{},{})", sets.labels.sites[handling.site.index()], at(handling.slot));
            rows.push(constraint!(allowed <= called).set_name(format!("demurrage_once{name}")));
            rows.push(constraint!(least * allowed <= over).set_name(format!("demurrage_cargo{name}")));
            rows.push(constraint!(called <= open + came).set_name(format!("demurrage_call{name}")));
            call = Some((called, allowed));
        }
        let is_rated = laytime.rated.iter().any(|rated| rated.began.is_some());
        let mut before: Option<(Variable, Variable)> = None;
        for (leaving, &(there, not_left)) in laytime.leaving.iter().zip(&of_it.there) {
            counted.add_mul(-leaving.hours, not_left);
            let count = Expression::from(sets.count(laytime.vessel));
            let was = before.map_or(count.clone(), |(there, _)| Expression::from(there));
            let left: Expression = leaving.leaves.iter().map(|&arc| taken[arc]).sum();
            if is_rated {
                let was = before.map_or(count.clone(), |(_, not_left)| Expression::from(not_left));
                let row = constraint!(not_left >= was - left.clone());
                rows.push(row.set_name(format!("demurrage_stays({label},{})", at(leaving.slot))));
            }
            let came: Expression = leaving.comes.iter().map(|&arc| taken[arc]).sum();
            let name = format!("({label},{})", at(leaving.slot));
            rows.push(constraint!(there == was - left + came).set_name(format!("demurrage_there{name}")));
            rows.push(constraint!(not_left <= there).set_name(format!("demurrage_lies{name}")));
            if let Some((_, was)) = before {
                rows.push(constraint!(not_left <= was).set_name(format!("demurrage_left{name}")));
            }
            before = Some((there, not_left));
        }
        for (rated, credited) in laytime.rated.iter().zip(&of_it.credited) {
            let over: Expression =
                rated.flows.iter().map(|&(transfer, slot)| vars.moved[transfer.index()][slot]).sum();
            let Some((began, credited)) = rated.began.zip(*credited) else {
                counted -= over * (1.0 / rated.rate);
                continue;
            };
            let (_, not_left) = of_it.there[began.leaving];
            counted.add_mul(-1.0 / rated.rate, credited);
            let left = (sets.count(laytime.vessel) - not_left) * began.most;
            let name = format!("({label},{},{})", sets.labels.sites[rated.site.index()], at(rated.slot));
            rows.push(constraint!(credited <= over).set_name(format!("demurrage_credit{name}")));
            rows.push(constraint!(credited <= left).set_name(format!("demurrage_came{name}")));
        }
        rows.push(counted.leq(of_it.over).set_name(format!("demurrage({label})")));
    }
    rows
}
