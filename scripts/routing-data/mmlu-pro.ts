import { costOf } from './cost-of.ts';
import { charactersOf, type RawResult, type RawRow } from './raw-row.ts';
import { readZip } from './read-zip.ts';
import { jsonArray, type SourceFolder } from './source-folder.ts';

export const mmluProPaths = ['eval_results'];

/**
 * Reads one ZIP archive per model, with a JSON file of its replies and the answer letter that upstream extracted from each.
 * A reply without a letter is wrong. The examples before each question are not counted as cost.
 */
export function mmluPro(folder: SourceFolder, models: readonly string[]): RawRow[] {
  const rows = new Map<number, Omit<RawRow, 'models'> & { models: Map<string, RawResult> }>();
  for (const model of models) {
    const path = `eval_results/model_outputs_${model}_5shots.zip`;
    for (const [name, bytes] of readZip(folder.bytes(path))) {
      if (!name.endsWith('.json') || name.startsWith('__MACOSX')) continue;
      for (const entry of jsonArray(bytes.toString('utf8'), `${path}, ${name}`)) {
        const { question, options, answer: gold, pred, category, src } = entry;
        const reply = entry['model_outputs'] ?? entry['generated_text'];
        const number = entry['question_id'];
        if (
          typeof number !== 'number' ||
          typeof question !== 'string' ||
          !Array.isArray(options) ||
          typeof reply !== 'string'
        )
          throw new Error(`${path}: an entry has no question_id, question, options or model_outputs`);
        const prompt = [question, ...options.map((option, at) => `${letter(at)}. ${String(option)}`)].join(
          '\n',
        );
        // Some questions were corrected between runs: the row keeps the first wording, the cost uses the model's own.
        const row = rows.get(number) ?? {
          prompt,
          category: String(category),
          source: String(src),
          gold: String(gold),
          models: new Map<string, RawResult>(),
        };
        rows.set(number, row);
        if (row.models.has(model)) continue;
        const outChars = charactersOf(reply);
        const tokens = { inputTokens: charactersOf(prompt) / 4, outputTokens: outChars / 4 };
        row.models.set(model, {
          // By the answer key of the model's own run: a few keys were corrected between runs.
          correct: pred === gold ? 1 : 0,
          answer: typeof pred === 'string' ? pred : undefined,
          outChars,
          cost: costOf(model, tokens),
        });
      }
    }
  }
  return [...rows.values()];
}

function letter(at: number): string {
  return String.fromCharCode(65 + at);
}
