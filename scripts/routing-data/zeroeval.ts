import { costOf } from './cost-of.ts';
import { charactersOf, type RawResult, type RawRow } from './raw-row.ts';
import { jsonArray, type SourceFolder } from './source-folder.ts';
import { gradedAnswer, type Grading, isRightAnswer } from './zeroeval-answer.ts';

/** Length of the instruction around each question, in characters. */
const templateChars = 300;

export function zeroevalPaths(task: string): string[] {
  return [`result_dirs/${task}`];
}

/** Reads one JSON file per model with its greedy replies. The questions and their order are those of the first model. */
export function zeroeval(
  folder: SourceFolder,
  options: {
    readonly task: 'gsm' | 'math-l5' | 'crux';
    readonly models: readonly string[];
    /** Models whose full replies are kept. */
    readonly texts: readonly string[];
  },
): RawRow[] {
  const { task, models, texts } = options;
  const grading: Grading = task === 'crux' ? 'text' : 'number';
  const rows = new Map<string, Omit<RawRow, 'models'> & { models: Map<string, RawResult> }>();
  for (const [at, model] of models.entries()) {
    const path = `result_dirs/${task}/${model}.json`;
    for (const entry of jsonArray(folder.text(path), path)) {
      const { question, answer: gold, output } = entry;
      const text = Array.isArray(output) ? output[0] : undefined;
      if (typeof question !== 'string' || typeof text !== 'string')
        throw new Error(`${path}: an entry has no question or no output`);
      const key = String(entry['id']);
      if (at === 0)
        rows.set(key, { prompt: question, category: task, gold: String(gold), models: new Map() });
      const answer = gradedAnswer(text, model, grading);
      const outChars = charactersOf(text);
      rows.get(key)?.models.set(model, {
        correct: isRightAnswer(answer, String(gold), grading) ? 1 : 0,
        answer,
        outChars,
        cost: costOf(model, {
          inputTokens: (charactersOf(question) + templateChars) / 4,
          outputTokens: outChars / 4,
        }),
        ...(texts.includes(model) ? { text } : {}),
      });
    }
  }
  return [...rows.values()];
}
