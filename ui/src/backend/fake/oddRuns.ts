// Runs of the fake core that put the reading to the test: a long chat with tools, Arabic with emoji of
// many parts, and values that are empty, deep, wide or huge.

import type { BodyView, FieldView, MessageView } from "../bindings";
import { field, none, num, said, text } from "./parts";

const sentence =
  "We looked at the order, at the payments and at what the carrier says, and found that one of the two was captured. ";

export function longChat(): [BodyView, BodyView] {
  const messages: MessageView[] = [
    said(
      0,
      "system",
      `You are the support agent of Acme Outdoor. Answer in the language of the customer. ${sentence.repeat(6)}`,
    ),
  ];
  for (let i = 1; i < 60; i += 4) {
    messages.push(
      said(i, "user", `Waar is mijn pakket ${77_100 + i}? Het zou gisteren komen. 📦`),
      {
        index: i + 1,
        role: "assistant",
        parts: [
          {
            kind: "tool_call",
            call: {
              id: `call_${i}`,
              name: "lookup_order",
              input: { kind: "object", fields: [field("order_id", text(String(77_100 + i)))] },
              result:
                i % 12 === 1
                  ? null
                  : {
                      kind: "object",
                      fields: [
                        field("state", text("in_transit")),
                        field("eta", text("2026-11-25")),
                        field("delayed", { kind: "bool", value: true }),
                      ],
                    },
              error: i % 12 === 1 ? "timed out after 10 s" : null,
            },
          },
        ],
      },
      said(
        i + 3,
        "assistant",
        `Your order is on its way. ${i % 3 === 0 ? sentence.repeat(9) : ""}`,
      ),
    );
  }
  return [
    {
      kind: "messages",
      variables: [
        field("customer", { kind: "object", fields: [field("first_name", text("Joke"))] }),
        field("locale", text("nl-BE")),
      ],
      messages,
    },
    { kind: "text", text: "Your order is on its way. It will be there soon." },
  ];
}

export function arabic(): [BodyView, BodyView] {
  return [
    {
      kind: "messages",
      variables: [],
      messages: [
        said(0, "user", "مرحبا، أين طلبي رقم 77120؟ 👩‍👩‍👧‍👦 ننتظره منذ أسبوع"),
        said(1, "assistant", "مرحباً! هل يمكنك إعطائي رقم الطلب من فضلك؟ 🙏🏽"),
        said(2, "user", "كتبته للتو: 77120. It is in my first message!"),
      ],
    },
    { kind: "text", text: "شكراً لتواصلك معنا. ما هو رقم الطلب؟ 🏳️‍🌈" },
  ];
}

/** A value that lies `depth` objects deep. */
function deep(depth: number): object {
  return depth === 0 ? { end: true, "odd name": null } : { inside: deep(depth - 1) };
}

export function odd(): [BodyView, BodyView] {
  const wide: FieldView[] = Array.from({ length: 120 }, (_, i) =>
    field(`measure_${String(i).padStart(3, "0")}`, num(String((i * 37) % 101))),
  );
  return [
    {
      kind: "fields",
      fields: [
        field("wish", text("Two days by the sea in November, from Gent, under 200 €.")),
        field("nothing", none),
        field("blank", text("   ")),
        field("empty", text("")),
        field("no_places", { kind: "list", items: [] }),
        field("no_fields", { kind: "object", fields: [] }),
        field("asked_at", text("2026-11-21T09:30:00Z")),
        field("deep", { kind: "json", text: JSON.stringify(deep(12), null, 2) }),
        field("transcript", text(sentence.repeat(9000))),
      ],
    },
    {
      kind: "fields",
      fields: [
        field("places", {
          kind: "list",
          items: Array.from({ length: 400 }, (_, i) => text(`Place ${i + 1}, by train`)),
        }),
        field("prices", {
          kind: "table",
          columns: ["place", "price", "leaves_at"],
          rows: Array.from({ length: 1200 }, (_, i) => [
            `Place ${i + 1}`,
            String(20 + (i % 60)),
            `2026-11-2${i % 10}T08:1${i % 10}:00Z`,
          ]),
        }),
        ...wide,
      ],
    },
  ];
}
