//! Writing translations: all that zencat ever writes to a help center.

use super::Api;
use super::Credentials;
use super::ZendeskRead;
use super::auth::Auth;
use super::path;
use super::wire::NewTranslation;
use super::wire::NewTranslationBody;
use super::wire::TranslationAnswer;
use super::wire::TranslationBody;
use super::wire::TranslationChange;
use super::wire::WireTranslation;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::remote::Look;
use crate::remote::RemoteError;
use crate::remote::SetupError;
use crate::remote::request::Request;

/// Writes translations, one at a time per help center. Clones share connections and pace with the reader it was made
/// from.
#[derive(Clone)]
pub struct ZendeskWrite {
    api: Api,
}

impl ZendeskWrite {
    /// A writer to the help center that `read` reads. It needs credentials of its own: a reader's may not write.
    ///
    /// # Errors
    /// When a credential cannot be sent.
    pub fn new(read: &ZendeskRead, credentials: Credentials) -> Result<Self, SetupError> {
        Ok(Self { api: Api { http: read.api.http.clone(), auth: Auth::new(credentials)? } })
    }

    /// Creates a translation and returns it as Zendesk keeps it.
    ///
    /// # Errors
    /// When the request fails. After an ambiguous failure, or a conflict, read before writing again: it may exist.
    pub async fn create_translation(
        &self,
        item: ItemKey,
        translation: &NewTranslation,
    ) -> Result<WireTranslation, RemoteError> {
        let NewTranslation { locale, title, body, draft } = translation;
        let body = NewTranslationBody { locale, title, body, draft: *draft, outdated: false };
        let id = item.id.to_string();
        // To the collection: a POST to the locale's own place fails (zendesk-help-center.md §3.4).
        let request = Request::post(&path(&[item.kind.plural(), &id, "translations"]))
            .json(&TranslationBody { translation: body });
        self.api.json::<TranslationAnswer>(request).await.map(|answer| answer.translation)
    }

    /// Replaces the text of a translation, which is up to date then, and returns it as Zendesk keeps it. What fails is
    /// not tried again here: somebody may have saved a text since the caller's look.
    ///
    /// # Errors
    /// When the request fails; [`RemoteError::may_pass`] when another look and another try may help, and
    /// [`RemoteError::is_not_found`] when there is no such translation.
    pub async fn replace_text(
        &self,
        item: ItemKey,
        locale: &Locale,
        title: &str,
        body: &str,
        look: Look,
    ) -> Result<WireTranslation, RemoteError> {
        let change = TranslationChange { title: Some(title), body: Some(body), outdated: false };
        // A conflict is another writer's save (zendesk-help-center.md §11).
        let request = change_of(item, locale, change).through_conflicts().after_a_look(look);
        self.api.json::<TranslationAnswer>(request).await.map(|answer| answer.translation)
    }

    /// Sets the flag of a translation that says that its source is newer. Its text stays.
    ///
    /// # Errors
    /// When the request fails; [`RemoteError::is_not_found`] when there is no such translation.
    pub async fn set_outdated(
        &self,
        item: ItemKey,
        locale: &Locale,
        outdated: bool,
    ) -> Result<(), RemoteError> {
        let change = TranslationChange { title: None, body: None, outdated };
        let request = change_of(item, locale, change).through_conflicts();
        self.api.json::<TranslationAnswer>(request).await.map(drop)
    }
}

fn change_of(item: ItemKey, locale: &Locale, change: TranslationChange<'_>) -> Request {
    let id = item.id.to_string();
    Request::put(&path(&[item.kind.plural(), &id, "translations", locale.as_str()]))
        .json(&TranslationBody { translation: change })
}
