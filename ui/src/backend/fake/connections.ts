// Connections, their keys and their sync, in the fake core.

import type { Handlers } from "../fake";
import type { ConnectionView, ErrorView, Event } from "../bindings";
import { NO_DECISIONS } from "./decisions";
import type { World } from "./world";

type Names =
  | "get_state"
  | "test_connection"
  | "connect"
  | "start_demo"
  | "start_collector"
  | "select_connection"
  | "rename_connection"
  | "set_agents"
  | "set_key"
  | "set_pages_url"
  | "remove_connection"
  | "start_sync"
  | "cancel_sync"
  | "network_returned"
  | "get_storage"
  | "set_theme";

function isThisMachine(url: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}

function refused(): ErrorView {
  return {
    code: "key_refused",
    title: "The server does not accept the key.",
    meaning: "Nothing was changed.",
    action: "Check the key, or make another one.",
    detail: '401 {"error":{"code":"invalid_api_key"}}',
    retry: false,
  };
}

export function connectionCommands(
  world: World,
  emit: (event: Event) => void,
): Pick<Handlers, Names> {
  const found = (id: number): ConnectionView => {
    const connection = world.state.connections.find((c) => c.id === id);
    if (!connection) throw world.notFound("There is no such connection.");
    return connection;
  };
  const change = (id: number, part: Partial<ConnectionView>) => {
    found(id);
    world.state = {
      ...world.state,
      connections: world.state.connections.map((c) => (c.id === id ? { ...c, ...part } : c)),
    };
    emit({ type: "connections" });
    return null;
  };
  const add = (part: Partial<ConnectionView>): ConnectionView => {
    const id = Math.max(0, ...world.state.connections.map((c) => c.id)) + 1;
    const connection: ConnectionView = {
      id,
      name: "Demo",
      url: "http://127.0.0.1:8787",
      tenant: "demo",
      kind: "demo",
      key: "present",
      agents: null,
      pages_url: null,
      sync: { running: null, last_success_at_ms: world.now, offline_since_ms: null, error: null },
      decisions: NO_DECISIONS,
      ...part,
    };
    world.state = {
      ...world.state,
      connections: [...world.state.connections, connection],
      current: id,
    };
    emit({ type: "connections" });
    return connection;
  };

  return {
    get_state: () => world.state,
    test_connection: ({ url, key, allow_plain_http }) => {
      if (!/^https?:\/\//.test(url)) {
        throw world.badInput("This is not an address.", "Begin with https:// or http://.");
      }
      if (url.startsWith("http://") && !isThisMachine(url) && !allow_plain_http) {
        throw world.badInput(
          "This address would send the key unencrypted.",
          "Use https, or allow plain http for this connection.",
        );
      }
      if (key === "wrong") throw refused();
      return { tenant: "acme", name: "Acme", agents: world.agents, feedback: world.rows.length };
    },
    connect: ({ name, url, tenant }) =>
      add({ name, url, tenant: tenant ?? "acme", kind: "server" }),
    start_demo: () => add({ name: "Demo", kind: "demo" }),
    start_collector: () => add({ name: "Collector on this machine", kind: "collector" }),
    select_connection: ({ connection }) => {
      world.state = { ...world.state, current: found(connection).id };
      return world.state;
    },
    rename_connection: ({ connection, name }) => change(connection, { name }),
    set_agents: ({ connection, agents }) => change(connection, { agents }),
    set_key: ({ connection, key }) => {
      if (key === "wrong") throw refused();
      return change(connection, { key: "present" });
    },
    set_pages_url: ({ connection, url }) => {
      const typed = url?.trim() ?? "";
      if (typed !== "" && !/^https?:\/\//.test(typed)) {
        throw world.badInput(
          "The address must begin with https:// or http://.",
          "Correct it and try again.",
        );
      }
      // As the core: no end that leads on.
      const begin = typed.replace(/[?#].*$/, "").replace(/\/+$/, "");
      return change(connection, { pages_url: begin === "" ? null : begin });
    },
    remove_connection: ({ connection }) => {
      const { current } = world.state;
      const connections = world.state.connections.filter((c) => c.id !== found(connection).id);
      const next = current === connection ? (connections[0]?.id ?? null) : current;
      world.state = { ...world.state, connections, current: next };
      return world.state;
    },
    start_sync: ({ connection }) => {
      const sync = { ...found(connection).sync, running: null, last_success_at_ms: world.now };
      change(connection, { sync });
      return sync;
    },

    cancel_sync: ({ connection }) =>
      change(connection, { sync: { ...found(connection).sync, running: null } }),
    network_returned: () => {
      for (const { id, sync } of world.state.connections) {
        if (sync.offline_since_ms === null) continue;
        const back = {
          ...sync,
          offline_since_ms: null,
          error: null,
          last_success_at_ms: world.now,
        };
        change(id, { sync: back });
      }
      return null;
    },
    get_storage: () => ({
      data_dir: "/home/ines/.local/share/upshot",
      log_dir: "/home/ines/.local/state/upshot/log",
      cache_bytes: 18_400_000,
      files_bytes: 1_300_000,
      feedback: world.rows.length,
      runs: world.rows.length - 6,
      versions: 24,
    }),
    set_theme: ({ theme }) => {
      world.state = { ...world.state, theme };
      return null;
    },
  };
}
