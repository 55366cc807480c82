"""An app under review in miniature: registers its agent, records runs that were made elsewhere, and lets users say
what they think of them, all but the recording through WorkflowAI's own SDK. Prints what it sent, one JSON line each.
"""

import asyncio
import json

import httpx
import workflowai
from pydantic import BaseModel
from workflowai import env
from workflowai.core.client.agent import Agent


class Ticket(BaseModel):
    text: str


class Answer(BaseModel):
    reply: str


# What users say: run, user, outcome, comment. The same run and user again overwrites.
SAID = [
    ("first", "ann@example.org", "negative", "It answered in the wrong language."),
    ("first", "bo", "positive", None),
    ("second", None, "negative", "Пожалуйста, короче! 🙏 <b>not bold</b>"),
    ("second", "ann@example.org", "positive", "Better."),
    ("first", "ann@example.org", "positive", "It works now, sorry."),
]


def record(client: httpx.Client, agent: Agent, schema_id: int, text: str) -> dict:
    """The collector's own path: a run that was made elsewhere."""
    response = client.post(
        f"/v1/_/agents/{agent.agent_id}/runs",
        json={
            "schema_id": schema_id,
            "version": {"model": "gpt-4o-mini", "instructions": "Answer the ticket in its own language."},
            "task_input": {"text": text},
            "task_output": {"reply": "Hallo!"},
        },
    )
    response.raise_for_status()
    return response.json()


async def main() -> None:
    agent = Agent(agent_id="python-desk", input_cls=Ticket, output_cls=Answer, api=workflowai.shared_client.api)
    schema_id = await agent.register()
    headers = {"Authorization": f"Bearer {env.WORKFLOWAI_API_KEY}"}
    with httpx.Client(base_url=env.WORKFLOWAI_API_URL, headers=headers) as client:
        runs = {name: record(client, agent, schema_id, f"Ticket {name}") for name in ("first", "second")}
    for name, user, outcome, comment in SAID:
        run = runs[name]
        await workflowai.send_feedback(run["feedback_token"], outcome, comment=comment, user_id=user)
        print(json.dumps({"run": run["id"], "user": user, "outcome": outcome, "comment": comment}))


asyncio.run(main())
