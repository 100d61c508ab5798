//! Starter plans: what `mudline new DIR --template NAME` writes.
//!
//! In: the name of a template. Out: its files, each with its path in the new folder. They are the plans of the repository's folder
//! `plans/`, compiled in, so that what a newcomer gets is what the tests check.
//! Not a writer: the command puts the files on disk. A new template is a folder in `plans/` and its entry in [`TEMPLATES`].

/// A starter plan.
#[derive(Debug)]
pub struct Template {
    /// The name by which it is asked for.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Its files: the path in the new folder, and the contents.
    pub files: &'static [(&'static str, &'static str)],
}

/// Every starter plan; the first is the one that is taken when none is named.
pub static TEMPLATES: &[Template] = &[
    Template {
        name: "windows",
        about: "five days at one site: lower, lift in two weather windows, raise; read in a minute",
        files: &[
            ("plan.toml", include_str!("../../plans/windows/plan.toml")),
            ("weather.csv", include_str!("../../plans/windows/weather.csv")),
            ("NOTES.md", include_str!("../../plans/windows/NOTES.md")),
        ],
    },
    Template {
        name: "trial",
        about: "a whole voyage: Chikyu's recovery trial off Minamitorishima in 2026, with its sources",
        files: &[
            ("plan.toml", include_str!("../../plans/chikyu-2026/plan.toml")),
            ("weather.csv", include_str!("../../plans/chikyu-2026/weather.csv")),
            ("climate.toml", include_str!("../../plans/chikyu-2026/climate.toml")),
            ("NOTES.md", include_str!("../../plans/chikyu-2026/NOTES.md")),
        ],
    },
    Template {
        name: "shuttle",
        about: "350 t a day off Minamitorishima in 2027: carriers at sea, the island, dewatering, Honshu",
        files: &[
            ("plan.toml", include_str!("../../plans/minamitorishima-2027/plan.toml")),
            ("weather.csv", include_str!("../../plans/minamitorishima-2027/weather.csv")),
            ("NOTES.md", include_str!("../../plans/minamitorishima-2027/NOTES.md")),
        ],
    },
    Template {
        name: "chain",
        about: "two years in weekly slots: campaigns, island, refinery, a reserve and a disruption",
        files: &[
            ("plan.toml", include_str!("../../plans/rare-earth-chain/plan.toml")),
            ("NOTES.md", include_str!("../../plans/rare-earth-chain/NOTES.md")),
        ],
    },
    Template {
        name: "project",
        about: "tasks, precedence and resources without a ship: six weeks in port before a trial",
        files: &[
            ("plan.toml", include_str!("../../plans/project/plan.toml")),
            ("NOTES.md", include_str!("../../plans/project/NOTES.md")),
        ],
    },
];

impl Template {
    /// The template of that name.
    pub fn named(name: &str) -> Option<&'static Template> {
        TEMPLATES.iter().find(|template| template.name == name)
    }
}
