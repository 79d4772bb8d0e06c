//! What belongs to the account rather than to a project: memories, glossaries, people, vendors, templates,
//! clients.

use std::collections::BTreeMap;

use serde_json::Value;

use super::behaviour::Seed;
use super::behaviour::TemplateSeed;
use super::ids::Ids;

/// The account's possessions.
#[derive(Debug, Default)]
pub(super) struct Assets {
    pub(super) memories: Vec<Memory>,
    pub(super) glossaries: Vec<Glossary>,
    pub(super) people: Vec<Person>,
    pub(super) vendors: Vec<Named>,
    pub(super) templates: Vec<Template>,
    pub(super) assignment_templates: Vec<Named>,
    pub(super) clients: Vec<Named>,
}

/// Something with a name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

/// A translation memory.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) client: Option<String>,
    pub(super) source: String,
    pub(super) targets: Vec<String>,
    pub(super) created: jiff::Timestamp,
    /// Language number → source → target.
    pub(super) units: BTreeMap<u32, BTreeMap<String, String>>,
}

/// A glossary.
#[derive(Debug)]
pub(super) struct Glossary {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) languages: Vec<String>,
}

/// A member of the team.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) external_id: Option<String>,
    pub(super) freelancer: bool,
    pub(super) services: Vec<Value>,
    pub(super) clients: Vec<String>,
}

/// A project template.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) id: String,
    pub(super) seed: TemplateSeed,
}

impl Assets {
    pub(super) fn new(seed: &Seed, ids: &mut Ids) -> Self {
        let mut named = |kind: &'static str, names: &[String]| {
            names.iter().map(|name| Named { id: ids.uuid(kind), name: name.clone() }).collect::<Vec<_>>()
        };
        let vendors = named("vendor", &seed.vendors);
        let assignment_templates = named("assignment-template", &seed.assignment_templates);
        Self {
            memories: seed
                .memories
                .iter()
                .map(|memory| Memory {
                    id: ids.uuid("memory"),
                    name: memory.name.clone(),
                    description: None,
                    client: None,
                    source: memory.source.clone(),
                    targets: memory.targets.clone(),
                    created: jiff::Timestamp::UNIX_EPOCH,
                    units: BTreeMap::new(),
                })
                .collect(),
            glossaries: seed
                .glossaries
                .iter()
                .map(|glossary| Glossary {
                    id: ids.uuid("glossary"),
                    name: glossary.name.clone(),
                    languages: glossary.languages.clone(),
                })
                .collect(),
            people: seed
                .people
                .iter()
                .map(|person| Person {
                    id: ids.uuid("person"),
                    email: person.email.clone(),
                    first_name: person.first_name.clone(),
                    last_name: person.last_name.clone(),
                    external_id: None,
                    freelancer: person.freelancer,
                    services: Vec::new(),
                    clients: Vec::new(),
                })
                .collect(),
            vendors,
            templates: seed
                .project_templates
                .iter()
                .map(|template| Template { id: ids.uuid("template"), seed: template.clone() })
                .collect(),
            assignment_templates,
            clients: Vec::new(),
        }
    }

    pub(super) fn memory(&self, id: &str) -> Option<&Memory> {
        self.memories.iter().find(|memory| memory.id == id)
    }

    pub(super) fn memory_mut(&mut self, id: &str) -> Option<&mut Memory> {
        self.memories.iter_mut().find(|memory| memory.id == id)
    }

    pub(super) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(super) fn vendor(&self, id: &str) -> Option<&Named> {
        self.vendors.iter().find(|vendor| vendor.id == id)
    }
}

impl Memory {
    /// The translation of exactly this source.
    pub(super) fn recall(&self, language: u32, source: &str) -> Option<&str> {
        self.units.get(&language)?.get(source).map(String::as_str)
    }

    /// Keeps a confirmed translation.
    pub(super) fn remember(&mut self, language: u32, source: &str, target: &str) {
        let units = self.units.entry(language).or_default();
        if units.get(source).is_none_or(|known| known != target) {
            units.insert(source.to_owned(), target.to_owned());
        }
    }
}
