//! The state of everything as one HTML page that needs nothing else: no network, no server, no other file.
//!
//! What people need without scripts is written as HTML here: the counts, the coverage of each language, progress by
//! stage, what is held. The matrix of every pair, with search and filters, is drawn by `page.js` from data that stands
//! in the page as JSON. The page's policy allows exactly its own style and script, by their hashes, and no request.

mod data;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use sha2::Digest as _;
use sha2::Sha256;

use crate::plan::Held;
use crate::plan::HeldCode;
use crate::plan::PairState;

use super::PlanView;
use super::capital;
use super::counted;
use super::held;
use super::number;
use super::pairs;
use super::pairs::Coverage;
use super::pairs::Known;
use super::pairs::STATES;
use super::pairs::state_name;
use super::pairs::state_words;
use super::safe;
use super::stays_hidden;
use super::title_of;
use super::translation_url;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Held pairs that are written out for each reason; the matrix has them all.
const MOST_HELD: usize = 50;

/// The whole page. Equal views make equal pages.
pub fn page(view: PlanView<'_>) -> String {
    let known = pairs::known(view);
    let header = view.header;
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        source_hash(STYLE),
        source_hash(SCRIPT)
    );
    let parts = [
        ("policy", policy),
        ("name", text(&header.name)),
        ("place", place(view)),
        ("created", text(&header.created_at)),
        ("tiles", tiles(view, &known)),
        ("languages", languages(&known)),
        ("stages", stages(&known)),
        ("held", all_held(view, &known)),
        ("hidden", hidden(view)),
        ("version", text(env!("CARGO_PKG_VERSION"))),
        ("style", STYLE.to_owned()),
        ("data", data::json(view, &known)),
        ("script", SCRIPT.to_owned()),
    ];
    fill(PAGE, &parts)
}

/// Translations that would not be found, and the rules that help.
fn hidden(view: PlanView<'_>) -> String {
    let Some(note) = &view.plan.note else { return String::new() };
    format!(
        "<h2 id=\"hidden\">Hidden in Zendesk</h2><p>{}. To show them, add to the end of <code>content:</code></p>\
         <pre tabindex=\"0\" aria-label=\"Rules to add\">{}</pre>",
        text(&stays_hidden(note)),
        safe::html(&note.rules.join("\n"))
    )
}

/// Puts the parts where the template names them. What a part contains is not looked at again.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut page =
        String::with_capacity(template.len() + parts.iter().map(|(_, part)| part.len()).sum::<usize>());
    let mut pieces = template.split("{{");
    page.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        page.push_str(part.map(|(_, part)| part.as_str()).unwrap_or_default());
        page.push_str(rest);
    }
    page
}

/// The hash by which a policy allows what stands between two tags.
fn source_hash(content: &str) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(content.as_bytes())))
}

/// Text from outside as HTML.
fn text(text: &str) -> String {
    safe::html(&safe::line(text)).into_owned()
}

/// A text that leads to a page, if there is one.
fn link(content: &str, url: Option<&str>) -> String {
    match url.and_then(safe::web) {
        Some(url) => format!("<a href=\"{}\" rel=\"noreferrer\">{content}</a>", safe::html(&url)),
        None => content.to_owned(),
    }
}

fn place(view: PlanView<'_>) -> String {
    let header = view.header;
    format!(
        "{} <span aria-label=\"through\">→</span> {} <span class=\"faint\">{}</span>",
        link(&text(&header.zendesk), Some(&header.zendesk)),
        link(&text(&header.smartcat), Some(&header.smartcat)),
        text(&header.account)
    )
}

fn tiles(view: PlanView<'_>, known: &[Known<'_>]) -> String {
    let mut all = Coverage::default();
    known.iter().for_each(|known| all.add(known));
    let mut items: Vec<_> = known.iter().map(|known| known.pair.item).collect();
    items.dedup();
    let covered = if known.is_empty() { "–".to_owned() } else { format!("{} %", all.percent()) };
    let tile =
        |value: &str, label: &str| format!("<div class=\"tile\"><dt>{label}</dt><dd>{value}</dd></div>");
    let mut html = format!("<dl class=\"tiles\">{}", tile(&covered, "up to date"));
    html += &tile(&number(items.len() as u64), if items.len() == 1 { "item" } else { "items" });
    html += &tile(&number(known.len() as u64), "translations wanted");
    html += &tile(&number(all.words_in_work), "words in work");
    html += &tile(&number(view.plan.summary.words), "words to order");
    html += &tile(&number(view.plan.held.len() as u64), "held");
    html += "</dl>";
    html += &bar(&all, "large");
    html += &legend(&all);
    html
}

/// The shares of the states as a picture, with the same in words for those who do not see it.
fn bar(coverage: &Coverage, class: &str) -> String {
    let all = coverage.all().max(1) as f64;
    let mut from = 0.0;
    let (mut parts, mut words) = (String::new(), Vec::new());
    for (state, count) in counted_states(coverage) {
        let width = count as f64 * 100.0 / all;
        let _ = write!(
            parts,
            "<rect class=\"f-{}\" x=\"{from:.3}\" width=\"{width:.3}\" height=\"10\"/>",
            state_name(state)
        );
        from += width;
        words.push(format!("{} {}", number(count), state_words(state)));
    }
    format!(
        "<svg class=\"bar {class}\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{}\">{parts}</svg>",
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    )
}

fn counted_states(coverage: &Coverage) -> impl Iterator<Item = (PairState, u64)> {
    STATES.into_iter().zip(coverage.counts).filter(|(_, count)| *count > 0)
}

fn legend(coverage: &Coverage) -> String {
    let entry = |(state, count): (PairState, u64)| {
        format!(
            "<li><span class=\"chip s-{}\" aria-hidden=\"true\"></span>{} <b>{}</b></li>",
            state_name(state),
            state_words(state),
            number(count)
        )
    };
    let entries: String = counted_states(coverage).map(entry).collect();
    if entries.is_empty() {
        return "<p>Nothing is in scope.</p>".to_owned();
    }
    format!("<ul class=\"legend\">{entries}</ul>")
}

fn languages(known: &[Known<'_>]) -> String {
    let languages = pairs::coverage(known);
    if languages.is_empty() {
        return "<p>No language is in scope.</p>".to_owned();
    }
    let present: Vec<usize> = (0..STATES.len())
        .filter(|index| languages.values().any(|coverage| coverage.counts[*index] > 0))
        .collect();
    let mut html =
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"languages\"><table><thead><tr>\
                    <th scope=\"col\">Language</th><th scope=\"col\" class=\"picture\">States</th>\
                    <th scope=\"col\" class=\"n\">Up to date</th>"
            .to_owned();
    for index in present.iter().skip_while(|index| **index == 0) {
        let _ = write!(html, "<th scope=\"col\" class=\"n\">{}</th>", capital(state_words(STATES[*index])));
    }
    html += "<th scope=\"col\" class=\"n\">Words in work</th></tr></thead><tbody>";
    for (language, coverage) in &languages {
        let _ = write!(
            html,
            "<tr><th scope=\"row\" data-language=\"{0}\">{0}</th><td class=\"picture\">{1}</td><td class=\"n\">{2} %</td>",
            text(language),
            bar(coverage, "small"),
            coverage.percent()
        );
        for index in present.iter().skip_while(|index| **index == 0) {
            let _ = write!(html, "<td class=\"n\">{}</td>", or_dash(coverage.counts[*index]));
        }
        let _ = write!(html, "<td class=\"n\">{}</td></tr>", or_dash(coverage.words_in_work));
    }
    html + "</tbody></table></div>"
}

fn or_dash(count: u64) -> Cow<'static, str> {
    if count == 0 { "<span class=\"faint\">–</span>".into() } else { number(count).into() }
}

/// The documents at one stage of one workflow.
#[derive(Default)]
struct AtStage {
    documents: u64,
    done: u64,
    /// Words, and words × percent.
    weight: f64,
    weighted: f64,
    people: BTreeSet<Arc<str>>,
    /// The earliest of their projects' deadlines.
    deadline: Option<Timestamp>,
}

/// Progress by stage, of all documents that there are.
fn stages(known: &[Known<'_>]) -> String {
    let mut stages: BTreeMap<(&str, usize, &str), AtStage> = BTreeMap::new();
    for known in known {
        for (index, stage) in
            known.document.into_iter().flat_map(|document| document.stages.iter()).enumerate()
        {
            let at = stages.entry((known.pair.workflow.as_str(), index, &stage.kind)).or_default();
            let weight = known.words().max(1) as f64;
            at.documents += 1;
            at.done += u64::from(stage.is_done());
            at.weight += weight;
            at.weighted += weight * stage.percent.clamp(0.0, 100.0);
            at.people.extend(stage.assignees.iter().chain(&stage.agency).cloned());
            at.deadline = [at.deadline, known.deadline].into_iter().flatten().min();
        }
    }
    if stages.is_empty() {
        return "<p>Nothing has been sent to Smartcat yet.</p>".to_owned();
    }
    let mut html = "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"stages\"><table><thead><tr>\
                    <th scope=\"col\">Workflow</th><th scope=\"col\">Stage</th><th scope=\"col\" class=\"picture\">Progress</th>\
                    <th scope=\"col\" class=\"n\">Done</th><th scope=\"col\" class=\"n\">People</th><th scope=\"col\">Deadline</th>\
                    </tr></thead><tbody>"
        .to_owned();
    for ((workflow, index, kind), at) in &stages {
        html += &stage_row(workflow, index + 1, kind, at);
    }
    html + "</tbody></table></div>"
}

fn stage_row(workflow: &str, number_of_stage: usize, kind: &str, at: &AtStage) -> String {
    // Rounded down so that 100 means all.
    let percent = (at.weighted / at.weight.max(1.0)) as u64;
    let deadline = at.deadline.map(|deadline| deadline.strftime("%Y-%m-%d").to_string());
    format!(
        "<tr><td>{}</td><th scope=\"row\">{number_of_stage}. {}</th>\
         <td class=\"picture\"><div class=\"meter\"><svg class=\"bar small\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{percent} percent\"><rect class=\"f-in_progress\" width=\"{percent}\" height=\"10\"/></svg>\
         <span class=\"percent\">{percent} %</span></div></td>\
         <td class=\"n\">{} of {}</td><td class=\"n\">{}</td><td>{}</td></tr>",
        text(workflow),
        text(kind),
        number(at.done),
        number(at.documents),
        or_dash(at.people.len() as u64),
        deadline.unwrap_or_else(|| "<span class=\"faint\">–</span>".to_owned())
    )
}

fn all_held(view: PlanView<'_>, known: &[Known<'_>]) -> String {
    let mut codes: BTreeMap<HeldCode, Vec<&Held>> = BTreeMap::new();
    for held in known.iter().filter_map(|known| known.held) {
        codes.entry(held.code).or_default().push(held);
    }
    if codes.is_empty() {
        return "<p>Nothing is held.</p>".to_owned();
    }
    codes.iter().map(|(code, of_code)| held_by(view, *code, of_code)).collect()
}

fn held_by(view: PlanView<'_>, code: HeldCode, held: &[&Held]) -> String {
    let mut html = format!(
        "<details class=\"held\" data-code=\"{0}\"><summary><code>{0}</code> <b>{1}</b> <span class=\"faint\">{2}</span></summary>{3}<ul>",
        code.as_str(),
        number(held.len() as u64),
        held.first().map(|held| text(&held.reason)).unwrap_or_default(),
        held::remedy(code).map(|remedy| format!("<p>What to do: {}.</p>", text(remedy))).unwrap_or_default()
    );
    for held in held.iter().take(MOST_HELD) {
        let help_center = &view.observed.help_center;
        let page = help_center.items.get(&held.item).map(|item| item.url.as_str());
        let translated = help_center
            .items
            .get(&held.item)
            .is_some_and(|item| item.translations.keys().any(|locale| *locale.as_str() == *held.language));
        let translation = translation_url(help_center, held.item, &held.language).filter(|_| translated);
        let _ = write!(
            html,
            "<li>{} <b>{}</b> <span class=\"faint\">{}</span></li>",
            link(&text(&title_of(help_center, held.item)), page),
            link(&text(&held.language), translation.as_deref()),
            text(&held.reason)
        );
    }
    if let Some(more @ 1..) = held.len().checked_sub(MOST_HELD) {
        let more = counted(more as u64, "more stands", "more stand");
        let _ = write!(html, "<li class=\"faint\">{more} in the matrix below.</li>");
    }
    html + "</ul></details>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_part_contains_is_no_template() {
        let parts = [("a", "{{b}}".to_owned()), ("b", "x".to_owned())];
        assert_eq!(fill("<{{a}}|{{b}}|{{c}}>", &parts), "<{{b}}|x|>");
    }

    #[test]
    fn the_template_names_no_part_that_is_missing() {
        let page = page(PlanView {
            header: &super::super::Header::default(),
            plan: &crate::plan::Plan::default(),
            observed: &crate::observed::Observed::default(),
        });
        assert!(page.contains("Nothing is in scope."));
        for name in PAGE.split("{{").skip(1).filter_map(|piece| piece.split_once("}}")).map(|(name, _)| name)
        {
            assert!(include_str!("html.rs").contains(&format!("(\"{name}\", ")), "{name}");
        }
    }

    #[test]
    fn style_and_script_can_stand_between_their_tags() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }

    #[test]
    fn a_link_leads_to_the_web_or_nowhere() {
        assert_eq!(link("x", Some("javascript:alert(1)")), "x");
        assert_eq!(
            link("x", Some("https://e/?a&\"b")),
            "<a href=\"https://e/?a&amp;%22b\" rel=\"noreferrer\">x</a>"
        );
    }
}
