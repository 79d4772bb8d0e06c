//! What a step does, by the name that plans and outcomes have in common.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::plan::Action;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum ActionName {
    CreateProject,
    UpdateProject,
    CreateDocument,
    AddLanguage,
    UpdateDocument,
    ImportTranslation,
    Assign,
    CompleteDocument,
    SendTranslation,
    RetireDocument,
}

impl ActionName {
    /// The name of an action.
    pub fn of(action: &Action) -> Self {
        match action {
            Action::CreateProject(_) => Self::CreateProject,
            Action::UpdateProject(_) => Self::UpdateProject,
            Action::AddLanguage(_) => Self::AddLanguage,
            Action::CreateDocument(_) => Self::CreateDocument,
            Action::UpdateDocument(_) => Self::UpdateDocument,
            Action::ImportTranslation(_) => Self::ImportTranslation,
            Action::Assign(_) => Self::Assign,
            Action::CompleteDocument(_) => Self::CompleteDocument,
            Action::SendTranslation(_) => Self::SendTranslation,
            Action::RetireDocument(_) => Self::RetireDocument,
        }
    }

    /// The same for people.
    pub fn verb(self) -> &'static str {
        match self {
            Self::CreateProject => "create project",
            Self::UpdateProject => "set up project",
            Self::CreateDocument => "translate",
            Self::AddLanguage => "add language to",
            Self::UpdateDocument => "update",
            Self::ImportTranslation => "import",
            Self::Assign => "assign",
            Self::CompleteDocument => "complete",
            Self::SendTranslation => "send",
            Self::RetireDocument => "retire",
        }
    }

    /// The name as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateProject => "create_project",
            Self::UpdateProject => "update_project",
            Self::CreateDocument => "create_document",
            Self::AddLanguage => "add_language",
            Self::UpdateDocument => "update_document",
            Self::ImportTranslation => "import_translation",
            Self::Assign => "assign",
            Self::CompleteDocument => "complete_document",
            Self::SendTranslation => "send_translation",
            Self::RetireDocument => "retire_document",
        }
    }
}
