//! The channels of a weather series: what is measured, in which unit it is kept, and the names that files give it.
//!
//! In: a name from a plan or a column head. Out: a [`Channel`] with its dimension.
//! Not only the ones in [`CHANNELS`]: a plan may map a column of its own (`heave = "heave_m"`), whose unit tells the dimension.

use crate::units::{ANGLE, Dimension, LENGTH, SPEED, TIME};

/// A channel that is known by name.
#[derive(Debug)]
pub struct ChannelKind {
    /// The name in a plan.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it measures.
    pub dimension: &'static Dimension,
    /// Column names, in lower case and without their unit, under which files hold it.
    pub columns: &'static [&'static str],
    /// The largest value that can be true, in the base unit; anything above is a bad number.
    pub at_most: f64,
}

/// The channels that are recognised by themselves.
pub static CHANNELS: &[ChannelKind] = &[
    ChannelKind {
        name: "hs",
        about: "significant wave height",
        dimension: &LENGTH,
        columns: &["hs", "swh", "wvht", "vhm0", "hm0", "significant_wave_height"],
        at_most: 30.0,
    },
    ChannelKind {
        name: "tp",
        about: "peak wave period",
        dimension: &TIME,
        columns: &["tp", "pp1d", "vtpk", "dpd", "peak_period"],
        at_most: 40.0,
    },
    ChannelKind {
        name: "wind",
        about: "wind speed at 10 m",
        dimension: &SPEED,
        columns: &["wind", "u10", "ws10", "wspd", "wind_speed"],
        at_most: 120.0,
    },
    ChannelKind {
        name: "current",
        about: "surface current speed",
        dimension: &SPEED,
        columns: &["current", "cur", "current_speed", "surface_current"],
        at_most: 10.0,
    },
    ChannelKind {
        name: "swell",
        about: "significant height of the swell",
        dimension: &LENGTH,
        columns: &["swell", "shts", "swell_height"],
        at_most: 30.0,
    },
    ChannelKind {
        name: "gust",
        about: "wind gust at 10 m",
        dimension: &SPEED,
        columns: &["gust", "gst", "wind_gust"],
        at_most: 150.0,
    },
];

/// One channel of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its name, as limits in a plan use it.
    pub name: String,
    /// What it measures.
    pub dimension: &'static Dimension,
}

impl Channel {
    /// The known channel of that name.
    pub fn known(name: &str) -> Option<&'static ChannelKind> {
        CHANNELS.iter().find(|kind| kind.name == name)
    }
}

/// The dimension and factor of a unit as column heads write it: `m`, `ms`, `m/s`, `kn`, `s`, `deg`.
pub(crate) fn unit_of_column(unit: &str) -> Option<(&'static Dimension, f64)> {
    let unit = match unit.to_lowercase().as_str() {
        "ms" | "m/s" | "mps" | "m_s" | "ms-1" | "m s-1" => "m/s".to_owned(),
        "kn" | "kt" | "kts" | "knots" => "kn".to_owned(),
        "kmh" | "km/h" => "km/h".to_owned(),
        "sec" | "seconds" => "s".to_owned(),
        "metres" | "meters" => "m".to_owned(),
        other => other.to_owned(),
    };
    [&LENGTH, &SPEED, &ANGLE]
        .into_iter()
        .find_map(|dimension| Some((dimension, dimension.factor(&unit)?)))
        .or_else(|| (unit == "s").then_some((&TIME, 1.0)))
}
