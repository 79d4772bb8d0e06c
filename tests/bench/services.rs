//! Both services as cheaply as they can be had, in a process of their own: pages and projects are put together from
//! texts made beforehand, so that neither their memory nor their work is what is measured.
//!
//! The sandbox keeps every text and renders every answer; for a gigabyte of answers it would be most of the time.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::io::Read as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use zencat::content::Facts;
use zencat::content::Text;
use zencat::content::content_hash;
use zencat::id::Language;
use zencat::receipt::LanguageReceipt;
use zencat::receipt::Receipt;
use zencat::receipt::Short;
use zencat::receipt::SourceReceipt;

use crate::articles;

/// Texts that the articles take turns with.
const VARIANTS: u64 = 50;

/// Articles on a page, and the first one's id.
const PAGE: u64 = 100;
const FIRST: u64 = 1_000_000;

/// Files of a project.
const FILES: u64 = 1_000;

pub(crate) const LANGUAGES: [&str; 10] = ["de", "fr", "es", "it", "ja", "ko", "nl", "pl", "pt", "sv"];

/// How large the help center is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) articles: u64,
    pub(crate) bytes: usize,
}

impl Size {
    /// The most requests that observing it may take: a page per hundred articles, one per project, and six for all
    /// else.
    pub(crate) fn requests(self) -> u64 {
        self.articles.div_ceil(PAGE) + self.articles.div_ceil(FILES) + 6
    }
}

struct Services {
    size: Size,
    address: String,
    /// Of each variant the article without its id, and its translations as a JSON list.
    texts: Vec<(String, String)>,
    /// The receipt of a file, as a JSON string.
    receipt: String,
}

/// Serves until standard input ends. The first line on standard output is the address.
pub(crate) fn serve(size: Size) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(|| {
        let _ended = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let services = Arc::new(Services::new(size, address.clone()));
        println!("http://{address}");
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let services = Arc::clone(&services);
            tokio::spawn(async move {
                let answer = service_fn(|request| std::future::ready(services.answer(&request)));
                let _closed = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
}

impl Services {
    fn new(size: Size, address: String) -> Self {
        let texts = (0..VARIANTS).map(|variant| rendered(variant, size.bytes)).collect();
        Self { size, address, texts, receipt: receipt(size.bytes) }
    }

    fn answer(&self, request: &hyper::Request<Incoming>) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
        let path = request.uri().path();
        let query = request.uri().query().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let text = match parts.as_slice() {
            [.., "locales"] => {
                format!(r#"{{"locales":["en-us","{}"],"default_locale":"en-us"}}"#, LANGUAGES.join(r#"",""#))
            }
            [.., "articles"] => self.page(query),
            [.., "sections"] => r#"{"sections":[],"meta":{"has_more":false}}"#.to_owned(),
            [.., "categories"] => r#"{"categories":[],"meta":{"has_more":false}}"#.to_owned(),
            [.., "articles", _, "translations", "missing"] => r#"{"locales":[]}"#.to_owned(),
            [.., "articles", id, "translations"] => {
                format!(r#"{{"translations":{}}}"#, self.text(id.parse().unwrap_or_default()).1)
            }
            [.., "v2", "project", "list"] => self.projects(),
            [.., "v1", "project", number] => self.project(number.parse().unwrap_or_default()),
            _ => panic!("nobody answers {path}"),
        };
        Ok(hyper::Response::new(Full::new(Bytes::from(text))))
    }

    fn text(&self, article: u64) -> &(String, String) {
        &self.texts[(article % VARIANTS) as usize]
    }

    fn page(&self, query: &str) -> String {
        let number = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        let begin: u64 = number("page%5Bafter%5D").unwrap_or(0);
        let size: u64 = number("page%5Bsize%5D").unwrap_or(PAGE);
        let end = (begin + size).min(self.size.articles);
        let with_translations = query.contains("include=translations");
        let mut page = String::with_capacity(self.size.bytes * PAGE as usize * 13);
        page.push_str(r#"{"articles":["#);
        for article in begin..end {
            let (fields, translations) = self.text(article);
            let comma = if article > begin { "," } else { "" };
            write!(page, r#"{comma}{{"id":{},{fields}"#, FIRST + article).unwrap();
            if with_translations {
                page.push_str(r#","translations":"#);
                page.push_str(translations);
            }
            page.push('}');
        }
        let more = end < self.size.articles;
        write!(page, r#"],"meta":{{"has_more":{more},"after_cursor":"{end}"}}}}"#).unwrap();
        page
    }

    fn projects(&self) -> String {
        let projects: Vec<String> =
            (1..=self.size.articles.div_ceil(FILES)).map(|number| head_of(number) + "}").collect();
        format!("[{}]", projects.join(","))
    }

    fn project(&self, number: u64) -> String {
        let mut text = head_of(number) + r#","documents":["#;
        let files = (number - 1) * FILES..(number * FILES).min(self.size.articles);
        for (at, article) in files.enumerate() {
            let (receipt, id, host) = (&self.receipt, FIRST + article, &self.address);
            for (code, language) in LANGUAGES.iter().enumerate() {
                let comma = if at + code > 0 { "," } else { "" };
                write!(
                    text,
                    r#"{comma}{{"id":"{id}_{code}","name":"An article {id}","fullPath":"An article {id}","filename":"An article {id}.locjson","documentDisassemblingStatus":"success","sourceLanguage":"en","targetLanguage":"{language}","status":"completed","wordsCount":812,"statusModificationDate":"2026-10-01T08:00:00Z","pretranslateCompleted":true,"workflowStages":[{{"id":"a","progress":100.0,"status":"completed","statusModificationDate":"2026-10-01T07:00:00Z"}},{{"id":"b","progress":100.0,"status":"completed","statusModificationDate":"2026-10-01T08:00:00Z","executives":[{{"id":"7e9f0a52-5b1c-4c3e-9d60-2f8a4b6c1d3e","progress":100.0,"supplierType":"freelancer"}}]}}],"externalId":"zendesk:{host}:article:{id}","metaInfo":{receipt},"placeholdersAreEnabled":true}}"#,
                )
                .unwrap();
            }
        }
        text + "]}"
    }
}

/// A project's JSON before its documents.
fn head_of(number: u64) -> String {
    format!(
        r#"{{"id":"{number}","name":"Help center ({number})","externalTag":"zencat:acme:ai:{number}","sourceLanguage":"en","targetLanguages":["{}"],"status":"inProgress","workflowStages":[{{"id":"a","stageType":"translation","progress":100.0}},{{"id":"b","stageType":"postediting","progress":100.0}}]"#,
        LANGUAGES.join(r#"",""#)
    )
}

/// An article in all its languages, each with a text of its own.
fn rendered(variant: u64, bytes: usize) -> (String, String) {
    let text_in = |number: u64| articles::generated(variant * 100 + number, bytes);
    let source = text_in(0);
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let (title, body) = (json(&source.title), json(&source.body));
    let fields = format!(
        r#""url":"https://acme.zendesk.com/api/v2/help_center/articles/1.json","html_url":"https://acme.zendesk.com/hc/en-us/articles/1","title":{title},"body":{body},"locale":"en-us","source_locale":"en-us","draft":false,"section_id":7,"label_names":["a","b"],"content_tag_ids":[],"position":1,"updated_at":"2026-10-01T08:00:00Z","edited_at":"2026-10-01T08:00:00Z""#
    );
    let locales = std::iter::once("en-us").chain(LANGUAGES);
    let translations = (0..).zip(locales).map(|(number, locale)| translation(locale, &text_in(number)));
    (fields, format!("[{}]", translations.collect::<Vec<_>>().join(",")))
}

fn translation(locale: &str, text: &Text) -> String {
    serde_json::json!({
        "id": 1, "url": "https://acme.zendesk.com/api/v2/help_center/articles/1/translations/1",
        "html_url": "https://acme.zendesk.com/hc/1", "source_id": 1, "source_type": "Article", "locale": locale,
        "title": text.title, "body": text.body, "outdated": false, "draft": false, "hidden": false,
        "created_at": "2026-09-01T08:00:00Z", "updated_at": "2026-10-01T08:00:00Z", "updated_by_id": 3, "created_by_id": 3,
    })
    .to_string()
}

/// What zencat writes about a file that was delivered in all its languages.
fn receipt(bytes: usize) -> String {
    let source = articles::generated(0, bytes);
    let (facts, hash) = (Facts::of(&source), Short::from(&content_hash(&source)));
    let source = SourceReceipt { hash, units: hash, fingerprints: Some(facts.fingerprints) };
    let mut receipt = Receipt { writes: 0, source: Some(source), ..Receipt::default() };
    for language in LANGUAGES {
        let known = LanguageReceipt {
            out: Some(hash),
            tgt: Some(hash),
            at: "2026-10-01T08:00:00Z".parse().ok(),
            on: Some(hash),
            ..LanguageReceipt::default()
        };
        receipt.record(&Language::new(language), known);
    }
    serde_json::to_string(&receipt.encode()).unwrap()
}
