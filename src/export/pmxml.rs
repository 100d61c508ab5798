//! A project file for Oracle Primavera P6, in its XML (PMXML), which keeps every script.
//!
//! In: a schedule. Out: activities under their vessels (as WBS), with links, weather calendars, resources and assignments.
//! P6 plans anew when asked to, so each activity is held by "start on or after", and comes out as it is here.
//! Times are UTC, as the name says: the format has no zone. Not in it: progress and a baseline, which a schedule does not have.
//! Children are in alphabetical order, as P6 writes them; durations and lags are hours; a stretch of work ends in its last minute.

use super::Format;
use super::project::{self, DAY, Project, Task, short, stamp};
use super::xml::{Xml, legal};
use crate::schedule::Schedule;
use chrono::TimeDelta;
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

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let project = Project::of(schedule);
        let mut xml = Xml::new(out)?;
        xml.open_with("APIBusinessObjects", &[("xmlns", NAMESPACE)])?;
        write_calendars(&mut xml, &project)?;
        write_resources(&mut xml, &project)?;
        xml.open("Project")?;
        write_head(&mut xml, &project)?;
        write_groups(&mut xml, &project)?;
        write_activities(&mut xml, &project)?;
        write_assignments(&mut xml, &project)?;
        write_links(&mut xml, &project)?;
        write_options(&mut xml)?;
        xml.close("Project")?;
        xml.close("APIBusinessObjects")?;
        xml.end()
    }
}

/// The hours of a stretch of time, as P6 writes numbers.
pub fn hours(time: TimeDelta) -> f64 {
    time.num_seconds() as f64 / 3600.0
}

fn write_calendars(xml: &mut Xml, project: &Project) -> io::Result<()> {
    for (at, calendar) in project.calendars.iter().enumerate() {
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
        xml.leaf("Name", legal(&calendar.name))?;
        xml.leaf("ObjectId", at + 1)?;
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

fn write_head(xml: &mut Xml, project: &Project) -> io::Result<()> {
    xml.leaf("ActivityDefaultCalendarObjectId", 1)?;
    xml.leaf("CreateDate", stamp(project.issued))?;
    xml.leaf("DataDate", stamp(project.start))?;
    xml.leaf("Id", "MUDLINE")?;
    xml.leaf("Name", legal(&short(&project.title, NAME.1)))?;
    xml.leaf("ObjectId", 1)?;
    xml.leaf("PlannedStartDate", stamp(project.start))?;
    xml.leaf("Status", "Active")
}

fn write_groups(xml: &mut Xml, project: &Project) -> io::Result<()> {
    for (at, group) in project.groups.iter().enumerate() {
        xml.open("WBS")?;
        xml.leaf("Code", format!("G{:03}", at + 1))?;
        xml.leaf("Name", legal(&short(&group.title, NAME.1)))?;
        xml.leaf("ObjectId", at + 1)?;
        xml.leaf("ProjectObjectId", 1)?;
        xml.leaf("SequenceNumber", at + 1)?;
        xml.leaf("Status", "Active")?;
        xml.close("WBS")?;
    }
    Ok(())
}

fn write_activities(xml: &mut Xml, project: &Project) -> io::Result<()> {
    for (at, group) in project.groups.iter().enumerate() {
        for task in &group.tasks {
            write_activity(xml, task, at + 1)?;
        }
    }
    Ok(())
}

fn write_activity(xml: &mut Xml, task: &Task, group: usize) -> io::Result<()> {
    let (start, finish) = (stamp(task.start), stamp(task.finish));
    xml.open("Activity")?;
    xml.leaf("ActualDuration", 0)?;
    xml.leaf("AtCompletionDuration", hours(task.duration))?;
    xml.leaf("CalendarObjectId", task.calendar + 1)?;
    xml.leaf("DurationType", "Fixed Duration and Units")?;
    xml.leaf("FinishDate", &finish)?;
    xml.leaf("Id", task.code())?;
    xml.leaf("Name", legal(&short(&task.name, NAME.0)))?;
    xml.leaf("ObjectId", task.number)?;
    xml.leaf("PercentComplete", 0)?;
    xml.leaf("PercentCompleteType", "Duration")?;
    xml.leaf("PlannedDuration", hours(task.duration))?;
    xml.leaf("PlannedFinishDate", &finish)?;
    xml.leaf("PlannedStartDate", &start)?;
    xml.leaf("PrimaryConstraintDate", &start)?;
    xml.leaf("PrimaryConstraintType", "Start On or After")?;
    xml.leaf("ProjectObjectId", 1)?;
    xml.leaf("RemainingDuration", hours(task.duration))?;
    xml.leaf("RemainingEarlyFinishDate", &finish)?;
    xml.leaf("RemainingEarlyStartDate", &start)?;
    xml.leaf("StartDate", &start)?;
    xml.leaf("Status", "Not Started")?;
    xml.leaf("Type", if task.start == task.finish { "Start Milestone" } else { "Task Dependent" })?;
    xml.leaf("WBSObjectId", group)?;
    xml.close("Activity")
}

fn write_assignments(xml: &mut Xml, project: &Project) -> io::Result<()> {
    for (group, task) in project.tasks() {
        let Some(vessel) = group.vessel else { continue };
        xml.open("ResourceAssignment")?;
        xml.leaf("ActivityObjectId", task.number)?;
        xml.leaf("FinishDate", stamp(task.finish))?;
        xml.leaf("ObjectId", task.number)?;
        xml.leaf("PlannedFinishDate", stamp(task.finish))?;
        xml.leaf("PlannedStartDate", stamp(task.start))?;
        xml.leaf("PlannedUnits", hours(task.duration))?;
        xml.leaf("PlannedUnitsPerTime", 1)?;
        xml.leaf("ProjectObjectId", 1)?;
        xml.leaf("RemainingDuration", hours(task.duration))?;
        xml.leaf("RemainingFinishDate", stamp(task.finish))?;
        xml.leaf("RemainingStartDate", stamp(task.start))?;
        xml.leaf("RemainingUnits", hours(task.duration))?;
        xml.leaf("RemainingUnitsPerTime", 1)?;
        xml.leaf("ResourceObjectId", vessel + 1)?;
        xml.leaf("StartDate", stamp(task.start))?;
        xml.close("ResourceAssignment")?;
    }
    Ok(())
}

fn write_links(xml: &mut Xml, project: &Project) -> io::Result<()> {
    let links =
        project.tasks().flat_map(|(_, task)| task.after.iter().map(move |after| (task.number, after)));
    for (at, (number, (before, lag_h))) in links.enumerate() {
        xml.open("Relationship")?;
        xml.leaf("Lag", lag_h)?;
        xml.leaf("ObjectId", at + 1)?;
        xml.leaf("PredecessorActivityObjectId", before)?;
        xml.leaf("PredecessorProjectObjectId", 1)?;
        xml.leaf("SuccessorActivityObjectId", number)?;
        xml.leaf("SuccessorProjectObjectId", 1)?;
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
