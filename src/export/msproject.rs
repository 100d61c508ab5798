//! A project file for MS Project, in its XML (MSPDI), which many other programs read too.
//!
//! In: a schedule. Out: tasks under their vessels, with links, weather calendars, resources, assignments, float and notes.
//! MS Project plans anew when it opens a file, so each task is held by "start no earlier than", and comes out as it is here.
//! The format has no zone: times are in the offset that the plan's has at its start, as the title says. Progress and a baseline are in it where they are chosen.
//! The order of elements is fixed by Microsoft's schema, mspdi_pj12.xsd; durations are hours, lags and float tenths of a minute.

use super::project::{self, Calendar, DAY, Group, Project, Task, Was, short, stamp};
use super::xml::{Xml, legal, legal_lines};
use super::{Choices, Format};
use crate::schedule::Schedule;
use chrono::TimeDelta;
use std::io::{self, Write};

/// The format `msproject`.
pub struct MsProject;

/// The longest name that MS Project shows.
const NAME: usize = 255;

impl Format for MsProject {
    fn name(&self) -> &'static str {
        "msproject"
    }

    fn extension(&self) -> &'static str {
        "mspdi.xml"
    }

    fn about(&self) -> &'static str {
        "a project for MS Project: links, resources, weather calendars"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        project::refuses(schedule, "MS Project", 1984..=2149)
    }

    fn takes(&self) -> &'static [&'static str] {
        &["baseline", "now"]
    }

    fn notes(&self, schedule: &Schedule, choices: &Choices) -> Vec<String> {
        let mut notes = project::progress_notes(schedule, choices);
        notes.extend(project::gone(schedule, choices));
        notes
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(schedule, &Choices::default(), out)
    }

    fn write_as(&self, schedule: &Schedule, choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        let project = Project::with(schedule, choices);
        let mut xml = Xml::new(out)?;
        xml.open_with("Project", &[("xmlns", "http://schemas.microsoft.com/project")])?;
        write_head(&mut xml, schedule, &project)?;
        write_calendars(&mut xml, &project)?;
        write_tasks(&mut xml, &project)?;
        write_resources(&mut xml, &project)?;
        write_assignments(&mut xml, &project)?;
        xml.close("Project")?;
        xml.end()
    }
}

fn write_head(xml: &mut Xml, schedule: &Schedule, project: &Project) -> io::Result<()> {
    xml.leaf("SaveVersion", 14)?;
    xml.leaf("Name", legal(&short(&schedule.plan.name, NAME)))?;
    xml.leaf("Title", legal(&project.title(NAME)))?;
    xml.leaf("CreationDate", stamp(project.issued))?;
    xml.leaf("ScheduleFromStart", 1)?;
    xml.leaf("StartDate", stamp(project.start))?;
    xml.leaf("FinishDate", stamp(project.end))?;
    xml.leaf("CurrencyCode", currency(schedule))?;
    xml.leaf("CalendarUID", calendar_uid(0))?;
    xml.leaf("DefaultStartTime", "00:00:00")?;
    xml.leaf("DefaultFinishTime", "00:00:00")?;
    xml.leaf("MinutesPerDay", DAY)?;
    xml.leaf("MinutesPerWeek", 7 * DAY)?;
    xml.leaf("DaysPerMonth", 30)?;
    xml.leaf("DefaultTaskType", 1)?;
    xml.leaf("DurationFormat", 5)?;
    xml.leaf("WorkFormat", 2)?;
    xml.leaf("HonorConstraints", 1)?;
    xml.leaf("NewTasksEffortDriven", 0)?;
    xml.leaf("NewTasksEstimated", 0)?;
    xml.leaf("WeekStartDay", 1)?;
    if let Some(now) = project.now {
        xml.leaf("StatusDate", stamp(now))?;
    }
    xml.leaf("Autolink", 0)
}

/// The letters of the currency; where a plan has none, those that ISO 4217 keeps for no currency.
fn currency(schedule: &Schedule) -> &str {
    let letters = schedule.plan.currency.as_deref().unwrap_or("XXX");
    let is_code = letters.len() == 3 && letters.bytes().all(|b| b.is_ascii_uppercase());
    if is_code { letters } else { "XXX" }
}

fn calendar_uid(at: usize) -> usize {
    at + 1
}

fn resource_uid(vessel: usize) -> usize {
    vessel + 1
}

fn write_calendars(xml: &mut Xml, project: &Project) -> io::Result<()> {
    xml.open("Calendars")?;
    for (at, calendar) in project.calendars.iter().enumerate() {
        xml.open("Calendar")?;
        xml.leaf("UID", calendar_uid(at))?;
        xml.leaf("Name", legal(&calendar.name))?;
        xml.leaf("IsBaseCalendar", 1)?;
        xml.leaf("BaseCalendarUID", -1)?;
        write_week(xml)?;
        write_exceptions(xml, calendar)?;
        xml.close("Calendar")?;
    }
    // A resource has a calendar of its own, which takes all from the first.
    for (vessel, name) in project.vessels.iter().enumerate() {
        xml.open("Calendar")?;
        xml.leaf("UID", vessel_calendar(project, vessel))?;
        xml.leaf("Name", legal(&short(name, NAME)))?;
        xml.leaf("IsBaseCalendar", 0)?;
        xml.leaf("BaseCalendarUID", calendar_uid(0))?;
        xml.close("Calendar")?;
    }
    xml.close("Calendars")
}

fn vessel_calendar(project: &Project, vessel: usize) -> usize {
    calendar_uid(project.calendars.len() + vessel)
}

fn write_week(xml: &mut Xml) -> io::Result<()> {
    xml.open("WeekDays")?;
    for day in 1..=7 {
        xml.open("WeekDay")?;
        xml.leaf("DayType", day)?;
        xml.leaf("DayWorking", 1)?;
        write_times(xml, &[(0, DAY)])?;
        xml.close("WeekDay")?;
    }
    xml.close("WeekDays")
}

fn write_times(xml: &mut Xml, open: &[(u32, u32)]) -> io::Result<()> {
    // Midnight at the end of a day is written as at its beginning.
    let clock = |minute: u32| format!("{:02}:{:02}:00", minute % DAY / 60, minute % 60);
    xml.open("WorkingTimes")?;
    for &(from, to) in open {
        xml.open("WorkingTime")?;
        xml.leaf("FromTime", clock(from))?;
        xml.leaf("ToTime", clock(to))?;
        xml.close("WorkingTime")?;
    }
    xml.close("WorkingTimes")
}

fn write_exceptions(xml: &mut Xml, calendar: &Calendar) -> io::Result<()> {
    let exceptions = calendar.exceptions();
    if exceptions.is_empty() {
        return Ok(());
    }
    xml.open("Exceptions")?;
    for day in exceptions {
        xml.open("Exception")?;
        xml.leaf("EnteredByOccurrences", 0)?;
        xml.open("TimePeriod")?;
        xml.leaf("FromDate", format!("{}T00:00:00", day.first))?;
        xml.leaf("ToDate", format!("{}T23:59:00", day.last))?;
        xml.close("TimePeriod")?;
        xml.leaf("Occurrences", (day.last - day.first).num_days() + 1)?;
        xml.leaf("Name", "closed")?;
        xml.leaf("Type", 1)?;
        xml.leaf("DayWorking", u8::from(!day.open.is_empty()))?;
        if !day.open.is_empty() {
            write_times(xml, &day.open)?;
        }
        xml.close("Exception")?;
    }
    xml.close("Exceptions")
}

fn write_tasks(xml: &mut Xml, project: &Project) -> io::Result<()> {
    xml.open("Tasks")?;
    let mut row = 0;
    // The numbers of the headings come after those of all tasks.
    let tasks = project.tasks().count();
    for (at, group) in project.groups.iter().enumerate() {
        row += 1;
        write_heading(xml, group, (tasks + 1 + at, row), at + 1)?;
        for (place, task) in group.tasks.iter().enumerate() {
            row += 1;
            write_task(xml, task, row, &format!("{}.{}", at + 1, place + 1))?;
        }
    }
    xml.close("Tasks")
}

fn write_heading(xml: &mut Xml, group: &Group, (uid, id): (usize, usize), outline: usize) -> io::Result<()> {
    let (start, finish) = group.span();
    xml.open("Task")?;
    xml.leaf("UID", uid)?;
    xml.leaf("ID", id)?;
    xml.leaf("Name", legal(&short(&group.title, NAME)))?;
    xml.leaf("Type", 1)?;
    xml.leaf("IsNull", 0)?;
    xml.leaf("WBS", outline)?;
    xml.leaf("OutlineNumber", outline)?;
    xml.leaf("OutlineLevel", 1)?;
    xml.leaf("Start", stamp(start))?;
    xml.leaf("Finish", stamp(finish))?;
    xml.leaf("Duration", duration(finish - start))?;
    xml.leaf("DurationFormat", 5)?;
    xml.leaf("EffortDriven", 0)?;
    xml.leaf("Estimated", 0)?;
    xml.leaf("Milestone", 0)?;
    xml.leaf("Summary", 1)?;
    xml.leaf("Critical", u8::from(group.tasks.iter().any(is_critical)))?;
    if group.percent() > 0 {
        xml.leaf("PercentComplete", group.percent())?;
    }
    write_baseline(xml, group.was, false)?;
    xml.close("Task")
}

fn is_critical(task: &Task) -> bool {
    task.activity.is_some_and(|activity| activity.critical)
}

fn write_task(xml: &mut Xml, task: &Task, id: usize, outline: &str) -> io::Result<()> {
    let span = duration(task.duration);
    xml.open("Task")?;
    xml.leaf("UID", task.number)?;
    xml.leaf("ID", id)?;
    xml.leaf("Name", legal(&short(&task.name, NAME)))?;
    xml.leaf("Type", 1)?;
    xml.leaf("IsNull", 0)?;
    xml.leaf("WBS", outline)?;
    xml.leaf("OutlineNumber", outline)?;
    xml.leaf("OutlineLevel", 2)?;
    xml.leaf("Start", stamp(task.start))?;
    xml.leaf("Finish", stamp(task.finish))?;
    xml.leaf("Duration", &span)?;
    xml.leaf("DurationFormat", 5)?;
    if let Some((stopped, resumes)) = task.broken {
        xml.leaf("Stop", stamp(stopped))?;
        xml.leaf("Resume", stamp(resumes))?;
    }
    xml.leaf("EffortDriven", 0)?;
    xml.leaf("Estimated", 0)?;
    xml.leaf("Milestone", u8::from(task.start == task.finish))?;
    xml.leaf("Summary", 0)?;
    xml.leaf("Critical", u8::from(is_critical(task)))?;
    if let Some(float) = task.activity.and_then(|a| a.float_h).filter(|float| float.abs() < 1e6) {
        xml.leaf("TotalSlack", tenths(float))?;
    }
    xml.leaf("PercentComplete", task.percent())?;
    write_actual(xml, task)?;
    xml.leaf("ActualDuration", duration(task.done))?;
    xml.leaf("RemainingDuration", duration(task.left()))?;
    xml.leaf("ConstraintType", 4)?;
    xml.leaf("CalendarUID", calendar_uid(task.calendar))?;
    xml.leaf("ConstraintDate", stamp(task.start))?;
    xml.leaf("LevelingCanSplit", 0)?;
    xml.leaf("IgnoreResourceCalendar", 1)?;
    if !task.notes.is_empty() {
        xml.leaf("Notes", legal_lines(&task.notes))?;
    }
    for (before, lag_h) in &task.after {
        xml.open("PredecessorLink")?;
        xml.leaf("PredecessorUID", before)?;
        xml.leaf("Type", 1)?;
        xml.leaf("CrossProject", 0)?;
        xml.leaf("LinkLag", tenths(*lag_h))?;
        // Hours by the clock, not of a calendar.
        xml.leaf("LagFormat", 6)?;
        xml.close("PredecessorLink")?;
    }
    write_baseline(xml, task.was, true)?;
    xml.close("Task")
}

/// When a task really began and ended, as far as it has.
fn write_actual(xml: &mut Xml, task: &Task) -> io::Result<()> {
    if let Some(began) = task.began() {
        xml.leaf("ActualStart", stamp(began))?;
    }
    if task.is_over {
        xml.leaf("ActualFinish", stamp(task.finish))?;
    }
    Ok(())
}

/// How a task or a heading lay in the baseline.
fn write_baseline(xml: &mut Xml, was: Option<Was>, has_work: bool) -> io::Result<()> {
    let Some(was) = was else { return Ok(()) };
    xml.open("Baseline")?;
    xml.leaf("Number", 0)?;
    xml.leaf("Start", stamp(was.start))?;
    xml.leaf("Finish", stamp(was.finish))?;
    xml.leaf("Duration", duration(was.duration))?;
    xml.leaf("DurationFormat", 5)?;
    if has_work {
        xml.leaf("Work", duration(was.duration))?;
    }
    xml.close("Baseline")
}

/// Hours in tenths of a minute.
fn tenths(hours: f64) -> i64 {
    (hours * 600.0).round() as i64
}

/// `PT36H0M0S`: never days, for a day is as long as a calendar makes it.
fn duration(time: TimeDelta) -> String {
    let seconds = time.num_seconds();
    format!("PT{}H{}M{}S", seconds / 3600, seconds % 3600 / 60, seconds % 60)
}

fn write_resources(xml: &mut Xml, project: &Project) -> io::Result<()> {
    xml.open("Resources")?;
    for (vessel, name) in project.vessels.iter().enumerate() {
        xml.open("Resource")?;
        xml.leaf("UID", resource_uid(vessel))?;
        xml.leaf("ID", resource_uid(vessel))?;
        xml.leaf("Name", legal(&short(name, NAME)))?;
        xml.leaf("Type", 1)?;
        xml.leaf("IsNull", 0)?;
        xml.leaf("MaxUnits", 1)?;
        xml.leaf("CalendarUID", vessel_calendar(project, vessel))?;
        xml.close("Resource")?;
    }
    xml.close("Resources")
}

fn write_assignments(xml: &mut Xml, project: &Project) -> io::Result<()> {
    xml.open("Assignments")?;
    for (group, task) in project.tasks() {
        let Some(vessel) = group.vessel else { continue };
        let span = duration(task.duration);
        xml.open("Assignment")?;
        xml.leaf("UID", task.number)?;
        xml.leaf("TaskUID", task.number)?;
        xml.leaf("ResourceUID", resource_uid(vessel))?;
        xml.leaf("PercentWorkComplete", task.percent())?;
        if task.is_over {
            xml.leaf("ActualFinish", stamp(task.finish))?;
        }
        if let Some(began) = task.began() {
            xml.leaf("ActualStart", stamp(began))?;
        }
        xml.leaf("ActualWork", duration(task.done))?;
        xml.leaf("Finish", stamp(task.finish))?;
        xml.leaf("RemainingWork", duration(task.left()))?;
        xml.leaf("Start", stamp(task.start))?;
        xml.leaf("Units", 1)?;
        xml.leaf("Work", &span)?;
        xml.close("Assignment")?;
    }
    xml.close("Assignments")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_hours_and_lags_tenths_of_minutes() {
        assert_eq!(duration(TimeDelta::minutes(36 * 60 + 30)), "PT36H30M0S");
        assert_eq!(tenths(6.0), 3600);
    }
}
