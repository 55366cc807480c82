// What was written about a feedback and not kept yet: it waits while one looks elsewhere, and goes with
// the next decision on it.

import { SvelteMap } from "svelte/reactivity";
import type { Extras } from "./triage.svelte";

export interface Draft {
  note: string;
  /** `null`: none given. */
  reason: string | null;
}

const NOTHING: Draft = { note: "", reason: null };

export class Drafts {
  private readonly drafts = new SvelteMap<string, Draft>();

  of(id: string): Draft {
    return this.drafts.get(id) ?? NOTHING;
  }

  has(id: string): boolean {
    return this.drafts.has(id);
  }

  write(id: string, change: Partial<Draft>): void {
    const next = { ...this.of(id), ...change };
    if (next.note.trim() === "" && next.reason === null) this.drafts.delete(id);
    else this.drafts.set(id, next);
  }

  /** Hands out what was written about `id`; it is no draft any more. */
  take(id: string): Pick<Extras, "note" | "reason"> {
    const { note, reason } = this.of(id);
    this.drafts.delete(id);
    const text = note.trim();
    return { ...(text && { note: text }), ...(reason !== null && { reason }) };
  }
}
