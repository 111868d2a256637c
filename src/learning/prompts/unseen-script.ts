/**
 * Whether most letters of a text belong to scripts that no training prompt was written in (the trainings have Latin,
 * Cyrillic, Chinese and Japanese). Its hashed words then meet the weights of other words, by chance and with any
 * confidence. Code and names in Latin letters do not change that; a Greek letter in a formula, or a quotation after a
 * request in a known script, does not make it so.
 */
export function isInUnseenScript(text: string): boolean {
  const shown = text.slice(0, lookedAt);
  if (!unseen.test(shown)) return false;
  // A request comes before its material.
  const [first] = anyLetter.exec(shown) ?? [];
  if (first === undefined || !unseen.test(first)) return false;
  return 2 * countOf(shown, unseenLetters) > countOf(shown, letters);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

const lookedAt = 768;
/** Greek and Coptic; Armenian to Vedic (Hebrew, Arabic, the Indic scripts, Thai, Georgian …); Hangul. */
const ranges = String.raw`\u0370-\u03ff\u0530-\u1cff\u1f00-\u1fff\u3130-\u318f\ua840-\uabff\uac00-\ud7ff\ufb1d-\ufdff\ufe70-\ufefc`;
const unseen = new RegExp(`[${ranges}]`);
const unseenLetters = new RegExp(`[${ranges}]`, 'g');
const letters = /[\p{L}\p{M}]/gu;
const anyLetter = /\p{L}/u;
