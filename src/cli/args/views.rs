//! The options of the commands that look and show.

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::id::ItemKey;
use crate::plan::PairState;
use crate::report::pairs::STATES;
use crate::report::pairs::state_name;

use super::ScopeFormat;
use super::SelectionArgs;
use super::StatusFormat;
use super::TextOrJson;
use super::ValidateFormat;

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Show only pairs in this state (repeatable, or with commas)
    #[arg(long = "state", value_name = "STATE", value_enum, value_delimiter = ',')]
    pub(crate) states: Vec<State>,
    /// Only what goes through this workflow (repeatable)
    #[arg(long = "workflow", value_name = "NAME")]
    pub(crate) workflows: Vec<String>,
    /// Exit with 1 when a pair is in one of these states (repeatable, or with commas)
    #[arg(long, value_name = "STATE", value_enum, value_delimiter = ',', hide_possible_values = true)]
    pub(crate) fail_on: Vec<State>,
    /// The output's format
    #[arg(long, value_enum, default_value_t = StatusFormat::Text)]
    pub(crate) format: StatusFormat,
}

/// A state of a pair, by its name in JSON; dashes are as good as underscores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(pub(crate) PairState);

impl ValueEnum for State {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [State; STATES.len()] = {
            let mut all = [State(PairState::UpToDate); STATES.len()];
            let mut index = 0;
            while index < all.len() {
                all[index] = State(STATES[index]);
                index += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let name = state_name(self.0);
        Some(PossibleValue::new(name).alias(name.replace('_', "-")).help(meaning(self.0)))
    }
}

/// What a state means, for the help.
pub(crate) fn meaning(state: PairState) -> &'static str {
    match state {
        PairState::UpToDate => "Delivered, and nothing has moved since",
        PairState::Ready => "There is something to deliver",
        PairState::InProgress => "Smartcat is at work",
        PairState::Stale => "The document holds an older source",
        PairState::Missing => "Never sent to Smartcat",
        PairState::Edited => "Changed by hand in Zendesk",
        PairState::Held => "Left alone for another reason",
        PairState::Orphan => "Ours, and no rule asks for it any more",
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Where the page is written
    #[arg(long, value_name = "FILE", default_value = "zencat-report.html")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TreeArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct ScopeArgs {
    /// Write zencat.lock beside the manifest
    #[arg(long, conflicts_with_all = ["check", "base"])]
    pub(crate) lock: bool,
    /// Exit with 3, and show the differences, when zencat.lock is not what the rules match
    #[arg(long, conflicts_with = "base")]
    pub(crate) check: bool,
    /// Show how the scope differs from that of another git commit; offline when both have a zencat.lock
    #[arg(long, value_name = "REF")]
    pub(crate) base: Option<String>,
    /// The output's format
    #[arg(long, value_enum, default_value_t = ScopeFormat::Text)]
    pub(crate) format: ScopeFormat,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// An item (article:ID, section:ID, category:ID), or the code of a diagnostic or of a held pair
    #[arg(value_name = "ITEM|CODE")]
    pub(crate) subject: String,
    /// One language, by its Zendesk locale; else all
    #[arg(value_name = "LOCALE")]
    pub(crate) language: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// An item: article:ID, section:ID or category:ID
    #[arg(value_name = "ITEM")]
    pub(crate) item: ItemKey,
    /// A language, by its Zendesk locale
    #[arg(value_name = "LOCALE")]
    pub(crate) language: String,
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t = ValidateFormat::Text)]
    pub(crate) format: ValidateFormat,
}
