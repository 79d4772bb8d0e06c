//! The options of the commands that stand before a manifest or beside it.

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::manifest::Region;

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The help center's address: https://acme.zendesk.com
    #[arg(long, value_name = "URL")]
    pub(crate) zendesk_url: Option<String>,
    /// Smartcat's address, instead of a region
    #[arg(long, value_name = "URL", conflicts_with = "region")]
    pub(crate) smartcat_url: Option<String>,
    /// The region that the Smartcat account lives in
    #[arg(long, value_enum)]
    pub(crate) region: Option<Region>,
    /// The owner mark on what zencat creates; without one, from the help center's address
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Target languages, by their Zendesk locales; without any, all that are enabled
    #[arg(long, value_name = "LOCALE", value_delimiter = ',')]
    pub(crate) languages: Vec<String>,
    /// Replace the manifest and the lock that are there
    #[arg(long)]
    pub(crate) force: bool,
}

impl ValueEnum for Region {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let server = match self {
            Self::Eu => "Europe: smartcat.com",
            Self::Us => "The Americas: us.smartcat.com",
            Self::Asia => "Asia: ea.smartcat.com",
        };
        Some(PossibleValue::new(self.as_str()).help(server))
    }
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The document whose schema is printed
    #[arg(value_enum)]
    pub(crate) of: SchemaOf,
}

/// Documents that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// `zencat.yaml`
    Manifest,
    /// What `zencat plan --format json` prints and `--out` writes
    Plan,
    /// What `zencat apply --format json` prints
    Outcome,
    /// What `zencat status --format json` prints
    Status,
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Ports for Zendesk and Smartcat (0: any free one)
    #[arg(long, num_args = 2, value_names = ["ZENDESK", "SMARTCAT"], default_values_t = [0, 0])]
    pub(crate) ports: Vec<u16>,
    /// Seed the help center with articles from JSON Lines files instead of the example (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) articles: Vec<PathBuf>,
    /// The locale that seeded articles are in
    #[arg(long, value_name = "LOCALE", default_value = "en-us")]
    pub(crate) source_locale: String,
    /// Further locales of the help center
    #[arg(long, value_name = "LOCALE", value_delimiter = ',', default_value = "de,fr,ja,es-419,pt-br")]
    pub(crate) locales: Vec<String>,
    /// Faults and behaviours, as a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Enforce the rate limits of the services
    #[arg(long)]
    pub(crate) limits: bool,
    /// Let people finish all translation work as soon as it is there
    #[arg(long)]
    pub(crate) finish: bool,
}
