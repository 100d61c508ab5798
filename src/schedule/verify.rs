//! stub
use super::*;
use crate::plan::{Plan, Sea};
/// stub
#[derive(Serialize, Debug, PartialEq)]
pub struct Violation {
    /// m
    pub message: String,
    /// r
    pub rule: &'static str,
    /// a
    pub activity: Option<String>,
}
/// stub
pub static RULES: &[u8] = &[];
/// stub
pub fn verify(_: &Plan, _: &Sea, _: &Schedule) -> Vec<Violation> {
    vec![]
}
