import type { Finding } from '../../core/finding.ts';
import { issueKinds, vagueKinds } from './issue-kinds.ts';
import { cosine, textTraits, type TextTraits, type Weights } from './text-likeness.ts';

/** What the comparison looks at, taken from a finding once. */
export type FindingTraits = TextTraits & {
  readonly finding: Finding;
  /** Kinds of issue that the words speak of; empty where none is recognised. */
  readonly kinds: Weights;
};

export function traitsOf(finding: Finding): FindingTraits {
  const rule = (finding.rule ?? '').replaceAll('-', ' ');
  const body = `${finding.explanation} ${finding.suggestedFix ?? ''}`;
  return {
    finding,
    kinds: kindsOf(`${finding.title} ${rule}`, body),
    ...textTraits(`${finding.title} ${rule} ${body}`),
  };
}

/** Reviewers place the same issue up to this many lines apart. */
export const lineTolerance = 3;

/** True where both stand in the same file and their lines overlap, give or take the tolerance. */
export function samePlace(a: Finding, b: Finding): boolean {
  if (a.file !== b.file) return false;
  if (a.startLine === undefined || b.startLine === undefined) return true;
  const aEnd = a.endLine ?? a.startLine;
  const bEnd = b.endLine ?? b.startLine;
  return a.startLine <= bEnd + lineTolerance && b.startLine <= aEnd + lineTolerance;
}

/**
 * How likely two findings at the same place are the same issue, as log-odds: above 0 they rather are. The numbers
 * were fitted to the labelled findings marked for tuning in fixtures/findings, and rounded.
 */
export function likeness(a: FindingTraits, b: FindingTraits): number {
  return (
    -1.5 +
    8.4 * cosine(a.words, b.words) +
    3.7 * cosine(a.pieces, b.pieces) +
    2.9 * cosine(a.kinds, b.kinds) +
    (a.finding.category === b.finding.category ? 0.7 : 0) -
    0.9 * linesApart(a.finding, b.finding)
  );
}

/** Between the middles of both, at most the tolerance; findings on a whole file are near everything in it. */
function linesApart(a: Finding, b: Finding): number {
  if (a.startLine === undefined || b.startLine === undefined) return 1;
  const middle = ({ startLine = 0, endLine = startLine }: Finding) => (startLine + endLine) / 2;
  return Math.min(lineTolerance, Math.abs(middle(a) - middle(b)));
}

function kindsOf(headline: string, body: string): Weights {
  const parts = [
    { text: headline.toLowerCase(), weight: 1.5 },
    { text: body.toLowerCase(), weight: 1 },
  ];
  const found = new Map<string, number>();
  for (const [kind, cues] of issueKinds) {
    const weight = parts.reduce(
      (sum, part) => sum + cues.filter((cue) => cue.test(part.text)).length * part.weight,
      0,
    );
    if (weight > 0) found.set(kind, vagueKinds.has(kind) ? weight * 0.4 : weight);
  }
  return found;
}
