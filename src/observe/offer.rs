//! Asks Smartcat for what a manifest names: templates, glossaries, engines.

use crate::observed::Engines;
use crate::observed::NamedEngine;
use crate::observed::Offer;
use crate::observed::Questions;
use crate::remote::RemoteError;
use crate::remote::smartcat::MachineTranslation;
use crate::remote::smartcat::SmartcatRead;

use super::Notice;

/// Asks. A list that cannot be read leaves its names unchecked and is told: the steps that need it say more.
pub async fn offer(smartcat: &SmartcatRead, questions: &Questions) -> (Offer, Vec<Notice>) {
    let mut offer = Offer::default();
    let mut notices = Vec::new();
    let mut unread = |what: &str, error: RemoteError| {
        notices.push(Notice(format!("whether Smartcat has the manifest's {what} is not known: {error}")));
    };
    if questions.templates {
        match smartcat.templates().await {
            Ok(templates) => {
                offer.templates = Some(templates.into_iter().map(|template| template.name).collect());
            }
            Err(error) => unread("template", error),
        }
    }
    if questions.glossaries {
        match smartcat.glossaries().await {
            Ok(glossaries) => {
                offer.glossaries = Some(glossaries.into_iter().map(|glossary| glossary.name).collect());
            }
            Err(error) => unread("glossaries", error),
        }
    }
    let mut of_account = None;
    for (workflow, project) in &questions.engines {
        let answer = match (project, &of_account) {
            (Some(project), _) => smartcat.engines(project).await.map(|list| engines(list, true)),
            (None, Some(known)) => Ok(Engines::clone(known)),
            (None, None) => smartcat.account_engines().await.map(|list| engines(list, false)),
        };
        match answer {
            Ok(engines) => {
                if project.is_none() {
                    of_account = Some(engines.clone());
                }
                offer.engines.insert(workflow.clone(), engines);
            }
            Err(error) => unread("machine translation engine", error),
        }
    }
    (offer, notices)
}

fn engines(list: Vec<MachineTranslation>, with_profiles: bool) -> Engines {
    let list = list.into_iter().map(|engine| NamedEngine { id: engine.id, name: engine.name });
    Engines { list: list.collect(), with_profiles }
}
