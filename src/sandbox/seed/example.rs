//! The built-in help center: "Acme Velo", a made-up bicycle share. Small, but with the markup that real help centers
//! have: headings with ids of the editor, nested lists, tables, callouts, code, images with and without file names,
//! links to one another, placeholders, void tags with and without slash, paragraphs never closed, text outside any.

use super::Seed;
use super::SeedArticle;
use super::SeedCategory;
use super::SeedSection;
use super::SeedTag;
use super::SeedTranslation;
use super::Sorting;

const RIDING: u64 = 360_000_105_001;
const ACCOUNT: u64 = 360_000_104_882;
const ABOUT: u64 = 14_402_551_200_913;

const FIRST_RIDE: u64 = 360_000_310_007;
const PARKING: u64 = 360_000_310_022;
const TROUBLE: u64 = 14_402_551_871_633;
const PRICES: u64 = 360_000_309_844;
const CARDS: u64 = 360_000_309_901;
const LEGAL: u64 = 14_402_560_011_281;

const TAG_SAFETY: &str = "01HF5ZB1QW8N4TRJ0G2K6XAV9C";

/// Three categories, six sections (one nested), twelve articles; five target locales, and a little German that people
/// have written already.
pub fn example() -> Seed {
    Seed {
        locales: ["en-us", "de", "fr", "ja", "es-419", "pt-br"].map(str::to_owned).to_vec(),
        default_locale: "en-us".to_owned(),
        content_tags: vec![SeedTag { id: TAG_SAFETY.to_owned(), name: "safety".to_owned() }],
        categories: categories(),
        sections: sections(),
        articles: articles(),
    }
}

fn categories() -> Vec<SeedCategory> {
    vec![
        SeedCategory {
            id: RIDING,
            name: "Riding".to_owned(),
            description: Some("Unlock, ride, park & return".to_owned()),
            position: 0,
            translations: vec![german("Fahren", Some("Öffnen, fahren, parken & zurückgeben"))],
            ..SeedCategory::default()
        },
        SeedCategory {
            id: ACCOUNT,
            name: "Account and prices".to_owned(),
            position: 1,
            ..SeedCategory::default()
        },
        SeedCategory {
            id: ABOUT,
            name: "About Acme Velo".to_owned(),
            description: Some(String::new()),
            position: 2,
            ..SeedCategory::default()
        },
    ]
}

fn sections() -> Vec<SeedSection> {
    vec![
        SeedSection {
            description: Some("Everything for the first ten minutes.".to_owned()),
            translations: vec![german("Die erste Fahrt", Some("Alles für die ersten zehn Minuten."))],
            ..section(FIRST_RIDE, RIDING, "Your first ride", 0)
        },
        section(PARKING, RIDING, "Parking", 1),
        SeedSection {
            parent_section_id: Some(FIRST_RIDE),
            ..section(TROUBLE, RIDING, "When something does not work", 0)
        },
        SeedSection { sorting: Sorting::Title, ..section(PRICES, ACCOUNT, "Prices and invoices", -2) },
        section(CARDS, ACCOUNT, "Member cards", -1),
        section(LEGAL, ABOUT, "Legal", 0),
    ]
}

fn articles() -> Vec<SeedArticle> {
    vec![
        SeedArticle {
            promoted: true,
            vote_sum: 41,
            vote_count: 55,
            label_names: labels(&["app", "getting-started"]),
            translations: vec![german(
                "Ein Rad öffnen",
                Some(include_str!("example/unlock.de.html").trim_end()),
            )],
            ..article(360_001_234_567, FIRST_RIDE, "Unlock a bike", include_str!("example/unlock.html"))
        },
        SeedArticle {
            label_names: labels(&["getting-started"]),
            ..article(360_001_229_001, FIRST_RIDE, "Return a bike", include_str!("example/return.html"))
        },
        SeedArticle {
            content_tag_ids: vec![TAG_SAFETY.to_owned()],
            ..article(
                14_402_571_337_873,
                FIRST_RIDE,
                "Use the helmet in the box",
                include_str!("example/helmet.html"),
            )
        },
        SeedArticle {
            label_names: labels(&["app", "troubleshooting"]),
            vote_sum: -12,
            vote_count: 30,
            ..article(360_001_251_201, TROUBLE, "The lock does not open", include_str!("example/lock.html"))
        },
        article(360_001_240_115, PARKING, "Parking zones", include_str!("example/zones.html")),
        SeedArticle {
            draft: true,
            content_tag_ids: vec![TAG_SAFETY.to_owned()],
            ..article(14_402_580_420_113, PARKING, "Riding in winter ❄️", include_str!("example/winter.html"))
        },
        SeedArticle {
            position: 1,
            ..article(
                360_001_239_987,
                CARDS,
                "Order or replace a member card",
                include_str!("example/card.html"),
            )
        },
        article(360_001_238_441, PRICES, "What a ride costs", include_str!("example/prices.html")),
        article(360_001_238_440, PRICES, "Download an invoice", include_str!("example/invoice.html")),
        SeedArticle {
            label_names: labels(&["legal"]),
            ..article(14_402_590_000_017, LEGAL, "Terms of use", include_str!("example/terms.html"))
        },
        SeedArticle {
            label_names: labels(&["legal"]),
            translations: vec![german(
                "Datenschutz",
                Some(include_str!("example/privacy.de.html").trim_end()),
            )],
            ..article(14_402_589_999_505, LEGAL, "Privacy", include_str!("example/privacy.html"))
        },
        SeedArticle {
            label_names: labels(&["internal"]),
            ..article(
                360_001_260_330,
                TROUBLE,
                "Depot: restart the gateway",
                include_str!("example/internal.html"),
            )
        },
    ]
}

fn section(id: u64, category_id: u64, name: &str, position: i64) -> SeedSection {
    SeedSection { id, category_id, name: name.to_owned(), position, ..SeedSection::default() }
}

fn article(id: u64, section_id: u64, title: &str, body: &str) -> SeedArticle {
    let body = body.trim_end().to_owned();
    SeedArticle { id, section_id, title: title.to_owned(), body, ..SeedArticle::default() }
}

fn german(title: &str, body: Option<&str>) -> SeedTranslation {
    SeedTranslation {
        locale: "de".to_owned(),
        title: title.to_owned(),
        body: body.map(str::to_owned),
        ..SeedTranslation::default()
    }
}

fn labels(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_consistent_and_has_what_it_promises() {
        let seed = example();
        assert_eq!(seed.check(), Ok(()));
        assert_eq!((seed.categories.len(), seed.sections.len(), seed.articles.len()), (3, 6, 12));
        assert!(seed.sections.iter().any(|section| section.parent_section_id.is_some()));
        assert_eq!(seed.articles.iter().filter(|article| article.draft).count(), 1);
        let bodies: String = seed.articles.iter().map(|article| article.body.as_str()).collect();
        for markup in [
            "id=\"h_01",
            "wysiwyg-",
            "&nbsp;",
            "<caption>",
            "callout",
            "<pre><code",
            "<iframe",
            "{{",
            "translate=\"no\"",
            "<br />",
            "<p></p>",
            "山田",
            "🚲",
            "/hc/article_attachments/360080012345/scan-code.png",
            "/hc/article_attachments/360080012401\"",
            "/hc/en-us/sections/",
            "#delivery",
        ] {
            assert!(bodies.contains(markup), "{markup}");
        }
    }

    #[test]
    fn links_between_articles_lead_somewhere() {
        let seed = example();
        let ids: Vec<String> = seed.articles.iter().map(|article| article.id.to_string()).collect();
        for article in &seed.articles {
            for (_, rest) in article
                .body
                .match_indices("/articles/")
                .map(|(at, found)| (at, &article.body[at + found.len()..]))
            {
                let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
                assert!(ids.contains(&id), "{} links to {id}", article.id);
            }
        }
    }
}
