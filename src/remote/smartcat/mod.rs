//! Smartcat: projects, documents, exports, and the settings of projects. The names on the wire are those of Smartcat's
//! OpenAPI file, kept even where they are misspelt.

mod export;
mod read;
mod sent;
mod settings;
mod status;
#[cfg(test)]
mod tests;
mod wire;
mod write;

pub use export::Export;
pub use export::ExportFile;
pub use export::ExportMode;
pub use export::ExportTask;
pub use export::Members;
pub use read::SmartcatRead;
pub use sent::AssignmentMode;
pub use sent::Filled;
pub use sent::NewProject;
pub use sent::ProjectChanges;
pub use sent::Upload;
pub use settings::AssignmentTemplate;
pub use settings::Glossary;
pub use settings::MachineTranslation;
pub use settings::Memory;
pub use settings::NewMemory;
pub use settings::PretranslationRule;
pub use settings::ProjectMemory;
pub use settings::ProjectTask;
pub use settings::TaskAssignment;
pub use settings::TeamMember;
pub use settings::Template;
pub use settings::TemplateOutcome;
pub use settings::Vendor;
pub use status::DisassemblingStatus;
pub use status::DocumentStatus;
pub use status::ImportStatus;
pub use status::ProjectStatus;
pub use status::StageStatus;
pub use status::StageType;
pub use wire::Account;
pub use wire::Executive;
pub use wire::ProjectVendor;
pub use wire::StageProgress;
pub use wire::WireDocument;
pub use wire::WireProject;
pub use wire::WorkflowStage;
pub use write::SmartcatWrite;

use serde::de::DeserializeOwned;

use super::RemoteError;
use super::http::Http;
use super::request::Answer;
use super::request::Request;
use super::secret::Authorization;
use super::stream::LongList;

/// One account of one installation.
#[derive(Clone)]
struct Api {
    http: Http,
    authorization: Authorization,
}

impl Api {
    async fn json<T>(&self, request: Request) -> Result<T, RemoteError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.http.json(&self.authorized(request)).await
    }

    /// A list; an answer without a body (204) is an empty one.
    async fn list<T>(&self, request: Request) -> Result<Vec<T>, RemoteError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.http.list(&self.authorized(request)).await
    }

    /// An object with a long list that is read while it arrives.
    async fn streamed<T, C>(&self, request: Request) -> Result<(T, C), RemoteError>
    where
        T: LongList,
        C: Default + Extend<T::Element> + Send,
    {
        self.http.streamed(&self.authorized(request)).await
    }

    async fn send(&self, request: Request) -> Result<Answer, RemoteError> {
        self.http.send(&self.authorized(request)).await
    }

    fn authorized(&self, request: Request) -> Request {
        request.authorized(self.authorization.clone())
    }
}
