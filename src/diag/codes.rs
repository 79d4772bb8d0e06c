//! The codes of all diagnostics: stable names that people can search for, with what they mean.

use std::fmt;

use serde::Serialize;
use serde::Serializer;

macro_rules! codes {
    ($($variant:ident $name:literal $summary:literal $explanation:literal)*) => {
        /// The stable name of a kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name, in kebab case.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is, in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }

            /// Why it is a problem and what to do about it.
            pub fn explain(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

impl Code {
    /// The code with this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

codes! {
    // The file as YAML.
    Syntax "syntax" "The file is not YAML."
        "The reader stopped here, so problems further down are not shown yet. The usual causes are a tab where spaces \
         must indent, a missing space after a colon, and a value that begins with a character which means something in \
         YAML (`*`, `&`, `!`, `%`, `@`, `[`, `{`): such a value goes into quotes."
    EmptyManifest "empty-manifest" "The file says nothing."
        "A manifest needs at least `version`, `name`, `zendesk`, `smartcat`, `workflows` and `content`. An empty file \
         would mean that nothing is in scope, which is hardly ever meant."
    SecondDocument "second-document" "A second YAML document begins."
        "`---` begins another document in the same file. A manifest is one document; what stands after it would be \
         ignored, so it is refused."
    TooLarge "too-large" "The file is larger than zencat reads."
        "A manifest may have 5 MB and 1,000,000 values. A scope of that size is better said with sections, categories \
         and labels than with lists of articles."
    TooDeep "too-deep" "Values are nested too deeply."
        "The language needs no more than a handful of levels; 64 are allowed. Deeper nesting is a mistake or an attack."
    DuplicateKey "duplicate-key" "A key is given twice."
        "YAML readers differ on which of two equal keys counts. Keep one of them."
    KeyNotText "key-not-text" "A key is not plain text."
        "Keys are names. A number, `true` or `null` as a name goes into quotes; a list or mapping as a key often comes \
         from an unquoted value such as `{{ placeholder }}`."
    MergeKey "merge-key" "A merge key (`<<`) is used."
        "Merge keys left YAML with version 1.2, and readers differ on what they override. Write the keys out, or share \
         a whole value with an anchor (`&name`) and an alias (`*name`)."
    Tag "tag" "A YAML tag (`!…`) is used."
        "Tags change what a value is in ways that depend on the reader. Every value of a manifest has its type from its \
         key. A value that begins with `!` goes into quotes."
    Alias "alias" "An alias cannot be followed."
        "An alias (`*name`) repeats the value that an anchor (`&name`) marked before. It may not stand inside the value \
         that it repeats, and all aliases together may not blow the file up beyond 100,000 values."
    UnknownKey "unknown-key" "There is no such key here."
        "Unknown keys are refused rather than ignored: a misspelt `exclude` would put articles into translation that \
         nobody wanted to pay for. `zencat schema manifest` prints all keys; editors complete them from the schema."
    MissingKey "missing-key" "A key that is needed is missing."
        "There is no sensible default for it. The message names the key and where it belongs."
    NoValue "no-value" "A key has no value."
        "`key:` with nothing behind it could mean \"empty\" or \"forgotten\". A reconciler must not guess: an empty \
         `content` would take everything out of scope. Give it a value or remove the key."
    WrongType "wrong-type" "A value has the wrong type."
        "For example text where a list is expected, or a number where text is expected. Text that looks like a number, \
         `true` or `null` goes into quotes."
    UnknownValue "unknown-value" "The value is none of those allowed."
        "The key takes one of a few words; the message lists them."
    OutOfRange "out-of-range" "A number is too small or too large."
        "Ids of Zendesk are whole numbers from 1; limits are whole numbers from 0."
    Secret "secret" "A credential is written into the manifest."
        "The manifest is committed to git, so no credential may be in it; there is no key for one. Credentials come \
         from the environment (`ZENDESK_OAUTH_CLIENT_ID`, `ZENDESK_OAUTH_CLIENT_SECRET`, `SMARTCAT_ACCOUNT_ID`, \
         `SMARTCAT_API_KEY`, or their `…_FILE` forms). A credential that was committed once must be revoked."
    TooManyProblems "too-many-problems" "There are more problems than are shown."
        "The first thousand problems are shown. They often have one cause near the top."

    // The manifest's head.
    UnsupportedVersion "unsupported-version" "The manifest's version is not one this zencat reads."
        "`version: 1` is the only version so far. A higher one needs a newer zencat."
    BadName "bad-name" "A name has characters that it cannot have."
        "The manifest's name is part of the mark on everything that zencat creates: lower-case letters, digits and \
         hyphens, at most 64. A workflow's name may also have upper-case letters, dots and underscores."
    BadText "bad-text" "A text is empty or more than one line."
        "Names of projects, templates, memories, glossaries and labels are one line of at most 200 \
         characters; people are given by e-mail address or id."
    BadUrl "bad-url" "The address cannot be used."
        "Give the origin alone, for example `https://acme.zendesk.com`: scheme and host, no path, no user or password, \
         no query. Paths of the API are added by zencat."
    InsecureUrl "insecure-url" "The address is not encrypted."
        "Credentials are sent only over https. Plain http is allowed to this machine alone (localhost, 127.0.0.1, ::1), \
         for `zencat sandbox`."
    ConflictingKeys "conflicting-keys" "Keys are given that exclude each other."
        "Both at once would contradict each other; keep the one you mean."
    BadPercentage "bad-percentage" "The share is not a percentage."
        "`limits.max_change` is a whole number from 0 to 100 with a percent sign: `30%`."

    // Languages.
    UnknownLanguage "unknown-language" "The locale has no language in Smartcat."
        "zencat knows a language of Smartcat for every usual locale of Zendesk. Write locales as Zendesk does \
         (`en-us`, `es-419`), or map yours under `locales:`."
    UnknownSmartcatLanguage "unknown-smartcat-language" "Smartcat has no such language."
        "The right side of an entry under `locales:` is a language of Smartcat, such as `pt-PT` or `zh-Hans`."
    SameLanguage "same-language" "Two locales are the same language in Smartcat."
        "A Smartcat project has each language once, so two locales of Zendesk that map to it would overwrite each \
         other's work. Map one of them to another language under `locales:`, or send it through another workflow."
    SourceAmongTargets "source-among-targets" "The source language is among the targets."
        "Nothing is translated into the language it is written in; Smartcat refuses such a project."
    DuplicateLanguage "duplicate-language" "A language is listed twice."
        "It is harmless, and probably another language was meant."

    // Workflows.
    NoSetup "no-setup" "A workflow says neither its stages nor a template."
        "A Smartcat project needs either `stages: [translation, …]` or the name of a `template` that has them."
    DuplicateStage "duplicate-stage" "A stage is listed twice."
        "Stages are referred to by their names, so each may be there once."
    UnknownStage "unknown-stage" "The workflow has no such stage."
        "`send_when` and `assign` name a stage out of the workflow's own `stages`."
    StageOfTemplate "stage-of-template" "A stage of a template cannot be waited for by name."
        "What stages a template has is known to Smartcat alone. Use `stages` instead of `template`, or another \
         `send_when`."
    BadDeadline "bad-deadline" "The deadline is neither a duration nor a time."
        "Give a duration from the project's creation (`14d`, `2w`, `36h`), at most ten years, or a time with its offset \
         (`2027-03-01T18:00:00Z`)."
    BadProjectId "bad-project-id" "The project's id is not a UUID."
        "The id is the part after `/projects/` in the address of a project in Smartcat."
    FixedTemplate "fixed-template" "The workflow's project was not made from this template."
        "Smartcat can make a project from a template, and not apply one to a project that is there. A workflow of \
         another name gets a project of its own; with `existing_translations: import` it takes over what is published."
    SharedProject "shared-project" "Two workflows use one project."
        "A project has one set of stages and settings, so it belongs to one workflow."
    UnusedWorkflow "unused-workflow" "No rule uses the workflow."
        "It has no effect. Remove it, or name it in a rule."
    UnusedLanguage "unused-language" "A language is assigned that the workflow never gets."
        "No rule sends this language through the workflow, so the assignment has no effect."

    // Rules.
    NoRules "no-rules" "`content` has no rules."
        "Without rules nothing is in scope, and everything that was counts as removed."
    EmptyMatch "empty-match" "A rule says nothing of what it matches."
        "A rule that matches everything by accident is expensive. To match all articles, write `match: {kind: article}`."
    EmptyList "empty-list" "A list has no entries."
        "A list means \"any of these\", so an empty one matches nothing. Remove the key or fill the list."
    ImpossibleMatch "impossible-match" "The conditions can never hold together."
        "Only articles have an id under `article`, labels and content tags, and categories lie in no section. With a \
         `kind` that leaves those out, such a rule matches nothing."
    BadGlob "bad-glob" "The pattern cannot be read."
        "`*` stands for any text, `?` for one character, `[abc]` and `[a-z]` for one of several, `[!a]` for any other, \
         and `\\` takes the next character literally. At most 200 characters."
    NoLanguages "no-languages" "A rule says no languages."
        "Only a rule with `exclude: true` may leave `languages` out; it then removes all."
    NoWorkflow "no-workflow" "A rule says no workflow."
        "A rule either sends what it matches through a `workflow` or takes it out of scope with `exclude: true`."
    UnknownWorkflow "unknown-workflow" "There is no such workflow."
        "A rule names a workflow that is defined under `workflows:`."

    // What only the services know.
    UnknownItem "unknown-item" "The help center shows no such article, section or category."
        "The id is wrong, the thing is gone, or the account may not see it. Ids stand in the addresses of pages: \
         `/hc/en-us/sections/360000222-…`."
    LocaleNotEnabled "locale-not-enabled" "The help center has not enabled the locale."
        "Zendesk refuses translations into a locale that is not enabled. Enable it in the help center's language \
         settings, or take it out of the rule."
    NotInSmartcat "not-in-smartcat" "Smartcat has no such thing."
        "The engine, template, translation memory, glossary, client, vendor or person is not in this account, or has \
         another name. Names are compared exactly."
    RuleMatchesNothing "rule-matches-nothing" "A rule matches nothing."
        "No item of the help center meets its conditions, as far as the account can see. The rule is probably out of \
         date, or a condition is misspelt."
    RuleOverridden "rule-overridden" "A rule is wholly overridden."
        "Rules are read from top to bottom and the last one that matches decides. For everything that this rule \
         matches, later rules decide; move it further down, or remove it."
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names are a promise: they are searched for, filtered by and linked to. A change here is seen in review.
    #[test]
    fn the_list_of_codes() {
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let expected = "syntax empty-manifest second-document too-large too-deep duplicate-key key-not-text merge-key \
            tag alias unknown-key missing-key no-value wrong-type unknown-value out-of-range secret too-many-problems \
            unsupported-version bad-name bad-text bad-url insecure-url conflicting-keys bad-percentage \
            unknown-language unknown-smartcat-language same-language source-among-targets duplicate-language \
            no-setup duplicate-stage unknown-stage stage-of-template bad-deadline bad-project-id fixed-template shared-project \
            unused-workflow unused-language \
            no-rules empty-match empty-list impossible-match bad-glob no-languages no-workflow unknown-workflow \
            unknown-item locale-not-enabled not-in-smartcat rule-matches-nothing rule-overridden";
        assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn every_code_is_found_by_its_name_and_explained() {
        for code in Code::ALL {
            assert_eq!(Code::find(code.as_str()), Some(*code));
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert!(code.summary().ends_with('.') && !code.summary().contains('\n'), "{code}");
            assert!(code.explain().len() > code.summary().len() && code.explain().ends_with('.'), "{code}");
            assert!(!code.explain().contains("  "), "{code}");
        }
        assert_eq!(Code::find("no-such-code"), None);
    }
}
