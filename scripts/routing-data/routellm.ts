import { readCsv } from './read-csv.ts';
import { charactersOf, type RawRow } from './raw-row.ts';
import { costOf } from './cost-of.ts';
import { jsonLines, type SourceFolder } from './source-folder.ts';

const evals = 'routellm/evals';
const responses = `${evals}/mmlu/responses`;

/** The paths of MMLU and GSM8K in the RouteLLM repository, for a sparse checkout. */
export const routellmPaths = [responses, `${evals}/mmlu`, `${evals}/gsm8k`];

/**
 * Reads MMLU: a CSV file per subject that says if each model was right, without its reply. Prompts that upstream found in
 * its own training data are left out, as upstream does.
 */
export function routellmMmlu(folder: SourceFolder, models: readonly string[]): RawRow[] {
  const tainted = contaminated(folder, `${evals}/mmlu/contaminated_prompts.jsonl`);
  const files = folder.list(responses).filter((name) => /^mmlu_.*\.csv$/.test(name));
  return files.flatMap((file) =>
    readCsv(folder.text(`${responses}/${file}`))
      .filter(({ prompt = '' }) => !tainted.has(prompt))
      .map((record) => ({
        prompt: record['prompt'] ?? '',
        category: file.slice('mmlu_'.length, -'.csv'.length),
        models: new Map(
          models.map((model) => [
            model,
            {
              correct: isRight(record, model),
              // The answer is a single letter.
              cost: costOf(model, {
                inputTokens: charactersOf(record['prompt'] ?? '') / 4,
                outputTokens: 1,
              }),
            },
          ]),
        ),
      })),
  );
}

/** Reads GSM8K: one CSV file with both models' full replies. */
export function routellmGsm8k(folder: SourceFolder, models: readonly string[]): RawRow[] {
  const tainted = contaminated(folder, `${evals}/gsm8k/contaminated_prompts.jsonl`);
  return readCsv(folder.text(`${evals}/gsm8k/gsm8k_responses.csv`))
    .filter(({ prompt = '' }) => !tainted.has(prompt))
    .map((record) => ({
      prompt: record['prompt'] ?? '',
      category: 'gsm8k',
      models: new Map(
        models.map((model) => {
          const answer = column(record, `${model}_response`);
          const tokens = {
            inputTokens: charactersOf(record['prompt'] ?? '') / 4,
            outputTokens: charactersOf(answer) / 4,
          };
          return [model, { correct: isRight(record, model), answer, cost: costOf(model, tokens) }];
        }),
      ),
    }));
}

function contaminated(folder: SourceFolder, path: string): Set<unknown> {
  return new Set(jsonLines(folder.text(path)).map((line) => line['eval_prompt']));
}

function isRight(record: Record<string, string>, model: string): 0 | 1 {
  return column(record, model) === 'True' ? 1 : 0;
}

/** Finds a model's column: some files name a model with its provider and in capitals, some without. */
function column(record: Record<string, string>, name: string): string {
  const plain = (text: string) => text.slice(text.lastIndexOf('/') + 1).toLowerCase();
  const found = Object.keys(record).find((one) => plain(one) === plain(name));
  if (found === undefined)
    throw new Error(`no column ${name}; the columns are ${Object.keys(record).join(', ')}`);
  return record[found] ?? '';
}
