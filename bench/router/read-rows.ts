import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isJsonObject } from '../../src/core/json/json.ts';

/**
 * The result of one model on one prompt. `score` is 0 to 1; the cost in dollars and the answer are present only if the
 * data have them.
 */
export type ModelResult = {
  readonly score: number;
  readonly cost?: number;
  readonly answer?: string;
  readonly answerChars?: number;
  /** The whole answer; some models only. */
  readonly text?: string;
};

/**
 * One prompt with every model's result. `group` is the subject or task in the data: for training, never for deciding.
 */
export type RoutingRow = {
  readonly id: string;
  /** Line number in its file. */
  readonly line?: number;
  readonly set: string;
  readonly prompt: string;
  readonly group: string;
  readonly results: ReadonlyMap<string, ModelResult>;
};

/** The rows for fitting, for choosing settings, and for reporting only. */
export type Parts = {
  readonly fit: readonly RoutingRow[];
  readonly choose: readonly RoutingRow[];
  readonly judge: readonly RoutingRow[];
};

/**
 * Reads the rows of `<set>.<split>.jsonl.gz` in `folder`, in the file's order; `undefined` if the file does not exist.
 * @throws Error that names the file, the line and what to do about it.
 */
export async function readRows(
  folder: string,
  set: string,
  split: string,
): Promise<RoutingRow[] | undefined> {
  const path = join(folder, `${set}.${split}.jsonl.gz`);
  if (!existsSync(path)) return undefined;
  const rows: RoutingRow[] = [];
  for (const [at, line] of (await textOf(path)).split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `${path}: line ${at + 1}`;
    const row = parseRow(
      set,
      jsonOf(line, () => where),
      where,
    );
    if (row === undefined)
      throw new Error(
        `${where} is not a row of routing data: it needs "id", "prompt" and "models"; ${remedy}`,
      );
    rows.push({ ...row, line: at + 1 });
  }
  if (rows.length === 0) throw new Error(`${path} has no rows; ${remedy}`);
  return rows;
}

const remedy = 'build it again with npm run data:routing, or remove the file to leave its set out';

async function textOf(path: string): Promise<string> {
  try {
    return (await promisify(gunzip)(await readFile(path))).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} cannot be unpacked (${why}); ${remedy}`, { cause: error });
  }
}

function jsonOf(line: string, where: () => string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${where()} is not JSON (${why}); ${remedy}`, { cause: error });
  }
}

/**
 * Parses one line of a file; `undefined` if it lacks an id, a prompt or a model.
 * @throws Error for an invalid score or cost: counted as zero, it would be a wrong answer, or a free one.
 */
function parseRow(set: string, value: unknown, where: string): RoutingRow | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['models'])) return undefined;
  const { id, prompt, category, task } = value;
  if (typeof id !== 'string' || typeof prompt !== 'string') return undefined;
  const results = new Map<string, ModelResult>();
  for (const [model, result] of Object.entries(value['models'])) {
    results.set(model, parseResult(result, `${where}: model ${model}`));
  }
  return { id, set, prompt, group: text(category) ?? text(task) ?? set, results };
}

function parseResult(result: unknown, whose: string): ModelResult {
  if (!isJsonObject(result)) throw new Error(`${whose} has no result; ${remedy}`);
  const score = result['score'] ?? result['correct'];
  if (typeof score !== 'number' || !(score >= 0 && score <= 1))
    throw new Error(`${whose}: the score is ${JSON.stringify(score)}, not a number from 0 to 1; ${remedy}`);
  const cost = result['cost'] ?? undefined;
  if (cost !== undefined && (typeof cost !== 'number' || !(cost >= 0)))
    throw new Error(`${whose}: the cost is ${JSON.stringify(cost)}, not a number of dollars; ${remedy}`);
  const answer = text(result['answer']);
  const answerChars = number(result['out_chars']) ?? answer?.length;
  const whole = text(result['text']);
  return {
    score,
    ...(cost === undefined ? {} : { cost }),
    ...(answer === undefined ? {} : { answer }),
    ...(answerChars === undefined ? {} : { answerChars }),
    ...(whole === undefined ? {} : { text: whole }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/**
 * Compares rows for judging or choosing with the fitting rows: a model that every fitting row has (with a cost, if all
 * of them have one) must be in each of these, or it would wrongly count as wrong.
 * @throws Error that names the file, the line and the model.
 */
export function refuseGaps(
  fit: readonly RoutingRow[],
  rows: readonly RoutingRow[],
  where: { readonly folder: string; readonly set: string; readonly split: string },
): void {
  const models = modelsOfEach(fit, () => true);
  const priced = new Set(modelsOfEach(fit, ({ cost }) => cost !== undefined));
  const path = join(where.folder, `${where.set}.${where.split}.jsonl.gz`);
  for (const { results, line } of rows) {
    for (const model of models) {
      const result = results.get(model);
      const lacks =
        result === undefined
          ? 'no result'
          : priced.has(model) && result.cost === undefined
            ? 'no cost'
            : undefined;
      if (lacks)
        throw new Error(
          `${path}: line ${line}: model ${model} has ${lacks}, but it has one in all rows of train; ${remedy}`,
        );
    }
  }
}

function modelsOfEach(rows: readonly RoutingRow[], fits: (result: ModelResult) => boolean): string[] {
  return [...(rows[0]?.results.keys() ?? [])].filter((model) =>
    rows.every(({ results }) => {
      const result = results.get(model);
      return result !== undefined && fits(result);
    }),
  );
}
