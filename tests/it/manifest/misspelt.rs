//! Every key at every place of the language, misspelt: refused by the schema and by zencat. Which places there are is
//! read from the schema, so a key that is added without a test here turns it red.

use std::collections::BTreeSet;

use serde_json::Value;

use zencat::manifest;
use zencat::manifest::Manifest;

use super::good::FULL;

/// A key of one kind of mapping: `("Project", "deadline")`.
type Key = (String, String);

/// A key where it stands in a manifest: the pointer to its mapping, and what it is a key of.
struct Place {
    mapping: String,
    key: Key,
}

/// A kind of mapping: a definition, the manifest itself, or a key of the manifest that is defined where it stands.
fn definition<'s>(schema: &'s Value, name: &str) -> &'s Value {
    match schema["$defs"].get(name) {
        Some(definition) => definition,
        None if name == "Manifest" => schema,
        None => &schema["properties"][name],
    }
}

/// The kind of a mapping that is defined where it stands: that of the definition it repeats, or its key.
fn kind_in_place(schema: &Value, key: &str, property: &Value) -> Option<String> {
    let own = property.get("properties")?;
    let mut defined = schema["$defs"].as_object().unwrap().iter();
    let same = defined.find(|(_, definition)| definition.get("properties") == Some(own));
    Some(same.map_or(key, |(name, _)| name).to_owned())
}

fn keys_of<'s>(schema: &'s Value, name: &str) -> impl Iterator<Item = (&'s String, &'s Value)> {
    definition(schema, name)["properties"].as_object().into_iter().flatten()
}

/// Every key of every kind of mapping that the schema knows.
fn all_keys(schema: &Value) -> BTreeSet<Key> {
    let defined = schema["$defs"].as_object().unwrap().keys();
    let in_place = schema["properties"].as_object().unwrap().keys();
    let names = defined.chain(in_place).map(String::as_str).chain(["Manifest"]);
    names.flat_map(|name| keys_of(schema, name).map(move |(key, _)| (name.to_owned(), key.clone()))).collect()
}

/// Definitions with keys that a property's value may be of: straight, in a list, under names that people choose, or as
/// one of several forms.
fn referred(property: &Value, found: &mut BTreeSet<String>) {
    if !property.is_object() {
        return;
    }
    if let Some(reference) = property["$ref"].as_str() {
        found.insert(reference.rsplit('/').next().unwrap().to_owned());
    }
    for key in ["items", "additionalProperties"] {
        referred(&property[key], found);
    }
    for form in ["anyOf", "oneOf"] {
        property[form].as_array().into_iter().flatten().for_each(|form| referred(form, found));
    }
}

/// Places of keys in a value that is of a kind, and in all below it.
fn walk(schema: &Value, name: &str, value: &Value, at: &str, found: &mut Vec<Place>) {
    for (key, property) in keys_of(schema, name) {
        let Some(below) = value.get(key) else { continue };
        found.push(Place { mapping: at.to_owned(), key: (name.to_owned(), key.clone()) });
        let mut kinds = BTreeSet::new();
        referred(property, &mut kinds);
        kinds.extend(kind_in_place(schema, key, property));
        for kind in kinds.iter().filter(|kind| keys_of(schema, kind).next().is_some()) {
            descend(schema, kind, below, &format!("{at}/{key}"), found);
        }
    }
}

fn descend(schema: &Value, kind: &str, value: &Value, at: &str, found: &mut Vec<Place>) {
    let is_of_kind = keys_of(schema, kind).any(|(key, _)| value.get(key).is_some());
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(number, item)| walk(schema, kind, item, &format!("{at}/{number}"), found)),
        Value::Object(_) if is_of_kind => walk(schema, kind, value, at, found),
        Value::Object(named) => {
            named.iter().for_each(|(name, item)| walk(schema, kind, item, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

/// Manifests that together have every key: Smartcat is named by its region or by its address.
fn full() -> [Value; 2] {
    let by_address = FULL.replace("{region: asia}", "{url: \"https://smartcat.com\"}");
    [FULL, &by_address].map(|text| serde_yaml::from_str(text).unwrap())
}

fn places(schema: &Value, manifest: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    walk(schema, "Manifest", manifest, "", &mut found);
    found
}

#[test]
fn each_key_at_each_place_misspelt_is_refused_by_editors_and_by_zencat() {
    let schema = manifest::schema();
    let validator = jsonschema::validator_for(schema).unwrap();
    let mut tried = BTreeSet::new();
    for whole in full() {
        assert!(validator.is_valid(&whole));
        for Place { mapping, key: (name, key) } in places(schema, &whole) {
            let mut wrong = whole.clone();
            let entries = wrong.pointer_mut(&mapping).unwrap().as_object_mut().unwrap();
            let value = entries.remove(&key).unwrap();
            entries.insert(format!("{key}x"), value);
            assert!(!validator.is_valid(&wrong), "the schema takes {mapping}/{key}x");
            // JSON is YAML.
            let problems = Manifest::parse("full.yaml", &wrong.to_string()).unwrap_err();
            let hint = format!("did you mean `{key}`?");
            let told = |problem: &zencat::diag::Diagnostic| {
                problem.code.as_str() == "unknown-key" && problem.hint.as_ref() == Some(&hint)
            };
            assert!(problems.iter().any(told), "{mapping}/{key}x: {problems:#?}");
            tried.insert((name, key));
        }
    }
    assert_eq!(tried, all_keys(schema), "a key of the schema is in no full manifest");
}

/// An editor shows a text for each key, and offers values for each that has any of its own.
#[test]
fn each_key_has_a_text_and_a_value_to_begin_with() {
    let schema = manifest::schema();
    for (name, key) in all_keys(schema) {
        let property = &definition(schema, &name)["properties"][&key];
        let text = property["description"].as_str();
        assert!(text.is_some_and(|text| text.ends_with(['.', '`'])), "{name}.{key}: {text:?}");
        let has_examples = property["examples"].as_array().is_some_and(|examples| !examples.is_empty());
        assert!(has_examples || property.get("default").is_some(), "{name}.{key} has no example");
    }
}

/// Each example and each default is a value that the key takes, where it stands in a whole manifest.
#[test]
fn each_example_and_each_default_is_valid_at_its_place() {
    let schema = manifest::schema();
    let validator = jsonschema::validator_for(schema).unwrap();
    for whole in full() {
        for Place { mapping, key: (name, key) } in places(schema, &whole) {
            let property = &definition(schema, &name)["properties"][&key];
            let examples = property["examples"].as_array().into_iter().flatten();
            for value in examples.chain(property.get("default")) {
                let mut with = whole.clone();
                with.pointer_mut(&mapping).unwrap()[&key] = value.clone();
                let problems: Vec<String> =
                    validator.iter_errors(&with).map(|error| error.to_string()).collect();
                assert!(problems.is_empty(), "{mapping}/{key}: {value}: {problems:?}");
                let shape_of = |problem: &zencat::diag::Diagnostic| {
                    ["wrong-type", "unknown-key", "unknown-value", "no-value"]
                        .contains(&problem.code.as_str())
                };
                if let Err(problems) = Manifest::parse("full.yaml", &with.to_string()) {
                    assert!(!problems.iter().any(shape_of), "{mapping}/{key}: {value}: {problems:#?}");
                }
            }
        }
    }
}
