//! People and agencies of the account. They are asked for by name, and only where something depends on them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::remote::RemoteError;
use crate::remote::smartcat::SmartcatRead;
use crate::remote::smartcat::TeamMember;

/// Ids of those of these e-mail addresses who are in the account's team, by address in lower case.
///
/// # Errors
/// When a request fails.
pub async fn find_people(
    smartcat: &SmartcatRead,
    addresses: &BTreeSet<&str>,
) -> Result<BTreeMap<String, String>, RemoteError> {
    let mut found = BTreeMap::new();
    for address in addresses {
        if let Some(member) = smartcat.team_member(address).await? {
            found.insert(address.to_lowercase(), member.id);
        }
    }
    Ok(found)
}

/// Ids of the agencies that the account works with, by name and by id.
///
/// # Errors
/// When the request fails.
pub async fn find_agencies(smartcat: &SmartcatRead) -> Result<BTreeMap<String, String>, RemoteError> {
    let agencies = smartcat.vendors().await?;
    let both = agencies
        .into_iter()
        .flat_map(|agency| [(agency.name, agency.id.clone()), (agency.id.clone(), agency.id)]);
    Ok(both.collect())
}

/// What the people of the account's team are called, by id.
///
/// # Errors
/// When a request fails.
pub async fn names(smartcat: &SmartcatRead) -> Result<BTreeMap<String, String>, RemoteError> {
    let members = smartcat.team().await?;
    Ok(members.into_iter().filter_map(|member| Some((member.id.clone(), name(&member)?))).collect())
}

/// The e-mail address, by which the manifest names people; else the name.
fn name(member: &TeamMember) -> Option<String> {
    let address = member.email.clone().filter(|address| !address.is_empty());
    let name = || {
        let parts = [member.first_name.as_deref(), member.last_name.as_deref()];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ").trim().to_owned();
        (!name.is_empty()).then_some(name)
    };
    address.or_else(name)
}
