//! The schedule in sentences and in figures, in every language of the report.
//!
//! In: a schedule, its clock, the words. Out: pieces of HTML whose every text is escaped; they stand in the page without its script.
//! Not an assessment: each sentence says a number that stands in the schedule.

use super::escape;
use super::words::{Language, Words};
use crate::export::wording::{self, Clock};
use crate::schedule::{Activity, Schedule, Status, Time};
use chrono::Datelike;
use fluent_bundle::{FluentArgs, FluentValue};

/// A language with what it needs to say a schedule.
pub struct Speaker<'s> {
    schedule: &'s Schedule,
    clock: &'s Clock,
    language: Language,
    words: Words,
}

impl<'s> Speaker<'s> {
    /// Somebody who says this schedule in this language.
    pub fn new(schedule: &'s Schedule, clock: &'s Clock, language: Language) -> Speaker<'s> {
        Speaker { schedule, clock, language, words: Words::of(language) }
    }

    /// Its texts.
    pub fn words(&self) -> &Words {
        &self.words
    }

    fn with<'v, const N: usize>(&self, id: &str, values: [(&'v str, FluentValue<'v>); N]) -> String {
        self.words.with(id, &FluentArgs::from_iter(values))
    }

    /// `12 Jan 2026 09:00`.
    pub fn time(&self, time: Time) -> String {
        match self.language {
            Language::En => self.clock.long(time),
            Language::Ja => {
                let local = self.clock.at(time);
                format!("{}年{}月{}日 {}", local.year(), local.month(), local.day(), local.format("%H:%M"))
            }
        }
    }

    fn hours(&self, hours: f64) -> String {
        let said = wording::duration(hours);
        match self.language {
            Language::En => said,
            Language::Ja => {
                said.replace(" min", "分").replace(" d", "日").replace(" h", "時間").replace(' ', "")
            }
        }
    }

    /// The period and the edition, under the title.
    pub fn edition(&self) -> String {
        let horizon = &self.schedule.horizon;
        let parts = [
            self.with(
                "horizon",
                [("start", self.time(horizon.start).into()), ("end", self.time(horizon.end).into())],
            ),
            self.with("times-in", [("zone", wording::clean(&self.clock.name).into())]),
            self.with("issued", [("time", self.time(self.schedule.plan.issued).into())]),
        ];
        parts.iter().map(|part| format!("<span>{}</span>", escape(part))).collect()
    }

    /// The sentences of the summary.
    pub fn sentences(&self) -> Vec<String> {
        let (schedule, totals) = (self.schedule, &self.schedule.totals);
        let done: Vec<&Activity> = schedule.activities.iter().filter(|a| wording::is_done(a)).collect();
        if done.is_empty() {
            return vec![self.words.text("says-nothing")];
        }
        let count = |number: usize| FluentValue::from(number as i64);
        let mut said = vec![self.with(
            "says-activities",
            [
                ("start", self.time(schedule.horizon.start).into()),
                ("end", self.time(schedule.horizon.end).into()),
                ("vessels", count(schedule.vessel_names().len())),
                ("activities", count(done.len())),
            ],
        )];
        if let Some(happened) = schedule.happened {
            said.push(self.with("says-happened", [("time", self.time(happened).into())]));
        }
        if totals.sampled_t != 0.0 || totals.delivered_t != 0.0 {
            let tonnes = |value: f64| FluentValue::from(wording::tonnes(value));
            said.push(self.with(
                "says-tonnes",
                [("sampled", tonnes(totals.sampled_t)), ("delivered", tonnes(totals.delivered_t))],
            ));
        }
        said.extend(self.finish());
        if totals.cost != 0.0 {
            let cost = wording::money(totals.cost, schedule.plan.currency.as_deref());
            said.push(self.with("says-cost", [("cost", cost.into())]));
        }
        if totals.fuel_t != 0.0 {
            let tonnes = |value: f64| FluentValue::from(wording::tonnes(value));
            let has_co2 = if totals.co2_t != 0.0 { "yes" } else { "no" };
            said.push(self.with(
                "says-fuel",
                [("fuel", tonnes(totals.fuel_t)), ("co2", tonnes(totals.co2_t)), ("known", has_co2.into())],
            ));
        }
        if totals.late_h != 0.0 {
            said.push(self.with("says-late", [("hours", self.hours(totals.late_h).into())]));
        }
        said.extend(self.weather());
        if schedule.activities.iter().any(|activity| activity.float_h.is_some() || activity.critical) {
            let critical = done.iter().filter(|activity| activity.critical).count();
            said.push(self.with("says-critical", [("critical", count(critical))]));
        }
        said.push(self.words.text(match schedule.solve.status {
            Status::Optimal => "says-optimal",
            Status::Feasible => "says-feasible",
        }));
        said
    }

    /// When vessels and tasks are done, and when the shore is, if that is later.
    fn finish(&self) -> Option<String> {
        let ashore = self.schedule.activities.iter().filter(|a| wording::is_done(a) && !a.is_real());
        let finish = self.schedule.finish();
        let end = ashore.map(|activity| activity.end).max().filter(|end| Some(*end) > finish);
        let said = |time: Time| FluentValue::from(self.time(time));
        Some(match (finish, end) {
            (Some(finish), None) => self.with("says-finish", [("finish", said(finish))]),
            (None, Some(end)) => self.with("says-ashore", [("end", said(end))]),
            (Some(finish), Some(end)) => {
                self.with("says-finish-ashore", [("finish", said(finish)), ("end", said(end))])
            }
            (None, None) => return None,
        })
    }

    fn weather(&self) -> Vec<String> {
        let waiting: f64 = self.schedule.totals.vessels.values().map(|hours| hours.weather_wait_h).sum();
        let elapsed: f64 = self.schedule.totals.vessels.values().map(|hours| hours.elapsed_h()).sum();
        if waiting <= 0.0 || elapsed <= 0.0 {
            return vec![];
        }
        let share = format!("{} %", wording::number(100.0 * waiting / elapsed));
        let mut said =
            vec![self.with("says-weather", [("hours", self.hours(waiting).into()), ("share", share.into())])];
        let mut longest: Option<&Activity> = None;
        for activity in &self.schedule.activities {
            if activity.waiting_h > longest.map_or(0.0, |longest| longest.waiting_h) {
                longest = Some(activity);
            }
        }
        if let Some(longest) = longest {
            let what = match longest.kind {
                crate::schedule::Kind::Wait => self.words.text("waiting"),
                _ => super::data::name(&longest.name),
            };
            said.push(self.with(
                "says-longest",
                [
                    ("hours", self.hours(longest.waiting_h).into()),
                    ("what", what.into()),
                    ("start", self.time(longest.start).into()),
                ],
            ));
        }
        said
    }

    /// The figures beside the sentences, as a list of definitions.
    pub fn figures(&self) -> String {
        let totals = &self.schedule.totals;
        let mut rows: Vec<(&str, f64, String)> = Vec::new();
        if totals.sampled_t != 0.0 || totals.delivered_t != 0.0 {
            rows.push((
                "delivered",
                totals.delivered_t,
                format!("{} t", wording::tonnes(totals.delivered_t)),
            ));
            rows.push(("sampled", totals.sampled_t, format!("{} t", wording::tonnes(totals.sampled_t))));
        }
        if totals.supplied_t != 0.0 {
            rows.push(("supplied", totals.supplied_t, format!("{} t", wording::tonnes(totals.supplied_t))));
        }
        let finish = self.schedule.finish();
        rows.extend(finish.map(|finish| ("finish", finish.timestamp() as f64, self.time(finish))));
        let waiting: f64 = totals.vessels.values().map(|hours| hours.weather_wait_h).sum();
        rows.push(("weather-wait", waiting, self.hours(waiting)));
        if totals.cost != 0.0 {
            rows.push((
                "cost",
                totals.cost,
                wording::money(totals.cost, self.schedule.plan.currency.as_deref()),
            ));
        }
        for (word, value) in [("fuel", totals.fuel_t), ("co2", totals.co2_t)] {
            if value != 0.0 {
                rows.push((word, value, format!("{} t", wording::tonnes(value))));
            }
        }
        if totals.late_h != 0.0 {
            rows.push(("late", totals.late_h, self.hours(totals.late_h)));
        }
        let row = |(word, value, said): &(&str, f64, String)| {
            let word = escape(&self.words.text(word));
            format!("<div><dt>{word}</dt><dd><data value=\"{value}\">{}</data></dd></div>", escape(said))
        };
        let mut html: String = rows.iter().map(row).collect();
        let status = match self.schedule.solve.status {
            Status::Optimal => self.words.text("optimal"),
            Status::Feasible => self.words.text("feasible"),
        };
        let goals = self.schedule.solve.goals.iter().enumerate();
        let gap = goals.into_iter().find(|(_, goal)| !wording::is_proven(goal)).and_then(|(nth, goal)| {
            let gap = wording::gap(goal).map(|gap| self.with("gap", [("gap", gap.into())]));
            // Where those before it are proven, which it is.
            let name = (nth > 0).then(|| self.words.text(&format!("goal-{}", goal.name)));
            let said: Vec<String> = [name, gap].into_iter().flatten().collect();
            (!said.is_empty()).then(|| format!(" <small>{}</small>", escape(&said.join(": "))))
        });
        let answer = escape(&self.words.text("answer"));
        html.push_str(&format!(
            "<div><dt>{answer}</dt><dd>{}{}</dd></div>",
            escape(&status),
            gap.unwrap_or_default()
        ));
        html
    }

    /// The notice that the weather is made up, if it is.
    pub fn synthetic(&self) -> String {
        format!(
            "<b>{}</b> {}",
            escape(&self.words.text("synthetic-title")),
            escape(&self.words.text("synthetic"))
        )
    }
}
