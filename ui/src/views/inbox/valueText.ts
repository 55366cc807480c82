// A value of a run in words: for a pin's quote, and to see whether something stands in it.

import type { FieldView, PartView, ToolCallView, ValueView } from "../../backend/bindings";

/** What stands there, in a line. */
export function valueText(value: ValueView): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "absent":
      return "missing";
    case "text":
    case "number":
    case "json":
      return value.text;
    case "bool":
      return String(value.value);
    case "file":
      return value.file.label;
    case "table":
      return value.rows.map((cells) => cells.join(" ")).join("; ");
    case "list":
      return value.items.map(valueText).join("; ");
    case "object":
      return value.fields.map(fieldText).join("; ");
  }
}

export function fieldText(field: FieldView): string {
  return `${field.name}: ${valueText(field.value)}`;
}

export function callText(call: ToolCallView): string {
  const result = call.result === null ? "" : valueText(call.result);
  return [call.name, valueText(call.input), result, call.error ?? ""].join(" ");
}

export function partText(part: PartView): string {
  switch (part.kind) {
    case "text":
    case "json":
      return part.text;
    case "file":
      return part.file.label;
    case "tool_call":
      return callText(part.call);
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/u;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/u;

const day = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const moment = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A date of the machine's as a person says it, beside it; `null` for what is none. */
export function dateWords(text: string): string | null {
  const ms = DAY.test(text) || MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return null;
  return (DAY.test(text) ? day : moment).format(ms).replaceAll(",", "");
}
