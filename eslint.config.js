import js from "@eslint/js";
import globals from "globals";

// What is in static/js is bundled into one classic script by dropping import lines and the word `export`:
// what would not survive that is an error here.
const unbundled = [
  { selector: "ExportDefaultDeclaration", message: "The bundler knows named exports only." },
  { selector: "ExportNamedDeclaration[source]", message: "The bundler knows no re-exports." },
  { selector: "ExportNamedDeclaration[declaration=null]", message: "Export where the name is declared." },
  { selector: "ExportAllDeclaration", message: "The bundler knows no re-exports." },
  { selector: "ImportDefaultSpecifier", message: "The bundler knows named imports only." },
  { selector: "ImportNamespaceSpecifier", message: "The bundler knows named imports only." },
  { selector: "ImportExpression", message: "Nothing is loaded as a module at run time." },
  { selector: "Program > ExpressionStatement > AwaitExpression", message: "A classic script has no top-level await." },
];

export default [
  { ignores: ["node_modules/", "build/", ".sitegen/", "**/*.min.js"] },
  js.configs.recommended,
  {
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-implicit-globals": "error" },
  },
  {
    files: ["static/js/**/*.js", "sitegen/**/*.js"],
    languageOptions: { globals: { ...globals.browser, Bokeh: "readonly" } },
    rules: {
      "no-restricted-syntax": ["error", ...unbundled],
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
  { files: ["tests/js/**/*.js"], languageOptions: { globals: globals.node } },
];
