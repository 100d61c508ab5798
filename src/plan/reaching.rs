//! What must reach a site in time: the way that it takes there.
//!
//! In: a plan. Out: the holders that a commodity goes through before it is there, the last first. There is one way, which
//! [`super::check`] sees to: only then does what was lifted first arrive first, whoever has it meanwhile.

use super::{Commodity, Holder, Plan, Site};
use crate::id::Ix;
use crate::units::Span;

/// Where a commodity must be, and how soon after it was lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The site.
    pub site: Ix<Site>,
    /// How long that may take.
    pub within: Span,
}

impl Plan {
    /// The holders that a commodity goes through on its way to a site, from the last to the one that lifts it.
    pub fn way_to(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> Vec<Holder> {
        let mut way: Vec<Holder> = Vec::new();
        let mut at = Holder::Site(site);
        let gives = |at: Holder| {
            let mut to = self.transfers.iter().filter(|t| t.commodity == commodity && t.ends().1 == at);
            to.next().map(|transfer| transfer.ends().0)
        };
        while let Some(from) = gives(at).filter(|from| !way.contains(from)) {
            way.push(from);
            at = from;
        }
        way
    }
}
