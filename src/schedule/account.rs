//! stub
use super::*;
use crate::plan::{Plan, Sea};
/// stub
pub fn account(_plan: &Plan, _sea: &Sea, _itinerary: &Itinerary, _solve: SolveStamp) -> Schedule {
    todo!()
}
