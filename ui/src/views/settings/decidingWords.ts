// How a connection's decisions get to its server, in sentences.

import type { ConnectionView } from "../../backend/bindings";
import { plural } from "../../shared/format";

/** Whether they can be sent, and as whom. `attention`: a person could change it. */
export function decidingWords({ kind, decisions }: ConnectionView): {
  text: string;
  attention: boolean;
} {
  if (kind !== "server") return { text: "Sent to the collector in your name.", attention: false };
  switch (decisions.push) {
    case "allowed":
      return {
        text: decisions.user_token
          ? "Sent in the name of the user whose token is here."
          : "Sent with the key of this connection.",
        attention: false,
      };
    case "needs_user":
      return {
        text: "This key may not write decisions: they are kept here.",
        attention: true,
      };
    case "token_refused":
      return {
        text: "The user token is refused, it may have expired: decisions are kept here.",
        attention: true,
      };
    case "unknown":
      return {
        text: decisions.user_token
          ? "Not tried yet with this user token."
          : "Not tried yet. The first decision shows whether the server takes it.",
        attention: false,
      };
  }
}

/** `12 sent, 3 wait, 4 kept here.` */
export function countWords({ waiting, sent, kept_here }: ConnectionView["decisions"]): string {
  const parts = [
    sent > 0 ? plural(sent, "decision", "decisions") + " sent" : null,
    waiting > 0 ? `${plural(waiting, "waits", "wait")} to be sent` : null,
    kept_here > 0 ? `${plural(kept_here, "is", "are")} kept here` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "No decisions yet." : `${parts.join(", ")}.`;
}
