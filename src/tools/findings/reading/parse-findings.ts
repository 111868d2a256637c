import { bySeverity, type Finding } from '../../../core/finding.ts';
import { isJsonObject, type JsonValue } from '../../../core/json/json.ts';
import { findJson, type FoundJson } from '../../answer-json/find-json.ts';
import { findingsFromProse } from './findings-from-prose.ts';
import { readFinding, type ReadFinding } from './read-finding.ts';

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
      /** What was repaired or left out, one sentence each; of many, the first few and their number. */
      readonly notes: readonly string[];
      /** True if there were more issues than are read or compared, so that some were left out. */
      readonly tooMany: boolean;
    }
  /** A sentence that tells the model what to correct. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a model's review: JSON, fenced or broken JSON, or prose with places in it. The result is valid by the finding
 * schema; an unreadable review comes with a reason for asking again.
 */
export function parseFindings(text: string, options: ParseOptions): ParsedFindings {
  // An empty list without a name may be a bracket in prose.
  const isBeginning = (value: JsonValue) => !Array.isArray(value) || value.length > 0;
  const json = findJson(text, isReview, { isBeginning });
  if (json === undefined) return parseProse(text, options);

  const { items, summary } = listIn(json.value);
  const results = items.map((item) => readFinding(item, options));
  const found = results.flatMap((result) => (result.ok ? [result] : []));
  const faults = results.flatMap((result, index) =>
    result.ok ? [] : [`issue ${index + 1} ${result.reason}`],
  );
  if (found.length === 0 && faults.length > 0) {
    return { ok: false, reason: `No issue could be read: ${faults.slice(0, 3).join('; ')}.` };
  }
  const kept = worstIssues(found);
  const notes = [
    ...(json.repaired ? [repairNote(json, options)] : []),
    ...kept.notes,
    ...firstNotes(faults.map((fault) => `${fault}, so it was left out`)),
    ...firstNotes(kept.found.flatMap((result) => result.notes)),
  ];
  const read = readReview(kept, notes);
  const tooMany = read.tooMany || json.isBeginning;
  return { ...read, tooMany, ...(summary === undefined ? {} : { summary }) };
}

/** A review has far fewer; a model that repeats itself until its limit writes thousands, and all are compared. */
const maxIssues = 100;

/** What is wrong with an answer is plain from its first faults. */
const maxNotes = 10;

type Found = Extract<ReadFinding, { ok: true }>;

type Kept = { readonly found: readonly Found[]; readonly notes: readonly string[] };

/** Returns each issue once, however often the model repeats it, and the worst ones if there are more than are compared. */
function worstIssues(found: readonly Found[]): Kept {
  const distinct = [...new Map(found.map((result) => [JSON.stringify(result.finding), result])).values()];
  if (distinct.length <= maxIssues) return { found: distinct, notes: [] };
  const note = `the answer has ${distinct.length} issues; all but the ${maxIssues} most severe were left out`;
  const worst = distinct.toSorted((a, b) => bySeverity(a.finding, b.finding));
  return { found: worst.slice(0, maxIssues), notes: [note] };
}

function firstNotes(notes: readonly string[]): readonly string[] {
  const first = notes.slice(0, maxNotes);
  return notes.length <= maxNotes ? notes : [...first, `… and ${notes.length - maxNotes} more such notes`];
}

function readReview(kept: Kept, notes: readonly string[]): Extract<ParsedFindings, { ok: true }> {
  const issues = kept.found.map(({ finding }) => finding);
  return { ok: true, issues, notes, tooMany: kept.notes.length > 0 };
}

function repairNote({ isBeginning }: FoundJson, { cut = false }: ParseOptions): string {
  if (isBeginning) return 'the JSON was broken: only its beginning was read, so later issues may be missing';
  return cut
    ? 'the answer was cut in the middle of its JSON: the last issue may be incomplete, and later ones are missing'
    : 'the JSON was broken and has been repaired';
}

function parseProse(text: string, options: ParseOptions): ParsedFindings {
  const items = findingsFromProse(text);
  const found = items.flatMap((item) => {
    const result = readFinding(item, options);
    return result.ok ? [result] : [];
  });
  if (found.length > 0) {
    const kept = worstIssues(found);
    return readReview(kept, ['the answer was prose; its findings were taken from it', ...kept.notes]);
  }
  if (saysNothingFound(text))
    return readReview({ found: [], notes: [] }, ['the answer was prose that reports no issue']);
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
  if (Array.isArray(value)) return { items: value.flatMap((item) => reviewIn(item) ?? [item]) };
  if (!isJsonObject(value)) return { items: [] };
  const items = listOf(value);
  if (items === undefined) return { items: [value] };
  const summary = value['summary'] ?? value['overview'];
  return typeof summary === 'string' ? { items, summary } : { items };
}

/** The issues of a review among several. */
function reviewIn(value: JsonValue): JsonValue[] | undefined {
  return looksLikeFinding(value) ? undefined : listOf(value);
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
