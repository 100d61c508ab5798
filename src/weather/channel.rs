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
    /// Names, in lower case, of its eastward and northward components, of which it is the length.
    pub components: &'static [(&'static str, &'static str)],
    /// Names, in lower case, of the frequency of which it is the period.
    pub frequencies: &'static [&'static str],
    /// The largest value that can be true, in the base unit; anything above is a bad number.
    pub at_most: f64,
}

/// The channels that are recognised by themselves.
pub static CHANNELS: &[ChannelKind] = &[
    ChannelKind {
        name: "hs",
        about: "significant wave height",
        dimension: &LENGTH,
        columns: &["hs", "swh", "wvht", "vhm0", "hm0", "htsgw", "significant_wave_height"],
        components: &[],
        frequencies: &[],
        at_most: 30.0,
    },
    ChannelKind {
        name: "tp",
        about: "peak wave period",
        dimension: &TIME,
        columns: &["tp", "pp1d", "vtpk", "dpd", "peak_period"],
        components: &[],
        frequencies: &["fp"],
        at_most: 40.0,
    },
    ChannelKind {
        name: "wind",
        about: "wind speed at 10 m",
        dimension: &SPEED,
        columns: &["wind", "u10", "ws10", "wspd", "wind_speed"],
        components: &[
            ("u10", "v10"),
            ("uwnd", "vwnd"),
            ("10u", "10v"),
            ("ugrd", "vgrd"),
            ("eastward_wind", "northward_wind"),
        ],
        frequencies: &[],
        at_most: 120.0,
    },
    ChannelKind {
        name: "current",
        about: "surface current speed",
        dimension: &SPEED,
        columns: &["current", "cur", "current_speed", "surface_current"],
        components: &[("uo", "vo"), ("utotal", "vtotal"), ("ucur", "vcur"), ("water_u", "water_v")],
        frequencies: &[],
        at_most: 10.0,
    },
    ChannelKind {
        name: "swell",
        about: "significant height of the swell",
        dimension: &LENGTH,
        columns: &["swell", "shts", "swell_height", "vhm0_sw1", "phs1"],
        components: &[],
        frequencies: &[],
        at_most: 30.0,
    },
    ChannelKind {
        name: "wind_sea",
        about: "significant height of the wind sea",
        dimension: &LENGTH,
        columns: &["wind_sea", "windsea", "shww", "vhm0_ww", "phs0"],
        components: &[],
        frequencies: &[],
        at_most: 30.0,
    },
    ChannelKind {
        name: "gust",
        about: "wind gust at 10 m",
        dimension: &SPEED,
        columns: &["gust", "gst", "wind_gust", "i10fg", "fg10", "10fg"],
        components: &[],
        frequencies: &[],
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

/// The dimension and factor of a unit as column heads and attributes write it: `m`, `ms`, `m s**-1`, `kn`, `s`, `degree`.
pub(crate) fn unit_of_column(unit: &str) -> Option<(&'static Dimension, f64)> {
    let unit = match unit.trim().to_lowercase().as_str() {
        "ms" | "m/s" | "mps" | "m_s" | "ms-1" | "m s-1" | "m s**-1" | "m.s-1" | "m s^-1"
        | "meter second-1" | "meters/second" | "m/sec" | "meters per second" => "m/s".to_owned(),
        "kn" | "kt" | "kts" | "knots" | "knot" => "kn".to_owned(),
        "kmh" | "km/h" => "km/h".to_owned(),
        "cm/s" | "cm s-1" => "cm/s".to_owned(),
        "sec" | "second" | "seconds" => "s".to_owned(),
        "metre" | "meter" | "metres" | "meters" => "m".to_owned(),
        "degree" | "degrees" | "degree true" | "degree_true" | "degrees_true" | "degt" => "deg".to_owned(),
        other => other.to_owned(),
    };
    [&LENGTH, &SPEED, &ANGLE]
        .into_iter()
        .find_map(|dimension| Some((dimension, dimension.factor(&unit)?)))
        .or_else(|| (unit == "s").then_some((&TIME, 1.0)))
}

/// Whether a unit is that of a frequency, once a second.
pub(crate) fn is_hertz(unit: &str) -> bool {
    matches!(unit.trim().to_lowercase().as_str(), "hz" | "hertz" | "s-1" | "s**-1" | "s^-1" | "1/s")
}
