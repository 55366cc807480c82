// The entries of the connection switcher: all connections, and the way to one more.

import type { ConnectionView } from "../backend/bindings";
import type { MenuEntry } from "../shared/Menu.svelte";
import type { Router } from "../shared/router.svelte";
import type { Session } from "../shared/session.svelte";

const kinds: Record<ConnectionView["kind"], string> = {
  server: "",
  demo: "demo",
  collector: "on this machine",
};

export function connectionEntries(session: Session, router: Router): MenuEntry[] {
  const connections = (session.state?.connections ?? []).map((connection): MenuEntry => ({
    id: `connection-${connection.id}`,
    label: connection.name,
    icon: "server",
    fact: connection.key === "missing" ? "no key" : kinds[connection.kind],
    checked: connection.id === session.current?.id,
    run: () => {
      router.openMailbox("negative_open");
      void session.select(connection.id);
    },
  }));
  return [
    ...connections,
    {
      id: "add",
      label: "Add a connection…",
      icon: "plus",
      divided: true,
      run: () => router.addConnection(),
    },
    { id: "settings", label: "Settings", icon: "settings", run: () => router.go("settings") },
  ];
}
