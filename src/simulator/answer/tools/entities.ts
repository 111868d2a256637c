/**
 * Returns the things that a question lists: "Paris and Rome", "a.ts, b.ts". Each pattern begins where a thing may begin:
 * tried at every letter of a long run, it would hold the process for seconds.
 */
export function entitiesIn(question: string): string[] {
  const quoted = [...question.matchAll(/["'`“]([^"'`”]{1,80})["'`”]/g)].map(([, text]) => text ?? '');
  if (quoted.length > 1) return quoted;
  const paths = question.match(/(?<![\w./-])[\w./-]+\.[a-z]{1,5}\b/g) ?? [];
  if (paths.length > 1) return paths;
  const names = properNames(question);
  if (names.length > 1) return names;
  return question.match(/-?\d+(?:\.\d+)?/g) ?? [];
}

/** Returns capitalised words that do not begin a sentence. */
export function properNames(text: string): string[] {
  const names =
    text.match(/(?=\p{Lu})(?<=[\p{Ll}\d,:;)]\s+)\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)*/gu) ?? [];
  return [...new Set(names)].filter((name) => !/^I(?:'m|'d|'ll)?$/.test(name));
}
