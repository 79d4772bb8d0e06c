//! Putting units in place on the skeleton.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::VecDeque;

use super::MissingUnits;
use super::Segmented;
use super::Text;
use super::Unit;
use super::UnitKind;
use super::Units;
use super::entities::decode_attribute;
use super::tokens::TokenKind;
use super::tokens::attributes;
use super::tokens::tokens;
use super::units::SlotKind;

/// See [`Segmented::assemble`].
pub(super) fn assemble(source: &Segmented, units: &Units) -> Result<Text, MissingUnits> {
    let filled = filled(source.units(), units)?;
    let text = source.text();
    let title = filled.first().filter(|first| first.unit.kind == UnitKind::Title);
    let title = title.map_or(text.title.as_str(), |title| title.target);
    let mut body = String::with_capacity(text.body.len());
    let mut copied = 0;
    for slot in source.slots() {
        body.push_str(&text.body[copied..slot.range.start]);
        copied = slot.range.end;
        body.push_str(&match &slot.kind {
            SlotKind::Content(inner) => content(&filled[slot.unit], &filled[inner.clone()]),
            SlotKind::Attribute(quote) => value(&filled[slot.unit], *quote),
        });
    }
    body.push_str(&text.body[copied..]);
    Ok(Text { title: title.to_owned(), body })
}

/// A unit with what takes its place.
struct Filled<'a> {
    unit: &'a Unit,
    target: &'a str,
}

impl Filled<'_> {
    fn is_source(&self) -> bool {
        self.unit.text == self.target
    }
}

fn filled<'a>(source: &'a [Unit], units: &'a Units) -> Result<Vec<Filled<'a>>, MissingUnits> {
    let mut filled = Vec::with_capacity(source.len());
    let mut missing = Vec::new();
    for unit in source {
        match units.get(&unit.key).filter(|target| !target.trim().is_empty()) {
            Some(target) => filled.push(Filled { unit, target }),
            None => missing.push(unit.key.clone()),
        }
    }
    if missing.is_empty() { Ok(filled) } else { Err(MissingUnits(missing)) }
}

/// A unit as content of the page, its attributes' own units in place.
fn content<'a>(filled: &Filled<'a>, inner: &[Filled<'a>]) -> Cow<'a, str> {
    if !filled.unit.is_html && !filled.is_source() {
        return Cow::Owned(filled.target.replace('&', "&amp;").replace('<', "&lt;"));
    }
    if inner.iter().all(Filled::is_source) {
        return Cow::Borrowed(filled.target);
    }
    Cow::Owned(with_attributes(filled.target, inner))
}

/// Replaces the values of attributes that still say what the source says. Where the translation of the whole unit
/// has other words in the attribute, those stay.
fn with_attributes(html: &str, inner: &[Filled<'_>]) -> String {
    let mut waiting: HashMap<(UnitKind, Cow<'_, str>), VecDeque<&Filled<'_>>> = HashMap::new();
    for filled in inner {
        let key = (filled.unit.kind, decode_attribute(&filled.unit.text));
        waiting.entry(key).or_default().push_back(filled);
    }
    let mut replaced = String::with_capacity(html.len());
    let mut copied = 0;
    for token in tokens(html) {
        let TokenKind::Start(element) = &token.kind else { continue };
        for attribute in attributes(html, &token.range) {
            let Some(range) = attribute.value else { continue };
            let Some(kind) = UnitKind::of_attribute(element, &attribute.name) else { continue };
            let key = (kind, decode_attribute(&html[range.clone()]));
            let Some(filled) = waiting.get_mut(&key).and_then(VecDeque::pop_front) else { continue };
            if !filled.is_source() {
                replaced.push_str(&html[copied..range.start]);
                replaced.push_str(&value(filled, attribute.quote));
                copied = range.end;
            }
        }
    }
    replaced.push_str(&html[copied..]);
    replaced
}

/// A unit as the value of an attribute. A value without quotes gets some when it changes.
fn value<'a>(filled: &Filled<'a>, quote: Option<char>) -> Cow<'a, str> {
    if filled.is_source() {
        return Cow::Borrowed(filled.target);
    }
    let text = match filled.unit.is_html {
        true => Cow::Borrowed(filled.target),
        false => Cow::Owned(filled.target.replace('&', "&amp;")),
    };
    Cow::Owned(match quote {
        Some('\'') => text.replace('\'', "&#39;"),
        Some(_) => text.replace('"', "&quot;"),
        None => format!("\"{}\"", text.replace('"', "&quot;")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segmented(body: &str) -> Segmented {
        Segmented::of(&Text { title: "T & <t>".to_owned(), body: body.to_owned() })
    }

    /// The body with each unit replaced by what `translate` makes of it.
    fn translated(body: &str, translate: impl Fn(&str) -> String) -> String {
        let source = segmented(body);
        let units = source.units().iter().map(|unit| (unit.key.clone(), translate(&unit.text))).collect();
        source.assemble(&units).unwrap().body
    }

    #[test]
    fn the_skeleton_stays_and_units_change() {
        let body = "<ul class=\"x\">\n <li>One</li> <li>Two <b>b</b><br></li></ul><pre>code</pre>";
        let expected = "<ul class=\"x\">\n <li>ONE</li> <li>Zwei <b>b</b><br></li></ul><pre>code</pre>";
        let translation = |text: &str| match text {
            "One" => "ONE".to_owned(),
            text => text.replace("Two", "Zwei"),
        };
        assert_eq!(translated(body, translation), expected);
    }

    #[test]
    fn plain_text_is_escaped_where_it_goes() {
        let quoted = "A & \"B\" <'C'>";
        assert_eq!(translated("<p>x</p>", |_| quoted.to_owned()), "<p>A &amp; \"B\" &lt;'C'></p>");
        assert_eq!(
            translated("<img alt=\"x\"><img alt='x'><img alt=x>", |_| quoted.to_owned()),
            "<img alt=\"A &amp; &quot;B&quot; <'C'>\"><img alt='A &amp; \"B\" <&#39;C&#39;>'>\
             <img alt=\"A &amp; &quot;B&quot; <'C'>\">"
        );
        assert_eq!(translated("<p>a &lt; b</p>", |_| "c &lt; d".to_owned()), "<p>c &lt; d</p>");
        let title = segmented("")
            .assemble(&[(crate::content::UnitKey::title(), "<&>".to_owned())].into_iter().collect());
        assert_eq!(title.unwrap().title, "<&>");
    }

    #[test]
    fn an_attribute_inside_a_unit_is_translated_once() {
        let source = "<p>Press <img src=g alt=\"the gear\"> or <img src=h alt=gear></p>";
        let translation = |text: &str| match text {
            "the gear" => "das \"Rad\"".to_owned(),
            "gear" => "Rad".to_owned(),
            _ => "<img src=h alt='gear'> oder <img src=g alt='the gear'> drücken".to_owned(),
        };
        assert_eq!(
            translated(source, translation),
            "<p><img src=h alt='Rad'> oder <img src=g alt='das \"Rad\"'> drücken</p>"
        );
    }

    #[test]
    fn nothing_is_assembled_from_a_part() {
        let source = segmented("<p>a</p><p>b</p>");
        let mut units = source.source_units();
        units.insert(source.units()[1].key.clone(), " \n");
        units.remove(&source.units()[2].key);
        let missing = source.assemble(&units).unwrap_err();
        assert_eq!(missing.0, [source.units()[1].key.clone(), source.units()[2].key.clone()]);
        assert!(missing.to_string().contains("lacks 2 of the page's units"), "{missing}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_the_sum_of_its_parts(
            title in "\\PC{0,8}",
            pieces in proptest::collection::vec(
                proptest::sample::select(vec![
                    "<p>", "</p>", "<b>", "</b>", "<i title='t t'>", "</i>", "<br>", "<li>", "</li>", "<ul>", "</ul>",
                    "<pre>", "</pre>", "<td>", "<tr>", "<table>", "</table>", "<!--", "-->", "<img alt=\"a &amp; b\">",
                    "<img alt=q title", "=", "\"", "'", "<", ">", "&", "&nbsp;", "&lt;", " ", "\n", "word", "Ü", "日本",
                    "<script>", "</script>", "<span translate=no>", "</span>", "<svg>", "</svg>", "</br>", "\u{a0}",
                    "<textarea placeholder=p>", "</textarea>", "<code>", "</code>", "<a href='/x", "</a>", "<?", "<!x",
                ]),
                0..40,
            ),
        ) {
            let text = Text { title, body: pieces.concat() };
            let source = Segmented::of(&text);
            assert_eq!(source.assemble(&source.source_units()).unwrap(), text);
        }
    }
}
