// The real core behind the window. The only file that names the window's own API.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Backend } from "./backend";
import type { Event } from "./bindings";

export const tauri: Backend = {
  rpc: (name, request) => invoke("rpc", { name, payload: request }),
  listen: (handler) => listen<Event>("upshot", (message) => handler(message.payload)),
  zoom: (factor) => getCurrentWebview().setZoom(factor),
};
