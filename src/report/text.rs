//! Plans and outcomes for a terminal. Colours are written always; who prints decides whether they are shown.
//! Nothing depends on them: symbols and words say the same.

use std::collections::BTreeMap;
use std::io::Result;
use std::io::Write;

use anstyle::AnsiColor;
use anstyle::Style;

use crate::apply::StepOutcome;
use crate::apply::StepResult;
use crate::id::ItemKey;
use crate::plan::Held;
use crate::plan::HeldCode;
use crate::plan::Note;
use crate::plan::Step;

use super::OutcomeView;
use super::PlanView;
use super::changes;
use super::counted;
use super::held;
use super::in_words;
use super::look;
use super::number;
use super::safe;
use super::stays_hidden;
use super::title_of;
use super::words_to_translate;

const CREATE: Style = AnsiColor::Green.on_default();
const CHANGE: Style = AnsiColor::Yellow.on_default();
const SEND: Style = AnsiColor::Cyan.on_default();
const REMOVE: Style = AnsiColor::Red.on_default();
const HOLD: Style = AnsiColor::Magenta.on_default();
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 60;

/// Held pairs are listed up to this number per reason; `status` and the JSON have them all.
const MOST_HELD: usize = 20;

/// Shows a plan.
///
/// # Errors
/// When `out` cannot be written.
pub fn plan(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    header(view, out)?;
    for group in view.plan.steps.chunk_by(shown_together) {
        steps(view, group, out)?;
    }
    if !view.plan.steps.is_empty() {
        writeln!(out)?;
    }
    all_held(view, out)?;
    if let Some(found) = &view.plan.note {
        note(found, out)?;
        writeln!(out)?;
    }
    summary(view, out)
}

/// Translations that would not be found, and the rules that help.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn note(note: &Note, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "  {HOLD}! {}{HOLD:#}", stays_hidden(note))?;
    writeln!(out, "      {FAINT}to show them, add to the end of `content:`{FAINT:#}")?;
    for line in note.rules.iter().flat_map(|rule| rule.lines()) {
        writeln!(out, "        {}", line)?;
    }
    Ok(())
}

fn header(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    let header = view.header;
    writeln!(
        out,
        "{STRONG}{}{STRONG:#} {FAINT}({}){FAINT:#}  {} {FAINT}→{FAINT:#} {} {FAINT}({}){FAINT:#}\n",
        safe::line(&header.name),
        safe::line(&header.path),
        safe::line(&header.zendesk),
        safe::line(&header.smartcat),
        safe::line(&header.account),
    )
}

/// Steps that differ in nothing but the language are one entry.
fn shown_together(a: &Step, b: &Step) -> bool {
    let alike = std::mem::discriminant(&a.action) == std::mem::discriminant(&b.action)
        && a.reason == b.reason
        && a.rule == b.rule;
    alike && a.action.item().is_some() && a.action.item() == b.action.item()
}

fn steps(view: PlanView<'_>, group: &[Step], out: &mut dyn Write) -> Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    let (symbol, verb) = look(&first.action);
    let style = colour(symbol);
    write!(out, "  {style}{symbol} {verb}{style:#} {}", subject(view, first))?;
    let languages: Vec<&str> = group.iter().flat_map(|step| step.action.languages()).collect();
    if !languages.is_empty() {
        write!(out, "  {STRONG}{}{STRONG:#}", languages.join(", "))?;
    }
    let words: u64 = group.iter().map(|step| step.words).sum();
    if words > 0 {
        write!(out, "  {}", counted(words, "word", "words"))?;
    }
    writeln!(out)?;
    write!(out, "      {FAINT}{}", safe::line(&first.reason))?;
    if let Some(rule) = first.rule {
        write!(out, " ({}:{})", safe::line(&view.header.path), rule.line)?;
    }
    writeln!(out, "{FAINT:#}")
}

fn colour(symbol: &str) -> Style {
    match symbol {
        "+" => CREATE,
        "→" => SEND,
        "-" => REMOVE,
        _ => CHANGE,
    }
}

/// What a step does, in a few words.
pub fn doing(view: PlanView<'_>, step: &Step) -> String {
    let (_, verb) = look(&step.action);
    let languages = step.action.languages().join(", ");
    format!("{verb} {} {}", subject(view, step), safe::line(&languages)).trim_end().to_owned()
}

fn subject(view: PlanView<'_>, step: &Step) -> String {
    match step.action.item() {
        Some(key) => item(view, key),
        None => format!("\"{}\"", safe::short(step.action.project().name.as_str(), LONGEST_TITLE)),
    }
}

fn item(view: PlanView<'_>, key: ItemKey) -> String {
    let title = safe::short(&title_of(&view.observed.help_center, key), LONGEST_TITLE);
    format!("{} {} \"{title}\"", key.kind, key.id)
}

fn all_held(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    let mut codes: Vec<HeldCode> = view.plan.held.iter().map(|held| held.code).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let of_code: Vec<&Held> = view.plan.held.iter().filter(|held| held.code == code).collect();
        writeln!(out, "  {HOLD}! held: {}{HOLD:#} {FAINT}({}){FAINT:#}", code.as_str(), of_code.len())?;
        let mut last_reason = "";
        for held in of_code.iter().take(MOST_HELD) {
            writeln!(
                out,
                "      {}  {STRONG}{}{STRONG:#}",
                item(view, held.item),
                safe::line(&held.language)
            )?;
            if held.reason != last_reason {
                writeln!(out, "        {FAINT}{}{FAINT:#}", safe::line(&held.reason))?;
                last_reason = &held.reason;
            }
        }
        if let Some(more) = of_code.len().checked_sub(MOST_HELD).filter(|more| *more > 0) {
            writeln!(out, "      {FAINT}… and {} more{FAINT:#}", number(more as u64))?;
        }
        if let Some(remedy) = held::remedy(code) {
            writeln!(out, "      what to do: {remedy}")?;
        }
    }
    if !view.plan.held.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

fn summary(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    let plan = view.plan;
    if plan.is_empty() {
        write!(out, "{STRONG}Nothing to do.{STRONG:#} ")?;
    } else {
        write!(out, "{STRONG}Plan: {}.{STRONG:#} ", changes(plan).join(", "))?;
    }
    let summary = &plan.summary;
    writeln!(
        out,
        "{} up to date, {} in progress, {} held.",
        number(summary.up_to_date),
        number(summary.in_progress),
        number(summary.held)
    )?;
    if !plan.is_empty() {
        writeln!(
            out,
            "{}. At least {} to Zendesk and {} to Smartcat: {} at their rates.",
            words_to_translate(plan),
            counted(summary.requests.zendesk, "request", "requests"),
            number(summary.requests.smartcat),
            in_words(view.header.rates.least_seconds(summary.requests)),
        )?;
    }
    match view.header.smartwords {
        None => Ok(()),
        Some(smartwords) => match smartwords.shortage() {
            None => writeln!(out, "{}", smartwords.sentence()),
            Some(shortage) => writeln!(out, "{HOLD}! {shortage}{HOLD:#}"),
        },
    }
}

/// One step that has ended, as a line.
fn ended(view: PlanView<'_>, step: &Step, outcome: &StepOutcome, out: &mut dyn Write) -> Result<()> {
    let (mark, style) = match outcome.result {
        StepResult::Done => ("✓", CREATE),
        StepResult::Skipped => ("!", HOLD),
        StepResult::Failed => ("✗", REMOVE),
    };
    let (_, verb) = look(&step.action);
    let languages = step.action.languages().join(", ");
    writeln!(
        out,
        "  {style}{mark} {verb}{style:#} {}  {STRONG}{languages}{STRONG:#}  {FAINT}{}{FAINT:#}",
        subject(view, step),
        safe::line(&outcome.detail),
    )
}

/// Shows what became of a plan.
///
/// # Errors
/// When `out` cannot be written.
pub fn outcome(view: OutcomeView<'_>, out: &mut dyn Write) -> Result<()> {
    let OutcomeView { plan, digest: _, outcome, stale, requests } = view;
    let steps: BTreeMap<_, _> = plan.plan.steps.iter().map(|step| (step.id(), step)).collect();
    for ended_step in &outcome.steps {
        if let Some(step) = steps.get(&ended_step.id) {
            ended(plan, step, ended_step, out)?;
        }
    }
    for step in stale {
        writeln!(out, "  {HOLD}! stale{HOLD:#} {}  {FAINT}{}{FAINT:#}", step.describe(), super::STALE)?;
    }
    if !outcome.steps.is_empty() || !stale.is_empty() {
        writeln!(out)?;
    }
    if let Some(why) = &outcome.stopped {
        writeln!(out, "{REMOVE}Stopped:{REMOVE:#} {}\n", safe::line(why))?;
    }
    let counts = [StepResult::Done, StepResult::Skipped, StepResult::Failed]
        .map(|result| outcome.count(result) as u64);
    let word = if outcome.is_success() { "Applied" } else { "Applied in part" };
    writeln!(
        out,
        "{STRONG}{word}: {} done, {} skipped, {} failed.{STRONG:#} Requests: Zendesk {} reads, {} writes; Smartcat {} reads, {} writes.",
        number(counts[0]),
        number(counts[1] + stale.len() as u64),
        number(counts[2]),
        number(requests.zendesk.reads),
        number(requests.zendesk.writes),
        number(requests.smartcat.reads),
        number(requests.smartcat.writes),
    )?;
    match plan.plan.summary.held {
        0 => Ok(()),
        held => writeln!(
            out,
            "{} left alone, for the reasons that `zencat status` tells.",
            counted(held, "pair is", "pairs are")
        ),
    }
}
