//! Who works on which stage.

use jiff::SignedDuration;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::Locale;
use crate::manifest::model::AssignMode;
use crate::manifest::model::Assignee;
use crate::manifest::model::Assignment;
use crate::manifest::model::Deadline;
use crate::manifest::model::Setup;
use crate::manifest::problems::Problems;
use crate::manifest::raw::RawAssignment;

use super::at::At;
use super::conflict;
use super::text;
use super::workflow::unknown_stage;

pub(super) fn assignment(
    raw: RawAssignment,
    setup: &Setup,
    at: At<'_>,
    found: &mut Problems,
) -> Option<Assignment> {
    let RawAssignment { stage, languages, template, people, mode, invite_new, deadline, agency, team } = raw;
    if let (Some(stage), Setup::Stages(stages)) = (stage, setup)
        && !stages.contains(&stage)
    {
        unknown_stage(stage, stages, at.get("stage"), found);
    }
    if let Some(languages) = &languages {
        text::not_empty(languages, at.get("languages"), found);
    }
    check_company(at, found);
    check_new_people(invite_new == Some(true), mode, at, found);
    let deadline = deadline.and_then(|text| time_allowed(&text, at.get("deadline"), found));
    let (key, span) = who(at, team == Some(true), found)?;
    let to = match key {
        "template" => Assignee::Template(text::line(template?, at.get(key), found)?),
        "agency" => Assignee::Agency(text::line(agency?, at.get(key), found)?),
        "people" => Assignee::People(text::people(people?, at.get(key), found), mode.unwrap_or_default()),
        _ => Assignee::Team,
    };
    let people = match &to {
        Assignee::People(people, _) => {
            (0..people.len()).map(|number| at.get("people").item(number).span()).collect()
        }
        Assignee::Template(_) | Assignee::Agency(_) | Assignee::Team => Vec::new(),
    };
    let locales = languages.unwrap_or_default().into_iter().enumerate();
    let locales = locales.map(|(number, text)| (Locale::new(&text), at.get("languages").item(number).span()));
    Some(Assignment {
        place: at.span().place,
        stage: stage?,
        locales: locales.collect(),
        to,
        invite_new: invite_new.unwrap_or(false),
        deadline,
        span,
        people,
    })
}

/// Keys that say something about another key, which must be there.
fn check_company(at: At<'_>, found: &mut Problems) {
    let pairs = [
        ("mode", "people", "`mode` says how `people` share the work, and there are none"),
        ("invite_new", "people", "`invite_new` is about `people`, and there are none"),
        ("deadline", "template", "Smartcat takes a deadline for a stage only with a `template`"),
    ];
    for (key, company, message) in pairs {
        if at.has(key) && !at.has(company) {
            let alone = Diagnostic::error(Code::ConflictingKeys, at.get(key).key, message);
            found.push(alone.label("has no effect"));
        }
    }
}

/// Who is added by e-mail is an in-house linguist, and those cannot be invited to a piece of work (smartcat.md §7.9).
fn check_new_people(invite_new: bool, mode: Option<AssignMode>, at: At<'_>, found: &mut Problems) {
    if invite_new && !matches!(mode, None | Some(AssignMode::Distribute)) {
        let message = "people who are new in the team can be given work, not invited to it";
        let wrong = Diagnostic::error(Code::ConflictingKeys, at.get("mode").key, message);
        let wrong =
            wrong.label("not with `invite_new`").also(at.get("invite_new").key, "adds in-house people");
        found.push(wrong.hint("leave `mode` out, or add freelancers to the team in Smartcat first"));
    }
}

/// A duration: when an assignment begins is known to Smartcat alone.
fn time_allowed(text: &str, at: At<'_>, found: &mut Problems) -> Option<SignedDuration> {
    match text::deadline(text, at, found)? {
        Deadline::After(duration) => Some(duration),
        Deadline::At(_) => {
            let message = "the deadline of a stage counts from the assignment";
            let wrong =
                Diagnostic::error(Code::BadDeadline, at.span(), message).label("a duration is expected");
            found.push(wrong.hint("for example `48h` or `5d`"));
            None
        }
    }
}

/// The one key that says who does the work.
fn who(at: At<'_>, team: bool, found: &mut Problems) -> Option<(&'static str, Span)> {
    let given = ["template", "people", "agency", "team"]
        .into_iter()
        .filter(|key| at.has(key) && (*key != "team" || team));
    let mut given: Vec<&'static str> = given.collect();
    given.sort_by_key(|key| at.get(key).key);
    match given.as_slice() {
        [] => {
            let message = "the assignment does not say who does the work";
            let missing = Diagnostic::error(Code::MissingKey, at.first(), message).label("who?");
            found.push(missing.hint("give it one of `template`, `people`, `agency` and `team: true`"));
            None
        }
        [one] => Some((one, at.get(one).span())),
        [first, second, ..] => {
            found.push(conflict(at, second, first, "an assignment says once who does the work"));
            None
        }
    }
}
