//! One run because a person opened it: fetched now and kept, whatever the limit. No sync has to run for it.

use domain::{AgentId, ConnectionId, FeedbackId, RunId, RunRecord, VersionId};
use store::RunEntry;
use workflowai::{Client, VersionRef};

use super::runs::{Answer, settled};
use crate::desk::Desk;
use crate::wire::{ErrorView, Event};

impl Desk {
    /// Fetches the run of a feedback, and its version, unless they are here.
    pub(crate) async fn fetch_run(
        &self,
        id: ConnectionId,
        feedback: &FeedbackId,
    ) -> Result<(), ErrorView> {
        let key = feedback.clone();
        let row = self
            .with_store(move |store| store.feedback(id, &key))
            .await?
            .ok_or_else(|| ErrorView::not_cached("feedback"))?;
        let (agent, run) = (row.feedback.agent, row.feedback.run);
        if self.is_here(id, &agent, &run).await? {
            return Ok(());
        }
        let connection = self.connection(id).await?;
        let client = self.client(&connection).await?;
        match settled(client.run_record(&agent, &run).await) {
            Answer::Found(record) => {
                let version = record.version.clone();
                // Filed under the feedback's own spelling: the server finds a run in either case of its id.
                let record = RunRecord { id: run, ..record };
                self.with_store(move |store| store.file_asked_run(id, record)).await?;
                if let Some(version) = version {
                    self.fetch_version(id, &client, &agent, version).await?;
                }
            }
            Answer::None => {
                let now_ms = self.now_ms();
                self.with_store(move |store| store.mark_run_missing(id, &agent, &run, now_ms))
                    .await?;
            }
            Answer::Failed(error) => {
                return Err(ErrorView {
                    meaning:
                        "This run is not on this machine; the comment and all that was synced \
                        are."
                            .to_owned(),
                    ..error.into()
                });
            }
        }
        self.tell(Event::Data { connection: id.0 });
        Ok(())
    }

    async fn is_here(
        &self,
        id: ConnectionId,
        agent: &AgentId,
        run: &RunId,
    ) -> Result<bool, ErrorView> {
        let (agent, run) = (agent.clone(), run.clone());
        self.with_store(move |store| match store.run(id, &agent, &run) {
            Ok(entry) => Ok(matches!(entry, Some(RunEntry::Present(_)))),
            // A damaged one is asked for again.
            Err(store::Error::Unreadable { .. }) => Ok(false),
            Err(error) => Err(error),
        })
        .await
    }

    /// The run is worth reading without its version: a failure is left for the next sync.
    async fn fetch_version(
        &self,
        id: ConnectionId,
        client: &Client,
        agent: &AgentId,
        version: VersionId,
    ) -> Result<(), ErrorView> {
        let key = (agent.clone(), version.clone());
        if self.with_store(move |store| store.version(id, &key.0, &key.1)).await?.is_some() {
            return Ok(());
        }
        let reference = VersionRef::Hash(version.clone());
        let (agent, answer) = (agent.clone(), settled(client.version(agent, &reference).await));
        let now_ms = self.now_ms();
        match answer {
            Answer::Found(found) => {
                self.with_store(move |store| store.write_versions(id, &[found], now_ms)).await
            }
            Answer::None => {
                self.with_store(move |store| {
                    store.mark_version_missing(id, &agent, &version, now_ms)
                })
                .await
            }
            Answer::Failed(_) => Ok(()),
        }
    }
}
