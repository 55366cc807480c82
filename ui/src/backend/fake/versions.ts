// Versions of the four agents of the fake core: instructions, messages with variables, and one
// whose prompt stands in each run.

import type { MarkKind, PromptView, VersionView } from "../bindings";

const DAY = 86_400_000;

const support = [
  `You are the support agent of Acme Outdoor. You help customers with orders, delivery and returns.

Answer in English. Keep the answer short.

Never blame the carrier.

When the customer asks about an order, call lookup_order first. Tell them the state and the expected date.

For returns, give the link {{return_url}} and the deadline.

If you do not know, say so and hand over to a person.`,
  `You are the support agent of Acme Outdoor. You help customers with orders, delivery and returns.

Answer in English. Keep the answer short.

Never blame the carrier.

When the customer asks about an order, call lookup_order first. Tell them the state and the expected date.

If {{order.ship_to}} differs from the place the customer names, say so and offer to change it.

For returns, give the link {{return_url}} and the deadline. Do not quote the whole policy.

If you do not know, say so and hand over to a person.`,
  `You are the support agent of Acme Outdoor. You help customers with orders, delivery and returns.

Answer in the language of the customer’s last message. Keep the answer under 60 words.

Start with an apology when the customer has waited. Be warm. Never blame the carrier.

When the customer asks about an order, call lookup_order first. Tell them in plain words where the order is.

If {{order.ship_to}} differs from the place the customer names, say so and offer to change it.

For returns, give the link {{return_url}} and the deadline. Do not quote the whole policy.

If you do not know, say so and hand over to a person. Do not guess dates.`,
];

const refund = [
  `You decide on refunds for Acme Outdoor.

Read the order and the payments. Refund when a payment was taken twice or the goods came back within {{return_days}} days.

Write a reply to the customer of two or three sentences.`,
  `You decide on refunds for Acme Outdoor.

Read the order and the payments. Count captured payments only. Refund when a payment was taken twice or the goods came back within {{return_days}} days.

Write a reply to the customer of two or three sentences. Say how long a refund takes.`,
  `You decide on refunds for Acme Outdoor.

Read the order and the payments. Count captured payments only. Refund when a payment was taken twice or the goods came back within {{return_days}} days. If in doubt, do not refund.

Write a reply to the customer. Thank them for reaching out. Say that refunds take 5 to 7 days.`,
];

const invoice = [
  `Read the invoice in the picture. Fill in every field of the schema. Leave a field null when the invoice does not show it.`,
  `Read the invoice in the picture. Fill in every field of the schema. Leave a field null when the invoice does not show it.

Amounts are numbers without a currency sign. VAT is the amount, not the rate.`,
];

const trip = [`You plan weekend trips. Ask for the budget first, then propose three places.`];

const agents: [name: string, model: string, major: number, texts: string[]][] = [
  ["refund-check", "gpt-4o-2024-11-20", 3, refund],
  ["support-chat", "gpt-4o-mini-latest", 3, support],
  ["invoice-reader", "gemini-2.0-flash-001", 5, invoice],
  ["trip-planner", "claude-3-7-sonnet-20250219", 1, trip],
];

function prompt(agent: string, text: string): PromptView {
  if (agent === "trip-planner") {
    return {
      kind: "in_each_run",
      messages: [{ index: 0, role: "system", parts: [{ kind: "text", text }] }],
    };
  }
  if (agent === "support-chat") {
    return {
      kind: "messages",
      messages: [
        { index: 0, role: "system", parts: [{ kind: "text", text }] },
        { index: 1, role: "user", parts: [{ kind: "text", text: "{{customer_message}}" }] },
      ],
    };
  }
  return { kind: "instructions", text };
}

/** By agent, oldest first. */
export function makeVersions(now: number): Map<string, VersionView[]> {
  return new Map(
    agents.map(([agent, model, major, texts]) => [
      agent,
      texts.map((text, i): VersionView => {
        const age = (texts.length - 1 - i) * 28 + 12;
        const deployed: MarkKind = i === 0 ? "deployed" : "first_seen";
        return {
          summary: {
            id: `${agent.length}${i}c41e7ab09d3f2256${agent.charCodeAt(0)}`,
            agent,
            label: agent === "trip-planner" ? "8f3a91c2" : `${major}.${i}`,
            model,
            created_at_ms: now - (age + 2) * DAY,
            deployments:
              deployed === "deployed"
                ? [
                    {
                      environment: "production",
                      deployed_at_ms: now - age * DAY,
                      first_seen_ms: now - age * DAY,
                    },
                  ]
                : [],
            first_seen_ms: now - age * DAY,
            positive: 0,
            negative: 0,
          },
          temperature: agent === "support-chat" ? 0.3 : 0,
          notes: i === 0 ? null : "Shorter answers, after the complaints of last week.",
          prompt: prompt(agent, text),
          properties: [
            ["provider", model.startsWith("gpt") ? "openai" : "any"],
            ["max_tokens", "800"],
          ],
        };
      }),
    ]),
  );
}
