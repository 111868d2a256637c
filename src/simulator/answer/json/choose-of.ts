import type { JsonValue } from '../../../core/json/json.ts';
import { findingsFor } from '../review/review-prompt.ts';
import { opinion } from '../opinion.ts';
import type { Place } from './fill-schema.ts';
import { findingValue } from './findings-in-schema.ts';
import { stanceIn } from '../prose/stance.ts';
import { contentWords } from '../words.ts';
import { wordsAsked } from '../words-asked.ts';

/**
 * Chooses the fitting member of an enumeration: by the finding, the verdict, a mention in the prompt, or an opinion.
 */
export function chooseOf(place: Place, values: readonly JsonValue[]): JsonValue {
  const names = values.map(String);
  const named =
    likest(findingValue(place), names) ??
    verdict(place, names) ??
    stance(place, names) ??
    mentioned(place, names);
  const chosen = named ?? opinion(place.prompt, names);
  return values[names.indexOf(chosen)] ?? values[0] ?? null;
}

/** Equivalent words on common severity scales, worst first. */
const synonyms: readonly (readonly string[])[] = [
  ['critical', 'blocker', 'severe', 'p0', 'fatal', 'error', 'high', '5'],
  ['high', 'major', 'important', 'p1', 'error', 'critical', '4'],
  ['medium', 'moderate', 'warning', 'warn', 'p2', 'major', 'minor', '3'],
  ['low', 'minor', 'info', 'informational', 'nit', 'note', 'suggestion', 'trivial', 'p3', '2', '1'],
];

/** Matches the value itself, a synonym, or a name that contains it. */
function likest(value: JsonValue | undefined, names: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  const wanted = String(value).toLowerCase();
  const words = [
    wanted,
    ...(synonyms.find(([first]) => first === wanted) ?? []),
    ...(relatives[wanted] ?? []),
  ];
  for (const word of words) {
    const found = names.find((name) => name.toLowerCase() === word);
    if (found !== undefined) return found;
  }
  return names.find((name) => words.some((word) => name.toLowerCase().includes(word))) ?? names.at(-1);
}

const relatives: Readonly<Record<string, readonly string[]>> = {
  correctness: ['bug', 'logic', 'functional', 'quality', 'other'],
  concurrency: ['race', 'bug', 'correctness', 'logic', 'other'],
  resources: ['reliability', 'performance', 'bug', 'other'],
  'error-handling': ['error_handling', 'errors', 'reliability', 'robustness', 'bug', 'quality', 'other'],
  maintainability: ['style', 'quality', 'readability', 'maintenance', 'other'],
};

/** Approves or refuses, by the worst finding of a review. */
function verdict({ prompt }: Place, names: readonly string[]): string | undefined {
  const approving = names.find((name) =>
    /^(?:approved?|accept(?:ed)?|pass(?:ed)?|lgtm|ok|safe)$/i.test(name),
  );
  const refusing = names.find((name) =>
    /reject|request.?changes|fail|block|deny|unsafe|needs.?work/i.test(name),
  );
  const findings = approving && refusing ? findingsFor(prompt) : undefined;
  if (!findings) return undefined;
  const bad = findings.some(({ severity }) => severity === 'critical' || severity === 'high');
  return bad ? refusing : approving;
}

function stance({ prompt }: Place, names: readonly string[]): string | undefined {
  const told = stanceIn(prompt);
  if (!told) return undefined;
  const words = {
    for: /^(?:for|support|agree|yes|pro|approve)/i,
    against: /^(?:against|oppose|disagree|no|con|reject)/i,
  };
  return names.find((name) => words[told].test(name));
}

/** Returns the only name that the question mentions; if it lists several, none. */
export function mentioned({ prompt }: Place, names: readonly string[]): string | undefined {
  const words = wordsAsked(prompt);
  const found = names.filter((name) => {
    const own = contentWords(name);
    return own.length > 0 && own.every((word) => words.has(word));
  });
  return found.length === 1 ? found[0] : undefined;
}
