import { stemsOf } from './word-stems.ts';
import { wordFamilyOf } from './word-families.ts';

/** Words, or pieces of words, with their weights. */
export type Weights = ReadonlyMap<string, number>;

/** The features by which two texts are compared. */
export type TextTraits = {
  readonly words: Weights;
  /** Four-letter pieces: words that stems and families do not relate may still share letters. */
  readonly pieces: Weights;
};

export function textTraits(text: string): TextTraits {
  const stems = new Set(stemsOf(text));
  return { words: new Map([...stems].map((stem) => [wordFamilyOf(stem), 1])), pieces: piecesOf(stems) };
}

/** The cosine of the angle between two weight vectors, 0 to 1. */
export function cosine(a: Weights, b: Weights): number {
  let dot = 0;
  for (const [key, weight] of a) dot += weight * (b.get(key) ?? 0);
  return dot === 0 ? 0 : dot / (lengthOf(a) * lengthOf(b));
}

function piecesOf(stems: ReadonlySet<string>): Weights {
  const pieces = new Map<string, number>();
  for (const stem of stems) {
    const framed = `_${stem}_`;
    const count = Math.max(1, framed.length - 3);
    for (let at = 0; at < count; at += 1) {
      const piece = framed.slice(at, at + 4);
      // A long word has many pieces but must not weigh more than a short one.
      pieces.set(piece, Math.max(pieces.get(piece) ?? 0, 1 / Math.sqrt(count)));
    }
  }
  return pieces;
}

function lengthOf(weights: Weights): number {
  let squares = 0;
  for (const weight of weights.values()) squares += weight ** 2;
  return Math.sqrt(squares);
}
