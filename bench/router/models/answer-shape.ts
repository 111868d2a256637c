import type { Trial } from './cascade-model.ts';

/** Right answers look alike where wrong ones need not: a sum of money that is no round number, no answer at all. */
export type AnswerShape = {
  readonly shape: 'whole' | 'number' | 'words' | 'none';
  /** Of the right answers the share that looks so, and of the wrong ones. */
  readonly right: number;
  readonly wrong: number;
};

/** How an answer looks, from its key. */
export function shapeOf(key: string | undefined): AnswerShape['shape'] {
  if (key === undefined) return 'none';
  const value = Number(key);
  return Number.isInteger(value) ? 'whole' : Number.isFinite(value) ? 'number' : 'words';
}

/** How right and wrong answers of all models look. No answer is never a right one. */
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
