//! The next prices, by the ways that are known: the duals of the linear programme that mixes them.
//!
//! In: [`Priced`], and ways of each ship. Out: [`Mixture::prices`]: what the best mixture of ways is worth, and at which prices no way that is known
//! is better than it. A way that is better at these prices joins them, again and again (G. B. Dantzig and P. Wolfe, Operations Research 8, 1960), or
//! one that is better between them and the best prices so far, which keeps them from leaping (P. Wentges, International Transactions in Operational
//! Research 4, 1997).

use super::prices::{Priced, Prices};
use super::ship::Gone;
use crate::error::Error;
use crate::model::goals::Objective;
use crate::model::solve::{Linear, solve_linear};
use good_lp::variable::ProblemVariables;
use good_lp::{Constraint, Expression, Variable, variable};

/// No price is more than so many times what the dearest tonne is worth; that of a task than so many times all.
const DEAREST: f64 = 2.0;

/// Ways that ships may go.
pub struct Mixture {
    /// How many of each ship there are.
    counts: Vec<f64>,
    /// What has happened already, whatever they do.
    before: Gone,
    /// For each ship.
    ways: Vec<Vec<Gone>>,
}

impl Mixture {
    /// Nothing yet of so many ships after what has happened.
    pub fn new(counts: Vec<f64>, before: Gone) -> Mixture {
        let ways = counts.iter().map(|_| Vec::new()).collect();
        Mixture { counts, before, ways }
    }

    /// Adds a way of each ship; whether any was not known.
    pub fn add(&mut self, gone: &[Gone]) -> bool {
        let mut is_new = false;
        for (ways, way) in self.ways.iter_mut().zip(gone) {
            if ways.iter().all(|known| !known.comes_to_the_same(way)) {
                ways.push(way.clone());
                is_new = true;
            }
        }
        is_new
    }

    /// What the best mixture is worth, and its prices, where worth is no more than so much in all.
    pub fn prices(&self, of: &Priced<'_>, most: f64) -> Result<Option<(f64, Prices)>, Error> {
        let mut programme = Programme::new(self, most);
        let rows = programme.rows(of);
        let Programme { problem, rows: constraints, expression, .. } = programme;
        let objective =
            Objective { name: "worth", is_more_better: true, expression, dream: f64::INFINITY, unit: 1.0 };
        let solved = solve_linear(&problem, &constraints, &objective)?;
        Ok(solved.map(|Linear { value, rows: duals, .. }| {
            // Each of them bounds something from above, or by a sign from below.
            let price = |row: Option<usize>| row.map_or(0.0, |row| duals[row].abs());
            let less = |(more, less): &(Option<usize>, Option<usize>)| price(*more) - price(*less);
            let prices = Prices {
                landed: rows.landed.iter().map(|row| price(Some(*row))).collect(),
                lifted: rows.lifted.iter().map(less).collect(),
                rooms: rows.rooms.iter().map(|row| price(Some(*row))).collect(),
                tasks: rows.tasks.iter().map(less).collect(),
            };
            (value, prices)
        }))
    }
}

/// The rows of what is priced, by place; of some there is one from below and one from above.
struct Rows {
    landed: Vec<usize>,
    lifted: Vec<(Option<usize>, Option<usize>)>,
    rooms: Vec<usize>,
    tasks: Vec<(Option<usize>, Option<usize>)>,
}

/// The linear programme while it is written.
struct Programme<'m> {
    mixture: &'m Mixture,
    most: f64,
    problem: ProblemVariables,
    /// For each ship, for each of its ways: how many of it go so.
    shares: Vec<Vec<Variable>>,
    rows: Vec<Constraint>,
    /// What is worth how much.
    expression: Expression,
}

impl<'m> Programme<'m> {
    fn new(mixture: &'m Mixture, most: f64) -> Programme<'m> {
        let mut problem = ProblemVariables::new();
        let mut share = |_: &Gone| problem.add(variable().min(0.0));
        let shares: Vec<Vec<Variable>> =
            mixture.ways.iter().map(|ways| ways.iter().map(&mut share).collect()).collect();
        let all = shares.iter().zip(&mixture.counts);
        let rows = all.map(|(own, &count)| own.iter().sum::<Expression>().eq(count)).collect();
        Programme { mixture, most, problem, shares, rows, expression: Expression::default() }
    }

    fn rows(&mut self, of: &Priced<'_>) -> Rows {
        let before = &self.mixture.before;
        let worths = of.groups.iter().flat_map(|group| &group.steps).map(|step| step.1);
        let dearest = DEAREST * worths.fold(0.0, f64::max);
        let credited: Vec<Expression> = of.groups.iter().map(|group| self.credited(&group.steps)).collect();
        let landed = of.at_sea.iter().enumerate().map(|(commodity, &at_sea)| {
            let own = of.groups.iter().zip(&credited);
            let own = own.filter(|(group, _)| group.commodity.index() == commodity);
            let counted: Expression = own.map(|(_, credited)| credited.clone()).sum();
            let landed = self.all(|gone| gone.landed[commodity]);
            self.bound(counted - landed, before.landed[commodity] - at_sea, dearest)
        });
        let landed = landed.collect();
        let lifted = of.groups.iter().zip(&credited).enumerate().map(|(place, (group, credited))| {
            let lifted = self.all(|gone| gone.lifted[place]);
            let less = self.bound(credited.clone() - lifted.clone(), before.lifted[place], dearest);
            (Some(less), Some(self.bound(lifted, group.most - before.lifted[place], dearest)))
        });
        let lifted = lifted.collect();
        let rooms = of.rooms.iter().enumerate().map(|(place, room)| {
            let used = self.all(|gone| gone.rooms[place]);
            self.bound(used, room.most - before.rooms[place], dearest)
        });
        let rooms = rooms.collect();
        let dearest = DEAREST * self.most.max(1.0);
        let tasks = of.tasks.iter().zip(of.own).enumerate().map(|(place, (&(least, most), &is_own))| {
            if !is_own {
                return (None, None);
            }
            let done = self.all(|gone| gone.tasks[place]);
            let enough = self.bound(-done.clone(), -f64::from(least), dearest);
            (Some(enough), Some(self.bound(done, f64::from(most), dearest)))
        });
        let tasks = tasks.collect();
        Rows { landed, lifted, rooms, tasks }
    }

    /// Tonnes that count so much each.
    fn credited(&mut self, steps: &[(f64, f64)]) -> Expression {
        let mut all = Expression::default();
        for &(tonnes, each) in steps {
            let step = self.problem.add(variable().clamp(0.0, tonnes));
            self.expression.add_mul(each, step);
            all += step;
        }
        all
    }

    /// What all ways come to together.
    fn all(&self, each: impl Fn(&Gone) -> f64) -> Expression {
        let mut sum = Expression::default();
        for (shares, ways) in self.shares.iter().zip(&self.mixture.ways) {
            for (&share, gone) in shares.iter().zip(ways) {
                sum.add_mul(each(gone), share);
            }
        }
        sum
    }

    /// That something is no more than so much, or else costs that for each unit; the place of the row.
    fn bound(&mut self, sum: Expression, most: f64, each: f64) -> usize {
        let over = self.problem.add(variable().min(0.0));
        self.expression.add_mul(-each, over);
        self.rows.push((sum - over).leq(most));
        self.rows.len() - 1
    }
}
