// The writing system of a text, as a `lang` for the font: enough to choose glyphs and weights, not
// to name the language.

const scripts: [RegExp, string][] = [
  [/[\u3040-\u30ff]/u, "ja"],
  [/[\uac00-\ud7af\u1100-\u11ff]/u, "ko"],
  [/[\u4e00-\u9fff]/u, "zh"],
  [/[\u0600-\u06ff]/u, "ar"],
  [/[\u0590-\u05ff]/u, "he"],
  [/[\u0900-\u097f]/u, "hi"],
  [/[\u0e00-\u0e7f]/u, "th"],
];

/** `undefined` where the app's own fonts have the letters. */
export function scriptOf(text: string): string | undefined {
  const start = text.slice(0, 200);
  return scripts.find(([letters]) => letters.test(start))?.[1];
}
