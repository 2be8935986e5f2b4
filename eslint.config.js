// What `make lint-js` checks: the scripts that the browser engine puts into pages, those of app clones, and those of reports.
import { readFileSync, readdirSync } from "node:fs";
import js from "@eslint/js";
import globals from "globals";

const INJECT = "envs/engines/chromium/inject";
const REPORT = "agents/report/page";

// The injected scripts run one after another in one scope: what one declares at its top, the others use.
const declaredIn = (folder) => Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith(".js")).flatMap((name) =>
  [...readFileSync(`${folder}/${name}`, "utf8").matchAll(/^(?:const|let|class|(?:async )?function) (\w+)/gm)].map(([, declared]) => [declared, "readonly"])));

export default [
  { ignores: ["**/*.min.js", "node_modules/", ".venv/", "src/", "dist/", "build/", "htmlcov/", "gristmill-demo/"] },
  js.configs.recommended,
  {
    files: [`${INJECT}/*.js`, "agents/**/*.js", "apps/**/*.js"],
    languageOptions: { ecmaVersion: "latest", sourceType: "script", globals: { ...globals.browser, Temporal: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": ["error", "always", { null: "ignore" }],
      "no-control-regex": "off",  // outlines spell control characters as escapes
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { vars: "local", args: "after-used", caughtErrors: "none" }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: [`${INJECT}/*.js`],
    languageOptions: { globals: declaredIn(INJECT) },
  },
  {  // likewise the scripts of the report
    files: [`${REPORT}/*.js`],
    languageOptions: { globals: declaredIn(REPORT) },
  },
  { files: ["eslint.config.js"], languageOptions: { globals: globals.node } },
];
