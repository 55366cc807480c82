// Rules beyond the recommended sets guard the layers and the hostile text:
// one file names the window's own API, and no markup is ever made from a string.
import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

const tauri = {
  group: ["@tauri-apps/*"],
  message: "Only src/backend/tauri.ts names the window's own API.",
};
const views = { group: ["**/views/**", "**/app/**"], message: "Imports go downward only." };

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/backend/bindings.ts", "src/shared/icons.ts"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs["flat/recommended"],
  prettier,
  ...svelte.configs["flat/prettier"],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      "no-undef": "off",
      "no-console": "error",
      eqeqeq: ["error", "smart"],
      "no-restricted-imports": ["error", { patterns: [tauri] }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"] } },
    rules: {
      "svelte/no-at-html-tags": "error",
      // Caches beside the state are plain on purpose: nothing is drawn from them.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    files: ["src/shared/**", "src/backend/**"],
    rules: { "no-restricted-imports": ["error", { patterns: [tauri, views] }] },
  },
  { files: ["src/backend/tauri.ts"], rules: { "no-restricted-imports": "off" } },
);
