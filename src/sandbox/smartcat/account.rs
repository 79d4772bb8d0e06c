//! The account: itself, its people and vendors, directories, templates, clients, the callback.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::assets::Named;
use super::assets::Person;
use super::behaviour::LanguageIds;
use super::call::Body;
use super::call::Call;
use super::call::one_of;
use super::languages;
use super::projects::language;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::render::stamp;
use crate::sandbox::http::Response;

/// The largest page of a search in the team (§3).
const TEAM_PAGE: usize = 500;
/// The largest list of callback errors (§3).
const CALLBACK_ERRORS: usize = 100;

const DIRECTORIES: [&str; 18] = [
    "language",
    "vendor",
    "domain",
    "client",
    "group",
    "projectStatus",
    "documentStatus",
    "netRate",
    "currency",
    "freelancerServiceType",
    "specialization",
    "specializationKnowledgeLevel",
    "lspServiceType",
    "jobStatus",
    "country",
    "supplierType",
    "workUnitType",
    "translationAssuranceLevel",
];

const SERVICES: [&str; 20] = [
    "translation",
    "editing",
    "proofreading",
    "postediting",
    "pageProof",
    "glossaryCreation",
    "simultaneousTranslation",
    "consecutiveTranslation",
    "mediaTranslation",
    "expertReview",
    "projectManagement",
    "translationMemoryCreation",
    "copywriting",
    "training",
    "transcription",
    "notarization",
    "certifiedTranslation",
    "transcreation",
    "legalization",
    "lQAReview",
];

/// MyTeamSearchRequestModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchTeam {
    skip: Option<usize>,
    limit: Option<usize>,
    service_type: Option<String>,
    source_language: Option<String>,
    target_language: Option<String>,
    search_string: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// InhouseTranslatorCreationModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewMember {
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    external_id: Option<String>,
    services: Option<Vec<Value>>,
    client_ids: Option<Vec<String>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

/// CallbackPropertyModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallbackModel {
    url: Option<String>,
    additional_headers: Option<Vec<HeaderModel>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
struct HeaderModel {
    name: Option<String>,
    value: Option<String>,
}

impl Body for SearchTeam {
    fn unknown(&self) -> Option<String> {
        let known = [
            "onlyNativeSpeakers",
            "allDialects",
            "minRate",
            "maxRate",
            "rateRangeCurrency",
            "specializations",
            "specializationKnowledgeLevel",
            "daytime",
        ];
        self.others.keys().find(|field| !known.contains(&field.as_str())).cloned()
    }
}

impl Body for NewMember {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl Body for CallbackModel {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl SmartcatState {
    /// `GET /v1/account`
    pub(super) fn account(&mut self, _call: &Call<'_>) -> Answer {
        Ok(self.reply(json!({
            "id": self.account_id,
            "name": "Sandbox",
            "description": null,
            "isPersonal": self.behaviour.personal_account,
            "type": "Company",
            "endCustomerValue": "smallBusiness",
            "interInstallationAccountId": self.account_id,
            "dateCreated": stamp(jiff::Timestamp::UNIX_EPOCH),
            "isDisabled": false,
        })))
    }

    /// `GET /v1/account/mtengines`
    pub(super) fn account_engines(&mut self, _call: &Call<'_>) -> Answer {
        let engines: Vec<_> = self
            .behaviour
            .mt_engines
            .iter()
            .enumerate()
            .map(|(at, engine)| {
                json!({"id": format!("00000000-0000-4000-8000-{:012x}", at + 1), "name": engine.name})
            })
            .collect();
        Ok(self.reply(json!(engines)))
    }

    /// `GET /v1/smartwords/balance`
    pub(super) fn balance(&mut self, _call: &Call<'_>) -> Answer {
        let balance = self.behaviour.smartwords.saturating_sub(self.words_charged);
        Ok(self.reply(json!({"balance": balance})))
    }

    /// `GET /v2/directory`
    pub(super) fn directory(&mut self, call: &Call<'_>) -> Answer {
        let kind = one_of(call.required("type")?, &DIRECTORIES, "directory type")?;
        let item = |id: &str, name: &str| json!({"id": id, "name": name});
        let items: Vec<_> = match kind {
            "language" => languages::all()
                .iter()
                .map(|language| match self.behaviour.directory_language_ids {
                    LanguageIds::Culture => item(language.code, language.name),
                    LanguageIds::Number => item(&language.id.to_string(), language.name),
                })
                .collect(),
            "vendor" => self.assets.vendors.iter().map(|vendor| item(&vendor.id, &vendor.name)).collect(),
            "client" => self.assets.clients.iter().map(|client| item(&client.id, &client.name)).collect(),
            "projectStatus" => ["created", "inProgress", "completed", "canceled"]
                .iter()
                .map(|name| item(name, name))
                .collect(),
            "documentStatus" => ["created", "inProgress", "completed", "updated", "targetUpdated"]
                .iter()
                .map(|name| item(name, name))
                .collect(),
            "freelancerServiceType" => SERVICES.iter().map(|name| item(name, name)).collect(),
            _ => Vec::new(),
        };
        Ok(self.reply(json!({"type": kind, "items": items})))
    }

    /// `GET /v1/directory/formats`
    pub(super) fn formats(&mut self, _call: &Call<'_>) -> Answer {
        let format = |name: &str, mime: &str| {
            json!({
                "name": name,
                "ocr": false,
                "mime-type": mime,
                "disassembleAlgorithmName": name,
            })
        };
        Ok(self.reply(json!([
            format("locjson", "application/json"),
            format("json", "application/json"),
            format("html", "text/html"),
        ])))
    }

    /// `GET /v1/vendor/list`
    pub(super) fn vendors(&mut self, _call: &Call<'_>) -> Answer {
        let vendors: Vec<_> = self
            .assets
            .vendors
            .iter()
            .map(|vendor| json!({"id": vendor.id, "name": vendor.name, "customFields": {}}))
            .collect();
        Ok(self.reply(json!(vendors)))
    }

    /// `GET /v1/template`
    pub(super) fn templates(&mut self, _call: &Call<'_>) -> Answer {
        let templates: Vec<_> = self
            .assets
            .templates
            .iter()
            .map(|template| json!({"id": template.id, "name": template.seed.name}))
            .collect();
        Ok(self.reply(json!({"templates": templates})))
    }

    /// `POST /v1/client/create`: the one creation that can be repeated (§9).
    pub(super) fn create_client(&mut self, call: &Call<'_>) -> Answer {
        let body = call.value()?;
        let name = body.as_str().filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Refusal::bad("The client's name is a JSON string"))?;
        let known = self.assets.clients.iter().find(|client| client.name == name);
        let id = match known {
            Some(client) => client.id.clone(),
            None => {
                let client = Named { id: self.ids.uuid("client"), name: name.to_owned() };
                let id = client.id.clone();
                self.assets.clients.push(client);
                id
            }
        };
        Ok(self.reply(json!(id)))
    }

    /// `POST /v1/account/searchMyTeam`
    pub(super) fn search_team(&mut self, call: &Call<'_>) -> Answer {
        let model: SearchTeam = call.body()?;
        let (Some(skip), Some(limit)) = (model.skip, model.limit) else {
            return Err(Refusal::bad("`skip` and `limit` are required"));
        };
        if limit > TEAM_PAGE {
            return Err(Refusal::bad(format!("`limit` is at most {TEAM_PAGE}")));
        }
        if let Some(service) = &model.service_type {
            one_of(service, &SERVICES, "service type")?;
        }
        for code in [&model.source_language, &model.target_language].into_iter().flatten() {
            language(code)?;
        }
        let wanted = model.search_string.unwrap_or_default().to_lowercase();
        let found = |person: &&Person| {
            let name = format!("{} {}", person.first_name, person.last_name).to_lowercase();
            person.email.to_lowercase().contains(&wanted) || name.contains(&wanted)
        };
        let people = self.assets.people.iter().filter(found).skip(skip).take(limit);
        let list: Vec<_> = people.map(person_json).collect();
        Ok(self.reply(json!(list)))
    }

    /// `GET /v1/account/myTeam/{id}`
    pub(super) fn team_member(&mut self, call: &Call<'_>) -> Answer {
        let person = self.assets.person(call.id()).ok_or_else(no_user)?;
        Ok(self.reply(person_json(person)))
    }

    /// `GET /v1/account/myTeam?externalId=`
    pub(super) fn team_member_by_external_id(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("externalId")?;
        let person = self.assets.people.iter().find(|person| person.external_id.as_deref() == Some(id));
        Ok(self.reply(person_json(person.ok_or_else(no_user)?)))
    }

    /// `POST /v1/account/myTeam`
    pub(super) fn add_team_member(&mut self, call: &Call<'_>) -> Answer {
        let model: NewMember = call.body()?;
        let email = model.email.filter(|email| email.contains('@'));
        let email = email.ok_or_else(|| Refusal::bad("Provided information is incorrect"))?;
        let known = |person: &Person| {
            person.email.eq_ignore_ascii_case(&email)
                || (model.external_id.is_some() && person.external_id == model.external_id)
        };
        if self.assets.people.iter().any(known) {
            return Err(Refusal::conflict(
                "A linguist with the provided email or external ID is already added to the team",
            ));
        }
        let person = Person {
            id: self.ids.uuid("person"),
            email,
            first_name: model.first_name.unwrap_or_default(),
            last_name: model.last_name.unwrap_or_default(),
            external_id: model.external_id,
            freelancer: false,
            services: model.services.unwrap_or_default(),
            clients: model.client_ids.unwrap_or_default(),
        };
        let reply = self.reply(person_json(&person));
        self.assets.people.push(person);
        Ok(reply)
    }

    /// `GET /v1/callback`
    pub(super) fn callback(&mut self, _call: &Call<'_>) -> Answer {
        let callback = self.callback.clone();
        callback
            .map(|callback| self.reply(callback))
            .ok_or_else(|| Refusal::missing("Notifications settings are not configured"))
    }

    /// `POST /v1/callback`: one per account, so another tool's is overwritten (§10).
    pub(super) fn set_callback(&mut self, call: &Call<'_>) -> Answer {
        let model: CallbackModel = call.body()?;
        let url = model.url.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
        let url = url.ok_or_else(|| Refusal::bad("URI is invalid"))?;
        let mut headers = Vec::new();
        for header in model.additional_headers.unwrap_or_default() {
            let name = header.name.filter(|name| !name.trim().is_empty());
            let (Some(name), Some(value)) = (name, header.value) else {
                return Err(Refusal::bad("A header has no name or no value"));
            };
            headers.push(json!({"name": name, "value": value}));
        }
        self.callback = Some(json!({"url": url, "additionalHeaders": headers}));
        Ok(Response::empty(200))
    }

    /// `DELETE /v1/callback`
    pub(super) fn delete_callback(&mut self, _call: &Call<'_>) -> Answer {
        self.callback = None;
        Ok(Response::empty(204))
    }

    /// `GET /v1/callback/lastErrors`: none, as nothing is delivered.
    pub(super) fn callback_errors(&mut self, call: &Call<'_>) -> Answer {
        if call.number("limit", CALLBACK_ERRORS)? > CALLBACK_ERRORS {
            return Err(Refusal::bad("The provided limit exceeds the maximum"));
        }
        Ok(self.reply(json!([])))
    }
}

fn person_json(person: &Person) -> Value {
    json!({
        "id": person.id,
        "email": person.email,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "externalId": person.external_id,
        "services": person.services,
        "clientIds": person.clients,
        "customFields": {},
    })
}

fn no_user() -> Refusal {
    Refusal::missing("User not found")
}
