//! Tables by the variables of a programme, which are looked into millions of times.
//!
//! In: variables, which are numbers one after the other. Out: [`ByVariable`], a map whose hashes keep that order.

use good_lp::Variable;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Something of each variable.
pub type ByVariable<T> = HashMap<Variable, T, BuildHasherDefault<InOrder>>;

/// Hashes that lie side by side for numbers that do, and differ in the bits by which a map tells those apart that fall together.
#[derive(Default)]
pub struct InOrder(u64);

impl Hasher for InOrder {
    fn finish(&self) -> u64 {
        const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
        const TOP: u64 = 0x7F << 57;
        (self.0 & !TOP) | (self.0.wrapping_mul(MIX) & TOP)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = number as u64;
    }
}
