//! Texts, names and times.

use jiff::SignedDuration;
use jiff::SpanRelativeTo;
use jiff::Timestamp;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::manifest::model::Deadline;
use crate::manifest::problems::Problems;
use crate::manifest::tree::brief;

use super::at::At;

/// The longest name of a manifest or workflow: both are part of a project's tag, whose own limit is not known.
pub(super) const LONGEST_NAME: usize = 64;

/// The longest name of something in Smartcat or Zendesk.
const LONGEST_TEXT: usize = 200;

/// A text of one line.
pub(super) fn line(text: String, at: At<'_>, found: &mut Problems) -> Option<String> {
    let problem = if text.trim().is_empty() {
        "the text is empty"
    } else if text.chars().any(char::is_control) {
        "the text has line breaks or control characters in it"
    } else if text.chars().count() > LONGEST_TEXT {
        "the text has more than 200 characters"
    } else {
        return Some(text);
    };
    found.push(Diagnostic::error(Code::BadText, at.span(), problem).label("one line of text is expected"));
    None
}

/// A list of texts. A list without entries is refused.
pub(super) fn lines(texts: Vec<String>, at: At<'_>, found: &mut Problems) -> Vec<String> {
    not_empty(&texts, at, found);
    let numbered = texts.into_iter().enumerate();
    numbered.filter_map(|(number, text)| line(text, at.item(number), found)).collect()
}

/// Refuses a list without entries.
pub(super) fn not_empty<T>(list: &[T], at: At<'_>, found: &mut Problems) {
    if list.is_empty() {
        let empty = Diagnostic::error(Code::EmptyList, at.span(), "the list has no entries");
        found.push(empty.label("nothing in here").hint("fill the list, or remove the key"));
    }
}

/// People, by e-mail address or id.
pub(super) fn people(texts: Vec<String>, at: At<'_>, found: &mut Problems) -> Vec<String> {
    not_empty(&texts, at, found);
    let numbered = texts.into_iter().enumerate();
    numbered.filter_map(|(number, text)| person(text, at.item(number), found)).collect()
}

fn person(text: String, at: At<'_>, found: &mut Problems) -> Option<String> {
    let person = line(text, at, found)?;
    if person.contains('@') || is_uuid(&person) {
        return Some(person);
    }
    let message = format!("`{}` is neither an e-mail address nor an id", brief(&person));
    let wrong = Diagnostic::error(Code::BadText, at.span(), message).label("who is this?");
    found.push(wrong.hint("names are not unique; for example `reviewer@example.com`"));
    None
}

/// A UUID as Smartcat writes it: 8-4-4-4-12 hex digits.
pub(super) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// Ten years: beyond it, a deadline is a slip of the keyboard.
const LONGEST_DEADLINE: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);

/// A duration or a time.
pub(super) fn deadline(text: &str, at: At<'_>, found: &mut Problems) -> Option<Deadline> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(Deadline::At(time));
    }
    let Some(duration) = duration(text) else {
        let message = format!("`{}` is neither a duration nor a time", brief(text));
        let wrong = Diagnostic::error(Code::BadDeadline, at.span(), message).label("not a deadline");
        found.push(wrong.hint("for example `14d`, `2w`, `36h` or `2027-03-01T18:00:00Z`"));
        return None;
    };
    if duration <= SignedDuration::ZERO || duration > LONGEST_DEADLINE {
        let message = "a deadline lies between now and ten years from now";
        found.push(Diagnostic::error(Code::BadDeadline, at.span(), message).label("out of range"));
        return None;
    }
    Some(Deadline::After(duration))
}

/// Weeks, days, hours, minutes and whole seconds. Months have no fixed length, so they are no duration.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: jiff::Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (duration.subsec_nanos() == 0).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_people_write_them() {
        assert_eq!(duration("14d"), Some(SignedDuration::from_hours(14 * 24)));
        assert_eq!(duration("2w"), duration("14d"));
        assert_eq!(duration("1d 12h"), duration("36h"));
        assert_eq!(duration("P14D"), duration("14d"));
        assert_eq!(duration("90s"), duration("1.5m"));
        for text in ["", "14", "d", "1mo", "2 years", "soon", "14 d d", "1.5s", "10ms"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn uuids() {
        assert!(is_uuid("3f0c5b1e-2a4d-4c7e-9b1a-0d6f8e2c4a51"));
        for text in
            ["", "3f0c5b1e", "3f0c5b1e-2a4d-4c7e-9b1a-0d6f8e2c4a5", "gf0c5b1e-2a4d-4c7e-9b1a-0d6f8e2c4a51"]
        {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
