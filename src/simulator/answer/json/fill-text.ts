import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { chance } from '../../chance.ts';
import { numberOf, textOf } from '../../read-json.ts';
import { proseAnswer } from '../prose/answer-in-prose.ts';
import type { Prompt } from '../prompt.ts';
import { codeFor } from '../review/review-prompt.ts';
import { reviewInOneLine } from '../review/word-review.ts';
import { properNames } from '../tools/entities.ts';
import { sentencesOf } from '../words.ts';
import type { Place } from './fill-schema.ts';
import { checkTextLength } from './answer-size.ts';
import { longestName } from './longest-name.ts';
import { textForPattern } from './text-for-pattern.ts';

/**
 * Returns a text for this place: in the required format, from the prompt if it has a match, else a plausible text for
 * the field.
 */
export function fillText(place: Place, node: JsonObject, fromFinding: JsonValue | undefined): string {
  const pattern = textOf(node['pattern']);
  const sampled = pattern === '' ? undefined : textForPattern(pattern, place.prompt.question);
  if (sampled !== undefined) return sampled;
  const formatted = formats[textOf(node['format'])];
  if (formatted) return formatted(place);
  const text = fromFinding === undefined ? textFor(place) : String(fromFinding);
  return fitLength(text, numberOf(node['minLength']) ?? 0, numberOf(node['maxLength']) ?? Infinity);
}

const found = ({ prompt }: Place, pattern: RegExp): string | undefined =>
  pattern.exec(prompt.everything)?.[0];

const formats: Readonly<Record<string, (place: Place) => string>> = {
  'date-time': (place) =>
    found(place, /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/) ?? '2026-11-21T12:00:00Z',
  date: (place) => found(place, /\d{4}-\d\d-\d\d/) ?? '2026-11-21',
  time: (place) => found(place, /\b\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)/) ?? '12:00:00Z',
  duration: () => 'PT1H',
  email: (place) => found(place, /[\w.+-]+@[\w-]+\.[\w.]+\w/) ?? 'simulated@example.com',
  uri: (place) => found(place, /https?:\/\/[^\s"'<>)]*[^\s"'<>),.;]/) ?? 'https://example.com/simulated',
  url: (place) => found(place, /https?:\/\/[^\s"'<>)]*[^\s"'<>),.;]/) ?? 'https://example.com/simulated',
  hostname: () => 'example.com',
  ipv4: (place) => found(place, /\b\d{1,3}(?:\.\d{1,3}){3}\b/) ?? '192.0.2.1',
  ipv6: () => '2001:db8::1',
  uuid: ({ prompt, name, item }) =>
    'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replaceAll('x', (_, position: number) =>
      Math.floor(chance(prompt.question, name, item, position) * 16).toString(16),
    ),
};

type Reading = readonly [names: RegExp, read: (prompt: Prompt, item: number) => string | undefined];

/** Where to look in a prompt for a field of this name. */
const readings: readonly Reading[] = [
  [
    /^(?:city|location|place|town|destination|country|region|where)$/i,
    (prompt, item) => nth(properNames(prompt.question), item) ?? placeIn(prompt),
  ],
  [/^(?:file|path)(?:_?name)?$/i, (prompt, item) => nth(filesShown(prompt), item)],
  [
    /path|file/i,
    (prompt, item) => nth(prompt.question.match(/(?<![\w@/:.])(?:[\w.-]*\/)*[\w-]+\.[a-z]{1,5}\b/g), item),
  ],
  [/url|link|href|uri/i, (prompt) => /https?:\/\/[^\s"'<>)]*[^\s"'<>),.;]/.exec(prompt.everything)?.[0]],
  [/e?mail/i, (prompt) => /[\w.+-]+@[\w-]+\.[\w.]+\w/.exec(prompt.everything)?.[0]],
  [
    /date|day|when/i,
    (prompt) => /\d{4}-\d\d-\d\d|\b(?:to(?:day|morrow)|yesterday)\b/i.exec(prompt.question)?.[0],
  ],
  [
    /command|cmd|shell/i,
    (prompt) => /`([^`]+)`/.exec(prompt.question)?.[1] ?? /\brun\s+(.+?)[.?!]?$/i.exec(prompt.question)?.[1],
  ],
  [
    /expression|formula|calculation/i,
    (prompt) => /[\d(][\d\s+*/().^%-]*[\d)]/.exec(prompt.question)?.[0]?.trim(),
  ],
  [
    /name|person|who|author|user|title|pattern|keyword/i,
    (prompt, item) => nth(quoted(prompt.question), item) ?? nth(properNames(prompt.question), item),
  ],
  [
    /^(?:query|question|prompt|input|text|message|content|request|task|topic|subject|search|q|description|instructions?|code)$/i,
    (prompt) =>
      nth(quoted(prompt.question), 0) ??
      (prompt.asked.json ? undefined : prompt.question.trim().slice(0, 400)),
  ],
];

function filesShown(prompt: Prompt): string[] {
  return [...new Set(codeFor(prompt).map(({ file }) => file))];
}

function nth(list: readonly string[] | null, item: number): string | undefined {
  return list?.[item] ?? list?.[0];
}

function quoted(text: string): string[] {
  return [...text.matchAll(/(?:^|[\s(:])["'“`]([^"”`]{1,200}?)["'”`](?=[\s.,;:!?)]|$)/g)].map(
    ([, inside]) => inside ?? '',
  );
}

function placeIn({ question }: Prompt): string | undefined {
  return (
    /\b(?:in|at|for|of|to|near)\s+(\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)*)/u.exec(question)?.[1] ??
    /^\p{Lu}[\p{L}' -]+$/u.exec(question.trim())?.[0]
  );
}

function textFor({ prompt, name, item }: Place): string {
  const labelled =
    name === '' || name.length > longestName
      ? undefined
      : new RegExp(
          `\\b${name.replaceAll(/[^a-z\\d]+/gi, '[ _-]?')}\\s*(?:is|:|=)\\s*["']?([^"'\\n,.;]{1,120})`,
          'i',
        ).exec(prompt.everything);
  if (labelled?.[1]) return labelled[1].trim();
  for (const [names, read] of readings) {
    const text = names.test(name) ? read(prompt, item) : undefined;
    if (text) return text;
  }
  const claim = /^claims?$|^statements?$/i.test(name)
    ? nth(sentencesOf(proseAnswer(prompt).text), item)
    : undefined;
  if (claim !== undefined) return claim;
  const summed = /summary|overview|conclusion|assessment|verdict/i.test(name)
    ? reviewInOneLine(prompt)
    : undefined;
  if (summed !== undefined) return summed;
  if (/answer|result|response|summary|output|reply|conclusion|verdict|translation|code/i.test(name))
    return proseAnswer(prompt).text;
  if (/reason|explan|rationale|analysis|why|thought|justif|because/i.test(name)) {
    return `Simulated reasoning of ${prompt.model}: the request is about ${gist(prompt)}.`;
  }
  return `simulated ${name || 'text'}${item > 0 ? ` ${item + 1}` : ''}`;
}

function gist({ question }: Prompt): string {
  const [first = 'nothing in particular'] = sentencesOf(question);
  return first.slice(0, 120);
}

/** Lengths count characters, as in JSON Schema, not UTF-16 units. */
function fitLength(text: string, least: number, most: number): string {
  checkTextLength(least);
  const signs = [...text];
  if (signs.length > most) return signs.slice(0, most).join('');
  return text + '.'.repeat(Math.max(0, least - signs.length));
}
