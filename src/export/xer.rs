//! A project file for Oracle Primavera P6 in its older exchange format (XER), which planners' tools read most.
//!
//! In: a schedule. Out: tables of tab-separated rows in Windows-1252, with what `pmxml` holds: activities, WBS, links, calendars,
//! resources and assignments. Times are in the offset of the plan's zone at its start, as the project's name says.
//! The encoding is the format's: a letter that it does not have, such as any of Japanese, becomes `?`. `pmxml` keeps every letter.
//! A calendar is one field with brackets in it, after P6's own; a day is the number a spreadsheet gives it.

use super::pmxml::hours;
use super::project::{self, Calendar, DAY, Moment, Project, Task, short};
use super::wording::clean;
use super::{Choices, Format};
use crate::schedule::Schedule;
use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;
use std::io::{self, Write};

/// The format `xer`.
pub struct Xer;

impl Format for Xer {
    fn name(&self) -> &'static str {
        "xer"
    }

    fn extension(&self) -> &'static str {
        "xer"
    }

    fn about(&self) -> &'static str {
        "a project for Primavera P6, in Western letters only"
    }

    fn is_text(&self) -> bool {
        // Its encoding is not that of a terminal.
        false
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        project::refuses(schedule, "Primavera", 1970..=2149)
    }

    fn takes(&self) -> &'static [&'static str] {
        &["now"]
    }

    fn notes(&self, schedule: &Schedule, choices: &Choices) -> Vec<String> {
        project::progress_notes(schedule, choices)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(schedule, &Choices::default(), out)
    }

    fn write_as(&self, schedule: &Schedule, choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        let project = Project::with(schedule, choices);
        let mut xer = String::new();
        let head = ["ERMHDR", "20.12", &project.issued.format("%Y-%m-%d").to_string(), "Project", "mudline"];
        line(&mut xer, &head);
        write_settings(&mut xer, &project);
        write_groups(&mut xer, &project);
        write_tasks(&mut xer, &project);
        write_links(&mut xer, &project);
        write_assignments(&mut xer, &project);
        line(&mut xer, &["%E"]);
        out.write_all(&encoded(&xer))
    }
}

/// Text in Windows-1252, with `?` for each letter that it does not have.
fn encoded(text: &str) -> Vec<u8> {
    let (bytes, _, is_lossy) = WINDOWS_1252.encode(text);
    if !is_lossy {
        return bytes.into_owned();
    }
    let mut buffer = [0; 4];
    let known: String = text
        .chars()
        .map(|c| if c.is_ascii() || !WINDOWS_1252.encode(c.encode_utf8(&mut buffer)).2 { c } else { '?' })
        .collect();
    WINDOWS_1252.encode(&known).0.into_owned()
}

fn line(xer: &mut String, fields: &[&str]) {
    xer.push_str(&fields.join("\t"));
    xer.push_str("\r\n");
}

/// Begins a table: its name and its fields, which are separated by blanks.
fn table(xer: &mut String, name: &str, fields: &str) {
    line(xer, &["%T", name]);
    line(xer, &["%F", &fields.replace(' ', "\t")]);
}

fn row<const N: usize>(xer: &mut String, fields: [String; N]) {
    line(xer, &["%R", &fields.join("\t")]);
}

/// A name in one field: no tab, no line, quotes doubled.
fn field(name: &str, most: usize) -> String {
    short(&clean(name), most).replace('"', "\"\"")
}

fn time(time: Moment) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

fn write_settings(xer: &mut String, project: &Project) {
    table(
        xer,
        "CURRTYPE",
        "curr_id decimal_digit_cnt curr_symbol decimal_symbol digit_group_symbol pos_curr_fmt_type neg_curr_fmt_type curr_type \
         curr_short_name group_digit_cnt base_exch_rate",
    );
    row(xer, ["1", "2", "$", ".", ",", "#1.1", "(#1.1)", "US Dollar", "USD", "3", "1"].map(str::to_owned));
    table(
        xer,
        "PROJECT",
        "proj_id proj_short_name clndr_id plan_start_date plan_end_date last_recalc_date export_flag",
    );
    let (start, end) = (time(project.start), time(project.end));
    let now = project.now.map_or_else(|| start.clone(), time);
    row(xer, [one(), "MUDLINE".to_owned(), one(), start, end, now, "Y".to_owned()]);
    table(
        xer,
        "CALENDAR",
        "clndr_id default_flag clndr_name clndr_type day_hr_cnt week_hr_cnt month_hr_cnt year_hr_cnt clndr_data",
    );
    for (at, calendar) in project.calendars.iter().enumerate() {
        let [day, week, month, year] = ["24", "168", "720", "8760"].map(str::to_owned);
        let (is_default, kind) = (if at == 0 { "Y" } else { "N" }.to_owned(), "CA_Base".to_owned());
        let (number, name) = ((at + 1).to_string(), field(&calendar.name, 60));
        row(xer, [number, is_default, name, kind, day, week, month, year, calendar_data(calendar)]);
    }
    table(
        xer,
        "SCHEDOPTIONS",
        "schedoptions_id proj_id sched_calendar_on_relationship_lag sched_retained_logic",
    );
    row(xer, [one(), one(), "rcal_24hour".to_owned(), "Y".to_owned()]);
}

fn one() -> String {
    "1".to_owned()
}

/// A calendar as P6 packs it: seven days of the week, and the days that are otherwise.
fn calendar_data(calendar: &Calendar) -> String {
    let days: String = (1..=7).map(|day| format!("(0||{day}()({}))", stretches(&[(0, DAY)]))).collect();
    let mut exceptions = String::new();
    let mut number = 0;
    for exception in calendar.exceptions() {
        for day in exception.first.iter_days().take_while(|day| *day <= exception.last) {
            exceptions += &format!("(0||{number}(d|{})({}))", serial(day), stretches(&exception.open));
            number += 1;
        }
    }
    format!(
        "(0||CalendarData()((0||DaysOfWeek()({days}))(0||VIEW(ShowTotal|N)())(0||Exceptions()({exceptions}))))"
    )
}

/// Stretches of work; midnight at the end of a day is written as at its beginning.
fn stretches(open: &[(u32, u32)]) -> String {
    let clock = |minute: u32| format!("{:02}:{:02}", minute % DAY / 60, minute % 60);
    let stretch =
        |(at, &(from, to)): (usize, &(u32, u32))| format!("(0||{at}(s|{}|f|{})())", clock(from), clock(to));
    open.iter().enumerate().map(stretch).collect()
}

/// The number that a spreadsheet gives a day: 1 is 1900-01-01, and there was a 1900-02-29.
fn serial(day: NaiveDate) -> i64 {
    const BEFORE_FIRST: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a date");
    (day - BEFORE_FIRST).num_days()
}

fn write_groups(xer: &mut String, project: &Project) {
    table(
        xer,
        "PROJWBS",
        "wbs_id proj_id seq_num proj_node_flag status_code wbs_short_name wbs_name parent_wbs_id",
    );
    let open = || "WS_Open".to_owned();
    let title = field(&project.title(100), 100);
    row(xer, [one(), one(), one(), "Y".to_owned(), open(), "MUDLINE".to_owned(), title, String::new()]);
    for (at, group) in project.groups.iter().enumerate() {
        let (number, code) = (group_number(at).to_string(), format!("G{:03}", at + 1));
        let name = field(&group.title, 100);
        row(xer, [number, one(), (at + 1).to_string(), "N".to_owned(), open(), code, name, one()]);
    }
    table(
        xer,
        "RSRC",
        "rsrc_id clndr_id rsrc_short_name rsrc_name rsrc_type active_flag curr_id def_qty_per_hr",
    );
    for (vessel, name) in project.vessels.iter().enumerate() {
        let (number, code) = ((vessel + 1).to_string(), format!("V{:03}", vessel + 1));
        let (name, kind) = (field(name, 100), "RT_Equip".to_owned());
        row(xer, [number, one(), code, name, kind, "Y".to_owned(), one(), one()]);
    }
}

/// The number of a group: the first is the project's own.
fn group_number(at: usize) -> usize {
    at + 2
}

fn write_tasks(xer: &mut String, project: &Project) {
    table(
        xer,
        "TASK",
        "task_id proj_id wbs_id clndr_id task_code task_name task_type status_code complete_pct_type duration_type \
         phys_complete_pct target_drtn_hr_cnt remain_drtn_hr_cnt total_float_hr_cnt cstr_type cstr_date target_start_date \
         target_end_date early_start_date early_end_date restart_date reend_date act_start_date act_end_date priority_type",
    );
    for (at, group) in project.groups.iter().enumerate() {
        for task in &group.tasks {
            write_task(xer, task, group_number(at));
        }
    }
}

/// What is left of a task: its start and its end, where it is not over.
fn rest(task: &Task) -> [String; 2] {
    if task.is_over { Default::default() } else { [time(task.resumes()), time(task.finish)] }
}

/// What has been done of a task: its start and its end, as far as there is one.
fn actual(task: &Task) -> [String; 2] {
    let end = if task.is_over { time(task.finish) } else { String::new() };
    [task.began().map(time).unwrap_or_default(), end]
}

fn write_task(xer: &mut String, task: &Task, group: usize) {
    let (start, finish) = (time(task.start), time(task.finish));
    let kind = if task.start == task.finish { "TT_Mile" } else { "TT_Task" };
    let float = task.activity.and_then(|activity| activity.float_h).map(|float| float.to_string());
    let status = match task.began() {
        _ if task.is_over => "TK_Complete",
        Some(_) => "TK_Active",
        None => "TK_NotStart",
    };
    let [[restart, reend], [began, ended]] = [rest(task), actual(task)];
    let head = [
        task.number.to_string(),
        one(),
        group.to_string(),
        (task.calendar + 1).to_string(),
        task.code(),
        field(&task.name, 120),
        kind.to_owned(),
        status.to_owned(),
    ];
    let kinds = ["CP_Drtn", "DT_FixedDUR2", "0"].map(str::to_owned);
    let lengths =
        [hours(task.duration).to_string(), hours(task.left()).to_string(), float.unwrap_or_default()];
    let wanted = ["CS_MSOA".to_owned(), start.clone(), start, finish];
    let times = [restart.clone(), reend.clone(), restart, reend, began, ended, "PT_Normal".to_owned()];
    let fields = head.into_iter().chain(kinds).chain(lengths).chain(wanted).chain(times);
    let fields: Vec<String> = fields.collect();
    line(xer, &["%R", &fields.join("\t")]);
}

fn write_links(xer: &mut String, project: &Project) {
    table(xer, "TASKPRED", "task_pred_id task_id pred_task_id proj_id pred_proj_id pred_type lag_hr_cnt");
    let links =
        project.tasks().flat_map(|(_, task)| task.after.iter().map(move |after| (task.number, after)));
    for (at, (number, (before, lag_h))) in links.enumerate() {
        let [at, number, before, lag] =
            [(at + 1).to_string(), number.to_string(), before.to_string(), lag_h.to_string()];
        row(xer, [at, number, before, one(), one(), "PR_FS".to_owned(), lag]);
    }
}

fn write_assignments(xer: &mut String, project: &Project) {
    table(
        xer,
        "TASKRSRC",
        "taskrsrc_id task_id proj_id rsrc_id rsrc_type target_qty remain_qty target_qty_per_hr remain_qty_per_hr \
         target_start_date target_end_date restart_date reend_date act_reg_qty act_start_date act_end_date",
    );
    for (group, task) in project.tasks() {
        let Some(vessel) = group.vessel else { continue };
        let (number, length) = (task.number.to_string(), hours(task.duration).to_string());
        let [[restart, reend], [began, ended]] = [rest(task), actual(task)];
        let (start, finish, kind) = (time(task.start), time(task.finish), "RT_Equip".to_owned());
        row(
            xer,
            [
                number.clone(),
                number,
                one(),
                (vessel + 1).to_string(),
                kind,
                length,
                hours(task.left()).to_string(),
                one(),
                one(),
                start,
                finish,
                restart,
                reend,
                hours(task.done).to_string(),
                began,
                ended,
            ],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_encoding_lacks_become_marks() {
        assert_eq!(encoded("Ålesund – 荒天"), b"\xc5lesund \x96 ??");
        assert_eq!(field("a\t\"b\"\n", 99), "a \"\"b\"\" ");
        assert_eq!(serial(NaiveDate::from_ymd_opt(2026, 1, 12).expect("a date")), 46034);
    }
}
