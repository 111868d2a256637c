import type { Prompt } from '../prompt.ts';

/** Returns text that a request prescribes, to be repeated exactly. */
export function prescribed({ question }: Prompt): string | undefined {
  const wish = question.trim();
  const exactly =
    /^(?:please\s+)?(?:just\s+|only\s+)?(?:reply|respond|answer|say|output|print|write|return|repeat)(?:\s+(?:back|only|just|exactly|with|the|following|exact|single|word|words|text|string|message|phrase|after me|to me|and nothing else))*\s*[:,]?\s*(?:["“'`]([^"”`]{1,2000}?)["”'`]|([A-Z\d][A-Z\d_-]{0,60}|\w{1,30}))(?:[\s,]*(?:and nothing (?:else|more)|only|exactly|please|to me))*[.!]?$/i.exec(
      wish,
    );
  if (exactly) return exactly[1] ?? exactly[2];
  return counted(wish);
}

/** "Count to 20", "write exactly 200 words": text of a given length, for stream tests. */
function counted(wish: string): string | undefined {
  const upTo = /\bcount (?:from (\d{1,5}) )?(?:up )?to (\d{1,5})\b/i.exec(wish);
  if (upTo) {
    const from = Number(upTo[1] ?? 1);
    const length = Math.max(0, Number(upTo[2]) - from + 1);
    return Array.from({ length }, (_, index) => from + index).join(' ');
  }
  const words = /\b(?:exactly|write|of|in)\s+(\d{1,6}) words\b/i.exec(wish)?.[1];
  if (words === undefined) return undefined;
  return Array.from({ length: Number(words) }, (_, index) => `word${index + 1}`).join(' ');
}

/** Applies a simple operation to text that the request quotes or puts after a colon. */
export function transformed({ question }: Prompt): string | undefined {
  const operation = operations.find(([asked]) => asked.test(question));
  if (!operation) return undefined;
  const text = /["“`]([^"”`]+)["”`]/.exec(question)?.[1] ?? /:\s*([^]+)$/.exec(question)?.[1]?.trim();
  return text === undefined ? undefined : operation[1](text);
}

const operations: readonly (readonly [RegExp, (text: string) => string])[] = [
  [/\b(?:upper ?case|capital letters)\b/i, (text) => text.toUpperCase()],
  [/\blower ?case\b/i, (text) => text.toLowerCase()],
  [/\breverse\b(?!.*\bfunction\b)/i, (text) => [...text].reverse().join('')],
  [/\bhow many words\b/i, (text) => `It has ${text.split(/\s+/).filter(Boolean).length} words.`],
  [/\bhow many (?:letters|characters)\b/i, (text) => `It has ${[...text].length} characters.`],
  [/\bsort\b(?!.*\bfunction\b)/i, (text) => sorted(text)],
];

function sorted(text: string): string {
  const items = text.split(/\s*[,\n]\s*/).filter(Boolean);
  const numeric = items.every((item) => Number.isFinite(Number(item)));
  return items.sort((a, b) => (numeric ? Number(a) - Number(b) : a.localeCompare(b))).join(', ');
}
