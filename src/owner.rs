//! The marks by which zencat knows what is its own in Smartcat. There is no state file: a mark is the memory.

use crate::id::ItemKey;
use crate::id::ProjectId;
use crate::id::WorkflowName;

/// Whose things these are: the manifest's name, and the help center's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The manifest's name: `[a-z0-9-]`, so it holds none of the marks' dividers.
    pub name: String,
    /// The help center's host, with its port where it is not the usual one.
    pub host: String,
    /// Workflows whose projects are known by their tags.
    pub workflows: Vec<WorkflowName>,
    /// Projects that the manifest names by id.
    pub adopted: Vec<(WorkflowName, ProjectId)>,
}

/// Encloses the settings' mark in a project's description.
const OPEN: &str = "[zencat ";
const CLOSE: &str = "]";

impl Owner {
    /// What every project tag of this owner begins with. Smartcat's filter is a substring, so the answer is compared
    /// again (smartcat.md §6.5).
    pub fn tag_prefix(&self) -> String {
        format!("zencat:{}:", self.name)
    }

    /// The tag of a workflow's n-th project.
    pub fn tag(&self, workflow: &WorkflowName, number: u32) -> String {
        format!("{}{workflow}:{number}", self.tag_prefix())
    }

    /// Reads a tag back; `None` when it is not exactly one of ours.
    pub fn read_tag(&self, tag: &str) -> Option<(WorkflowName, u32)> {
        let (workflow, number) = tag.strip_prefix(&self.tag_prefix())?.rsplit_once(':')?;
        let read = (WorkflowName::new(workflow), number.parse().ok()?);
        (self.tag(&read.0, read.1) == tag).then_some(read)
    }

    /// A tag that marks somebody else's project: another manifest's, or another connector's.
    pub fn is_foreign(&self, tag: &str) -> bool {
        !tag.is_empty() && !tag.starts_with(&self.tag_prefix())
    }

    /// The external id of an item's documents.
    pub fn external_id(&self, item: ItemKey) -> String {
        format!("zendesk:{}:{}:{}", self.host, item.kind, item.id)
    }

    /// Reads an external id back; `None` when it is not of this help center.
    pub fn read_external_id(&self, text: &str) -> Option<ItemKey> {
        text.strip_prefix("zendesk:")?.strip_prefix(self.host.as_str())?.strip_prefix(':')?.parse().ok()
    }

    /// Whether a description is one that zencat wrote for this manifest, whatever its settings.
    pub fn wrote(&self, description: &str) -> bool {
        find_settings(description).is_some() && description.contains(&self.sentence())
    }

    /// What a project that zencat made says to people.
    fn sentence(&self) -> String {
        format!("Kept by zencat for \"{}\": scope and settings are in its manifest.", self.name)
    }

    /// A project's description with this mark of its settings. What people wrote there stays; where nobody wrote
    /// anything, there is a sentence for them.
    pub fn description(&self, standing: Option<&str>, settings: &str) -> String {
        let mark = format!("{OPEN}{settings}{CLOSE}");
        match standing.map(|text| (text, find_settings(text))) {
            Some((text, Some(old))) => text.replace(&format!("{OPEN}{old}{CLOSE}"), &mark),
            Some((text, None)) if !text.trim().is_empty() => format!("{} {mark}", text.trim_end()),
            Some((_, None)) | None => format!("{} {mark}", self.sentence()),
        }
    }
}

/// Finds the mark of the settings in a project's description.
pub fn find_settings(description: &str) -> Option<&str> {
    let (_, rest) = description.rsplit_once(OPEN)?;
    rest.split_once(CLOSE).map(|(mark, _)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        let (workflows, adopted) = (Vec::new(), Vec::new());
        Owner { name: "acme".to_owned(), host: "acme.zendesk.com".to_owned(), workflows, adopted }
    }

    #[test]
    fn marks_read_back_as_written() {
        let workflow = WorkflowName::new("ai-review");
        let tag = owner().tag(&workflow, 12);
        assert_eq!(owner().read_tag(&tag), Some((workflow, 12)));
        let item = ItemKey::section(7);
        assert_eq!(owner().read_external_id(&owner().external_id(item)), Some(item));
        assert_eq!(find_settings(&owner().description(None, "1a2b")), Some("1a2b"));
        assert!(owner().wrote(&format!("Ask Ann first. {}", owner().description(None, "1a2b"))));
        assert!(!owner().wrote("Kept by hand") && !owner().wrote("[zencat 1a2b]"));
        let other = Owner { name: "acme-2".to_owned(), ..owner() };
        assert!(!owner().wrote(&other.description(None, "1a2b")));
    }

    #[test]
    fn what_people_wrote_into_a_description_stays() {
        let marked = owner().description(Some("Ask Mara first."), "a=1");
        assert_eq!(marked, "Ask Mara first. [zencat a=1]");
        let more = format!("{marked} Or Tom.");
        assert_eq!(owner().description(Some(&more), "a=2"), "Ask Mara first. [zencat a=2] Or Tom.");
    }

    #[test]
    fn a_tag_that_only_contains_ours_is_not_ours() {
        for tag in
            ["zencat:acme-2:w:1", "xzencat:acme:w:1", "zencat:acme:w:1 ", "zencat:acme:w:01", "zencat:acme:w"]
        {
            assert_eq!(owner().read_tag(tag), None, "{tag}");
        }
        assert!(owner().is_foreign("zencat:acme-2:w:1"));
        assert!(owner().is_foreign("ihub-wpml"));
        assert!(!owner().is_foreign(""));
    }

    #[test]
    fn another_help_centers_document_is_not_ours() {
        for id in
            ["zendesk:acme.zendesk.com.evil:article:1", "zendesk:acme.zendesk.co:article:1", "article:1", ""]
        {
            assert_eq!(owner().read_external_id(id), None, "{id}");
        }
    }
}
