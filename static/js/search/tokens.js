// Splits texts into the terms of the search index, exactly as sitegen/site/search/tokens.py does.

const MAX_CHARS = 32;
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640\u200c\u200d]/g;
const UNSPACED =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{323af}";
const IN_WORD = "\\p{L}\\p{M}\\p{N}\\u200c\\u200d";
const WORDS = new RegExp(`((?:(?=[${IN_WORD}])[${UNSPACED}])+)|(?:(?![${UNSPACED}])[${IN_WORD}])+`, "gu");

/**
 * The form in which texts are compared.
 * @param {string} text
 */
export function fold(text) {
  const plain = text.normalize("NFKD").toLowerCase().replace(ACCENTS, "");
  return plain.replaceAll("ß", "ss").replaceAll("ς", "σ").normalize("NFC");
}

/**
 * The words of a text in order, repetitions and all, as they are indexed.
 * @param {string} text
 * @returns {string[]}
 */
export function tokensOf(text) {
  return [...fold(text).matchAll(WORDS)].flatMap(([run, unspaced]) => {
    const characters = [...run];
    if (!unspaced) return [characters.slice(0, MAX_CHARS).join("")];
    return characters.map((_, k) => characters.slice(k, k + 2).join(""));
  });
}

/**
 * A word to look for; with `prefix` also as the beginning of longer ones.
 * @typedef {{ text: string, prefix: boolean }} Term
 */

/**
 * The terms of a query, each once. The last word is a prefix unless a space follows it.
 * @param {string} query
 * @returns {Term[]}
 */
export function queryTerms(query) {
  const folded = fold(query);
  /** @type {Map<string, Term>} */
  const terms = new Map();
  for (const match of folded.matchAll(WORDS)) {
    const characters = [...match[0]];
    const last = match.index + match[0].length === folded.length;
    if (!match[1] || characters.length === 1) {
      const text = characters.slice(0, MAX_CHARS).join("");
      terms.set(text, { text, prefix: last || Boolean(match[1]) });
      continue;
    }
    // adjacent pairs, and one more at the end, find the same as overlapping pairs with half the requests
    for (let k = 0; k < characters.length; k += 2) {
      const text = characters.slice(Math.min(k, characters.length - 2)).slice(0, 2).join("");
      terms.set(text, { text, prefix: false });
    }
  }
  return [...terms.values()];
}

/**
 * The places of a text that match a query.
 * @param {string} text @param {Term[]} terms
 * @returns {{ start: number, end: number, term: Term }[]} in order, without overlaps
 */
export function matchesIn(text, terms) {
  const found = [];
  for (const match of text.matchAll(WORDS)) {
    const whole = { start: match.index, end: match.index + match[0].length };
    if (!match[1]) {
      const words = tokensOf(match[0]);
      const term = terms.find((each) => words.some((word) => answers(word, each)));
      if (term) found.push({ ...whole, term });
      continue;
    }
    // in scripts without spaces each character is compared, after folding of accents and width
    let at = whole.start;
    const characters = [...match[0]].map((text) => ({ text, start: at, end: (at += text.length) }));
    for (let k = 0; k < characters.length; ) {
      const term = terms.find((each) => fold(match[0].slice(characters[k].start - whole.start)).startsWith(each.text));
      const size = term ? [...term.text].length : 1;
      const end = characters[Math.min(k + size, characters.length) - 1].end;
      if (term) found.push({ start: characters[k].start, end, term });
      k += size;
    }
  }
  return found;
}

/** @param {string} word @param {Term} term */
function answers(word, term) {
  return term.prefix ? word.startsWith(term.text) : word === term.text;
}
