// An app under review in miniature, with WorkflowAI's own npm package: records runs that were made elsewhere and lets
// users say what they think of them. Prints what it sent, one JSON line each.

import { WorkflowAI } from '@workflowai/workflowai'

const url = process.env.WORKFLOWAI_API_URL
const headers = {
  Authorization: `Bearer ${process.env.WORKFLOWAI_API_KEY}`,
  'Content-Type': 'application/json',
}
const agent = 'node-desk'

// Run, user, outcome, comment. The same run and user again overwrites.
const SAID = [
  ['first', 'cem', 'negative', 'Das ist die falsche Bestellung.'],
  ['first', undefined, 'positive', undefined],
  ['second', 'cem', 'positive', '很好，谢谢'],
  ['first', 'cem', 'negative', 'Immer noch falsch.'],
]

async function post(path, body) {
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

const schema = { type: 'object', properties: { text: { type: 'string' } } }
const { schema_id } = await post('/v1/_/agents', { id: agent, input_schema: schema, output_schema: schema })
const runs = {}
for (const name of ['first', 'second']) {
  runs[name] = await post(`/v1/_/agents/${agent}/runs`, {
    schema_id,
    version: { model: 'gpt-4o-mini', instructions: 'Find the order.' },
    task_input: { text: `Order ${name}` },
    task_output: { text: 'Order 4711' },
  })
}

const workflowAI = new WorkflowAI()
for (const [name, userID, outcome, comment] of SAID) {
  await workflowAI.sendFeedback({ feedbackToken: runs[name].feedback_token, outcome, comment, userID })
  console.log(JSON.stringify({ run: runs[name].id, user: userID, outcome, comment }))
}
