//! Examples of each command, below its help. A test has the command line take them.

pub(super) const INIT: &str = "Examples:
  zencat init --zendesk-url https://acme.zendesk.com --region eu
  zencat init --zendesk-url https://acme.zendesk.com --region us --languages de,fr";

pub(super) const VALIDATE: &str = "Examples:
  zencat validate
  zencat validate -f docs/zencat.yaml --format json";

pub(super) const PLAN: &str = "Examples:
  zencat plan
  zencat plan --target section:360000222 --language de --diff
  zencat plan --out plan.json --markdown plan.md --locked";

pub(super) const APPLY: &str = "Examples:
  zencat apply
  zencat apply plan.json
  zencat apply --auto-approve --wait 30m";

pub(super) const STATUS: &str = "Examples:
  zencat status
  zencat status --state edited,held --language de
  zencat status --fail-on stale,edited";

pub(super) const REPORT: &str = "Examples:
  zencat report
  zencat report --out public/translations.html";

pub(super) const TREE: &str = "Examples:
  zencat tree
  zencat tree --format json";

pub(super) const SCOPE: &str = "Examples:
  zencat scope
  zencat scope --lock
  zencat scope --base origin/main --format markdown";

pub(super) const CHECK: &str = "Examples:
  zencat check
  zencat check --format json";

pub(super) const DIFF: &str = "Examples:
  zencat diff article:360001234567 de";

pub(super) const EXPLAIN: &str = "Examples:
  zencat explain article:360001234567 de
  zencat explain edited-in-zendesk
  zencat explain rule-matches-nothing";

pub(super) const SCHEMA: &str = "Examples:
  zencat schema manifest";

pub(super) const COMPLETIONS: &str = "Examples:
  zencat completions bash
  zencat completions zsh";

pub(super) const MAN: &str = "Examples:
  zencat man
  zencat man plan
  zencat man --dir /usr/local/share/man/man1";

pub(super) const SANDBOX: &str = "Examples:
  zencat sandbox
  zencat sandbox --ports 8801 8802 --finish";

pub(super) const DEMO: &str = "Examples:
  zencat demo";

pub(super) const HELP: &str = "Examples:
  zencat help plan
  zencat help credentials";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::super::args::Cli;

    #[test]
    fn every_command_has_examples_that_it_takes() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  ")).collect();
            assert!(!examples.is_empty(), "{name}");
            for example in examples {
                assert!(example.starts_with(&format!("zencat {name}")), "{example}");
                let taken = Cli::command().try_get_matches_from(example.split_whitespace());
                assert!(taken.is_ok(), "{example}: {}", taken.unwrap_err());
            }
        }
    }
}
