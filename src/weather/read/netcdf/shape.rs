//! What the dimensions of a NetCDF variable are: time, latitude, longitude, member, version, level.
//!
//! In: the groups of a file. Out: [`Variables`] by their paths, and for each dimension its [`Role`].
//! A dimension is known by its name, or by the units or the standard name of the variable of its coordinates.

use netcdf_reader::{NcGroup, NcVariable};

/// A variable and where it is.
pub struct Variable<'v> {
    /// Its path, with the groups that it is in: `waves/hs`.
    pub path: String,
    /// What the file says of it.
    pub nc: &'v NcVariable,
}

/// What a dimension is; where it has a variable of coordinates, with its path.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// The time of the series.
    Time,
    /// Degrees north.
    Latitude(String),
    /// Degrees east.
    Longitude(String),
    /// A member of an ensemble.
    Member(Option<String>),
    /// ERA5's `expver`: final data and preliminary data side by side.
    Version,
    /// A depth or height.
    Level(Option<String>),
    /// Anything else.
    Other,
}

/// Every variable of a file.
pub struct Variables<'v>(Vec<Variable<'v>>);

/// Groups within groups that are looked into, and variables kept; no weather file has more.
const DEEPEST: usize = 6;
const MOST: usize = 4000;

impl<'v> Variables<'v> {
    /// Those of a group and of the groups in it.
    pub fn collect(root: &'v NcGroup) -> Variables<'v> {
        let mut all = Variables(Vec::new());
        all.add(root, "", 0);
        all
    }

    fn add(&mut self, group: &'v NcGroup, prefix: &str, depth: usize) {
        for nc in &group.variables {
            if self.0.len() < MOST {
                self.0.push(Variable { path: format!("{prefix}{}", nc.name), nc });
            }
        }
        if depth < DEEPEST {
            for inner in &group.groups {
                self.add(inner, &format!("{prefix}{}/", inner.name), depth + 1);
            }
        }
    }

    /// The variable at a path.
    pub fn by_path(&self, path: &str) -> Option<&Variable<'v>> {
        self.0.iter().find(|variable| variable.path == path)
    }

    /// Those that have the dimension of that path, other than its own coordinates.
    pub fn along(&self, dimension: &str) -> impl Iterator<Item = &Variable<'v>> {
        let has = move |variable: &&Variable<'v>| {
            let is_own = variable.path == dimension;
            !is_own
                && (0..variable.nc.dimensions.len())
                    .any(|place| self.of_dimension(variable, place) == dimension)
        };
        self.0.iter().filter(has)
    }

    /// The path of the coordinates of a dimension, in the variable's group or in one around it; of one that has none, its bare name.
    fn of_dimension(&self, variable: &Variable<'_>, place: usize) -> String {
        let name = &variable.nc.dimensions[place].name;
        let coordinates = self.coordinates(variable, place).map(|variable| variable.path.clone());
        coordinates.unwrap_or_else(|| name.clone())
    }

    /// The variable of the coordinates of a dimension: of its name, with it as its one dimension.
    fn coordinates(&self, variable: &Variable<'_>, place: usize) -> Option<&Variable<'v>> {
        let name = variable.nc.dimensions[place].name.rsplit('/').next()?;
        let mut group = variable.path.rsplit_once('/').map_or("", |(group, _)| group);
        loop {
            let path = if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") };
            let is_it = |found: &&Variable<'v>| found.nc.dimensions.len() == 1;
            match self.by_path(&path).filter(is_it) {
                Some(found) => return Some(found),
                None if group.is_empty() => return None,
                None => group = group.rsplit_once('/').map_or("", |(outer, _)| outer),
            }
        }
    }

    /// The variable of the times: the one of that path, or the best of those whose units have a "since".
    pub fn time(&self, mapped: Option<&str>) -> Option<&Variable<'v>> {
        let is_time = |variable: &&Variable<'v>| {
            variable.nc.dimensions.len() == 1
                && variable.text("units").is_some_and(|units| units.contains(" since "))
        };
        if let Some(path) = mapped {
            return self.by_path(path).filter(is_time);
        }
        let rank = |variable: &&Variable<'v>| match variable.name().to_lowercase().as_str() {
            "valid_time" => 0,
            "time" => 1,
            _ if variable.nc.is_coordinate_variable() => 2,
            _ => 3,
        };
        self.0.iter().filter(is_time).min_by_key(rank)
    }
}

impl Variable<'_> {
    /// Its name, without the groups.
    pub fn name(&self) -> &str {
        &self.nc.name
    }

    /// An attribute that is text.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.nc.attribute(attribute)?.value.as_string().map(|text| text.trim_end_matches('\0').to_owned())
    }

    /// The path of a dimension of a variable of coordinates: its own where it has the dimension's name.
    pub fn dimension_path(&self, place: usize) -> String {
        match self.nc.dimensions.get(place) {
            Some(dimension) if dimension.name == self.nc.name => self.path.clone(),
            Some(dimension) => dimension.name.clone(),
            None => String::new(),
        }
    }

    /// What one of its dimensions is.
    pub fn role(&self, place: usize, variables: &Variables<'_>, time: &str) -> Role {
        if variables.of_dimension(self, place) == time {
            return Role::Time;
        }
        let name = self.nc.dimensions[place].name.rsplit('/').next().unwrap_or_default().to_lowercase();
        let coordinates = variables.coordinates(self, place);
        let path = coordinates.map(|variable| variable.path.clone());
        let says = |words: &[&str]| {
            let has = |attribute: &str| {
                coordinates
                    .and_then(|c| c.text(attribute))
                    .is_some_and(|text| words.contains(&text.to_lowercase().as_str()))
            };
            has("standard_name") || has("units")
        };
        let is_north = matches!(name.as_str(), "latitude" | "lat")
            || says(&["latitude", "degrees_north", "degree_north", "degrees_n", "degree_n"]);
        let is_east = matches!(name.as_str(), "longitude" | "lon")
            || says(&["longitude", "degrees_east", "degree_east", "degrees_e", "degree_e"]);
        match (name.as_str(), path) {
            (_, Some(path)) if is_north => Role::Latitude(path),
            (_, Some(path)) if is_east => Role::Longitude(path),
            (
                "number" | "member" | "ensemble" | "ens" | "ensemble_member" | "realization" | "realisation",
                path,
            ) => Role::Member(path),
            ("expver", _) => Role::Version,
            (
                "depth" | "level" | "lev" | "height" | "elevation" | "heightaboveground" | "z" | "deptht",
                path,
            ) => Role::Level(path),
            _ => Role::Other,
        }
    }

    /// The coordinates of its latitude and longitude, when it is a grid.
    pub fn grid(&self, variables: &Variables<'_>, time: &str) -> Option<(String, String)> {
        let roles: Vec<Role> =
            (0..self.nc.dimensions.len()).map(|place| self.role(place, variables, time)).collect();
        let north = roles
            .iter()
            .find_map(|role| if let Role::Latitude(path) = role { Some(path.clone()) } else { None });
        let east = roles
            .iter()
            .find_map(|role| if let Role::Longitude(path) = role { Some(path.clone()) } else { None });
        north.zip(east)
    }
}
