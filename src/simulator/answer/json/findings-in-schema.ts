import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { objectOf } from '../../read-json.ts';
import type { Finding } from '../review/review.ts';
import type { Place } from './fill-schema.ts';
import { settle } from './schema-node.ts';

const words = {
  place: /^(?:file|path|file_?path|file_?name|location|line|lines|line_?number|line_?start|start_?line)$/i,
  grade: /^(?:severity|level|priority)$/i,
  text: /^(?:title|message|issue|description|problem|finding|explanation|details?|summary)$/i,
};

/** Whether the items of an array are review findings, by their field names. */
export function holdsFindings(items: JsonObject, root: JsonObject): boolean {
  const names = Object.keys(objectOf(settle(items, root)['properties']));
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  return has(words.text) && (has(words.grade) || has(words.place));
}

type Reading = readonly [names: RegExp, value: (finding: Finding, item: number) => JsonValue];

/** The part of a finding for a field of this name; the first match is used. */
const readings: readonly Reading[] = [
  [/^(?:file|path|file_?path|file_?name)$/i, ({ file }) => file],
  [
    /^(?:lines?|line_?numbers?|line_?no|(?:line_?)?start(?:_?line)?|line_?start|line_?end|(?:line_?)?end(?:_?line)?)$/i,
    ({ line }) => line,
  ],
  [/^(?:location|where|position)$/i, ({ file, line }) => `${file}:${line}`],
  [/^(?:severity|level|priority|impact_?level)$/i, ({ severity }) => severity],
  [/^(?:category|type|kind|class|area|tag)$/i, ({ category }) => category],
  [/^(?:rule|rule_?id|check|code)$/i, ({ rule }) => rule],
  [/^(?:id|key|ref)$/i, ({ rule }, item) => `${rule}-${item + 1}`],
  [/^(?:title|name|headline|issue|message|finding|problem|summary)$/i, ({ title }) => title],
  [
    /^(?:description|explanation|details?|rationale|reason(?:ing)?|why|body|impact|text)$/i,
    ({ explanation }) => explanation,
  ],
  [/sugg|fix|recommend|remed|solution|advice|resolution/i, ({ suggestion }) => suggestion],
  [/^(?:evidence|snippet|quote|context|excerpt|code_?snippet|matched)$/i, ({ evidence }) => evidence],
  [/confidence|certainty|probability/i, ({ confidence }) => confidence],
];

/** The value of the current finding for this place, if there is one. */
export function findingValue({ finding, name, item }: Place): JsonValue | undefined {
  if (!finding) return undefined;
  return readings.find(([names]) => names.test(name))?.[1](finding, item);
}
