// What a dialog covers has no scrollbars in the middle: WebKitGTK paints those over everything, the dialog too.

let dialogs = 0;

function mark(more: number): void {
  dialogs += more;
  document.documentElement.toggleAttribute("data-covered", dialogs > 0);
}

/** For a component whose dialog covers the window while `open()`. */
export function covers(open: () => boolean): void {
  $effect(() => {
    if (!open()) return;
    mark(1);
    return () => mark(-1);
  });
}
