import type { Finding } from '../../../core/finding.ts';
import { issueKinds, vagueKinds } from './issue-kinds.ts';
import { cosine, textTraits, type TextTraits, type Weights } from '../../wording/text-likeness.ts';

/** The features of a finding that are compared, computed once. */
export type FindingTraits = TextTraits & {
  readonly finding: Finding;
  /** Kinds of issue that the words indicate; empty if none is recognised. */
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

/** True if both are in the same file and their lines overlap within the tolerance. */
export function samePlace(a: Finding, b: Finding): boolean {
  if (a.file !== b.file) return false;
  if (a.startLine === undefined || b.startLine === undefined) return true;
  const aEnd = a.endLine ?? a.startLine;
  const bEnd = b.endLine ?? b.startLine;
  return a.startLine <= bEnd + lineTolerance && b.startLine <= aEnd + lineTolerance;
}

/**
 * Returns how likely two findings at the same place are the same issue, as log-odds: above 0 they probably are. The
 * numbers were fitted to the labelled findings marked for tuning in fixtures/findings, and rounded.
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

/**
 * The distance between the middles of both, capped at the tolerance; a finding on a whole file has distance 1 to all.
 */
function linesApart(a: Finding, b: Finding): number {
  if (a.startLine === undefined || b.startLine === undefined) return 1;
  const middle = ({ startLine = 0, endLine = startLine }: Finding) => (startLine + endLine) / 2;
  return Math.min(lineTolerance, Math.abs(middle(a) - middle(b)));
}

function kindsOf(headline: string, body: string): Weights {
  const parts = [
    { text: cueText(headline), weight: 1.5 },
    { text: cueText(body), weight: 1 },
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

/** The cues allow any ending of a word, so in a word without end each of them would be searched for again and again. */
function cueText(text: string): string {
  return text.toLowerCase().replace(/(\w{40})\w+/g, '$1');
}
