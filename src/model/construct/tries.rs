//! Sending vessels out again and again, each time with another wish for one of their loads, as how full they should be.
//!
//! In: how to send them once. Out: the best way that was found of sending them.

use super::host::NOTHING;
use crate::schedule::Itinerary;

/// How full all vessels should be before they load, in shares of their holds; each is tried.
pub const FILLS: [f64; 4] = [1.0, 0.75, 0.5, 0.25];
/// How full one of them should be, each tried in turn.
pub const TRIES: [f64; 5] = [1.0, 0.75, 0.5, 0.25, 0.05];
/// How much work may be spent on trying, in slots of vessels that are gone through.
const WORK: usize = 1_000_000;
/// A vessel that cannot load for so many hours from now on takes what there is.
pub const PATIENCE_H: f64 = 72.0;

/// What came of sending vessels once: what it is worth, how many loads there were, and the ways of all.
pub type Sent = (f64, usize, Itinerary);

/// The best of many ways of sending vessels, each of which may load in `slots`: first with the same wish for all loads, then each with one of the
/// others. Gives what it is worth too.
pub fn best<W: Copy + PartialEq>(
    (wish, others): (W, &[W]),
    (vessels, slots): (usize, usize),
    send: impl Fn(&[W]) -> Sent,
    has_time: &dyn Fn() -> bool,
) -> (f64, Itinerary) {
    let mut wishes = vec![wish; vessels * slots];
    let (mut worth, mut loads, mut best) = send(&wishes);
    let mut left = WORK / (slots * vessels).max(1);
    let mut since = 0;
    let mut nth = 0;
    while left > 0 && since < loads && has_time() {
        since += 1;
        for &other in others {
            if other == wishes[nth] || left == 0 || !has_time() {
                continue;
            }
            let before = std::mem::replace(&mut wishes[nth], other);
            let found = send(&wishes);
            left -= 1;
            if found.0 > worth + NOTHING {
                (worth, loads, best) = found;
                since = 0;
            } else {
                wishes[nth] = before;
            }
        }
        nth = (nth + 1) % loads.max(1);
    }
    (worth, best)
}
