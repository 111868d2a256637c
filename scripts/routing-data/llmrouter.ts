import { charactersOf, type RawRow } from './raw-row.ts';
import { jsonArray, jsonLines, type SourceFolder } from './source-folder.ts';
import { roundedTo9 } from './cost-of.ts';
import { isJsonObject } from '../../src/core/json/json.ts';

const scored = ['data/dcrouter_preprocessed/train.json', 'data/dcrouter_preprocessed/test.json'];

/** The files with scores, and those that name each question's task, in any folder of the repository. */
export const llmrouterPaths = ['data', 'llmrouter/data'];

const taskFiles = /(^|\/)default_(query_(train|test)|routing_(train|test)_data)\.jsonl$/;

/** Returns both of upstream's splits together. If several files contain a question, the last one gives its task. */
export function llmrouterUiuc(folder: SourceFolder): RawRow[] {
  const tasks = new Map<string, string>();
  for (const file of folder.files(taskFiles)) {
    for (const { query, task_name: task } of jsonLines(folder.text(file))) {
      if (typeof query === 'string' && typeof task === 'string') tasks.set(query, task);
    }
  }
  return scored.flatMap((path) =>
    jsonArray(folder.text(path), path).map(({ question, scores }, at) => {
      if (typeof question !== 'string' || !isJsonObject(scores))
        throw new Error(`${path}: entry ${at} has no question or no scores`);
      const category = tasks.get(question);
      if (category === undefined)
        throw new Error(`${path}: no default_query or default_routing file names the task of entry ${at}`);
      const tokens = charactersOf(question) / 4;
      return {
        prompt: question,
        category,
        models: new Map(
          Object.entries(scores).map(([model, score]) => [
            model,
            { score: Number(score), cost: roundedTo9((tokens * pricePerMillion(model)) / 1e6) },
          ]),
        ),
      };
    }),
  );
}

/** Dollars per million tokens by size, because most of these models have no list price: only the ratios are meaningful. */
function pricePerMillion(model: string): number {
  if (/\b(49|51|70)b\b/.test(model)) return 0.9;
  return model === 'gemma-2-9b-it' ? 0.1 : 0.2;
}
