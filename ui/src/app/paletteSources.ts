// What the palette can find: commands, screens, mailboxes, connections, agents, versions, saved views and users.

import type { VersionRateView } from "../backend/bindings";
import type { Desk } from "../shared/context";
import { number, percent, plural, sentenceTime, shortDate } from "../shared/format";
import { commands, type CommandEntry } from "../shared/keys";
import { mailboxes } from "../shared/mailboxes";
import type { PaletteEntry, Search, Source } from "../shared/palette.svelte";
import { Views } from "./views.svelte";
import { connectionEntries } from "./connectionEntries";

/** They are about what has the focus while the palette does not. */
const HERE = ["palette", "save_note", "close"];
/** So many users are found at once. */
const USERS = 8;

/** Asked when the palette opens. */
export function sourcesOf(desk: Desk): Source[] {
  return [
    () => commandEntries(desk),
    () => mailboxEntries(desk),
    () => themeEntries(desk),
    () => connections(desk),
    () => agentEntries(desk),
    () => versionEntries(desk),
    () => viewEntries(desk),
  ];
}

/** Asked for what is typed. */
export function searchesOf(desk: Desk): Search[] {
  return [(typed) => userEntries(desk, typed)];
}

function commandEntries(desk: Desk): PaletteEntry[] {
  const { keyboard } = desk;
  return commands
    .filter(({ command }) => !HERE.includes(command))
    .map((entry): PaletteEntry => {
      const { command } = entry;
      const fact = command === "sync" ? offlineWords(desk) : undefined;
      return {
        id: `command-${command}`,
        label: entry.does,
        icon: entry.icon,
        command,
        also: `${command.replaceAll("_", " ")} ${also[command] ?? ""}`,
        group: entry.group === "Go to" ? "Go to" : "Commands",
        ...(fact === undefined ? {} : { fact }),
        ...(keyboard.knows(command) ? {} : { fact: "not on this screen", off: true }),
        run: () => void keyboard.run(command),
      };
    });
}

/** What else one may call a command. */
const also: Partial<Record<CommandEntry["command"], string>> = {
  keys: "shortcuts help",
  sync: "refresh from the server",
  search: "find filter",
  sort: "order newest oldest first user version",
  raw: "source",
  story: "everything they said",
  instructions: "prompt",
};

function offlineWords({ session, clock }: Desk): string | undefined {
  const since = session.current?.sync.offline_since_ms ?? null;
  return since === null ? undefined : `not reachable since ${sentenceTime(since, clock.now)}`;
}

function mailboxEntries({ session, router }: Desk): PaletteEntry[] {
  return mailboxes.map(({ name, label, icon }) => {
    const count = session.counts?.[name] ?? 0;
    return {
      id: `mailbox-${name}`,
      group: "Go to",
      label,
      icon,
      also: "mailbox",
      ...(count > 0 ? { fact: number(count) } : {}),
      run: () => router.openMailbox(name),
    };
  });
}

function themeEntries({ session }: Desk): PaletteEntry[] {
  const entry = (
    theme: "system" | "light" | "dark",
    label: string,
    icon: PaletteEntry["icon"],
  ) => ({
    id: `theme-${theme}`,
    group: "Commands" as const,
    label,
    icon,
    also: "theme appearance colour mode",
    ...(session.state?.theme === theme ? { fact: "as it is now" } : {}),
    run: () => void session.setTheme(theme),
  });
  return [
    entry("light", "Light theme", "sun"),
    entry("dark", "Dark theme", "moon"),
    entry("system", "Theme as the system", "monitor"),
  ];
}

function connections({ session, router }: Desk): PaletteEntry[] {
  return connectionEntries(session, router)
    .filter(({ id }) => id !== "settings")
    .map(({ id, label, icon, fact, checked, run }) => ({
      id,
      group: "Connections",
      label,
      icon: icon ?? "server",
      also: "connection server",
      ...(checked ? { fact: "the one shown" } : fact ? { fact } : {}),
      run,
    }));
}

async function viewEntries({ backend, session, router }: Desk): Promise<PaletteEntry[]> {
  const connection = session.current?.id;
  if (connection === undefined) return [];
  const saved = await backend.rpc("list_views", { connection });
  const views = new Views(backend, router);
  return saved.map((view) => ({
    id: `view-${view.id}`,
    group: "Views",
    label: view.name,
    icon: "bookmark",
    also: `view ${view.text}`,
    ...(view.count === null ? {} : { fact: plural(view.count, "feedback", "feedback") }),
    data: true,
    run: () => void views.open(connection, view),
  }));
}

async function agentEntries({ backend, session, router }: Desk): Promise<PaletteEntry[]> {
  const connection = session.current?.id;
  if (connection === undefined) return [];
  const agents = await backend.rpc("list_agents", { connection });
  return agents.map(({ id, name, feedback }) => ({
    id: `agent-${id}`,
    group: "Agents and versions",
    label: name,
    icon: "bot",
    fact: plural(feedback, "feedback", "feedback"),
    data: true,
    run: () => router.openMailbox("everything", { agents: [id] }),
  }));
}

/** All versions that were voted on, newest first. */
async function versionEntries({ backend, session, router, clock }: Desk): Promise<PaletteEntry[]> {
  const connection = session.current?.id;
  if (connection === undefined) return [];
  const { versions } = await backend.rpc("get_trends", {
    connection,
    agents: [],
    from_ms: 0,
    to_ms: clock.now,
    bucket: "month",
    one_vote_per_user: false,
  });
  return versions.map((version) => ({
    id: `version-${version.agent}-${version.version}`,
    group: "Agents and versions",
    label: `${version.agent} ${version.label}`,
    icon: "tag",
    fact: versionFact(version, clock.now),
    data: true,
    run: () =>
      router.openMailbox("everything", { agents: [version.agent], versions: [version.version] }),
  }));
}

/** `first seen 2 Nov, 62 % of 58` */
function versionFact(version: VersionRateView, now: number): string {
  const votes = version.positive + version.negative;
  const rate =
    votes === 0 ? "no votes" : `${percent(version.positive / votes)} of ${number(votes)}`;
  if (version.since_ms === null) return rate;
  const begun = version.since_kind === "deployed" ? "deployed" : "first seen";
  return `${begun} ${shortDate(version.since_ms, now)}, ${rate}`;
}

async function userEntries(desk: Desk, typed: string): Promise<PaletteEntry[]> {
  const { backend, session, router } = desk;
  const connection = session.current?.id;
  if (connection === undefined) return [];
  const search = typed.trim();
  const { rows } = await backend.rpc("list_users", { connection, search, limit: USERS });
  return rows.flatMap(({ user, feedback }): PaletteEntry[] =>
    user === null
      ? []
      : [
          {
            id: `user-${user}`,
            group: "Users",
            label: user,
            icon: "user",
            fact: plural(feedback, "feedback", "feedback"),
            data: true,
            run: () => router.openStory(user),
          },
        ],
  );
}
