// Entry: picks the core (the window's own, or the fake one while developing) and draws the shell.

import { mount } from "svelte";
import "./assets/fonts/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import App from "./app/App.svelte";
import type { Backend } from "./backend/backend";

async function core(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./backend/tauri")).tauri;
  if (import.meta.env.DEV) {
    const { makeFake } = await import("./backend/fake");
    const fake = makeFake(Date.now());
    // For the console: `fake.emit(…)`, `fake.world`.
    return Object.assign(window, { fake }).fake;
  }
  throw new Error("Upshot runs in its own window only.");
}

const target = document.getElementById("app");
if (target) mount(App, { target, props: { backend: await core() } });
