// What the keys, the decision bar and the palette do in the inbox.

import type { Desk } from "../../shared/context";
import type { Handlers } from "../../shared/keyboard.svelte";
import { isEmpty } from "./filter";
import type { Review } from "./review.svelte";

export function inboxCommands(review: Review, desk: Desk, narrow: () => boolean): Handlers {
  const { router } = desk;
  const { selection } = review;
  /** Only with something to decide on. */
  const onTarget = (open: () => void) => () => {
    if (review.target() === null) return false;
    open();
    return true;
  };
  const onRow = (act: () => void) => () => {
    if (review.row === null) return false;
    act();
    return true;
  };
  const close = (): boolean => {
    if (selection.size > 0) selection.clear();
    else if (review.noting) review.noting = false;
    else if (router.instructions) router.instructions = false;
    else if (router.focused && router.feedback !== null) router.focused = false;
    else if (narrow() && router.feedback !== null) router.feedback = null;
    else if (router.closeSimilar()) return true;
    else if (review.inbox.rows.length === 0 && !isEmpty(router.filter)) router.filter = {};
    else return false;
    return true;
  };
  return {
    next: () => review.move(1),
    previous: () => review.move(-1),
    select: () => review.tick(),
    extend_next: () => review.extend(1),
    extend_previous: () => review.extend(-1),
    select_all: () => review.tickAll(),
    open_group: () => review.toggleGroup(),
    sort: () => {
      // While some are ticked, the line tells of them.
      if (selection.size > 0 || !review.inbox.ready) return false;
      review.sorting = true;
      return true;
    },
    similar: () => review.similar(),
    resolved: () => review.decide("resolved"),
    incorrect: () => review.decide("incorrect"),
    correct: () => review.decide("correct"),
    duplicate: onTarget(() => (review.duplicating = review.target())),
    snooze: onTarget(() => (review.snoozing = true)),
    note: onRow(() => (review.noting = true)),
    save_note: () => review.saveNote(),
    undo: () => review.undo(),
    redo: () => review.redo(),
    instructions: onRow(() => (router.instructions = !router.instructions)),
    story: onRow(() => review.row && router.openStory(review.row.user)),
    focus_view: onRow(() => (router.focused = !router.focused)),
    close,
  };
}
