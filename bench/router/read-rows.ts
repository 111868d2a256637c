import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { isJsonObject, type JsonObject } from '../../src/core/json.ts';

/** What one model made of one prompt. `score` is 0 to 1; a dollar cost and an answer only where the data have them. */
export type ModelResult = {
  readonly score: number;
  readonly cost?: number;
  readonly answer?: string;
  readonly answerChars?: number;
  /** The whole answer, of some models. */
  readonly text?: string;
};

/** One prompt with every model's result. `group` is the data's own subject or task: for training, never for deciding. */
export type RoutingRow = {
  readonly id: string;
  readonly set: string;
  readonly prompt: string;
  readonly group: string;
  readonly results: ReadonlyMap<string, ModelResult>;
};

/** The rows of `<set>.<split>.jsonl.gz` below `folder`, in the file's order; `undefined` where there is no such file. */
export async function readRows(
  folder: string,
  set: string,
  split: string,
): Promise<RoutingRow[] | undefined> {
  const path = join(folder, `${set}.${split}.jsonl.gz`);
  if (!existsSync(path)) return undefined;
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  const rows: RoutingRow[] = [];
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const row = parseRow(set, JSON.parse(line));
    if (row === undefined) throw new Error(`${path}: line ${rows.length + 1} is not a row of routing data`);
    rows.push(row);
  }
  return rows;
}

/** One line of a file, or `undefined` when it lacks an id, a prompt or a model. */
export function parseRow(set: string, value: unknown): RoutingRow | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['models'])) return undefined;
  const { id, prompt, category, task } = value;
  if (typeof id !== 'string' || typeof prompt !== 'string') return undefined;
  const results = new Map<string, ModelResult>();
  for (const [model, result] of Object.entries(value['models'])) {
    if (isJsonObject(result)) results.set(model, parseResult(result));
  }
  return { id, set, prompt, group: text(category) ?? text(task) ?? set, results };
}

function parseResult(result: JsonObject): ModelResult {
  const cost = number(result['cost']);
  const answer = text(result['answer']);
  const answerChars = number(result['out_chars']) ?? answer?.length;
  const whole = text(result['text']);
  return {
    score: number(result['score']) ?? number(result['correct']) ?? 0,
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
