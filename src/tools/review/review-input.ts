import { z } from 'zod';
import { ConclaveError } from '../../core/errors.ts';
import { severities } from '../../core/finding.ts';
import { personaNames } from '../../prompts/personas.ts';
import { readFields } from '../offer/shared-fields.ts';
import type { SubjectRequest } from './subject.ts';

/** Kinds of changes that are not committed yet. */
export const uncommittedKinds = ['staged', 'unstaged', 'untracked'] as const;

/** Where the code comes from: the first of these that is given, else the uncommitted changes. */
export const subjectFields = {
  diff: z.string().min(1).optional(),
  range: z.string().min(1).optional().describe('a..b, a...b or one commit'),
  compare_to: z.string().min(1).optional().describe('A branch: everything since it.'),
  files: z.array(z.string().min(1)).default([]),
  include: z.array(z.enum(uncommittedKinds)).min(1).optional(),
};

const namedText = z.object({ path: z.string().min(1), text: z.string() });

/** A place that deserves a closer look: an issue, a hotspot, or free text. */
const focusItem = z.union([z.string().min(1), z.looseObject({})]);

export const reviewFields = {
  prompt: z.string().min(1).optional().describe('What to look at.'),
  ...subjectFields,
  context: z
    .array(z.union([z.string().min(1), namedText]))
    .default([])
    .describe('Files to understand it by.'),
  images: readFields.images,
  focus: z.array(focusItem).default([]).describe('Issues or hotspots to look at.'),
  severity: z.enum(severities).optional().describe('The least to report.'),
};

export const panelFields = {
  personas: z.array(z.enum(personaNames)).default([]),
  models: z.array(z.string().min(1)).default([]),
};

export type SubjectInput = Partial<{
  readonly [Name in keyof typeof subjectFields]: Readonly<z.output<(typeof subjectFields)[Name]>> | undefined;
}> & { readonly prompt?: string | undefined };
export type FocusItem = z.output<typeof focusItem>;

/**
 * Turns input fields into the request for a subject.
 * @throws ConclaveError `invalid_request` if two sources are given at once.
 */
export function subjectRequest(input: SubjectInput): SubjectRequest {
  const { diff, range, compare_to, files = [] } = input;
  const named = Object.entries({ diff, range, compare_to }).filter(([, value]) => value !== undefined);
  if (named.length > 1) {
    const names = named.map(([name]) => name).join(' and ');
    throw new ConclaveError('invalid_request', `Give one of ${names}, not both.`, {
      param: named[1]?.[0] ?? '',
    });
  }
  if (diff !== undefined) return { kind: 'diff', diff };
  if (range !== undefined) return { kind: 'git', changes: { kind: 'range', range }, paths: files };
  if (compare_to !== undefined)
    return { kind: 'git', changes: { kind: 'compare', to: compare_to }, paths: files };
  // Files alone are reviewed whole; with `include`, only their uncommitted changes.
  return files.length > 0 && input.include === undefined ? { kind: 'files', files } : uncommitted(input);
}

/** The uncommitted changes in these files, or in all files. */
function uncommitted({ files = [], include, prompt }: SubjectInput): SubjectRequest {
  const kinds = include ?? uncommittedKinds;
  const [staged = false, unstaged = false, untracked = false] = uncommittedKinds.map((kind) =>
    kinds.includes(kind),
  );
  return {
    kind: 'git',
    changes: { kind: 'uncommitted', staged, unstaged, untracked },
    paths: files,
    // With `include`, the caller wants changes and nothing else.
    ...(include === undefined && prompt !== undefined && { prompt }),
  };
}

/** The caller's focus as text, for the end of the question. */
export function focusText(focus: readonly FocusItem[]): string {
  if (focus.length === 0) return '';
  const lines = focus.map((item) => `- ${typeof item === 'string' ? item : focusLine(item)}`);
  return `Look closely at these, confirm or refute each, and at what is connected with them:\n${lines.join('\n')}`;
}

function focusLine(item: Exclude<FocusItem, string>): string {
  const field = (name: string) =>
    ['string', 'number'].includes(typeof item[name]) ? String(item[name]) : undefined;
  const place = [field('file'), field('startLine') ?? field('lines')].filter((part) => part !== undefined);
  return [place.join(':'), field('title') ?? field('reason')].filter(Boolean).join(' ') || 'an unnamed place';
}
