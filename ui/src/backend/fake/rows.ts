// 300 feedback of the fake core, newest first: several languages, long and short words, silence,
// and words that try to be markup.

import type { AnnotationView, FeedbackRowView, RunStateName, VersionView } from "../bindings";

const MINUTE = 60_000;

/** The first ones are chosen by hand, so that the first screen shows every kind of row. */
const first: [minutes: number, agent: string, user: string | null, comment: string | null][] = [
  [
    15,
    "refund-check",
    "u-20417",
    "I was charged twice for order 88213 and the answer only talks about one of the payments. The second one is still pending on my card, 49,90\u00a0€.\n\nPlease don’t tell me to wait “5 to 7 days” again, I have waited three weeks.",
  ],
  [26, "support-chat", "u-30918", "It answered in English. I wrote in Dutch."],
  [37, "invoice-reader", "u-11873", "wrong"],
  [55, "refund-check", "u-27730", "返金まで5〜7日と言われましたが、もう三週間待っています。"],
  [64, "refund-check", "u-41190", "Where is my money?"],
  [120, "invoice-reader", "u-00412", "Address on page 2 was ignored again, same as last week"],
  [
    1080,
    "refund-check",
    "u-09955",
    "Die Antwort ist höflich, aber falsch: 14 Tage Widerruf gelten auch für Sonderangebote.",
  ],
  [1200, "support-chat", "u-31002", "لم يفهم سؤالي، كررت رقم الطلب ثلاث مرات"],
  [1290, "invoice-reader", "u-00412", "Total is right, VAT is not. 19\u00a0% of 49.90 is not 9.48"],
  [
    1400,
    "support-chat",
    "u-18264",
    "Pas de réponse à ma question sur la livraison à Tournai. On me dit seulement que c’est «\u00a0en route\u00a0».",
  ],
  [1410, "refund-check", null, null],
  [1600, "support-chat", "u-22481", "stop saying sorry and tell me WHEN"],
  [1700, "refund-check", "u-14720", "No me devuelve el importe del envío, solo el producto"],
  [
    1800,
    "trip-planner",
    "u-66601",
    "<img src=x onerror=\"document.title='hacked'\"><script>alert(1)</script> & <b>bold</b>",
  ],
  [
    1900,
    "support-chat",
    "u-00077",
    "The reply quotes a policy from 2023. We changed that in March.",
  ],
  [3100, "refund-check", "u-25116", "Не учли скидку за вторую пару"],
  [3300, "support-chat", "u-16630", "Ok but far too long for a chat window on the phone"],
  [3400, "refund-check", "u-29004", "refused, no reason given"],
  [3500, "support-chat", "u-08871", "It asked for the order number that I had just typed"],
];

const negatives = [
  "said 2 days. it is day 6.",
  "Very polite, no content at all. A date is all I wanted to know, one date.",
  "배송 예정일을 물었는데 사과만 세 번 했어요",
  "It read out the whole policy to me",
  "Lieferung nach Österreich? Keine Antwort.",
  "ok but the link opens the wrong country",
  null,
  "Ho chiesto quando arriva, mi ha detto come fare un reso",
  "No tracking link?",
  null,
];
const positives = [
  null,
  "quick and clear, thanks",
  null,
  "Perfekt, danke!",
  null,
  "Exactly what I needed. It even found the second invoice.",
  null,
  "merci, c’était rapide",
];
const annotations: (AnnotationView | null)[] = [
  null,
  null,
  null,
  "correct",
  "resolved",
  "incorrect",
];
const agentNames = ["refund-check", "support-chat", "invoice-reader", "trip-planner"];

export function makeRows(now: number, versions: Map<string, VersionView[]>): FeedbackRowView[] {
  const rows: FeedbackRowView[] = [];
  const regular = new Set([24, 31, 52, 77]);
  for (let i = 0; i < 300; i++) {
    const hand = first[i];
    const outcome = hand ? "negative" : i % 5 < 2 ? "negative" : "positive";
    const words = outcome === "negative" ? negatives : positives;
    const agent = hand?.[1] ?? agentNames[(i * 7) % 4] ?? "support-chat";
    const minutes = hand?.[0] ?? 3600 + (i - first.length) * 420 + ((i * 37) % 200);
    const known = versions.get(agent) ?? [];
    const version = known[Math.max(0, known.length - 1 - Math.floor(minutes / 60 / 24 / 28))];
    rows.push({
      id: `fb-${String(300 - i).padStart(4, "0")}`,
      agent,
      run: `0193a7${(0xf2c41e - i * 977).toString(16)}-71c4-7d0e-9b1a-5c2f${i}09be`,
      user: hand
        ? hand[2]
        : regular.has(i)
          ? "u-20417"
          : i % 11 === 0
            ? null
            : `u-${10_000 + ((i * 613) % 89_000)}`,
      outcome,
      comment: hand ? hand[3] : (words[i % words.length] ?? null),
      annotation: annotationOf(i, outcome),
      decision: null,
      is_reopened: false,
      snoozed: null,
      woken: null,
      duplicate_of: null,
      note: false,
      // As in the world's pins.
      pins: i === 0 ? 1 : 0,
      created_at_ms: now - minutes * MINUTE,
      gone_at_ms: i === 8 ? now - 3 * 24 * 60 * MINUTE : null,
      version: version?.summary.id ?? null,
      version_label: version?.summary.label ?? null,
      model: version?.summary.model ?? null,
      run_state: runState(i),
      earlier_words: i === 0 ? 1 : 0,
      alike: null,
      found_in: null,
      shares: null,
    });
    if (version) version.summary[outcome] += 1;
  }
  return rows;
}

function annotationOf(i: number, outcome: string): AnnotationView | null {
  if (i === 1) return "correct";
  if (i === 2) return "incorrect";
  if (i < 19) return null;
  return outcome === "negative" ? (annotations[i % annotations.length] ?? null) : null;
}

function runState(i: number): RunStateName {
  if (i === 4) return "missing";
  if (i === 6) return "waiting";
  if (i === 17) return "failure";
  return i > 30 && i % 40 === 0 ? "missing" : "success";
}
