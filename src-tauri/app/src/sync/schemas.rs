//! The schemas of inputs and outputs, by which runs are read. A list of versions tells none, so for each schema one of
//! its versions is asked for by itself, once.

use domain::AgentId;
use workflowai::VersionRef;

use super::Pass;
use crate::wire::ErrorView;

/// Asks for the schemas of an agent that are not here.
pub(super) async fn mirror(pass: &Pass<'_>, agent: &AgentId) -> Result<(), ErrorView> {
    let (id, now_ms) = (pass.connection.id, pass.desk.now_ms());
    let of = agent.clone();
    let wanted = pass.write(move |store| store.schemas_wanted(id, &of, now_ms)).await?;
    for version in wanted {
        let reference = VersionRef::Hash(version.clone());
        let found = pass.unless_cancelled(pass.client.version(agent, &reference)).await?;
        let agent = agent.clone();
        pass.write(move |store| match found {
            Some(found) => store.write_versions(id, &[found], now_ms),
            None => store.mark_version_missing(id, &agent, &version, now_ms),
        })
        .await?;
    }
    Ok(())
}
