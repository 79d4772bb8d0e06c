//! Smartcat's enums. They grow without notice, so an unknown value is kept as it is (smartcat.md §4).

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde_json::Value;

/// An enum of texts that keeps what it does not know. Case does not matter: Smartcat has written `inProgress` and
/// `InProgress` (smartcat.md §4).
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value this version does not know.
            Other(String),
        }

        impl $name {
            /// The value as Smartcat spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $(_ if text.eq_ignore_ascii_case($text) => Self::$variant,)+
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(match Value::deserialize(deserializer)? {
                    Value::String(text) => Self::from(text.as_str()),
                    Value::Null => Self::default(),
                    other => Self::Other(other.to_string()),
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

wire_enum! {
    /// Where a project stands.
    ProjectStatus {
        /// Nothing has begun.
        Created = "created",
        /// In work.
        InProgress = "inProgress",
        /// All done.
        Completed = "completed",
        /// Given up; nothing can be added.
        Canceled = "canceled",
    }
}
wire_enum! {
    /// Where a document stands.
    DocumentStatus {
        /// Nothing has begun.
        Created = "created",
        /// In work.
        InProgress = "inProgress",
        /// All of its stages are done.
        Completed = "completed",
        /// Its source was replaced.
        Updated = "updated",
        /// A translation was imported.
        TargetUpdated = "targetUpdated",
    }
}
wire_enum! {
    /// Whether Smartcat could read an uploaded file.
    DisassemblingStatus {
        /// Not yet.
        InProgress = "inProgress",
        /// It could not.
        Error = "error",
        /// It did.
        Success = "success",
    }
}
wire_enum! {
    /// Where a stage of a document stands.
    StageStatus {
        /// Nobody works on it.
        NotAssigned = "notAssigned",
        /// Somebody will.
        Assigned = "assigned",
        /// In work.
        InProgress = "inProgress",
        /// Done.
        Completed = "completed",
    }
}
wire_enum! {
    /// What is done in a workflow stage.
    StageType {
        /// Translation.
        Translation = "translation",
        /// Editing.
        Editing = "editing",
        /// Proofreading.
        Proofreading = "proofreading",
        /// Editing of machine translation.
        Postediting = "postediting",
        /// Final page proof.
        FinalPageProof = "finalPageProof",
        /// Notarization.
        Notarization = "notarization",
        /// Certified translation.
        CertifiedTranslation = "certifiedTranslation",
        /// Transcreation.
        Transcreation = "transcreation",
        /// Legalization.
        Legalization = "legalization",
        /// Preliminary page proof.
        PreliminaryPageProof = "preliminaryPageProof",
        /// Linguistic quality assessment.
        LqaReview = "lQAReview",
        /// Review of subtitles.
        SubtitleReview = "subtitleReview",
        /// Review of a voice-over.
        VoiceOverReview = "voiceOverReview",
        /// Review of the source.
        SourceReview = "sourceReview",
    }
}
wire_enum! {
    /// Where the import of a translation stands.
    ImportStatus {
        /// Being imported.
        Importing = "inProgress",
        /// It could not be imported.
        Faulted = "faulted",
        /// Imported.
        Completed = "completed",
    }
}
