//! The JSON Schema of the manifest, made from the types in `raw.rs`.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::Value;

use super::raw::RawManifest;

/// The JSON Schema (2020-12) of the manifest.
pub fn schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        SchemaSettings::draft2020_12()
            .for_deserialize()
            .with_transform(RecursiveTransform(without_null))
            .into_generator()
            .into_root_schema_for::<RawManifest>()
            .to_value()
    });
    &SCHEMA
}

/// The schema as the file in `schema/` has it.
pub fn schema_text() -> String {
    // A JSON value always has a text.
    format!("{:#}\n", schema())
}

/// An optional key may be left out, but it may not be null: `content:` with nothing behind it is a mistake.
fn without_null(schema: &mut schemars::Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(alternatives)) = object.get_mut("anyOf") {
        alternatives.retain(|alternative| alternative.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = alternatives.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
}
