import type { JsonObject } from '../../../core/json/json.ts';
import { evaluate } from '../prose/arithmetic.ts';
import type { Prompt } from '../prompt.ts';
import { contentWords, sentencesOf } from '../words.ts';

/**
 * If the request asks for an answer's claims, or for verdicts on numbered claims, returns them, read from the material
 * shown. Otherwise `undefined`.
 */
export function claimsOrVerdicts(prompt: Prompt): JsonObject | undefined {
  const shown = shownIn(prompt.question);
  if (/\blist the claims of this answer\b/i.test(prompt.question)) {
    const answer = shown.find(({ kind }) => kind === 'answer');
    return answer && { claims: sentencesOf(answer.text).filter(isClaim).slice(0, 12) };
  }
  if (!/\bjudge each of the \d+ numbered claims\b/i.test(prompt.question)) return undefined;
  const list = shown.find(({ name }) => name === 'claims')?.text ?? '';
  const material = shown.filter(({ name }) => name !== 'claims').map(({ text }) => text);
  const claims = [...list.matchAll(/^(\d+)\. (.+)$/gm)];
  return {
    verdicts: claims.map(([, number, claim = '']) => ({
      claim: Number(number),
      ...judged(prompt, claim, material),
    })),
  };
}

type Shown = { readonly kind: string; readonly name: string; readonly text: string };

/** Everything between tags that carry a nonce. */
function shownIn(question: string): Shown[] {
  const fences = question.matchAll(/<(\w+)-([\da-f]{8,}) path="([^"]*)">\n(.*?)\n<\/\1-\2>/gs);
  return [...fences].map(([, kind = '', , name = '', text = '']) => ({ kind, name, text }));
}

function isClaim(sentence: string): boolean {
  return !sentence.endsWith('?') && /[\p{L}\d]/u.test(sentence);
}

/** Sums are computed, and other claims are looked up word by word; the remaining ones are unsure. */
function judged(prompt: Prompt, claim: string, material: readonly string[]): JsonObject {
  const [, sum = '', given] = /^(.*?)(?:=|\bis\b|\bequals\b)\s*(-?\d[\d.]*?)\.?$/.exec(claim) ?? [];
  const worked = given === undefined ? undefined : evaluate({ ...prompt, question: sum });
  if (worked) {
    const right = worked.said === Number(given);
    return {
      verdict: right ? 'supported' : 'refuted',
      reason: `Simulated: ${worked.expression} is ${worked.said}.`,
      correction: right ? '' : `${worked.expression} = ${worked.said}`,
    };
  }
  const words = contentWords(claim);
  const told = material.some((text) => {
    const known = new Set(contentWords(text));
    return words.length > 0 && words.every((word) => known.has(word));
  });
  return told
    ? { verdict: 'supported', reason: 'Simulated: the material has every word of it.', correction: '' }
    : { verdict: 'unsure', reason: 'Simulated: it is no sum and not in the material.', correction: '' };
}
