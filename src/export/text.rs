//! stub
use crate::schedule::*;
/// stub
pub struct Look {
    /// w
    pub width: usize,
    /// c
    pub colour: bool,
}
/// stub
pub fn render(s: &Schedule, _: &Look) -> String {
    let mut t = String::new();
    for a in &s.activities {
        t += &format!(
            "{} {} {} {:>6.1} h wait {:>5.1} {:?} float {:?} {}\n",
            a.start.format("%d %b %H:%M"),
            a.end.format("%d %b %H:%M"),
            a.vessel.as_deref().unwrap_or("-"),
            a.hours(),
            a.waiting_h,
            a.tonnes,
            a.float_h,
            a.name
        );
    }
    t += &format!("{:?}\n{:?}\n", s.solve, s.totals);
    t
}
