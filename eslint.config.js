import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["node_modules/", "build/", ".sitegen/", "static/dist/"] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-implicit-globals": "error",
      "max-lines": ["error", 320],
      "max-lines-per-function": ["error", 120],
    },
  },
  {
    files: ["static/js/**/*.js", "sitegen/**/*.js"],
    languageOptions: { globals: { ...globals.browser, Bokeh: "readonly" } },
    rules: {
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Names and titles are foreign text: use textContent." },
        { property: "outerHTML", message: "Names and titles are foreign text: use textContent." },
        { property: "insertAdjacentHTML", message: "Names and titles are foreign text: use textContent." },
      ],
    },
  },
  { files: ["sitegen/commands/serve/reload.js"], languageOptions: { globals: globals.browser, sourceType: "script" } },
  { files: ["static/build.js", "tests/js/**/*.js"], languageOptions: { globals: globals.node } },
];
