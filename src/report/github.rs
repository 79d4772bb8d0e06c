//! Workflow commands of GitHub Actions: what the plan says, at the manifest's lines.

use std::io::Result;
use std::io::Write;

use super::PlanView;
use super::Smartwords;
use super::changes;
use super::counted;
use super::held;
use super::json::DiagnosticDocument;
use super::json::FailureDocument;
use super::number;
use super::safe;
use super::title_of;

/// GitHub shows ten notices and ten warnings of one step; more than that is noise.
const MOST: usize = 10;

/// Shows a plan as annotations: one notice with the counts, a notice per rule, warnings for what is held.
///
/// # Errors
/// When `out` cannot be written.
pub fn plan(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    let summary = &view.plan.summary;
    let path = safe::command_property(&view.header.path);
    let changes = match view.plan.is_empty() {
        true => "nothing to do".to_owned(),
        false => format!("{}; {}", changes(view.plan).join(", "), counted(summary.words, "word", "words")),
    };
    let message = format!(
        "{changes}; {} in progress, {} up to date, {} held",
        number(summary.in_progress),
        number(summary.up_to_date),
        number(summary.held),
    );
    writeln!(out, "::notice file={path},title=zencat plan::{}", safe::command_message(&message))?;
    for limit in &view.header.refused {
        let message = safe::command_message(limit);
        writeln!(out, "::error file={path},title=apply refuses this plan::{message}")?;
    }
    if let Some(shortage) = view.header.smartwords.and_then(Smartwords::shortage) {
        let message = safe::command_message(&shortage);
        writeln!(out, "::warning file={path},title=Smartwords::{message}")?;
    }
    rules(view, &path, out)?;
    for held in view.plan.held.iter().take(MOST) {
        let title = safe::command_property(&format!("held: {}", held.code.as_str()));
        let item = title_of(&view.observed.help_center, held.item);
        let remedy = held::remedy(held.code).map(|remedy| format!("; what to do: {remedy}"));
        let message = format!(
            "{} \"{item}\" [{}]: {}{}",
            held.item,
            held.language,
            held.reason,
            remedy.unwrap_or_default()
        );
        writeln!(out, "::warning file={path},title={title}::{}", safe::command_message(&message))?;
    }
    Ok(())
}

/// One notice per rule with the words that it orders.
fn rules(view: PlanView<'_>, path: &str, out: &mut dyn Write) -> Result<()> {
    let mut words = std::collections::BTreeMap::new();
    for step in view.plan.steps.iter().filter(|step| step.words > 0) {
        if let Some(rule) = step.rule {
            let entry = words.entry((rule.line, rule.column)).or_insert((0_u64, 0_u64));
            entry.0 += step.action.languages().len() as u64;
            entry.1 += step.words;
        }
    }
    for ((line, column), (pairs, words)) in words.into_iter().take(MOST - 1) {
        let message = format!(
            "this rule has {} translated: {}",
            counted(pairs, "pair of item and language", "pairs of item and language"),
            counted(words, "word", "words")
        );
        writeln!(
            out,
            "::notice file={path},line={line},col={column},title=zencat plan::{}",
            safe::command_message(&message)
        )?;
    }
    Ok(())
}

/// Shows why a command failed as annotations: problems of the manifest at their lines, anything else without a place.
///
/// # Errors
/// When `out` cannot be written.
pub fn failure(document: &FailureDocument, out: &mut dyn Write) -> Result<()> {
    let error = &document.error;
    problems(&error.diagnostics, out)?;
    let causes = error.causes.iter().map(|cause| format!(": {cause}"));
    let hints = error.hints.iter().map(|hint| format!("; {hint}"));
    let message: String = std::iter::once(error.message.clone()).chain(causes).chain(hints).collect();
    let title = safe::command_property(&format!("zencat: {}", error.kind));
    writeln!(out, "::error title={title}::{}", safe::command_message(&message))
}

/// Shows problems of the manifest as annotations at their lines.
///
/// # Errors
/// When `out` cannot be written.
pub fn problems(problems: &[DiagnosticDocument], out: &mut dyn Write) -> Result<()> {
    for problem in problems.iter().take(MOST - 1) {
        let level = if problem.severity == "warning" { "warning" } else { "error" };
        let path = safe::command_property(&problem.file);
        let title = safe::command_property(&format!("zencat: {}", problem.code));
        let hint = problem.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        let message = safe::command_message(&format!("{}{hint}", problem.message));
        let (line, column) = (problem.line, problem.column);
        writeln!(out, "::{level} file={path},line={line},col={column},title={title}::{message}")?;
    }
    Ok(())
}

/// Shows that a manifest is all right.
///
/// # Errors
/// When `out` cannot be written.
pub fn valid(path: &str, what: &str, out: &mut dyn Write) -> Result<()> {
    let path = safe::command_property(path);
    writeln!(out, "::notice file={path},title=zencat validate::{}", safe::command_message(what))
}
