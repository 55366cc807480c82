// Whether a pin's place is on the screen: what was pinned may have been another run's words, or lie
// deeper than fields are shown.

import type {
  BodyView,
  FeedbackDetailView,
  FieldView,
  PinView,
  ValueView,
} from "../../backend/bindings";

export function isShown(pin: PinView, detail: FeedbackDetailView): boolean {
  if (pin.place === "comment") return detail.row.comment !== null;
  if (detail.run.state !== "present") return false;
  const { input, output } = detail.run.run;
  const steps = pin.pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const message = /^message:(\d+)$/.exec(pin.place)?.[1];
  if (message !== undefined) return inMessages(input, Number(message), steps);
  const body = pin.place === "input" ? input : output;
  if (steps[0] === "workflowai.messages") {
    return inMessages(body, Number(steps[1]), steps.slice(2));
  }
  return inBody(body, steps);
}

function inMessages(body: BodyView, index: number, steps: readonly string[]): boolean {
  if (body.kind !== "messages") return false;
  const message = body.messages.find((one) => one.index === index);
  const [content, part] = steps;
  return content === "content" && message?.parts[Number(part)] !== undefined;
}

function inBody(body: BodyView, steps: readonly string[]): boolean {
  switch (body.kind) {
    case "empty":
      return false;
    case "text":
      return steps.length === 0;
    case "value":
      return inValue(body.value, steps);
    case "fields":
      return inFields(body.fields, steps);
    case "messages":
      return inFields(body.variables, steps);
  }
}

function inFields(fields: readonly FieldView[], [name, ...rest]: readonly string[]): boolean {
  const field = fields.find((one) => one.name === name);
  return field !== undefined && inValue(field.value, rest);
}

function inValue(value: ValueView, steps: readonly string[]): boolean {
  if (steps.length === 0) return true;
  const [first, ...rest] = steps;
  if (value.kind === "object") return inFields(value.fields, steps);
  if (value.kind === "table") return rest.length === 1 && value.rows[Number(first)] !== undefined;
  const item = value.kind === "list" ? value.items[Number(first)] : undefined;
  return item !== undefined && inValue(item, rest);
}
