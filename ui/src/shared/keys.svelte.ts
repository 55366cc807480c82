// The keys as they are now: those the commands start with, and what a person changed. The core keeps
// the changes; what it keeps for commands of a newer Upshot is left alone.

import type { Backend } from "../backend/backend";
import { commandEntry, commands, type Command } from "./keys";
import { reserved, shortcuts, words, type Stroke } from "./strokes";

type Changes = Readonly<Record<string, readonly Stroke[]>>;

export class Keys {
  private changes = $state.raw<Changes>({});
  private readonly bound = $derived(boundBy(this.changes));
  private readonly meant = $derived(
    new Map([...this.bound].flatMap(([command, all]) => all.map((stroke) => [stroke, command]))),
  );

  /** Whether any command has other keys than those it starts with. */
  readonly changed = $derived(commands.some(({ command }) => this.isChanged(command)));

  constructor(private readonly backend: Pick<Backend, "rpc">) {}

  /** Strokes of a command, the one to show first. */
  of(command: Command): readonly Stroke[] {
    return this.bound.get(command) ?? [];
  }

  /** For `aria-keyshortcuts`. */
  told(command: Command): string | undefined {
    return shortcuts(this.of(command));
  }

  commandOf(stroke: Stroke): Command | null {
    return this.meant.get(stroke) ?? null;
  }

  isChanged(command: Command): boolean {
    return !commandEntry(command).fixed && this.changes[command] !== undefined;
  }

  /** Why the command cannot have the stroke, as a sentence; `null` where it can. */
  refusal(command: Command, stroke: Stroke): string | null {
    const why = reserved(stroke, commandEntry(command));
    return why ?? this.taken(command, stroke);
  }

  /** Why the command cannot have back the keys it starts with: another has one of them now. */
  refusalToReset(command: Command): string | null {
    for (const stroke of commandEntry(command).strokes) {
      const why = this.taken(command, stroke);
      if (why !== null) return why;
    }
    return null;
  }

  /** What a person changed before. Until it is here, and where it is not, the keys are those to start with. */
  async load(): Promise<void> {
    this.changes = (await this.backend.rpc("get_keys", {})).keys;
  }

  /** Gives a command other keys; `null`: those it starts with. Rejects with an `ErrorView`. */
  async set(command: Command, strokes: readonly Stroke[] | null): Promise<void> {
    await this.send({ [command]: strokes && [...strokes] });
  }

  /** Every command as it started. */
  async resetAll(): Promise<void> {
    const changed = commands.filter(({ command }) => this.isChanged(command));
    await this.send(Object.fromEntries(changed.map(({ command }) => [command, null])));
  }

  private async send(keys: Record<string, Stroke[] | null>): Promise<void> {
    this.changes = (await this.backend.rpc("set_keys", { keys })).keys;
  }

  private taken(command: Command, stroke: Stroke): string | null {
    const other = this.commandOf(stroke);
    if (other === null || other === command) return null;
    return `${words(stroke)} is “${commandEntry(other).does}”.`;
  }
}

/** What was changed goes before what commands start with: a command that is new in this Upshot takes no
 * key away from one that a person gave it to. No stroke means two things. */
function boundBy(changes: Changes): ReadonlyMap<Command, readonly Stroke[]> {
  const taken = new Set<Stroke>();
  const bound = new Map<Command, readonly Stroke[]>();
  const bind = (command: Command, strokes: readonly Stroke[]) => {
    const free = strokes.filter((stroke) => !taken.has(stroke));
    free.forEach((stroke) => taken.add(stroke));
    bound.set(command, free);
  };
  const isChanged = (entry: (typeof commands)[number]) => !entry.fixed && entry.command in changes;
  for (const entry of commands) {
    if (!isChanged(entry)) continue;
    const strokes = changes[entry.command] ?? [];
    // Kept by another Upshot, perhaps with other rules.
    bind(
      entry.command,
      strokes.filter((stroke) => reserved(stroke, entry) === null),
    );
  }
  for (const entry of commands) if (!isChanged(entry)) bind(entry.command, entry.strokes);
  return bound;
}
