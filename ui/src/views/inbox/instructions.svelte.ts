// The instructions on screen: of the version behind the selected feedback, or of another one chosen
// from the list. Fetched once per version, so that moving through the list does not flicker.

import { asError, type Backend } from "../../backend/backend";
import type { ErrorView, FeedbackRowView, InstructionsView } from "../../backend/bindings";

export class Instructions {
  view = $state.raw<InstructionsView | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** The version shown; `null` where the feedback's own is not known. */
  version = $state<string | null>(null);

  private kept = new Map<string, InstructionsView>();
  private wanted = "";

  constructor(private readonly backend: Backend) {}

  async show(connection: number, row: FeedbackRowView, version = row.version): Promise<void> {
    this.version = version;
    this.error = null;
    // Some versions have their prompt in each run: those differ from run to run.
    const own = version === row.version;
    const key = `${connection}/${row.agent}/${version}/${own ? row.run : ""}`;
    this.wanted = key;
    if (version === null) {
      this.view = null;
      return;
    }
    const known = this.kept.get(key);
    if (known) {
      this.view = known;
      return;
    }
    try {
      const view = await this.backend.rpc("get_instructions", {
        connection,
        agent: row.agent,
        version,
        ...(own ? { run: row.run } : {}),
      });
      if (this.wanted !== key) return;
      this.kept.set(key, view);
      if (this.kept.size > 60) this.kept.clear();
      this.view = view;
    } catch (error) {
      if (this.wanted !== key) return;
      this.view = null;
      this.error = asError(error);
    }
  }

  forget(): void {
    this.kept.clear();
  }
}
