import type { Finding } from '../../../core/finding.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { categoryFrom, severityFrom } from './normalise-words.ts';
import { shownFile } from './shown-file.ts';

export type ReadFinding =
  | { readonly ok: true; readonly finding: Finding; readonly notes: readonly string[] }
  /** Completes a sentence: "issue 3 has no title". */
  | { readonly ok: false; readonly reason: string };

export type ReadFindingOptions = {
  readonly reportedBy: string;
  /** The files under review. */
  readonly files?: readonly string[];
  /** Files that were shown only as context. */
  readonly alsoShown?: readonly string[];
  /** The last line of each file that was shown. */
  readonly lastLines?: ReadonlyMap<string, number>;
};

/** Reads one finding, whatever names a model gave its members. */
export function readFinding(
  item: JsonValue,
  { reportedBy, files = [], alsoShown = [], lastLines }: ReadFindingOptions,
): ReadFinding {
  if (!isJsonObject(item)) return { ok: false, reason: 'is not an object' };
  const title = textOf(item, ['title', 'name', 'issue', 'problem', 'summary', 'headline', 'message']);
  const explanation = textOf(item, [
    'explanation',
    'description',
    'details',
    'detail',
    'reason',
    'rationale',
    'why',
    'body',
    'message',
    'impact',
  ]);
  const heading = title ?? firstSentence(explanation);
  if (heading === undefined) return { ok: false, reason: 'has neither a title nor an explanation' };

  const place = placeIn(item);
  const shown = place.file === undefined ? files[0] : shownFile(place.file, [...files, ...alsoShown]);
  // Otherwise the name is kept as written: the issue may be real even if the file name is wrong.
  const file = shown ?? place.file;
  if (file === undefined || (place.file === undefined && files.length > 1)) {
    return { ok: false, reason: `("${heading.slice(0, 60)}") names no file` };
  }
  const { startLine } = place.lines;
  const last = lastLines?.get(file);
  const beyond = startLine !== undefined && last !== undefined && startLine > last;
  const severityWord = textOf(item, ['severity', 'level', 'priority', 'impact', 'risk', 'criticality']);
  const severity = severityWord === undefined ? undefined : severityFrom(severityWord);
  const label = textOf(item, ['category', 'type', 'kind', 'rule', 'class', 'tag']);
  const category = label === undefined ? 'other' : categoryFrom(label);
  const rule = textOf(item, ['rule', 'ruleId', 'rule_id']) ?? label;
  const fix = textOf(item, [
    'suggestedFix',
    'suggested_fix',
    'suggestion',
    'fix',
    'recommendation',
    'remediation',
    'solution',
    'proposed_fix',
  ]);
  const finding: Finding = {
    file,
    ...(beyond ? {} : place.lines),
    severity: severity ?? 'medium',
    category,
    ...(rule !== undefined && kebab(rule) !== category ? { rule: kebab(rule) } : {}),
    title: heading,
    explanation: explanation ?? heading,
    ...(fix === undefined ? {} : { suggestedFix: fix }),
    confidence: confidenceOf(item),
    reportedBy: [reportedBy],
  };
  const notes = [
    ...(severity === undefined ? [`"${heading}" came without a known severity and was taken as medium`] : []),
    ...(beyond
      ? [`"${heading}" names line ${startLine} of ${file}, which was not shown; it stands for the whole file`]
      : []),
    ...(shown === undefined && files.length > 0 && !isPrompt(files)
      ? [`"${heading}" names ${file}, a file that was not shown`]
      : []),
  ];
  return { ok: true, finding, notes };
}

/** Code in a question may lack the file names that the model reports. */
function isPrompt(files: readonly string[]): boolean {
  return files.length === 1 && files[0] === 'prompt';
}

type Place = { readonly file?: string; readonly lines: { startLine?: number; endLine?: number } };

function placeIn(item: JsonObject): Place {
  const location = item['location'] ?? item['position'] ?? item['range'];
  const inner = isJsonObject(location) ? location : {};
  const members = { ...inner, ...item };
  const named = textOf(members, [
    'file',
    'path',
    'filename',
    'file_path',
    'filePath',
    'fileName',
    'file_name',
    'uri',
  ]);
  const written = named ?? (typeof location === 'string' ? location : undefined);
  const { path, lines: suffix } = splitPlace(written ?? '');
  const start = lineOf(members, [
    'startLine',
    'start_line',
    'line_start',
    'lineStart',
    'line',
    'lineNumber',
    'line_number',
    'start',
    'from',
    'lines',
    'range',
  ]);
  const end = lineOf(members, ['endLine', 'end_line', 'line_end', 'lineEnd', 'end', 'to']);
  const range = start ?? suffix;
  const lines = orderedLines(range?.first, end?.first ?? range?.last);
  return path === '' ? { lines } : { file: path, lines };
}

type Range = { readonly first: number; readonly last: number };

/** `src/a.ts:12-14`, `src/a.ts#L12` and `src/a.ts (line 12)` contain the lines in the name. */
function splitPlace(text: string): { path: string; lines?: Range } {
  // Blanks before "line" are read from their first one only, so that a long run of them is not read again for each.
  const match = /^(.*?)(?:[:#]L?|(?<!\s)\s*\(?lines?\s*)(\d+)(?:\s*[-–:]\s*L?(\d+))?\)?$/i.exec(text.trim());
  if (!match) return { path: text.trim() };
  const first = Number(match[2]);
  return { path: (match[1] ?? '').trim(), lines: { first, last: Number(match[3] ?? first) } };
}

/** `12`, `"12"`, `"L12-L14"`, `[12, 14]` or `{"start": 12, "end": 14}`. */
function lineOf(item: JsonObject, names: readonly string[]): Range | undefined {
  for (const name of names) {
    const range = rangeFrom(item[name]);
    if (range) return range;
  }
  return undefined;
}

function rangeFrom(value: JsonValue | undefined): Range | undefined {
  if (typeof value === 'number' && value >= 1) return { first: Math.floor(value), last: Math.floor(value) };
  if (typeof value === 'string') {
    const [first, last] = value.match(/\d+/g)?.map(Number) ?? [];
    return first === undefined ? undefined : { first, last: last ?? first };
  }
  if (Array.isArray(value)) {
    const numbers = value.filter((entry) => typeof entry === 'number');
    const [first] = numbers;
    if (first === undefined) return undefined;
    return {
      first: numbers.reduce((a, b) => Math.min(a, b)),
      last: numbers.reduce((a, b) => Math.max(a, b)),
    };
  }
  if (isJsonObject(value)) {
    const first = rangeFrom(value['start'] ?? value['from'] ?? value['line']);
    const last = rangeFrom(value['end'] ?? value['to']);
    return first && { first: first.first, last: last?.first ?? first.last };
  }
  return undefined;
}

function orderedLines(first: number | undefined, last: number | undefined): Place['lines'] {
  if (!isLine(first)) return {};
  const end = isLine(last) ? last : first;
  return { startLine: Math.min(first, end), endLine: Math.max(first, end) };
}

function isLine(number: number | undefined): number is number {
  return Number.isSafeInteger(number) && number !== undefined && number >= 1;
}

function confidenceOf(item: JsonObject): number {
  const value = item['confidence'] ?? item['certainty'] ?? item['probability'];
  if (typeof value === 'number' && value >= 0) return value <= 1 ? value : Math.min(1, value / 100);
  if (typeof value !== 'string') return 0.5;
  const percent = /^(\d+(?:\.\d+)?)\s*%?$/.exec(value.trim());
  if (percent) return confidenceOf({ confidence: Number(percent[1]) });
  return confidenceWords[value.toLowerCase().replace(/[\s-]+/g, '_')] ?? 0.5;
}

const confidenceWords: Record<string, number> = {
  certain: 0.99,
  almost_certain: 0.95,
  very_high: 0.9,
  high: 0.85,
  medium: 0.6,
  moderate: 0.6,
  low: 0.3,
  very_low: 0.1,
  exploring: 0.2,
};

function textOf(item: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = item[name];
    const lines = Array.isArray(value) ? value : [value];
    const text = lines.every((line) => typeof line === 'string') ? lines.join('\n').trim() : '';
    if (text !== '') return text;
  }
  return undefined;
}

function firstSentence(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^[^\n]*?[.!?](?=\s|$)|^[^\n]+/.exec(text)?.[0].slice(0, 160);
}

function kebab(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
