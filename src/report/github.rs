//! Workflow commands of GitHub Actions: what the plan says, at the manifest's lines.

use std::io::Result;
use std::io::Write;

use crate::plan::Summary;

use super::PlanView;
use super::counted;
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
    let Summary {
        create,
        update,
        import,
        assign: _,
        send,
        retire,
        in_progress,
        up_to_date,
        held,
        words,
        requests: _,
    } = &view.plan.summary;
    let path = safe::command_property(&view.header.path);
    let message = format!(
        "{} to translate, {} to update, {} to import, {} to send, {} to retire; {}; {} in progress, {} up to date, {} held",
        number(*create),
        number(*update),
        number(*import),
        number(*send),
        number(*retire),
        counted(*words, "word", "words"),
        number(*in_progress),
        number(*up_to_date),
        number(*held),
    );
    writeln!(out, "::notice file={path},title=zencat plan::{}", safe::command_message(&message))?;
    rules(view, &path, out)?;
    for held in view.plan.held.iter().take(MOST) {
        let title = safe::command_property(&format!("held: {}", held.code.as_str()));
        let item = title_of(&view.observed.help_center, held.item);
        let message = format!("{} \"{item}\" [{}]: {}", held.item, held.language, held.reason);
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
            counted(pairs, "article-language pair", "article-language pairs"),
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
