import { chance } from './chance.ts';
import { contentWords } from './answer/words.ts';

/** Texts to embed, independent of the wire format. */
export type EmbedAsked = {
  readonly model: string;
  readonly texts: readonly string[];
  readonly dimensions: number;
};

/** The result: a vector of length one for each text. */
export type Embedded = {
  readonly asked: EmbedAsked;
  readonly vectors: readonly number[][];
  readonly tokens: number;
};

/**
 * Returns a vector for a text's topic: each word adds to a few axes of its own, so that texts with common words are
 * close and others are orthogonal.
 */
export function vectorOf(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  const words = contentWords(text);
  for (const word of words.length > 0 ? words : [text]) {
    for (let axis = 0; axis < axesOfWord; axis += 1) {
      const at = Math.floor(chance('axis', word, axis) * dimensions);
      vector[at] = (vector[at] ?? 0) + (chance('sign', word, axis) < 0.5 ? -1 : 1);
    }
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0)) || 1;
  return vector.map((value) => value / length);
}

const axesOfWord = 12;

/** Returns the default vector length of a model. */
export function usualDimensions(model: string): number {
  return lengths.find(([pattern]) => pattern.test(model))?.[1] ?? 768;
}

const lengths: readonly (readonly [RegExp, number])[] = [
  [/3-large|gemini-embedding/, 3_072],
  [/text-embedding/, 1_536],
  [/titan|cohere|mistral-embed|bge-m3|mxbai/, 1_024],
];
