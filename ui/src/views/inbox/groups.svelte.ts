// Look-alikes shown as one row, and which of those rows are opened to show the others under them.

import { SvelteMap } from "svelte/reactivity";
import type { AlikeView, FeedbackRowView } from "../../backend/bindings";

/** Members that are shown of one group. */
export const MOST_MEMBERS = 200;

/** Reads the members of the group that a row stands for, itself included, newest first. */
export type ReadMembers = (id: string) => Promise<readonly FeedbackRowView[]>;

export class Groups {
  /** By the row that stands for the group: all its members, newest first. */
  private readonly opened = new SvelteMap<string, readonly FeedbackRowView[]>();
  private readonly under = new Set<string>();

  isOpen(id: string): boolean {
    return this.opened.has(id);
  }

  /** It is shown under the row that stands for it. */
  isUnder(id: string): boolean {
    return this.under.has(id);
  }

  /** The row that stands for the opened group `id` is shown under. */
  headOf(id: string): string | null {
    for (const [head, members] of this.opened) {
      if (members.some((member) => member.id === id)) return head;
    }
    return null;
  }

  open(id: string, members: readonly FeedbackRowView[]): void {
    this.opened.set(id, members);
  }

  close(id: string): void {
    this.opened.delete(id);
  }

  clear(): void {
    this.opened.clear();
    this.under.clear();
  }

  /** `rows` with the members of opened groups under the rows that stand for them. */
  spread(rows: readonly FeedbackRowView[]): readonly FeedbackRowView[] {
    if (this.opened.size === 0) return rows;
    const listed = new Set(rows.map((row) => row.id));
    for (const id of listed) this.under.delete(id);
    return rows.flatMap((row) => {
      const members = this.opened.get(row.id) ?? [];
      const others = members.filter(({ id }) => !listed.has(id));
      // One that is decided and still shown stays where it was: it is under its group to the end.
      for (const { id } of others) this.under.add(id);
      return [row, ...others];
    });
  }

  /** Reads the opened groups again. One whose row is no longer listed goes on under another of its
   * members, if one is. */
  async reread(rows: readonly FeedbackRowView[], read: ReadMembers): Promise<void> {
    for (const [head, members] of [...this.opened]) {
      const ids = new Set(members.map((member) => member.id));
      const now = rows.find((row) => row.id === head) ?? rows.find((row) => ids.has(row.id));
      if (!now || now.alike === null) this.opened.delete(head);
      if (!now?.alike) continue;
      const again = await read(now.id);
      if (!this.opened.has(head)) continue;
      if (now.id !== head) this.opened.delete(head);
      this.opened.set(now.id, again);
    }
  }
}

/** `7 users, same words`: what a row says instead of its user. */
export function alikeWords({ count, users, why }: AlikeView, user: string | null): string {
  if (why === "same_user") return `${user ?? "one user"}, ${count} times`;
  if (users === null || users === 0) return "same words";
  return `${users} ${users === 1 ? "user" : "users"}, same words`;
}
