import type { Trial } from './cascade-model.ts';

/**
 * How answers look: right answers look alike, wrong ones need not. For example, wrong ones include amounts of money
 * that are not round, or no answer.
 */
export type AnswerShape = {
  readonly shape: 'whole' | 'number' | 'words' | 'none';
  /** The shares of the right and of the wrong answers with this shape. */
  readonly right: number;
  readonly wrong: number;
};

/** Returns the shape of an answer from its key. */
export function shapeOf(key: string | undefined): AnswerShape['shape'] {
  if (key === undefined) return 'none';
  const value = Number(key);
  return Number.isInteger(value) ? 'whole' : Number.isFinite(value) ? 'number' : 'words';
}

/** Returns the shapes of right and wrong answers of all models. No answer is never a right one. */
export function shapesOf(trials: readonly Trial[]): AnswerShape[] {
  const answers = trials.flatMap((trial) => trial.answers);
  const rights = answers.filter(({ score }) => score > 0.5).length;
  return (['whole', 'number', 'words', 'none'] as const).map((shape) => {
    const such = answers.filter(({ key }) => shapeOf(key) === shape);
    const suchRight = such.filter(({ score }) => score > 0.5).length;
    return {
      shape,
      right: shape === 'none' ? 0 : (suchRight + 1) / (rights + 4),
      wrong: (such.length - suchRight + 1) / (answers.length - rights + 4),
    };
  });
}
