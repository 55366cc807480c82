//! Feedback: reading it page by page, posting it, asking for an outcome, annotating.
//! Nothing is sorted, joined or remembered across pages here.

use domain::{AgentId, Annotation, Feedback, FeedbackId, Outcome, RunId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::time;
use crate::transport::Call;

/// Largest page asked for. WorkflowAI itself has no cap, other servers do, and a page cut short by a cap
/// could not be told from one that is short because items are unreadable (contract, 0.1).
pub const MAX_PAGE: u32 = 500;

/// One page of feedback, newest first as the server orders it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedbackPage {
    /// May be fewer than asked for, even none, on a page that is not the last (contract, 0.2).
    pub items: Vec<Feedback>,
    /// All there are by the server's count, unreadable ones included: never equal to what a walk finds.
    pub count: u64,
    /// Items in the answer that could not be read.
    pub skipped: usize,
    /// Where the next page begins; `None` on the last.
    pub next_offset: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct WireFeedbackPage {
    items: Vec<Value>,
    count: u64,
}

#[derive(Deserialize)]
struct WireFeedback {
    id: String,
    outcome: Outcome,
    run_id: String,
    user_id: Option<String>,
    comment: Option<String>,
    annotation: Option<String>,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
}

impl WireFeedback {
    fn into_domain(self, agent: &AgentId) -> Option<Feedback> {
        Some(Feedback {
            id: FeedbackId::new(self.id),
            agent: agent.clone(),
            run: RunId::new(self.run_id),
            user: self.user_id.filter(|user| !user.is_empty()).map(UserId::new),
            outcome: self.outcome,
            comment: self.comment,
            // A word of a newer server is no reason to lose the feedback.
            annotation: self.annotation.and_then(|word| word.parse().ok()),
            created_at_ms: self.created_at?,
        })
    }
}

impl WireFeedbackPage {
    pub(crate) fn into_page(self, agent: &AgentId, limit: u32, offset: u64) -> FeedbackPage {
        let total = self.items.len();
        let items: Vec<_> = self
            .items
            .into_iter()
            .filter_map(|item| {
                serde_json::from_value::<WireFeedback>(item).ok()?.into_domain(agent)
            })
            .collect();
        let end = offset.saturating_add(u64::from(limit));
        FeedbackPage {
            skipped: total - items.len(),
            items,
            count: self.count,
            next_offset: (end < self.count).then_some(end),
        }
    }
}

/// What a user says about a run, as an app's own button posts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedbackPost {
    pub feedback_token: String,
    pub outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// `None`: anonymous; all anonymous users of a run share one feedback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// The server's receipt. Posting again for the same run and user gives another id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedFeedback {
    pub id: FeedbackId,
    pub outcome: Outcome,
    pub comment: Option<String>,
    pub user: Option<UserId>,
}

#[derive(Deserialize)]
pub(crate) struct WirePosted {
    id: String,
    outcome: Outcome,
    comment: Option<String>,
    user_id: Option<String>,
}

impl WirePosted {
    pub(crate) fn into_domain(self) -> PostedFeedback {
        PostedFeedback {
            id: FeedbackId::new(self.id),
            outcome: self.outcome,
            comment: self.comment,
            user: self.user_id.filter(|user| !user.is_empty()).map(UserId::new),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct WireOutcome {
    pub(crate) outcome: Option<Outcome>,
}

impl Client {
    /// One page of an agent's feedback. `limit` is kept between 1 and [`MAX_PAGE`]; go on at
    /// `next_offset`, whatever the length of the page.
    pub async fn feedback_page(
        &self,
        agent: &AgentId,
        limit: u32,
        offset: u64,
    ) -> Result<FeedbackPage> {
        let url = self.agent_url(agent, &["feedback"])?;
        self.page("feedback list", url, agent, limit, offset).await
    }

    /// One page of the feedback on one run. A run the server does not know has none.
    pub async fn run_feedback(
        &self,
        agent: &AgentId,
        run: &RunId,
        limit: u32,
        offset: u64,
    ) -> Result<FeedbackPage> {
        let url = self.agent_url(agent, &["runs", run.as_str(), "feedback"])?;
        self.page("run feedback list", url, agent, limit, offset).await
    }

    async fn page(
        &self,
        name: &'static str,
        mut url: Url,
        agent: &AgentId,
        limit: u32,
        offset: u64,
    ) -> Result<FeedbackPage> {
        let limit = limit.clamp(1, MAX_PAGE);
        // The server's offsets are int64; beyond, it answers 500.
        let offset = offset.min(i64::MAX as u64);
        url.query_pairs_mut()
            .append_pair("limit", &limit.to_string())
            .append_pair("offset", &offset.to_string());
        let wire: WireFeedbackPage = self.transport.json(Call::get(name, url)).await?;
        Ok(wire.into_page(agent, limit, offset))
    }

    /// Stores a decision on the server; needs a signed-in user's JWT as the key, else
    /// [`Error::NeedsUser`]. The comment is always sent, even empty: without one the feedback
    /// disappears from every list for good (contract, 0.1). Cannot be taken back.
    pub async fn annotate(
        &self,
        agent: &AgentId,
        feedback: &FeedbackId,
        annotation: Annotation,
        comment: &str,
    ) -> Result<()> {
        let url = self.agent_url(agent, &["feedback", feedback.as_str(), "annotate"])?;
        let body = serde_json::json!({"annotation": annotation, "comment": comment});
        // The server's 200 says `null`; a 200 of something between, a login page say, is none.
        self.transport.json::<Value>(Call::post("annotation", url, &body)).await.map(drop)
    }

    /// Posts feedback as an app under review does; no key is sent. A 200 does not prove that a list
    /// will show it (contract, 0.3): see [`crate::token_claims`].
    pub async fn send_feedback(&self, post: &FeedbackPost) -> Result<PostedFeedback> {
        let url = self.transport.origin.join(&["v1", "feedback"])?;
        let call = Call::post("feedback post", url, post).keyless();
        Ok(self.transport.json::<WirePosted>(call).await?.into_domain())
    }

    /// What a user said last about the run of a token, if anything; no key is sent.
    pub async fn feedback_outcome(
        &self,
        token: &str,
        user: Option<&UserId>,
    ) -> Result<Option<Outcome>> {
        let mut url = self.transport.origin.join(&["v1", "feedback"])?;
        // The server insists on `user_id`; empty is anonymous. Form encoding turns the token's `+` into
        // `%2B`, without which it would arrive as a space.
        url.query_pairs_mut()
            .append_pair("feedback_token", token)
            .append_pair("user_id", user.map_or("", UserId::as_str));
        let call = Call::get("feedback outcome", url).keyless();
        Ok(self.transport.json::<WireOutcome>(call).await?.outcome)
    }

    /// The address of something below an agent.
    pub(crate) fn agent_url(&self, agent: &AgentId, rest: &[&str]) -> Result<Url, Error> {
        let mut segments = vec!["v1", &*self.tenant, "agents", agent.as_str()];
        segments.extend_from_slice(rest);
        self.transport.origin.join(&segments)
    }
}
