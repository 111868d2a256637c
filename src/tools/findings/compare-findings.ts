import type { Finding } from '../../core/finding.ts';
import { stemsOf } from './finding-words.ts';
import { issueKinds, vagueKinds } from './issue-kinds.ts';
import { familyOf } from './word-families.ts';

/** Words, or pieces of words, with their weight. */
type Weights = ReadonlyMap<string, number>;

/** What the comparison looks at, taken from a finding once. */
export type FindingTraits = {
  readonly finding: Finding;
  /** Kinds of issue that the words speak of; empty where none is recognised. */
  readonly kinds: Weights;
  readonly words: Weights;
  /** Four letters at a time: what stems and families do not know still has letters in common. */
  readonly pieces: Weights;
};

export function traitsOf(finding: Finding): FindingTraits {
  const rule = (finding.rule ?? '').replaceAll('-', ' ');
  const texts = [finding.title, rule, finding.explanation, finding.suggestedFix ?? ''];
  const stems = new Set(texts.flatMap(stemsOf));
  return {
    finding,
    kinds: kindsOf(`${finding.title} ${rule}`, `${finding.explanation} ${finding.suggestedFix ?? ''}`),
    words: new Map([...stems].map((stem) => [familyOf(stem), 1])),
    pieces: piecesOf(stems),
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

function piecesOf(stems: ReadonlySet<string>): Weights {
  const pieces = new Map<string, number>();
  for (const stem of stems) {
    const framed = `_${stem}_`;
    const count = Math.max(1, framed.length - 3);
    for (let at = 0; at < count; at += 1) {
      const piece = framed.slice(at, at + 4);
      // A long word has many pieces and shall not count for more than a short one.
      pieces.set(piece, Math.max(pieces.get(piece) ?? 0, 1 / Math.sqrt(count)));
    }
  }
  return pieces;
}

function cosine(a: Weights, b: Weights): number {
  let dot = 0;
  for (const [key, weight] of a) dot += weight * (b.get(key) ?? 0);
  return dot === 0 ? 0 : dot / (lengthOf(a) * lengthOf(b));
}

function lengthOf(weights: Weights): number {
  let squares = 0;
  for (const weight of weights.values()) squares += weight ** 2;
  return Math.sqrt(squares);
}
