//! Moving goods: which way, between which holds and stores.
//!
//! In: nothing; these are the words of a [`super::Plan`]. Out: [`Transfer`], its ends and what a tonne of it is to each.

use super::{Commodity, Resource, Site, Stand, Vessel};
use crate::id::Ix;
use crate::units::Span;
use crate::weather::Limits;

/// Which way a transfer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Out of the vessel's hold: to the site's store, or to the vessel that it meets.
    Ashore,
    /// Into the vessel's hold: from the site's store, or from the vessel that it meets.
    Aboard,
}

/// A hold or a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A vessel's hold.
    Vessel(Ix<Vessel>),
    /// A site's store.
    Site(Ix<Site>),
}

/// Moving a commodity between a hold and a store, or between two holds.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its name.
    pub id: String,
    /// The vessel that comes for it, the site, and the gear.
    pub stand: Stand,
    /// The vessel that it meets there, with its gear; none when the goods go to or come from the site.
    pub meets: Option<Stand>,
    /// Which way it goes.
    pub direction: Direction,
    /// What is moved.
    pub commodity: Ix<Commodity>,
    /// How fast at most, in tonnes per hour.
    pub rate: f64,
    /// The time before anything flows.
    pub setup: Span,
    /// The time after the last tonne.
    pub hoses_off: Span,
    /// The smallest parcel, in tonnes.
    pub smallest: f64,
    /// The largest parcel, in tonnes; infinite where there is no bound.
    pub largest: f64,
    /// How much of each resource it takes from the beginning of its set-up until its hoses are off.
    pub uses: Vec<(Ix<Resource>, u32)>,
    /// The weather in which it may go on.
    pub limits: Limits,
}

impl Transfer {
    /// Who gives and who takes.
    pub fn ends(&self) -> (Holder, Holder) {
        let own = Holder::Vessel(self.stand.vessel);
        let other = match self.meets {
            Some(other) => Holder::Vessel(other.vessel),
            None => Holder::Site(self.stand.site),
        };
        match self.direction {
            Direction::Ashore => (own, other),
            Direction::Aboard => (other, own),
        }
    }

    /// Where a vessel is while it takes part in it, if it does.
    pub fn site_of(&self, vessel: Ix<Vessel>) -> Option<Ix<Site>> {
        let own = (self.stand.vessel == vessel).then_some(self.stand.site);
        own.or_else(|| self.meets.filter(|stand| stand.vessel == vessel).map(|stand| stand.site))
    }

    /// What a tonne moved is to a holder: a tonne more, a tonne less, or nothing.
    pub fn sign(&self, holder: Holder) -> f64 {
        let (giver, taker) = self.ends();
        f64::from(u8::from(holder == taker)) - f64::from(u8::from(holder == giver))
    }
}
