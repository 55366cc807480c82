// Runs of the fake core: fields, chat with tool calls, pictures, failures.

import type { BodyView, FeedbackRowView, RunStateView, ToolCallView } from "../bindings";
import { field, none, num, said, text } from "./parts";
import { arabic, longChat, odd } from "./oddRuns";

const lookup: ToolCallView = {
  id: "call_1",
  name: "lookup_order",
  input: { kind: "object", fields: [field("order_id", text("77120"))] },
  result: {
    kind: "object",
    fields: [
      field("state", text("in_transit")),
      field("carrier", text("bpost")),
      field("eta", text("2026-11-25")),
      field("ship_to", { kind: "object", fields: [field("city", text("Gent"))] }),
    ],
  },
  error: null,
};

function refund(): [BodyView, BodyView] {
  return [
    {
      kind: "fields",
      fields: [
        field("order_id", text("88213")),
        field(
          "customer_message",
          text("Hi, you took the money for my boots two times. Order 88213. Please send one back."),
        ),
        field("payments", {
          kind: "table",
          columns: ["id", "amount", "currency", "state"],
          rows: [
            ["p_1", "49.90", "EUR", "captured"],
            ["p_2", "49.90", "EUR", "pending"],
          ],
        }),
        field("locale", text("de-DE")),
      ],
    },
    {
      kind: "fields",
      fields: [
        field("decision", text("no_refund"), {
          title: null,
          description: "What is done about the payment.",
          choices: ["refund", "partial_refund", "no_refund"],
        }),
        field("duplicate_found", { kind: "bool", value: false }),
        field("refund_amount", num("0.00")),
        field("refund_currency", text("EUR")),
        field(
          "reply_to_customer",
          text(
            "Thank you for reaching out! We can see one completed payment of 49.90\u00a0€ for order 88213. Refunds usually take 5 to 7 days to appear. We are sorry for the inconvenience. If you have paid by card, your bank may show a reservation as well. It goes away by itself. Please write to us again if it does not.",
          ),
        ),
        field("reasons", {
          kind: "list",
          items: [text("one captured payment"), text("pending ones are not counted")],
        }),
        field("escalate_to", none),
      ],
    },
  ];
}

function chat(): [BodyView, BodyView] {
  return [
    {
      kind: "messages",
      variables: [field("return_url", text("https://acme-outdoor.example/returns"))],
      messages: [
        said(
          0,
          "user",
          "Bonjour, ma commande 77120 arrive quand ? Je dois être à Tournai pour la recevoir.",
        ),
        { index: 1, role: "assistant", parts: [{ kind: "tool_call", call: lookup }] },
        said(
          3,
          "assistant",
          "Bonjour et merci de votre patience ! Toutes nos excuses pour l’attente. Votre commande est en route. N’hésitez pas si vous avez d’autres questions !",
        ),
        said(4, "user", "Oui mais quel jour, et à Tournai ?"),
      ],
    },
    {
      kind: "messages",
      variables: [],
      messages: [said(0, "assistant", "Toutes nos excuses. Votre commande est en route.")],
    },
  ];
}

function invoice(gone: boolean): [BodyView, BodyView] {
  return [
    {
      kind: "fields",
      fields: [
        field("picture", {
          kind: "file",
          file: {
            url: `https://files.acme-outdoor.example/${gone ? "gone" : "invoice-114"}.png`,
            content_type: "image/png",
            is_image: true,
            label: "invoice-114.png",
          },
        }),
      ],
    },
    {
      kind: "fields",
      fields: [
        field("number", text("2026-114")),
        field("total", num("49.90"), {
          title: "Gross total",
          description: "As printed on the invoice, with VAT.",
          choices: [],
        }),
        { ...field("vat", text("9,48")), misfit: "the schema wants a number" },
        field("due", text("2026-12-14")),
        field("iban", { kind: "absent" }),
        field("seller", {
          kind: "object",
          fields: [field("name", text("Acme Outdoor")), field("vat_id", none)],
        }),
      ],
    },
  ];
}

export function makeRun(row: FeedbackRowView, now: number): RunStateView {
  if (row.run_state === "missing") return { state: "missing", tried_at_ms: now - 3_600_000 };
  if (row.run_state === "waiting") return { state: "waiting" };
  const [input, output] = bodies(row);
  const failed = row.run_state === "failure";
  const run = {
    id: row.run,
    model: row.model,
    duration_s: 2.3,
    cost_usd: 0.0041,
    created_at_ms: row.created_at_ms - 90_000,
    input,
    output: failed ? ({ kind: "empty" } as const) : output,
    failure: failed
      ? {
          code: "provider_unavailable",
          message: "The provider did not answer in 60 s.",
          details: '{\n  "provider": "openai",\n  "status": 503\n}',
        }
      : null,
    tool_calls: row.agent === "trip-planner" ? [lookup] : [],
    reasoning:
      row.agent === "trip-planner"
        ? [
            { title: "Compare the places", step: "The budget is small, so trains come first." },
            { title: null, step: "November: what is open by the sea? Museums, cafés, the dunes." },
          ]
        : [],
    metadata: [["environment", "production"]] as [string, string][],
  };
  return { state: "present", run };
}

function bodies(row: FeedbackRowView): [BodyView, BodyView] {
  switch (row.agent) {
    case "refund-check":
      return refund();
    case "support-chat":
      if (row.user === "u-31002") return arabic();
      return row.user === "u-30918" ? longChat() : chat();
    case "invoice-reader":
      return invoice(row.user === "u-11873");
    default:
      if (row.user === "u-66601") return odd();
      return [
        { kind: "text", text: "Two days by the sea in November, from Gent, under 200 €." },
        { kind: "text", text: "Three places:\n\n1. Oostende\n2. Calais\n3. Haarlem" },
      ];
  }
}
