// What eslint holds the scripts of the pages to. Scripts of one page are one program: a test joins them for it.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "no-var": "error",
  "prefer-const": "error",
  eqeqeq: "error",
  "no-implied-eval": "error",
  "no-eval": "error",
  "no-new-func": "error",
  "no-shadow": ["error", { builtinGlobals: false }],
  "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" }],
};

export default [
  { files: ["**/*.page.js"], languageOptions: { sourceType: "script", globals: globals.browser }, rules },
  { files: ["**/*.worker.js"], languageOptions: { sourceType: "script", globals: globals.worker }, rules },
  { files: ["**/*.mjs"], languageOptions: { sourceType: "module", globals: globals.node }, rules },
];
