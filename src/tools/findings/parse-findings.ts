import type { Finding } from '../../core/finding.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import { findJson } from './find-json.ts';
import { findingsFromProse } from './findings-from-prose.ts';
import { readFinding } from './read-finding.ts';

export type ParseOptions = {
  /** The model that answered. */
  readonly reportedBy: string;
  /** The files shown to the model: names are matched to them, and if there is only one, it replaces a missing name. */
  readonly files?: readonly string[];
  /** True if the answer ended at its token limit: later findings are missing. */
  readonly cut?: boolean;
  /** Files that were shown only as context. */
  readonly alsoShown?: readonly string[];
  /** The last line of each shown file: later line numbers are invalid. */
  readonly lastLines?: ReadonlyMap<string, number>;
};

export type ParsedFindings =
  | {
      readonly ok: true;
      readonly issues: readonly Finding[];
      readonly summary?: string;
      /** What was repaired or left out, one sentence each. */
      readonly notes: readonly string[];
    }
  /** A sentence that tells the model what to correct. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a model's review: JSON, fenced or broken JSON, or prose with places in it. The result is valid by the finding
 * schema; an unreadable review comes with a reason for asking again.
 */
export function parseFindings(text: string, options: ParseOptions): ParsedFindings {
  const json = findJson(text, isReview);
  if (json === undefined) return parseProse(text, options);

  const { items, summary } = listIn(json.value);
  const read = items.map((item) => readFinding(item, options));
  const issues = read.flatMap((result) => (result.ok ? [result.finding] : []));
  const faults = read.flatMap((result, index) => (result.ok ? [] : [`issue ${index + 1} ${result.reason}`]));
  if (issues.length === 0 && faults.length > 0) {
    return { ok: false, reason: `No issue could be read: ${faults.slice(0, 3).join('; ')}.` };
  }
  const kept = firstIssues(issues);
  const notes = [
    ...(json.repaired ? [repairNote(options)] : []),
    ...kept.notes,
    ...faults.map((fault) => `${fault}, so it was left out`),
    ...read.flatMap((result) => (result.ok ? result.notes : [])),
  ];
  return { ok: true, issues: kept.issues, notes, ...(summary === undefined ? {} : { summary }) };
}

/** A review has far fewer; a model that repeats itself until its limit writes thousands, and all are compared. */
const maxIssues = 100;

/** Returns each issue once, however often the model repeats it, and not more than are compared. */
function firstIssues(found: readonly Finding[]): { readonly issues: Finding[]; readonly notes: string[] } {
  const issues = [...new Map(found.map((issue) => [JSON.stringify(issue), issue])).values()];
  if (issues.length <= maxIssues) return { issues, notes: [] };
  const note = `the answer has ${issues.length} issues; all after the first ${maxIssues} were left out`;
  return { issues: issues.slice(0, maxIssues), notes: [note] };
}

function repairNote({ cut = false }: ParseOptions): string {
  return cut
    ? 'the answer was cut in the middle of its JSON: the last issue may be incomplete, and later ones are missing'
    : 'the JSON was broken and has been repaired';
}

function parseProse(text: string, options: ParseOptions): ParsedFindings {
  const items = findingsFromProse(text);
  const issues = items.flatMap((item) => {
    const result = readFinding(item, options);
    return result.ok ? [result.finding] : [];
  });
  if (issues.length > 0) {
    const kept = firstIssues(issues);
    const notes = ['the answer was prose; its findings were taken from it', ...kept.notes];
    return { ok: true, issues: kept.issues, notes };
  }
  if (saysNothingFound(text))
    return { ok: true, issues: [], notes: ['the answer was prose that reports no issue'] };
  const reason =
    text.trim() === ''
      ? 'The answer was empty.'
      : 'The answer holds neither JSON nor findings with a file and a line.';
  return { ok: false, reason: `${reason} Answer with a JSON object {"issues": [...]} and nothing else.` };
}

/** Names that models give to the list. */
const listNames = [
  'issues',
  'findings',
  'problems',
  'bugs',
  'results',
  'comments',
  'vulnerabilities',
  'defects',
  'errors',
];

function isReview(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every((item) => isJsonObject(item));
  return isJsonObject(value) && (listOf(value) !== undefined || looksLikeFinding(value));
}

function listIn(value: JsonValue): { items: JsonValue[]; summary?: string } {
  if (Array.isArray(value)) return { items: value };
  if (!isJsonObject(value)) return { items: [] };
  const items = listOf(value);
  if (items === undefined) return { items: [value] };
  const summary = value['summary'] ?? value['overview'];
  return typeof summary === 'string' ? { items, summary } : { items };
}

/** The list itself, or one inside an envelope such as `{"review": {"issues": []}}`. */
function listOf(value: JsonValue): JsonValue[] | undefined {
  if (!isJsonObject(value)) return undefined;
  for (const name of listNames) {
    const list = value[name];
    if (Array.isArray(list)) return list;
  }
  for (const inner of Object.values(value)) {
    const list = isJsonObject(inner) ? listOf(inner) : undefined;
    if (list) return list;
  }
  return undefined;
}

function looksLikeFinding(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    ['title', 'severity', 'message', 'description'].filter((name) => name in value).length >= 2
  );
}

function saysNothingFound(text: string): boolean {
  return /\b(?:no|not find|found no|without|zero)\b.{0,30}\b(?:issues?|problems?|findings?|bugs?|defects?|vulnerabilit|concerns?)|\blooks good\b|\blgtm\b/i.test(
    text,
  );
}
