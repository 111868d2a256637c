/** Words that only confirm what was agreed, in the most frequent languages of prompts. */
const words: ReadonlySet<string> = new Set(
  [
    'yes yeah yep yup sure ok okay k right fine good great sounds perfect please do it that this so go on ahead continue proceed start now next keep going again try retry',
    'ja jo klar gerne bitte mach machen das es weiter los gut passt nochmal',
    'oui ouais ok vas y allez bien sûr continue fais le ça parfait',
    'sí si vale dale claro adelante hazlo sigue continúa por favor perfecto',
    '好 好的 是 是的 对 可以 行 继续 请继续 开始 开始吧',
  ].flatMap((line) => line.split(' ')),
);

const longest = 48;

/** Returns whether a text says no more than "yes, do it" or "go on": the task itself was stated before. */
export function isAssent(text: string): boolean {
  if (text.length > longest) return false;
  const found = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  return found !== null && found.every((word) => words.has(word));
}
