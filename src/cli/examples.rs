//! Examples of each command, below its help. A test has the command line take them.

pub(super) const INIT: &str = "Examples:
  zencat init --zendesk-url https://acme.zendesk.com --region eu
  zencat init --zendesk-url https://acme.zendesk.com --region us --languages de,fr --name acme
  zencat init --zendesk-url http://127.0.0.1:8801 --smartcat-url http://127.0.0.1:8802 --force";

pub(super) const VALIDATE: &str = "Examples:
  zencat validate
  zencat validate -f docs/zencat.yaml --format json";

pub(super) const PLAN: &str = "Examples:
  zencat plan
  zencat plan --target section:360000222 --language de --diff
  zencat plan --out plan.json --markdown plan.md --locked --detailed-exitcode
  zencat plan --format markdown --max-bytes 20000 --allow max-words
  zencat plan --cache-dir .zencat-cache --refresh --timeout 15m";

pub(super) const APPLY: &str = "Examples:
  zencat apply
  zencat apply plan.json
  zencat apply --auto-approve --wait 30m --locked
  zencat apply --target article:360001234567 --language de --allow max-change
  zencat apply --auto-approve --format json --log-format json";

pub(super) const STATUS: &str = "Examples:
  zencat status
  zencat status --state edited,held --language de
  zencat status --fail-on stale,edited --locked
  zencat status --target section:360000222 --workflow ai-review --format markdown";

pub(super) const REPORT: &str = "Examples:
  zencat report
  zencat report --out public/translations.html
  zencat report --target category:360000105001 --language de --locked";

pub(super) const TREE: &str = "Examples:
  zencat tree
  zencat tree --format json --color never";

pub(super) const SCOPE: &str = "Examples:
  zencat scope
  zencat scope --lock
  zencat scope --check
  zencat scope --base origin/main --format markdown";

pub(super) const CHECK: &str = "Examples:
  zencat check
  zencat check -v -C docs
  zencat check --format json";

pub(super) const DIFF: &str = "Examples:
  zencat diff article:360001234567 de
  zencat diff article:360001234567 de --format json";

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
  zencat sandbox --ports 8801 8802 --finish --limits
  zencat sandbox --articles articles.jsonl --source-locale en-us --locales de,fr --faults faults.json";

pub(super) const DEMO: &str = "Examples:
  zencat demo
  zencat demo -q";

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

    /// An option of all commands has one below some of them.
    #[test]
    fn every_option_has_an_example() {
        let top = Cli::command();
        let below =
            |command: &clap::Command| command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let all: String = top.get_subcommands().map(|command| below(command) + "\n").collect();
        let texts = top.get_subcommands().map(|command| (command, below(command)));
        for (command, examples) in texts.chain([(&top, all)]) {
            let words: Vec<&str> = examples.split_whitespace().collect();
            for option in command.get_opts().filter(|option| !option.is_hide_set()) {
                let long = option.get_long().map(|long| format!("--{long}"));
                let short = option.get_short().map(|short| format!("-{short}"));
                let is_shown = [long, short].iter().flatten().any(|name| words.contains(&name.as_str()));
                assert!(is_shown, "{}: no example of `{}`", command.get_name(), option.get_id());
            }
        }
    }
}
