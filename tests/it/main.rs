//! The tests of mudline as a whole: one binary, one module a subject.

mod export;
