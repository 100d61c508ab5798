//! A project file for Oracle Primavera P6, in its XML (PMXML), which keeps every script.
//!
//! In: a schedule. Out: activities under their vessels (as WBS), with links, weather calendars, resources and assignments.
//! P6 plans anew when asked to, so each activity is held by "start on or after", and comes out as it is here.
//! The format has no zone: times are in the offset that the plan's has at its start, as the name says. Where they are chosen it holds progress, and a baseline as a second project.
//! Children are in alphabetical order, as P6 writes them; durations and lags are hours; a stretch of work ends in its last minute.

use super::project::{self, DAY, Project, Task, short, stamp};
use super::xml::{Xml, legal};
use super::{Choices, Format};
use crate::schedule::Schedule;
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The format `pmxml`.
pub struct PmXml;

/// The longest names of activities, and of all else, that P6 takes.
const NAME: (usize, usize) = (120, 100);

const NAMESPACE: &str = "http://xmlns.oracle.com/Primavera/P6/V20.12/API/BusinessObjects";

impl Format for PmXml {
    fn name(&self) -> &'static str {
        "pmxml"
    }

    fn extension(&self) -> &'static str {
        "pmxml.xml"
    }

    fn about(&self) -> &'static str {
        "a project for Primavera P6, in its XML"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        project::refuses(schedule, "Primavera", 1970..=2149)
    }

    fn takes(&self) -> &'static [&'static str] {
        &["baseline", "now"]
    }

    fn notes(&self, schedule: &Schedule, choices: &Choices) -> Vec<String> {
        project::progress_notes(schedule, choices)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(schedule, &Choices::default(), out)
    }

    fn write_as(&self, schedule: &Schedule, choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        let project = Project::with(schedule, choices);
        let before = choices.baseline.as_deref().map(|before| project.before(before));
        let part = Part::of(&project);
        let baseline = before.as_ref().map(|before| Part::before(before, &project));
        let mut xml = Xml::new(out)?;
        xml.open_with("APIBusinessObjects", &[("xmlns", NAMESPACE)])?;
        write_calendars(&mut xml, &part)?;
        if let Some(baseline) = &baseline {
            write_calendars(&mut xml, baseline)?;
        }
        write_resources(&mut xml, &project)?;
        write_project(&mut xml, "Project", &part, baseline.as_ref())?;
        if let Some(baseline) = &baseline {
            write_project(&mut xml, "BaselineProject", baseline, None)?;
        }
        xml.close("APIBusinessObjects")?;
        xml.end()
    }
}

/// A project of the file: the first, or its baseline. No two things of one kind in a file have one number.
struct Part<'p> {
    project: &'p Project<'p>,
    /// Its number.
    object: usize,
    /// What is added to the numbers of its activities, groups, links and assignments.
    offset: usize,
    /// What is added to the numbers of its calendars, but for the first, which all share.
    calendars: usize,
    /// The codes of its activities, by their numbers. P6 finds an activity in a baseline by its code.
    codes: BTreeMap<usize, String>,
}

impl<'p> Part<'p> {
    fn of(project: &'p Project<'p>) -> Part<'p> {
        let codes = project.tasks().map(|(_, task)| (task.number, task.code())).collect();
        Part { project, object: 1, offset: 0, calendars: 0, codes }
    }

    /// The baseline of a project.
    fn before(before: &'p Project<'p>, project: &Project) -> Part<'p> {
        let of_activity = |task: &Task| task.activity.map(|activity| (activity.id.clone(), task.code()));
        let kept: BTreeMap<String, String> =
            project.tasks().filter_map(|(_, task)| of_activity(task)).collect();
        let code = |task: &Task| {
            let kept = task.activity.and_then(|activity| kept.get(&activity.id)).cloned();
            // What is gone gets a code that no activity has.
            kept.unwrap_or_else(|| format!("B{:04}", task.number * 10))
        };
        let codes = before.tasks().map(|(_, task)| (task.number, code(task))).collect();
        let links: usize = project.tasks().map(|(_, task)| task.after.len()).sum();
        let offset = project.tasks().count().max(project.groups.len()).max(links);
        Part { project: before, object: 2, offset, calendars: project.calendars.len() - 1, codes }
    }

    fn number(&self, number: usize) -> usize {
        number + self.offset
    }

    fn calendar(&self, calendar: usize) -> usize {
        if calendar == 0 { 1 } else { calendar + 1 + self.calendars }
    }
}

fn write_project(xml: &mut Xml, element: &str, part: &Part, baseline: Option<&Part>) -> io::Result<()> {
    xml.open(element)?;
    write_head(xml, part, baseline)?;
    write_groups(xml, part)?;
    write_activities(xml, part)?;
    // A baseline is for its dates; its vessels may be no longer in the project.
    if part.offset == 0 {
        write_assignments(xml, part)?;
    }
    write_links(xml, part)?;
    write_options(xml)?;
    xml.close(element)
}

/// The hours of a stretch of time, as P6 writes numbers.
pub fn hours(time: TimeDelta) -> f64 {
    time.num_seconds() as f64 / 3600.0
}

fn write_calendars(xml: &mut Xml, part: &Part) -> io::Result<()> {
    let is_baseline = part.offset > 0;
    // The baseline has the first calendar from the project.
    for (at, calendar) in part.project.calendars.iter().enumerate().skip(usize::from(is_baseline)) {
        let name = format!("{}{}", calendar.name, if is_baseline { " (baseline)" } else { "" });
        xml.open("Calendar")?;
        xml.open("HolidayOrExceptions")?;
        for exception in calendar.exceptions() {
            for day in exception.first.iter_days().take_while(|day| *day <= exception.last) {
                xml.open("HolidayOrException")?;
                xml.leaf("Date", format!("{day}T00:00:00"))?;
                write_times(xml, &exception.open)?;
                xml.close("HolidayOrException")?;
            }
        }
        xml.close("HolidayOrExceptions")?;
        xml.leaf("HoursPerDay", 24)?;
        xml.leaf("HoursPerMonth", 720)?;
        xml.leaf("HoursPerWeek", 168)?;
        xml.leaf("HoursPerYear", 8760)?;
        xml.leaf("IsDefault", u8::from(at == 0))?;
        xml.leaf("IsPersonal", 0)?;
        xml.leaf("Name", legal(&name))?;
        xml.leaf("ObjectId", part.calendar(at))?;
        xml.open("StandardWorkWeek")?;
        for day in ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] {
            xml.open("StandardWorkHours")?;
            xml.leaf("DayOfWeek", day)?;
            write_times(xml, &[(0, DAY)])?;
            xml.close("StandardWorkHours")?;
        }
        xml.close("StandardWorkWeek")?;
        xml.leaf("Type", "Global")?;
        xml.close("Calendar")?;
    }
    Ok(())
}

/// Stretches of work; an empty one where there is none.
fn write_times(xml: &mut Xml, open: &[(u32, u32)]) -> io::Result<()> {
    let clock = |minute: u32| format!("{:02}:{:02}:00", minute / 60, minute % 60);
    if open.is_empty() {
        xml.open("WorkTime")?;
        xml.close("WorkTime")?;
    }
    for &(from, to) in open {
        xml.open("WorkTime")?;
        xml.leaf("Finish", clock(to - 1))?;
        xml.leaf("Start", clock(from))?;
        xml.close("WorkTime")?;
    }
    Ok(())
}

fn write_resources(xml: &mut Xml, project: &Project) -> io::Result<()> {
    for (vessel, name) in project.vessels.iter().enumerate() {
        xml.open("Resource")?;
        xml.leaf("CalendarObjectId", 1)?;
        xml.leaf("Id", format!("V{:03}", vessel + 1))?;
        xml.leaf("IsActive", 1)?;
        xml.leaf("Name", legal(&short(name, NAME.1)))?;
        xml.leaf("ObjectId", vessel + 1)?;
        xml.leaf("ResourceType", "Nonlabor")?;
        xml.close("Resource")?;
    }
    Ok(())
}

fn write_head(xml: &mut Xml, part: &Part, baseline: Option<&Part>) -> io::Result<()> {
    let project = part.project;
    let is_baseline = part.offset > 0;
    xml.leaf("ActivityDefaultCalendarObjectId", 1)?;
    xml.leaf("CreateDate", stamp(project.issued))?;
    if let Some(baseline) = baseline {
        xml.leaf("CurrentBaselineProjectObjectId", baseline.object)?;
    }
    xml.leaf("DataDate", stamp(project.now.unwrap_or(project.start)))?;
    xml.leaf("Id", if is_baseline { "MUDLINE-B1" } else { "MUDLINE" })?;
    let prefix = if is_baseline { "Baseline: " } else { "" };
    xml.leaf("Name", legal(&format!("{prefix}{}", project.title(NAME.1 - prefix.len()))))?;
    xml.leaf("ObjectId", part.object)?;
    if is_baseline {
        xml.leaf("OriginalProjectObjectId", 1)?;
    }
    xml.leaf("PlannedStartDate", stamp(project.start))?;
    xml.leaf("Status", "Active")
}

fn write_groups(xml: &mut Xml, part: &Part) -> io::Result<()> {
    for (at, group) in part.project.groups.iter().enumerate() {
        xml.open("WBS")?;
        xml.leaf("Code", format!("G{:03}", at + 1))?;
        xml.leaf("Name", legal(&short(&group.title, NAME.1)))?;
        xml.leaf("ObjectId", part.number(at + 1))?;
        xml.leaf("ProjectObjectId", part.object)?;
        xml.leaf("SequenceNumber", at + 1)?;
        xml.leaf("Status", "Active")?;
        xml.close("WBS")?;
    }
    Ok(())
}

fn write_activities(xml: &mut Xml, part: &Part) -> io::Result<()> {
    for (at, group) in part.project.groups.iter().enumerate() {
        for task in &group.tasks {
            write_activity(xml, part, task, part.number(at + 1))?;
        }
    }
    Ok(())
}

/// What P6 calls how far something has come.
fn status(task: &Task) -> &'static str {
    match task.began() {
        _ if task.is_over => "Completed",
        Some(_) => "In Progress",
        None => "Not Started",
    }
}

/// The end and the beginning of what has been done, as far as there is one.
fn write_actual(xml: &mut Xml, task: &Task) -> io::Result<()> {
    if task.is_over {
        xml.leaf("ActualFinishDate", stamp(task.finish))?;
    }
    if let Some(began) = task.began() {
        xml.leaf("ActualStartDate", stamp(began))?;
    }
    Ok(())
}

fn write_activity(xml: &mut Xml, part: &Part, task: &Task, group: usize) -> io::Result<()> {
    let (start, finish) = (stamp(task.start), stamp(task.finish));
    let seconds = task.duration.num_seconds().max(1) as f64;
    let share =
        if task.is_over { 1.0 } else { (task.done.num_seconds() as f64 / seconds * 1e6).round() / 1e6 };
    xml.open("Activity")?;
    xml.leaf("ActualDuration", hours(task.done))?;
    write_actual(xml, task)?;
    xml.leaf("AtCompletionDuration", hours(task.duration))?;
    xml.leaf("CalendarObjectId", part.calendar(task.calendar))?;
    xml.leaf("DurationPercentComplete", share)?;
    xml.leaf("DurationType", "Fixed Duration and Units")?;
    xml.leaf("FinishDate", &finish)?;
    xml.leaf("Id", part.codes.get(&task.number).cloned().unwrap_or_default())?;
    xml.leaf("Name", legal(&short(&task.name, NAME.0)))?;
    xml.leaf("ObjectId", part.number(task.number))?;
    xml.leaf("PercentComplete", share)?;
    xml.leaf("PercentCompleteType", "Duration")?;
    xml.leaf("PlannedDuration", hours(task.duration))?;
    xml.leaf("PlannedFinishDate", &finish)?;
    xml.leaf("PlannedStartDate", &start)?;
    xml.leaf("PrimaryConstraintDate", &start)?;
    xml.leaf("PrimaryConstraintType", "Start On or After")?;
    xml.leaf("ProjectObjectId", part.object)?;
    xml.leaf("RemainingDuration", hours(task.left()))?;
    if !task.is_over {
        xml.leaf("RemainingEarlyFinishDate", &finish)?;
        xml.leaf("RemainingEarlyStartDate", stamp(task.resumes()))?;
    }
    xml.leaf("StartDate", &start)?;
    xml.leaf("Status", status(task))?;
    xml.leaf("Type", if task.start == task.finish { "Start Milestone" } else { "Task Dependent" })?;
    xml.leaf("WBSObjectId", group)?;
    xml.close("Activity")
}

fn write_assignments(xml: &mut Xml, part: &Part) -> io::Result<()> {
    for (group, task) in part.project.tasks() {
        let Some(vessel) = group.vessel else { continue };
        xml.open("ResourceAssignment")?;
        xml.leaf("ActivityObjectId", part.number(task.number))?;
        write_actual(xml, task)?;
        if task.began().is_some() {
            xml.leaf("ActualUnits", hours(task.done))?;
        }
        xml.leaf("FinishDate", stamp(task.finish))?;
        xml.leaf("ObjectId", part.number(task.number))?;
        xml.leaf("PlannedFinishDate", stamp(task.finish))?;
        xml.leaf("PlannedStartDate", stamp(task.start))?;
        xml.leaf("PlannedUnits", hours(task.duration))?;
        xml.leaf("PlannedUnitsPerTime", 1)?;
        xml.leaf("ProjectObjectId", part.object)?;
        xml.leaf("RemainingDuration", hours(task.left()))?;
        if !task.is_over {
            xml.leaf("RemainingFinishDate", stamp(task.finish))?;
            xml.leaf("RemainingStartDate", stamp(task.resumes()))?;
        }
        xml.leaf("RemainingUnits", hours(task.left()))?;
        xml.leaf("RemainingUnitsPerTime", 1)?;
        xml.leaf("ResourceObjectId", vessel + 1)?;
        xml.leaf("StartDate", stamp(task.start))?;
        xml.close("ResourceAssignment")?;
    }
    Ok(())
}

fn write_links(xml: &mut Xml, part: &Part) -> io::Result<()> {
    let links =
        part.project.tasks().flat_map(|(_, task)| task.after.iter().map(move |after| (task.number, after)));
    for (at, (number, (before, lag_h))) in links.enumerate() {
        xml.open("Relationship")?;
        xml.leaf("Lag", lag_h)?;
        xml.leaf("ObjectId", part.number(at + 1))?;
        xml.leaf("PredecessorActivityObjectId", part.number(*before))?;
        xml.leaf("PredecessorProjectObjectId", part.object)?;
        xml.leaf("SuccessorActivityObjectId", part.number(number))?;
        xml.leaf("SuccessorProjectObjectId", part.object)?;
        xml.leaf("Type", "Finish to Start")?;
        xml.close("Relationship")?;
    }
    Ok(())
}

/// A lag is hours by the clock, whatever the calendars of the two activities.
fn write_options(xml: &mut Xml) -> io::Result<()> {
    xml.open("ScheduleOptions")?;
    xml.leaf("RelationshipLagCalendar", "24 Hour Calendar")?;
    xml.close("ScheduleOptions")
}
