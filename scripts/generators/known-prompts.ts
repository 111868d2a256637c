import { packFeatures } from '../../src/learning/features/packed-features.ts';
import { taskScanner } from '../../src/learning/prompts/task-classifier.ts';
import { featuresVersion } from '../../src/learning/features/hashed-features.ts';
import type { Generator } from '../generate.ts';
import { labelledExamples, learnedBy } from '../router/task-examples.ts';

/** Generates the labelled prompts as the ledger would store them, so that training on a ledger does not forget them. */
const generate: Generator = () => {
  const scanner = taskScanner();
  const kept = (split: 'train' | 'dev') =>
    labelledExamples(split).map((example) => {
      const { text, clues } = learnedBy(example);
      return [example.task, Buffer.from(packFeatures(scanner.scan(text, clues))).toString('base64')];
    });
  const lines = (rows: readonly unknown[]) => rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
  return [
    {
      path: 'src/learning/weights/known-prompts.json',
      text: `{\n "features": ${featuresVersion},\n "learned": [\n${lines(kept('train'))}\n ],\n "heldBack": [\n${lines(kept('dev'))}\n ]\n}\n`,
    },
  ];
};

export default generate;
