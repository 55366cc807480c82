// JSON as a tree of nodes that know where they stand in the source, so that what is shown and copied is
// what is there: every digit, every name, also one that occurs twice.

export type JsonKind = "object" | "list" | "text" | "number" | "word";

export interface JsonNode {
  /** Its name, or its place in a list; `null` at the root. */
  key: string | number | null;
  parent: JsonNode | null;
  kind: JsonKind;
  /** A text without its quotes, any other single value as written, `""` for objects and lists. */
  text: string;
  /** Where it stands in the source. */
  from: number;
  to: number;
  depth: number;
  children: readonly JsonNode[];
}

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Throws a `SyntaxError` for what is no JSON. */
export function parseJson(source: string): JsonNode {
  const reader = new Reader(source);
  const root = reader.value(null, null);
  if (reader.next() !== "") reader.fail();
  return root;
}

class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  /** The next letter that is no blank; `""` at the end. */
  next(): string {
    this.take(BLANK);
    return this.source.charAt(this.at);
  }

  fail(): never {
    throw new SyntaxError(`no JSON at ${this.at}`);
  }

  value(key: string | number | null, parent: JsonNode | null): JsonNode {
    const first = this.next();
    const depth = parent === null ? 0 : parent.depth + 1;
    const node = { key, parent, kind: "word", text: "", from: this.at, to: 0, depth, children: [] };
    const made = node as unknown as { -readonly [K in keyof JsonNode]: JsonNode[K] };
    if (first === "{" || first === "[") {
      made.kind = first === "{" ? "object" : "list";
      made.children = this.members(made, first === "{" ? "}" : "]");
    } else if (first === '"') {
      made.kind = "text";
      made.text = this.string();
    } else {
      const word = this.take(WORD);
      made.kind = word === null ? "number" : "word";
      made.text = word ?? this.take(NUMBER) ?? this.fail();
    }
    made.to = this.at;
    return made;
  }

  private members(parent: JsonNode, end: string): JsonNode[] {
    const children: JsonNode[] = [];
    this.at++;
    if (this.next() === end) {
      this.at++;
      return children;
    }
    for (;;) {
      children.push(this.value(end === "}" ? this.name() : children.length, parent));
      const sign = this.next();
      this.at++;
      if (sign === end) return children;
      if (sign !== ",") this.fail();
    }
  }

  private name(): string {
    this.next();
    const name = this.string();
    if (this.next() !== ":") this.fail();
    this.at++;
    return name;
  }

  private string(): string {
    const literal = this.take(STRING) ?? this.fail();
    return literal.includes("\\") ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0] ?? null;
    this.at += found?.length ?? 0;
    return found;
  }
}

/** What one copies: a text as it reads, anything else as it stands, moved to the left. */
export function copied(node: JsonNode, source: string): string {
  if (node.kind === "text") return node.text;
  const line = source.lastIndexOf("\n", node.from) + 1;
  const indent = /^ */.exec(source.slice(line, node.from))?.[0] ?? "";
  return source.slice(node.from, node.to).replaceAll(`\n${indent}`, "\n");
}

/** The way to a node as one writes it in a program: `run.output.reasons[0]["odd name"]`. */
export function pathOf(node: JsonNode): string {
  const steps: string[] = [];
  for (let at: JsonNode | null = node; at?.parent; at = at.parent) {
    if (typeof at.key === "number") steps.unshift(`[${at.key}]`);
    else if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(at.key ?? "")) steps.unshift(`.${at.key}`);
    else steps.unshift(`[${JSON.stringify(at.key)}]`);
  }
  return steps.join("").replace(/^\./, "");
}

/** All nodes below and with `root`, in the order in which they are written. */
export function* nodesOf(root: JsonNode): Generator<JsonNode> {
  yield root;
  for (const child of root.children) yield* nodesOf(child);
}

/** What is shown: a node, and below it what is open. The root itself is not. */
export function visible(root: JsonNode, open: ReadonlySet<JsonNode>): JsonNode[] {
  const rows: JsonNode[] = [];
  const add = (node: JsonNode) => {
    rows.push(node);
    if (open.has(node)) node.children.forEach(add);
  };
  if (root.children.length === 0) return [root];
  root.children.forEach(add);
  return rows;
}

/** What is open to start with: level by level, as long as not too many rows come of it. */
export function openedFirst(root: JsonNode, most: number): Set<JsonNode> {
  const open = new Set<JsonNode>();
  let rows = root.children.length;
  let level: readonly JsonNode[] = root.children;
  while (level.length > 0) {
    for (const node of level) {
      if (node.children.length === 0 || rows + node.children.length > most) continue;
      open.add(node);
      rows += node.children.length;
    }
    level = level.flatMap((node) => (open.has(node) ? node.children : []));
  }
  return open;
}
