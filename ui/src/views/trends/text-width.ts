// How wide a label of the chart is, in CSS pixels. Measured on a canvas, and guessed where there is
// none (tests), a little too wide rather than too narrow.

const FONT = '500 12px "Inter Variable", "Noto Sans", sans-serif';
const GUESS = 7;

let context: CanvasRenderingContext2D | null | undefined;

export function textWidth(text: string): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * GUESS;
  context.font = FONT;
  return context.measureText(text).width;
}
