//! The log of a voyage as it is written.
//!
//! In: TOML. Out: [`RawLog`], each key with its place. Whether its names are known is seen to in [`super::told`].

use crate::plan::read::table;
use crate::units::Mass;
use chrono::{DateTime, Utc};
use toml::Spanned;

table! {
    /// What has happened on a voyage up to now, where it was not as scheduled.
    RawLog {
        /// Up to when it tells what has happened; from then on everything is planned anew.
        until: DateTime<Utc>, required;
        /// What happened otherwise than scheduled, or was not scheduled at all.
        activity: Vec<Spanned<RawEntry>>;
    }
}

table! {
    /// Something that happened otherwise than scheduled, or was not scheduled at all.
    RawEntry {
        /// The activity of the schedule that it tells of, such as "run-pipe.1".
        id: String;
        /// Of what was not scheduled: the task, sampling, transfer, process or demand of the plan.
        task: String;
        /// Of a leg that was not scheduled: the vessel.
        vessel: String;
        /// Of a leg that was not scheduled: the site to which it sailed.
        sails_to: String;
        /// When it began. Default: as scheduled.
        start: DateTime<Utc>;
        /// When it ended, or of a task or a leg that is under way when it is thought to end. Default: as scheduled; where another `start` is told, or something is lifted, moved, fed or supplied from a `start` on, it is still under way.
        end: DateTime<Utc>;
        /// What was lifted, moved, fed or supplied up to then. Default: as scheduled.
        tonnes: Mass;
        /// Whether it did not happen at all.
        skipped: bool;
    }
}
