//! The options of the commands that plan and carry out, and the part of the scope that they are told.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::id::ItemKey;
use crate::plan::guard::Guard;
use crate::report::markdown::MOST_BYTES;

use super::PlanFormat;
use super::TextOrJson;
use super::duration;

/// A part of the scope.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SelectionArgs {
    /// Only this item, or all below this section or category: article:ID, section:ID, category:ID (repeatable)
    #[arg(long = "target", value_name = "ITEM")]
    pub(crate) targets: Vec<ItemKey>,
    /// Only this language, by its Zendesk locale (repeatable)
    #[arg(long = "language", value_name = "LOCALE")]
    pub(crate) languages: Vec<String>,
    /// Hold what the rules match beyond zencat.lock
    #[arg(long)]
    pub(crate) locked: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Write the plan, as JSON, for `zencat apply FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Show below the plan which blocks of sources and translations change
    #[arg(long)]
    pub(crate) diff: bool,
    /// Write the plan as markdown too, for a pull request comment
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Exit with 2 when the plan has changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// The output's format
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(crate) format: PlanFormat,
    /// Keep the markdown within this size
    #[arg(long, value_name = "N", default_value_t = MOST_BYTES)]
    pub(crate) max_bytes: usize,
    /// Lift one limit of the manifest: max-words, max-items, max-change (repeatable)
    #[arg(long = "allow", value_name = "GUARD")]
    pub(crate) allow: Vec<Guard>,
}

#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    /// A plan written by `zencat plan --out`: only its steps are carried out, and those that have gone stale are refused
    // A part of it has no meaning: a step of the plan may be for several languages, and rest on the project's.
    #[arg(value_name = "PLAN", conflicts_with_all = ["targets", "languages"])]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Do not ask
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// Go on until everything in flight has arrived, or this time is over (`30m`)
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) wait: Option<Duration>,
    /// Lift one limit of the manifest: max-words, max-items, max-change (repeatable)
    #[arg(long = "allow", value_name = "GUARD")]
    pub(crate) allow: Vec<Guard>,
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}
