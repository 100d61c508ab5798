//! The weights of goals: `{ delivered = 1.0, cost = 0.00002 }`.
//!
//! In: one TOML table. Out: each goal with its weight, in the order of the file, or a diagnostic that says what to write.
//! Not whether the weights make sense: see the checks of goals.

use super::read::{Context, Read, wrong_type};
use super::words::GoalWord;
use crate::id::nearest;
use serde_json::{Map, Value, json};
use toml::Spanned;
use toml::de::DeValue;

/// Goals with what each unit of them counts in their sum.
#[derive(Debug, Clone)]
pub struct Weights(pub Vec<(Spanned<GoalWord>, Spanned<f64>)>);

impl Read for Weights {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Weights> {
        let Some(table) = value.get_ref().as_table() else {
            let help = "write goals with their weights in braces: { delivered = 1.0, cost = 0.00002 }";
            wrong_type(value, "a table", help, context);
            return None;
        };
        let mut weights = Vec::new();
        for (key, value) in table {
            let asked: &str = key.get_ref();
            let Some((_, goal)) = GoalWord::WORDS.iter().find(|(word, _)| *word == asked) else {
                let words = GoalWord::WORDS.iter().map(|(word, _)| *word);
                let help = match nearest(asked, words.clone()) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("known: \"{}\"", words.collect::<Vec<_>>().join("\", \"")),
                };
                context.error("unknown-word", key.span(), format!("{asked:?} is no goal"), help);
                continue;
            };
            if let Some(weight) = f64::read(value, context) {
                weights.push((Spanned::new(key.span(), *goal), Spanned::new(value.span(), weight)));
            }
        }
        weights.sort_by_key(|(goal, _)| goal.span().start);
        Some(Weights(weights))
    }

    fn schema() -> Value {
        let weight = json!({ "type": "number", "exclusiveMinimum": 0 });
        let goals: Map<String, Value> =
            GoalWord::WORDS.iter().map(|(word, _)| ((*word).to_owned(), weight.clone())).collect();
        json!({
            "type": "object", "properties": goals, "additionalProperties": false, "minProperties": 1,
            "examples": [{ "delivered": 1.0, "cost": 0.00002 }]
        })
    }
}
