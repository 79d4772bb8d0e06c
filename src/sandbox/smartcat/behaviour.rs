//! What the references leave open, as switches.
//!
//! Every default is what the evidence makes most likely; the other settings are what a careful client must
//! survive too. Numbers in brackets are sections of the reference (`smartcat.md`).

use serde::Deserialize;
use serde::Serialize;

/// How the simulated Smartcat behaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// The account belongs to a freelancer: creating projects and uploading answer 403 (§2).
    pub personal_account: bool,
    /// The shape of an error's body (§11).
    pub error_body: ErrorBody,
    /// The request rate in force; `null` lifts it (§3).
    pub rate_limit: Option<RateLimit>,
    /// Fields and query parameters that the specification does not know answer 400. Stricter than the
    /// service, which is believed to ignore them, so that a misspelt name cannot pass unnoticed.
    pub strict_requests: bool,
    /// How JSON is labelled (§4).
    pub json_label: JsonLabel,
    /// How a field without a value is written (§4).
    pub absent_fields: AbsentFields,

    /// The project list contains each project's documents (§6.5).
    pub list_embeds_documents: bool,
    /// The order of the project list (§6.5).
    pub list_order: ListOrder,
    /// A project PUT resets description, deadline, client, group, tag, specializations and custom fields that
    /// it does not name (§6.4). The name, the stages and the vendors stay.
    pub put_resets_omitted: bool,
    /// How work is given to people (§7.9, §7.10).
    pub assignment_mode: AssignmentMode,
    /// Whether people who are invited are seen before they accept (§7.2, §7.9).
    pub invitations: Invitations,
    /// Applying an assignment template answers 402 (§7.10).
    pub prepayment: bool,

    /// Milliseconds until an uploaded file is parsed.
    pub parse_ms: u64,
    /// What `documentDisassemblingStatus` says until then: words may be added at any time (§4).
    pub parsing_status: String,
    /// Milliseconds from parsing to the end of pretranslation.
    pub pretranslate_ms: u64,
    /// Milliseconds until an imported translation is in its document.
    pub import_ms: u64,
    /// Milliseconds until an export can be downloaded.
    pub export_ms: u64,
    /// Milliseconds until statistics are ready.
    pub statistics_ms: u64,

    /// The account may replace the source of a document (§7.4).
    pub update_enabled: bool,
    /// The update operation takes the id with a language, too (§4).
    pub update_accepts_pair_id: bool,
    /// Unconfirmed work of unchanged segments survives an update (§7.4).
    pub update_keeps_unconfirmed: bool,
    /// A document's status after its source was replaced, until its stages are done again (§7.2).
    pub status_after_update: StatusAfterUpdate,
    /// A document's status after a translation was imported, unless that completes it (§7.2).
    pub status_after_import: StatusAfterImport,
    /// The stage at which an import confirms (§7.7).
    pub import_confirms_at: ConfirmAt,
    /// `statusModificationDate` moves with every change of the work, or of the status alone (§7.1).
    pub status_date: StatusDate,
    /// Whose `metaInfo` a write changes (§7.6).
    pub meta_info: MetaInfoScope,
    /// The longest `metaInfo` in characters; a longer one answers 400 (§3).
    pub meta_info_max_chars: Option<usize>,
    /// The longest document or project name in characters; a longer one answers 400 (§3).
    pub name_max_chars: Option<usize>,
    /// Characters that a document name may not have; others answer 400 (§3).
    pub name_forbidden_chars: String,
    /// A manager must complete a document whose stages are done (§7.5).
    pub manager_review: bool,
    /// An upload whose names clash creates no document at all; otherwise those before the clash (§7.3).
    pub upload_atomic: bool,
    /// The most files of one upload; more answer 400 (§7.3).
    pub upload_max_files: Option<usize>,
    /// The largest file in bytes; a larger one answers 413 (§3).
    pub upload_max_bytes: Option<usize>,
    /// Translations inside an uploaded file are taken over where the upload asks for it (§7.3); otherwise never.
    pub upload_takes_targets: bool,
    /// Pretranslation leaves alone what has a translation; otherwise only what is confirmed (§8).
    pub pretranslation_respects_targets: bool,

    /// Where an exported LocJSON file holds the translation (§13.3).
    pub export_style: ExportStyle,
    /// What stands for a translation that the export leaves out, in bilingual LocJSON (§7.8).
    pub export_unfinished: Unfinished,
    /// What `mode` means when it is not sent (§7.8).
    pub export_default_mode: ExportMode,
    /// Exported markup is written anew: entities decoded, attributes in double quotes (§13.2).
    pub export_normalises_markup: bool,
    /// A single document comes in a ZIP archive, too (§7.8).
    pub export_single_as_zip: bool,
    /// A task's file can be fetched once (§7.8).
    pub export_one_shot: bool,
    /// Milliseconds until a task is forgotten (§7.8).
    pub export_lifetime_ms: u64,
    /// Every export fails (422).
    pub export_fails: bool,

    /// `mt/available` writes its field names in PascalCase (§4).
    pub mt_available_pascal_case: bool,
    /// The machine translation engines.
    pub mt_engines: Vec<Engine>,
    /// Smartwords at the beginning (§8). Machine translation stops where they end.
    pub smartwords: u64,

    /// What `directory?type=language` gives as ids (§5).
    pub directory_language_ids: LanguageIds,
    /// What creating a translation memory answers (§9).
    pub memory_create_reply: MemoryReply,
    /// What is in the account from the beginning.
    pub seed: Seed,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            personal_account: false,
            error_body: ErrorBody::ProblemDetails,
            rate_limit: Some(RateLimit::default()),
            strict_requests: true,
            json_label: JsonLabel::Json,
            absent_fields: AbsentFields::Omitted,
            list_embeds_documents: true,
            list_order: ListOrder::NewestFirst,
            put_resets_omitted: true,
            assignment_mode: AssignmentMode::Document,
            invitations: Invitations::Listed,
            prepayment: false,
            parse_ms: 1000,
            parsing_status: "inProgress".to_owned(),
            pretranslate_ms: 1000,
            import_ms: 1000,
            export_ms: 1000,
            statistics_ms: 1000,
            update_enabled: true,
            update_accepts_pair_id: false,
            update_keeps_unconfirmed: true,
            status_after_update: StatusAfterUpdate::Updated,
            status_after_import: StatusAfterImport::TargetUpdated,
            import_confirms_at: ConfirmAt::LastStage,
            status_date: StatusDate::Work,
            meta_info: MetaInfoScope::File,
            meta_info_max_chars: None,
            name_max_chars: None,
            name_forbidden_chars: String::new(),
            manager_review: false,
            upload_atomic: true,
            upload_max_files: None,
            upload_max_bytes: None,
            upload_takes_targets: true,
            pretranslation_respects_targets: true,
            export_style: ExportStyle::Bilingual,
            export_unfinished: Unfinished::Absent,
            export_default_mode: ExportMode::Current,
            export_normalises_markup: false,
            export_single_as_zip: false,
            export_one_shot: false,
            export_lifetime_ms: 3_600_000,
            export_fails: false,
            mt_available_pascal_case: true,
            mt_engines: Engine::usual(),
            smartwords: 1_000_000,
            directory_language_ids: LanguageIds::Culture,
            memory_create_reply: MemoryReply::Id,
            seed: Seed::default(),
        }
    }
}

/// The shapes of an error's body (§11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorBody {
    /// `{type, title, status, detail, traceId}`.
    ProblemDetails,
    /// `{type, code, message, requestId, innerException, statusCode}`.
    ErrorResponse,
    /// `{"Message": "…"}`.
    Message,
    /// A JSON string: a line with the kind, then the message.
    JsonString,
    /// Plain text.
    Text,
    /// None.
    Empty,
}

/// The request rate (§3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// Requests per second; as many may come at once.
    pub per_second: u32,
    /// `Retry-After` in seconds, where a 429 has one.
    pub retry_after: Option<u32>,
    /// A 429 has a text body, or none.
    pub text_body: bool,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_second: 4, retry_after: None, text_body: false }
    }
}

/// The labels of JSON (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JsonLabel {
    /// `application/json`.
    Json,
    /// `text/plain`.
    Plain,
    /// `text/json`.
    TextJson,
}

/// How a field without a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbsentFields {
    /// It is left out.
    Omitted,
    /// It is `null`.
    Null,
}

/// The order of the project list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOrder {
    /// By creation, descending.
    NewestFirst,
    /// By creation, ascending.
    OldestFirst,
}

/// How work is given to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssignmentMode {
    /// By document and stage.
    Document,
    /// By project task: a language and a stage.
    ProjectTask,
}

/// What a document shows of people who are invited to a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invitations {
    /// They are among its executives, without words; of those invited by rocket the first accepts at once.
    Listed,
    /// Nothing before somebody accepts, and nobody does by itself.
    Hidden,
}

/// A document's status after its source was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusAfterUpdate {
    /// `updated`.
    Updated,
    /// `inProgress`.
    InProgress,
}

/// A document's status after a translation was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusAfterImport {
    /// `targetUpdated`.
    TargetUpdated,
    /// `inProgress`.
    InProgress,
}

/// The stage at which an import confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfirmAt {
    /// The first: people check what was imported.
    FirstStage,
    /// The last: what was imported is done.
    LastStage,
}

/// When `statusModificationDate` moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusDate {
    /// With every change of status, progress or translated text.
    Work,
    /// With changes of status only.
    Status,
}

/// Whose `metaInfo` a write changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MetaInfoScope {
    /// Every language's of the file.
    File,
    /// One language's.
    Language,
}

/// Where an exported LocJSON file holds the translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportStyle {
    /// In `target`, beside `source`.
    Bilingual,
    /// In `source`; there is no `target`.
    Monolingual,
}

/// What stands for a translation that an export leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unfinished {
    /// No `target`.
    Absent,
    /// The source text.
    Source,
    /// An empty `target`.
    Empty,
}

/// Which segments an export takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportMode {
    /// Whatever stands in the editor.
    Current,
    /// What is confirmed at the given stage, or at any.
    Confirmed,
    /// What is confirmed at the last stage.
    Complete,
}

/// What the language directory gives as ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageIds {
    /// The code.
    Culture,
    /// The number.
    Number,
}

/// What creating a translation memory answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryReply {
    /// The id, as a JSON string.
    Id,
    /// Nothing: the client lists the memories to find it.
    Empty,
}

/// A machine translation engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// Its id, such as `engine:Google NMT`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The target languages it knows; `null` for all.
    #[serde(default)]
    pub languages: Option<Vec<String>>,
}

impl Engine {
    fn usual() -> Vec<Self> {
        let deepl = ["cs", "da", "de", "es", "fr", "it", "ja", "nl", "pl", "pt-BR", "ru", "sv", "zh-Hans"];
        let engine = |name: &str, languages: Option<Vec<String>>| Self {
            id: format!("engine:{name}"),
            name: name.to_owned(),
            languages,
        };
        vec![
            engine("Intelligent Routing", None),
            engine("Google NMT", None),
            engine("DeepL", Some(deepl.map(str::to_owned).to_vec())),
        ]
    }
}

/// What is in the account from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// The team.
    pub people: Vec<PersonSeed>,
    /// Vendors (agencies) by name.
    pub vendors: Vec<String>,
    /// Glossaries.
    pub glossaries: Vec<GlossarySeed>,
    /// Translation memories.
    pub memories: Vec<MemorySeed>,
    /// Project templates.
    pub project_templates: Vec<TemplateSeed>,
    /// Assignment templates by name.
    pub assignment_templates: Vec<String>,
}

/// A member of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSeed {
    /// The address by which people look for them.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// A freelancer, who can be invited; in-house people can only be assigned (§7.9).
    #[serde(default)]
    pub freelancer: bool,
}

/// A glossary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossarySeed {
    /// Its name.
    pub name: String,
    /// Its languages, the source language among them.
    pub languages: Vec<String>,
}

/// A translation memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemorySeed {
    /// Its name.
    pub name: String,
    /// Its source language.
    pub source: String,
    /// Its target languages.
    pub targets: Vec<String>,
}

/// A project template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateSeed {
    /// Its name.
    pub name: String,
    /// Its stages.
    pub stages: Vec<String>,
    /// It translates by machine and confirms that at its first stage.
    #[serde(default)]
    pub machine_translation: bool,
}

impl Default for Seed {
    fn default() -> Self {
        let person = |email: &str, first: &str, last: &str, freelancer| PersonSeed {
            email: email.to_owned(),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            freelancer,
        };
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        Self {
            people: vec![
                person("reviewer@example.com", "Rika", "Nakamura", true),
                person("linguist@example.com", "Léa", "Bernard", true),
                person("manager@example.com", "Max", "Vogel", false),
            ],
            vendors: list(&["Northwind Translations"]),
            glossaries: vec![GlossarySeed {
                name: "Product terms".to_owned(),
                languages: list(&["en", "en-US", "de", "es", "es-419", "fr", "it", "ja", "pt-BR", "zh-Hans"]),
            }],
            memories: Vec::new(),
            project_templates: vec![TemplateSeed {
                name: "Help center AI".to_owned(),
                stages: list(&["translation", "postediting"]),
                machine_translation: true,
            }],
            assignment_templates: list(&["Agency DE/FR"]),
        }
    }
}
