//! A plan as a pull request comment: the summary, then what costs or destroys, then the rest folded. It stays within
//! a given size and says what it left out.

use std::collections::BTreeMap;
use std::io::Result;
use std::io::Write;

use crate::plan::Action;
use crate::plan::Held;
use crate::plan::Note;
use crate::plan::Step;

use super::PlanView;
use super::changes;
use super::counted;
use super::number;
use super::safe;
use super::title_of;
use super::words_to_translate;

/// A comment on GitHub holds 65,536 characters.
pub const MOST_BYTES: usize = 65_000;

/// From this number of steps on nobody adds up rows.
const MANY: usize = 50;

/// Languages of the table that adds them up.
const MOST_LANGUAGES: usize = 60;

/// Room for what closes the document when it was cut.
const CLOSING: usize = 400;

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 80;

/// Shows a plan in at most `most_bytes` bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn plan(view: PlanView<'_>, most_bytes: usize, out: &mut dyn Write) -> Result<()> {
    let mut page = Page::new(most_bytes);
    page.push(&heading(view));
    if let Some(found) = &view.plan.note {
        page.paragraph(&format!("\n{}", note(found)));
    }
    if view.plan.steps.len() > MANY {
        page.paragraph(&by_language(view));
    }
    let (first, rest): (Vec<&Step>, Vec<&Step>) =
        view.plan.steps.iter().partition(|step| costs_or_destroys(step));
    page.table("What this orders or removes", &first, |step| row(view, step), STEPS, true);
    page.table("Held", &view.plan.held.iter().collect::<Vec<_>>(), |held| held_row(view, held), HELD, true);
    page.table("Everything else", &rest, |step| row(view, step), STEPS, false);
    page.finish("the JSON plan has them all", out)
}

const STEPS: &str = "| | what | languages | words | why |\n| --- | --- | --- | ---: | --- |\n";
const HELD: &str = "| | what | language | code | why |\n| --- | --- | --- | --- | --- |\n";

/// The marker by which a comment is found again and edited in place, and the counts.
fn heading(view: PlanView<'_>) -> String {
    let name = safe::markdown(&view.header.name);
    let summary = &view.plan.summary;
    let mut text = format!(
        "<!-- zencat:plan:{} -->\n## zencat plan: {name}\n\n",
        safe::line(&view.header.name).replace("--", "")
    );
    match view.plan.is_empty() {
        true => text.push_str("**Nothing to do.**\n\n"),
        false => text.push_str(&format!(
            "**{}**\n\n{} to be translated (source words × languages) · ",
            changes(view.plan).join(" · "),
            words_to_translate(view.plan),
        )),
    }
    text.push_str(&format!(
        "{} in progress · {} up to date · {} held  \n",
        number(summary.in_progress),
        number(summary.up_to_date),
        number(summary.held)
    ));
    if !view.plan.is_empty() {
        text.push_str(&format!(
            "At least {} to Zendesk and {} to Smartcat · ",
            counted(summary.requests.zendesk, "request", "requests"),
            number(summary.requests.smartcat)
        ));
    }
    text.push_str(&format!("digest `{}`\n", view.plan.digest()));
    match view.header.smartwords.map(|smartwords| (smartwords, smartwords.shortage())) {
        None => {}
        Some((smartwords, None)) => text.push_str(&format!("\n{}\n", smartwords.sentence())),
        Some((_, Some(shortage))) => text.push_str(&format!("\n> ⚠️ {shortage}\n")),
    }
    text
}

/// Translations that would not be found, and the rules that help.
pub(super) fn note(note: &Note) -> String {
    format!(
        "> [!NOTE]\n> {}. To show them, add to the end of `content:`\n\n```yaml\n{}\n```\n",
        note.text(),
        note.rules.join("\n")
    )
}

/// What each language has translated.
fn by_language(view: PlanView<'_>) -> String {
    let mut languages = BTreeMap::new();
    for step in view.plan.steps.iter().filter(|step| step.words > 0) {
        let of_step = step.action.languages();
        let words = step.words / of_step.len().max(1) as u64;
        for language in of_step {
            let entry = languages.entry(language.to_owned()).or_insert((0_u64, 0_u64));
            entry.0 += 1;
            entry.1 += words;
        }
    }
    if languages.is_empty() {
        return String::new();
    }
    let mut text = "\n| language | texts | words |\n| --- | ---: | ---: |\n".to_owned();
    for (language, (texts, words)) in languages.into_iter().take(MOST_LANGUAGES) {
        let language = safe::markdown(&safe::short(&language, LONGEST_TITLE));
        text.push_str(&format!("| {language} | {} | {} |\n", number(texts), number(words)));
    }
    text
}

fn costs_or_destroys(step: &Step) -> bool {
    step.words > 0 || matches!(step.action, Action::RetireDocument(_) | Action::CreateProject(_))
}

fn row(view: PlanView<'_>, step: &Step) -> String {
    let (symbol, verb) = match &step.action {
        Action::CreateProject(_) => ("+", "create project"),
        Action::UpdateProject(_) => ("~", "set up project"),
        Action::AddLanguage(_) => ("+", "add language to"),
        Action::CreateDocument(_) => ("+", "translate"),
        Action::UpdateDocument(_) => ("~", "update"),
        Action::ImportTranslation(_) => ("~", "import"),
        Action::Assign(_) => ("~", "assign"),
        Action::CompleteDocument(_) => ("~", "complete"),
        Action::SendTranslation(_) => ("→", "send"),
        Action::RetireDocument(_) => ("-", "retire"),
    };
    let subject = match step.action.item() {
        Some(key) => item(view, key),
        None => safe::markdown(&safe::short(step.action.project().name.as_str(), LONGEST_TITLE)),
    };
    let words = if step.words == 0 { String::new() } else { number(step.words) };
    let languages = safe::markdown(&step.action.languages().join(", "));
    format!("| `{symbol}` | {verb} {subject} | {languages} | {words} | {} |\n", safe::markdown(&step.reason))
}

fn held_row(view: PlanView<'_>, held: &Held) -> String {
    let language = safe::markdown(&held.language);
    format!(
        "| `!` | {} | {language} | `{}` | {} |\n",
        item(view, held.item),
        held.code.as_str(),
        safe::markdown(&held.reason)
    )
}

fn item(view: PlanView<'_>, key: crate::id::ItemKey) -> String {
    let title = safe::short(&title_of(&view.observed.help_center, key), LONGEST_TITLE);
    format!("{} {} {}", key.kind, key.id, safe::markdown(&title))
}

/// A comment that grows up to a given size.
pub(super) struct Page {
    text: String,
    room: usize,
    left_out: u64,
}

impl Page {
    /// What is shown whole or not at all.
    fn paragraph(&mut self, text: &str) {
        if self.text.len() + text.len() <= self.room {
            self.text.push_str(text);
        }
    }

    pub(super) fn new(most_bytes: usize) -> Self {
        Self { text: String::new(), room: most_bytes.saturating_sub(CLOSING), left_out: 0 }
    }

    /// What is there whatever the size.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes the comment, and how many lines are left out and where they are.
    pub(super) fn finish(mut self, elsewhere: &str, out: &mut dyn Write) -> Result<()> {
        if self.left_out > 0 {
            let left_out = counted(self.left_out, "line is", "lines are");
            self.push(&format!("\n_{left_out} left out to keep this comment short; {elsewhere}._\n"));
        }
        out.write_all(self.text.as_bytes())
    }

    /// A folded table with as many rows as there is room for.
    pub(super) fn table<T>(
        &mut self,
        title: &str,
        rows: &[T],
        row: impl Fn(&T) -> String,
        head: &str,
        open: bool,
    ) {
        if rows.is_empty() {
            return;
        }
        let open = if open { " open" } else { "" };
        let begin =
            format!("\n<details{open}><summary>{title} ({})</summary>\n\n{head}", number(rows.len() as u64));
        let end = "\n</details>\n";
        if self.text.len() + begin.len() + end.len() > self.room {
            self.left_out += rows.len() as u64;
            return;
        }
        self.text.push_str(&begin);
        for (index, each) in rows.iter().enumerate() {
            let line = row(each);
            if self.text.len() + line.len() + end.len() > self.room {
                self.left_out += (rows.len() - index) as u64;
                break;
            }
            self.text.push_str(&line);
        }
        self.text.push_str(end);
    }
}
