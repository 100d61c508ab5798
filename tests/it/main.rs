//! The one integration test binary of mudline.

mod bad;
mod hostile;
