// The data of the fake core: one connection, four agents, 300 feedback, made from a fixed seed.

import type {
  AgentView,
  DecisionView,
  ErrorView,
  FeedbackRowView,
  RunStateView,
  StateView,
  VersionView,
} from "../bindings";
import { NO_DECISIONS } from "./decisions";
import type { KeptPin } from "./pins";
import { makeRows } from "./rows";
import { makeVersions } from "./versions";

export interface World {
  now: number;
  state: StateView;
  agents: AgentView[];
  /** Newest first. */
  rows: FeedbackRowView[];
  /** All events, oldest first. */
  decisions: DecisionView[];
  /** What one may give as the reason of a decision. */
  reasons: string[];
  /** By agent, oldest first. */
  versions: Map<string, VersionView[]>;
  /** Runs that are more than the row tells; the rest are made on the fly. */
  runs: Map<string, RunStateView>;
  /** Changed ones, by command. */
  keys: Record<string, string[]>;
  pins: KeptPin[];
  /** All runs are indexed. */
  searchReady: boolean;
  notFound(title: string): ErrorView;
  badInput(title: string, action: string): ErrorView;
}

export function makeWorld(now: number): World {
  const versions = makeVersions(now);
  const rows = makeRows(now, versions);
  const agents = [...versions.keys()].map((name) => ({
    id: name,
    name,
    description: null,
    feedback: rows.filter((r) => r.agent === name).length,
  }));
  return {
    now,
    agents,
    rows,
    decisions: [],
    reasons: [
      "Wrong answer",
      "Missing information",
      "Wrong tone",
      "Too slow",
      "Not our product",
      "Test",
    ],
    versions,
    runs: new Map(),
    keys: {},
    searchReady: true,
    pins: [
      {
        id: 1,
        feedback: "fb-0300",
        place: "output",
        pointer: "/duplicate_found",
        start: null,
        end: null,
        quote: "false",
        note: "p_2 is pending, the check only counts captured",
        at_ms: now - 600_000,
        who: "ines",
        removed: false,
      },
    ],
    state: {
      connections: [
        {
          id: 1,
          name: "acme-prod",
          url: "https://feedback.acme-outdoor.example",
          tenant: "acme",
          kind: "server",
          key: "present",
          agents: null,
          pages_url: null,
          sync: {
            running: null,
            last_success_at_ms: now - 4 * 60_000,
            offline_since_ms: null,
            error: null,
          },
          decisions: NO_DECISIONS,
        },
        {
          id: 2,
          name: "Demo",
          url: "http://127.0.0.1:8787",
          tenant: "demo",
          kind: "demo",
          key: "present",
          agents: null,
          pages_url: null,
          sync: {
            running: null,
            last_success_at_ms: now - 3_600_000,
            offline_since_ms: null,
            error: null,
          },
          decisions: NO_DECISIONS,
        },
      ],
      current: 1,
      theme: "system",
      keeper: { name: "the system’s keyring (Secret Service)", notice: null },
      version: "0.1.0",
    },
    notFound: (title) => problem("not_found", title, "Nothing was changed.", "Choose another one."),
    badInput: (title, action) => problem("bad_input", title, "Nothing was changed.", action),
  };
}

function problem(
  code: ErrorView["code"],
  title: string,
  meaning: string,
  action: string,
): ErrorView {
  return { code, title, meaning, action, detail: null, retry: false };
}
