//! Observing a large help center and its projects: requests, seconds, memory; against a client that only receives,
//! parses and hashes the same bytes, and against a straightforward one that asks for every article's translations.
//!
//! Each client is a process of its own, and so are the services: memory is counted by the kernel.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::Digest as _;
use sha2::Sha256;
use zencat::observe::observe;
use zencat::owner::Owner;
use zencat::remote::Options;
use zencat::remote::Secret;
use zencat::remote::smartcat::SmartcatRead;
use zencat::remote::zendesk::Credentials;
use zencat::remote::zendesk::ZendeskRead;

use crate::measure::Limits;
use crate::measure::Used;
use crate::measure::follow;
use crate::measure::own;
use crate::measure::table;
use crate::row;
use crate::services;
use crate::services::Size;

/// The first argument of a process that this benchmark starts: the services, and the three clients.
const ROLES: [&str; 4] = ["as-services", "as-zencat", "as-receiver", "as-straightforward-client"];

/// Requests that Zendesk allows in a minute on a common plan (zendesk-help-center.md §7).
const PER_MINUTE: f64 = 400.0;

/// MiB that observing may take at its peak.
const MOST_MEMORY: f64 = 128.0;

pub(crate) fn run(limits: &mut Limits) {
    let mut rows = vec![row![
        "help center",
        "client",
        "requests",
        "at 400 + 240 a minute",
        "seconds",
        "CPU seconds",
        "peak MiB"
    ]];
    for size in [Size { articles: 10_000, bytes: 600 }, Size { articles: 10_000, bytes: 6_000 }] {
        let services = Services::start(size);
        let help_center = format!("{} × 10, {} B", size.articles, size.bytes);
        let mut seconds_of = BTreeMap::new();
        for (role, name) in [
            (ROLES[1], "zencat observes both services"),
            (ROLES[2], "the same bytes received, parsed, hashed"),
            (ROLES[3], "list, then translations per article"),
        ] {
            let (used, requests) = client(role, &services.address);
            let least = format!("{:.1} min", requests as f64 / PER_MINUTE);
            let (seconds, cpu, peak) = (used.seconds, used.cpu, used.peak);
            seconds_of.insert(role, seconds);
            if role == ROLES[1] {
                limits.at_most(
                    &format!("requests to observe {help_center}"),
                    requests as f64,
                    size.requests() as f64,
                );
                limits.at_most(&format!("MiB to observe {help_center}"), peak, MOST_MEMORY);
            }
            rows.push(row![
                &help_center,
                name,
                requests,
                least,
                format!("{seconds:.1}"),
                format!("{cpu:.1}"),
                format!("{peak:.0}")
            ]);
        }
        let times = seconds_of[ROLES[1]] / seconds_of[ROLES[2]];
        limits.at_most(&format!("seconds to observe {help_center}, beside receiving it, times"), times, 2.0);
    }
    table(&rows);
}

struct Services {
    process: Child,
    address: String,
}

impl Services {
    fn start(size: Size) -> Self {
        let arguments = [ROLES[0].to_owned(), size.articles.to_string(), size.bytes.to_string()];
        let mut process =
            this().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

fn this() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

/// Runs a client to its end; it prints how many requests it made.
fn client(role: &str, address: &str) -> (Used, u64) {
    let mut child = this().args([role, address]).stdout(Stdio::piped()).spawn().unwrap();
    let used = follow(&mut child);
    assert!(child.wait().unwrap().success(), "{role}");
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    let mut numbers = said.split_whitespace().map(|number| number.parse::<f64>().unwrap());
    let requests = numbers.next().unwrap() as u64;
    (Used { cpu: numbers.next().unwrap(), peak: numbers.next().unwrap(), ..used }, requests)
}

/// Whether this process was started as a part of the benchmark, which it then has been.
pub(crate) fn is_child(arguments: &[String]) -> bool {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["as-services", articles, bytes] => {
            services::serve(Size { articles: articles.parse().unwrap(), bytes: bytes.parse().unwrap() });
            return true;
        }
        ["as-zencat", address] => report(asynchronous(as_zencat(address))),
        ["as-receiver", address] => report(asynchronous(as_receiver(address))),
        ["as-straightforward-client", address] => report(asynchronous(as_straightforward_client(address))),
        _ => return false,
    }
    true
}

fn report(requests: u64) {
    let used = own();
    println!("{requests} {} {}", used.cpu, used.peak);
}

fn asynchronous(client: impl Future<Output = u64>) -> u64 {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(client)
}

async fn as_zencat(address: &str) -> u64 {
    let options = Options { smartcat_per_second: 1_000, ..Options::default() };
    let credentials = Credentials::AccessToken(Secret::new("token"));
    let zendesk = ZendeskRead::new(address, credentials, &options).unwrap();
    let smartcat = SmartcatRead::new(address, "account", &Secret::new("key"), &options).unwrap();
    let host = address.trim_start_matches("http://").to_owned();
    let (workflows, adopted) = (Vec::new(), Vec::new());
    let owner = Owner { name: "acme".to_owned(), host, workflows, adopted };
    let (observed, _) = observe(&zendesk, &smartcat, &owner).await.unwrap();
    let documents: usize =
        observed.projects.iter().flat_map(|project| &project.files).map(|file| file.documents.len()).sum();
    assert_eq!(documents, observed.help_center.items.len() * services::LANGUAGES.len());
    zendesk.requests().reads + smartcat.requests().reads
}

#[derive(Deserialize)]
struct Page {
    articles: Vec<Article>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    has_more: bool,
    after_cursor: String,
}

#[derive(Deserialize)]
struct Article {
    id: u64,
    #[serde(default)]
    translations: Vec<Translation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    id: String,
    #[serde(default)]
    documents: Vec<Document>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    external_id: String,
    meta_info: String,
}

#[derive(Deserialize)]
struct Translations {
    translations: Vec<Translation>,
}

#[derive(Deserialize)]
struct Translation {
    title: String,
    body: String,
}

/// What zencat reads: received, parsed, and title and body of every text hashed as they are.
async fn as_receiver(address: &str) -> u64 {
    let client = http_client();
    let pages = walk(&client, address, "&include=translations", |page| {
        page.articles.iter().flat_map(|article| &article.translations).for_each(hash);
    });
    pages.await + read_projects(&client, address).await
}

/// The list, and then the translations of every article.
async fn as_straightforward_client(address: &str) -> u64 {
    let client = http_client();
    let mut ids = Vec::new();
    let mut requests =
        walk(&client, address, "", |page| ids.extend(page.articles.iter().map(|article| article.id))).await;
    for id in ids {
        let url = format!("{address}/api/v2/help_center/articles/{id}/translations");
        let answer: Translations = get(&client, &url).await;
        answer.translations.iter().for_each(hash);
        requests += 1;
    }
    requests + read_projects(&client, address).await
}

fn http_client() -> reqwest::Client {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

async fn get<T: DeserializeOwned>(client: &reqwest::Client, url: &str) -> T {
    let bytes = client.get(url).send().await.unwrap().bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Smartcat's projects, each with its documents.
async fn read_projects(client: &reqwest::Client, address: &str) -> u64 {
    let root = format!("{address}/api/integration");
    let listed: Vec<Project> = get(client, &format!("{root}/v2/project/list")).await;
    for project in &listed {
        let project: Project = get(client, &format!("{root}/v1/project/{}", project.id)).await;
        let read =
            project.documents.iter().map(|document| document.external_id.len() + document.meta_info.len());
        std::hint::black_box(read.sum::<usize>());
    }
    1 + listed.len() as u64
}

async fn walk(client: &reqwest::Client, address: &str, more: &str, mut look: impl FnMut(&Page)) -> u64 {
    let (mut requests, mut cursor) = (0, "0".to_owned());
    loop {
        let url = format!(
            "{address}/api/v2/help_center/articles?page%5Bsize%5D=100&page%5Bafter%5D={cursor}{more}"
        );
        let page: Page = get(client, &url).await;
        look(&page);
        requests += 1;
        if !page.meta.has_more {
            return requests;
        }
        cursor = page.meta.after_cursor;
    }
}

fn hash(text: &Translation) {
    let mut hasher = Sha256::new();
    hasher.update(text.title.as_bytes());
    hasher.update(text.body.as_bytes());
    std::hint::black_box(hasher.finalize());
}
