//! From what the YAML says to what it means: defaults filled in, names resolved, contradictions found.
//!
//! Nothing stops at the first problem. A part that has one is left out, and the others are still checked.

mod assign;
mod at;
pub(super) mod languages;
mod rule;
mod text;
mod workflow;

use std::collections::BTreeMap;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::id::Language;
use crate::id::Locale;

use super::locales::Locales;
use super::locales::smartcat_language;
use super::locales::smartcat_languages;
use super::model::Limits;
use super::model::Manifest;
use super::model::Smartcat;
use super::model::Zendesk;
use super::origin::Origin;
use super::origin::OriginError;
use super::problems::Problems;
use super::raw::RawLimits;
use super::raw::RawManifest;
use super::raw::RawSmartcat;
use super::raw::RawZendesk;
use super::suggest::did_you_mean;
use super::tree::Node;
use super::tree::brief;

use at::At;
use languages::Languages;

/// The manifest; `None` when a part without which there is none is missing. Whether it can be used is for the problems
/// to say.
pub(super) fn validate(
    source: &str,
    raw: RawManifest,
    root: &Node,
    found: &mut Problems,
) -> Option<Manifest> {
    let RawManifest {
        version,
        name,
        zendesk,
        smartcat,
        source_locale,
        locales,
        workflows,
        content,
        limits,
        on_remove,
    } = raw;
    let at = At::root(root);
    check_version(version, at.get("version"), found);
    let name = name.map(|name| checked_name(name, at.get("name"), found));
    let zendesk = zendesk.and_then(|raw| self::zendesk(raw, at.get("zendesk"), found));
    let smartcat = smartcat.and_then(|raw| self::smartcat(raw, at.get("smartcat"), found));
    let locales = self::locales(locales.unwrap_or_default(), at.get("locales"), found);
    let workflows = workflow::workflows(
        name.as_deref().unwrap_or_default(),
        workflows.unwrap_or_default(),
        at.get("workflows"),
        found,
    );
    let rules = rule::rules(content, at.get("content"), found);
    let limits = limits.map_or_else(Limits::default, |raw| self::limits(raw, at.get("limits"), found));
    let source_span =
        if at.has("source_locale") { at.get("source_locale").span() } else { at.get("zendesk").key };
    let source_locale = source_locale.map(|locale| Locale::new(&locale));
    languages::check(
        &Languages {
            source: source_locale.as_ref(),
            source_span,
            locales: &locales,
            workflows: &workflows,
            rules: &rules,
        },
        found,
    );
    // What is unused is known only when nothing was left out.
    if !found.has_errors() {
        workflow::check_use(&workflows, &rules, found);
    }
    Some(Manifest {
        source: source.to_owned(),
        name: name?,
        zendesk: zendesk?,
        smartcat: smartcat?,
        source_locale,
        source_locale_span: source_span,
        locales,
        workflows,
        rules,
        limits,
        on_remove: on_remove.unwrap_or_default(),
    })
}

fn check_version(version: Option<u64>, at: At<'_>, found: &mut Problems) {
    if let Some(version) = version.filter(|version| *version != 1) {
        let message = format!("version {version} of the manifest is not known to this zencat");
        let wrong = Diagnostic::error(Code::UnsupportedVersion, at.span(), message);
        found.push(wrong.label("only 1 is known").hint("write `version: 1`, or use a newer zencat"));
    }
}

/// Whether a manifest can have this name: 1 to 64 of a-z, 0-9 and -.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= text::LONGEST_NAME && name.chars().all(is_of_name)
}

/// A text in the characters that a manifest's name has; empty when nothing of it is left.
pub fn in_name(text: &str) -> String {
    let name: String = text.to_lowercase().chars().map(|c| if is_of_name(c) { c } else { '-' }).collect();
    name.trim_matches('-').to_owned()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn checked_name(name: String, at: At<'_>, found: &mut Problems) -> String {
    if !is_name(&name) {
        let fixed = in_name(&name);
        let hint = (!fixed.is_empty()).then(|| format!("for example `{}`", brief(&fixed)));
        let message =
            format!("the name `{}` is not made of lower-case letters, digits and hyphens", brief(&name));
        let wrong = Diagnostic::error(Code::BadName, at.span(), message);
        found.push(wrong.label("1 to 64 of a-z, 0-9 and -").maybe_hint(hint));
    }
    name
}

fn zendesk(raw: RawZendesk, at: At<'_>, found: &mut Problems) -> Option<Zendesk> {
    let RawZendesk { url } = raw;
    let url = origin(&url?, at.get("url"), "https://acme.zendesk.com", found)?;
    Some(Zendesk { host: url.host(), url })
}

fn smartcat(raw: RawSmartcat, at: At<'_>, found: &mut Problems) -> Option<Smartcat> {
    let RawSmartcat { region, url } = raw;
    if at.has("region") && at.has("url") {
        found.push(conflict(
            at,
            "url",
            "region",
            "a Smartcat server is given by its region or by its address",
        ));
    }
    match (region, url) {
        (_, Some(url)) => {
            let url = origin(&url, at.get("url"), "https://smartcat.com", found)?;
            Some(Smartcat { region: None, url })
        }
        (Some(region), None) => {
            Origin::parse(region.url()).ok().map(|url| Smartcat { region: Some(region), url })
        }
        (None, None) => {
            if !at.has("region") && !at.has("url") {
                let message = "`smartcat` needs `region` or `url`";
                let missing = Diagnostic::error(Code::MissingKey, at.key, message).label("which server?");
                found.push(
                    missing.hint("the region is the host in your browser: eu (smartcat.com), us, asia (ea.)"),
                );
            }
            None
        }
    }
}

fn origin(text: &str, at: At<'_>, example: &str, found: &mut Problems) -> Option<Origin> {
    let error = match Origin::parse(text) {
        Ok(origin) => return Some(origin),
        Err(error) => error,
    };
    let span = at.span();
    let code = if matches!(error, OriginError::Insecure(_)) { Code::InsecureUrl } else { Code::BadUrl };
    let wrong = Diagnostic::error(code, span, format!("the address cannot be used: {error}"));
    let hint = match &error {
        OriginError::Insecure(host) => format!("write `https://{host}`"),
        OriginError::MoreThanHost => match origin_of(text) {
            Some(origin) => format!("write `{origin}`"),
            None => format!("for example `{example}`"),
        },
        OriginError::Credentials => "credentials come from the environment".to_owned(),
        OriginError::NotAnAddress
            if Origin::parse(&format!("https://{text}")).is_ok() && text.contains('.') =>
        {
            format!("write `https://{text}`")
        }
        OriginError::NotAnAddress | OriginError::OtherScheme(_) => format!("for example `{example}`"),
    };
    let wrong = wrong.label("scheme and host are expected").hint(hint);
    found.push(if error == OriginError::Credentials { wrong.conceal(span.start, span.end) } else { wrong });
    None
}

/// The address without what stands behind its host.
fn origin_of(text: &str) -> Option<Origin> {
    let (scheme, rest) = text.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Origin::parse(&format!("{scheme}://{host}")).ok()
}

fn locales(raw: BTreeMap<String, String>, at: At<'_>, found: &mut Problems) -> Locales {
    let mut known: BTreeMap<Locale, Language> = BTreeMap::new();
    for (key, value) in at.entries() {
        let Some(code) = raw.get(&key.name) else { continue };
        let Some(language) = smartcat_language(code) else {
            let message = format!("Smartcat has no language `{}`", brief(code));
            let hint = did_you_mean(code, smartcat_languages().iter().copied())
                .unwrap_or_else(|| "a code such as `pt-PT`, `zh-Hans` or `sr-Latn` is expected".to_owned());
            let wrong = Diagnostic::error(Code::UnknownSmartcatLanguage, value.span, message);
            found.push(wrong.label("not a language of Smartcat").hint(hint));
            continue;
        };
        if known.insert(Locale::new(&key.name), Language::new(language)).is_some() {
            let message = format!("`{}` is given twice, in different case", brief(&key.name));
            found.push(Diagnostic::error(Code::DuplicateKey, key.span, message).label("again here"));
        }
    }
    Locales::new(known)
}

fn limits(raw: RawLimits, at: At<'_>, found: &mut Problems) -> Limits {
    let RawLimits { max_words, max_items, max_change } = raw;
    let max_change_percent = max_change.and_then(|share| percentage(&share, at.get("max_change"), found));
    Limits { max_words, max_items, max_change_percent }
}

fn percentage(text: &str, at: At<'_>, found: &mut Problems) -> Option<u8> {
    let digits = text.strip_suffix('%').filter(|digits| digits.chars().all(|c| c.is_ascii_digit()));
    let percent = digits.and_then(|digits| digits.parse().ok()).filter(|percent| *percent <= 100);
    if percent.is_none() {
        let message = format!("`{}` is not a share", brief(text));
        let wrong = Diagnostic::error(Code::BadPercentage, at.span(), message);
        found.push(wrong.label("0% to 100%").hint("for example `30%`"));
    }
    percent
}

/// Two keys that exclude each other.
fn conflict(at: At<'_>, key: &str, other: &str, why: &str) -> Diagnostic {
    let message = format!("`{key}` and `{other}` exclude each other: {why}");
    Diagnostic::error(Code::ConflictingKeys, at.get(key).key, message)
        .label("remove this")
        .also(at.get(other).key, "or this")
}
