//! Reading what the services send rather than what they promise: `null` and a missing key are the default, ids may be
//! numbers or texts, and unknown keys are nobody's business.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde::de::Error;
use serde::de::Visitor;

use super::RemoteError;
use super::incoming::Incoming;
use super::request::Answer;

/// Bodies from this size on are parsed off the async threads, which have answers of others to read.
const WORTH_A_THREAD: usize = 128 << 10;

/// Something that an answer can be turned into.
pub(super) trait Decoded: Sized {
    /// Reads the answer.
    fn decode(incoming: Incoming<'_>) -> impl Future<Output = Result<Self, RemoteError>> + Send;
}

impl Decoded for Answer {
    async fn decode(incoming: Incoming<'_>) -> Result<Self, RemoteError> {
        incoming.whole().await
    }
}

/// A JSON body. Its content type does not matter: Smartcat labels JSON as text (smartcat.md §4).
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned + Send + 'static> Decoded for Json<T> {
    async fn decode(mut incoming: Incoming<'_>) -> Result<Self, RemoteError> {
        let body = incoming.body().await?;
        let read = if body.len() < WORTH_A_THREAD {
            from_json(&body)
        } else {
            match tokio::task::spawn_blocking(move || from_json(&body)).await {
                Ok(read) => read,
                Err(error) => Err(Unread { cut_off: false, said: error.to_string() }),
            }
        };
        read.map(Json).map_err(|unread| incoming.unreadable(&unread))
    }
}

/// A JSON list. Smartcat answers 204 where it could say `[]` (smartcat.md §9).
pub(super) struct JsonList<T>(pub(super) Vec<T>);

impl<T: DeserializeOwned + Send + 'static> Decoded for JsonList<T> {
    async fn decode(incoming: Incoming<'_>) -> Result<Self, RemoteError> {
        if incoming.status() == 204 {
            return Ok(Self(Vec::new()));
        }
        Json::decode(incoming).await.map(|Json(list)| Self(list))
    }
}

/// Why a body is not what was expected.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) cut_off: bool,
    pub(super) said: String,
}

/// Reads a JSON text.
pub(super) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).map_err(|error| Unread {
        // A JSON text that just ends was cut off on the way, even when HTTP did not notice.
        cut_off: error.is_eof() && !body.trim_ascii().is_empty(),
        said: match super::body::read(&String::from_utf8_lossy(&body[..body.len().min(4096)])) {
            said if said.html => format!("an HTML page: {}", said.message.unwrap_or_default()),
            _ if body.trim_ascii().is_empty() => "an empty body".to_owned(),
            _ => error.to_string(),
        },
    })
}

/// `null` is the default.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A count that may come as any kind of number; nonsense is 0.
pub(super) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    // A float keeps every count that can occur, and the cast saturates.
    Option::<f64>::deserialize(deserializer).map(|number| number.unwrap_or(0.0) as u32)
}

/// A Zendesk id: a number today, and Zendesk advises to expect texts (zendesk-help-center.md §0, fact 20).
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(IdVisitor)
}

/// An id that may be missing or `null`.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    struct Id(u64);
    impl<'de> Deserialize<'de> for Id {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            id(deserializer).map(Self)
        }
    }
    Option::<Id>::deserialize(deserializer).map(|found| found.map(|Id(number)| number))
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<u64, E> {
        Ok(id)
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<u64, E> {
        id.parse().map_err(|_| E::custom(format_args!("expected an id, found `{id}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Model {
        #[serde(deserialize_with = "id")]
        id: u64,
        #[serde(default, deserialize_with = "optional_id")]
        parent: Option<u64>,
        #[serde(default, deserialize_with = "or_default")]
        names: Vec<String>,
        #[serde(default, deserialize_with = "count")]
        words: u32,
    }

    fn read(text: &str) -> Option<Model> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn null_missing_and_either_kind_of_id_are_fine() {
        let model =
            read(r#"{"id":"61352944702489","parent":null,"names":null,"words":-3,"new":{}}"#).expect("read");
        assert_eq!(
            (model.id, model.parent, model.names.len(), model.words),
            (61_352_944_702_489, None, 0, 0)
        );
        let model = read(r#"{"id":7,"parent":"8","words":12.0}"#).expect("read");
        assert_eq!((model.id, model.parent, model.words), (7, Some(8), 12));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [r#"{"id":null}"#, r#"{"id":-1}"#, r#"{"id":"x"}"#, r#"{"id":1.5}"#, r#"{}"#] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
