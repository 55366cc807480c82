// The real core behind the window. The only file that names the window's own API.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { afterFrame } from "../shared/afterFrame";
import type { Backend } from "./backend";
import type { Event } from "./bindings";

export const tauri: Backend = {
  rpc: async (name, request) => {
    // It is written behind the frame that shows the next one: asking and the answer took a fifth of the time from
    // the key to that frame. Decisions wait for each other (see triage.svelte.ts), so none overtakes another.
    if (name === "decide") await new Promise<void>((resolve) => void afterFrame(resolve));
    return await invoke("rpc", { name, payload: request });
  },
  listen: (handler) => listen<Event>("upshot", (message) => handler(message.payload)),
  zoom: (factor) => getCurrentWebview().setZoom(factor),
};
