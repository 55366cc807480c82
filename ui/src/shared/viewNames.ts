// What saved views may be called.

/** In characters; the core refuses longer ones. */
export const LONGEST_VIEW_NAME = 60;
