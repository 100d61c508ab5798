//! The JSON Schema of the plan language, so that editors complete and check it.
//!
//! Made from the same list of tables and keys that the reader uses; see [`super::raw`].

use super::raw::RawPlan;
use super::read::Read;
use serde_json::{Value, json};

/// The schema of a plan file, as JSON Schema 2020-12.
pub fn schema() -> Value {
    let mut schema = RawPlan::schema();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!("mudline plan"));
    }
    schema
}
