// The smallest parts of runs in the fake core.

import type { FieldAboutView, FieldView, MessageView, ValueView } from "../bindings";

export const text = (value: string): ValueView => ({ kind: "text", text: value });
export const num = (value: string): ValueView => ({ kind: "number", text: value });
export const none: ValueView = { kind: "null" };

export function field(
  name: string,
  value: ValueView,
  about: FieldAboutView | null = null,
): FieldView {
  return { name, value, about, misfit: null };
}

export function said(index: number, role: string, words: string): MessageView {
  return { index, role, parts: [{ kind: "text", text: words }] };
}
