// What Trends was last asked to show. Kept while the app runs, so that a look into the Inbox and
// back does not lose it.

import type { BucketView } from "../../backend/bindings";
import type { RangeName } from "./range";

export class TrendsChoice {
  range = $state<RangeName>("90");
  bucket = $state<BucketView>("day");
  /** Empty: all. */
  agents = $state.raw<string[]>([]);
  oneVotePerUser = $state(false);
  table = $state(false);
  private connection: number | null = null;

  /** Another connection has other agents. */
  belongTo(connection: number): void {
    if (this.connection !== connection && this.agents.length > 0) this.agents = [];
    this.connection = connection;
  }
}

export const choice = new TrendsChoice();
