import { deflateRawSync } from 'node:zlib';
import type { SetPin } from '../../scripts/routing-data/build-sets.ts';
import prices from '../../scripts/routing-data/prices.json' with { type: 'json' };
import { gradedAnswer, type Grading } from '../../scripts/routing-data/zeroeval-answer.ts';

/** A row as published. */
export type PublishedRow = {
  readonly prompt: string;
  readonly category: string;
  readonly src?: string;
  readonly gold?: string;
  readonly models: Readonly<Record<string, PublishedResult>>;
};
type PublishedResult = {
  readonly correct?: 0 | 1;
  readonly score?: number;
  readonly answer?: string | null;
  readonly out_chars?: number;
  readonly cost?: number;
  readonly text?: string;
};

type Files = Record<string, string | Uint8Array>;

/** Published rows converted back into the files of the repository they came from, in its layout. */
export function rawFilesOf(pin: SetPin, rows: readonly PublishedRow[]): Files {
  if (pin.set === 'routellm_mmlu') return mmluFiles(pin, rows);
  if (pin.set === 'routellm_gsm8k') return gsm8kFiles(pin, rows);
  if (pin.set === 'llmrouter_uiuc') return llmrouterFiles(rows);
  return pin.set === 'mmlupro' ? mmluProFiles(pin, rows) : zeroevalFiles(pin, rows);
}

const evals = 'routellm/evals';

function mmluFiles({ models }: SetPin, rows: readonly PublishedRow[]): Files {
  const subjects = Object.entries(Object.groupBy(rows, ({ category }) => category));
  return {
    [`${evals}/mmlu/contaminated_prompts.jsonl`]: '{"eval_prompt":"nothing"}\n',
    ...Object.fromEntries(
      subjects.map(([subject, own = []]) => [
        `${evals}/mmlu/responses/mmlu_${subject}.csv`,
        csv([
          ['prompt', ...models],
          ...own.map((row) => [row.prompt, ...models.map((model) => verdict(row.models[model]))]),
        ]),
      ]),
    ),
  };
}

function gsm8kFiles({ models }: SetPin, rows: readonly PublishedRow[]): Files {
  const names = models.map((model) => model.toLowerCase().replace(/^.*\//, ''));
  const head = ['prompt', ...names, ...names.map((name) => `${name}_response`)];
  const body = rows.map((row) => [
    row.prompt,
    ...models.map((model) => verdict(row.models[model])),
    ...models.map((model) => row.models[model]?.answer ?? ''),
  ]);
  return {
    [`${evals}/gsm8k/contaminated_prompts.jsonl`]: '',
    [`${evals}/gsm8k/gsm8k_responses.csv`]: csv([head, ...body]),
  };
}

function llmrouterFiles(rows: readonly PublishedRow[]): Files {
  const scored = rows.map(({ prompt, models }) => ({
    question: prompt,
    scores: Object.fromEntries(Object.entries(models).map(([model, { score }]) => [model, score])),
  }));
  const tasks = rows.map(({ prompt, category }) => JSON.stringify({ task_name: category, query: prompt }));
  const half = rows.length >> 1;
  return {
    'data/dcrouter_preprocessed/train.json': JSON.stringify(scored.slice(0, half)),
    'data/dcrouter_preprocessed/test.json': JSON.stringify(scored.slice(half)),
    'data/example_data/query_data/default_query_train.jsonl': tasks.join('\n'),
  };
}

function zeroevalFiles({ models }: SetPin, rows: readonly PublishedRow[]): Files {
  const task = rows[0]?.category ?? '';
  return Object.fromEntries(
    models.map((model) => {
      const entries = rows.map((row, at) => ({
        id: `${task}-#${at}`,
        question: row.prompt,
        answer: row.gold,
        output: [replyOf(row.models[model], model, task === 'crux' ? 'text' : 'number')],
      }));
      return [`result_dirs/${task}/${model}.json`, JSON.stringify(entries)];
    }),
  );
}

/** The published reply, or another of the same length from which the same answer is extracted. */
function replyOf(result: PublishedResult | undefined, model: string, grading: Grading): string {
  const { text, answer, out_chars: length = 0 } = result ?? {};
  if (text !== undefined) return text;
  if (answer == null) return ' '.repeat(length);
  const replies = [
    JSON.stringify({ answer }),
    `"answer":"${answer}"`,
    `"answer":${answer}`,
    `answer:${answer}`,
  ];
  const fitting = replies.find(
    (reply) => reply.length <= length && gradedAnswer(reply.padEnd(length), model, grading) === answer,
  );
  return (fitting ?? '').padEnd(length);
}

function mmluProFiles({ models }: SetPin, rows: readonly PublishedRow[]): Files {
  return Object.fromEntries(
    models.map((model) => {
      const entries = rows.flatMap(({ prompt, category, src, gold, models: results }, number) => {
        const result = results[model];
        if (result === undefined) return [];
        const choices = prompt.lastIndexOf('\nA. ');
        return {
          question_id: number,
          ...reworded(
            prompt.slice(0, choices),
            prompt.slice(choices + '\nA. '.length).split(/\n[B-J]\. /),
            mendedBy(prompt, { ...result, model }),
          ),
          // A run may have used a different answer key than the published one.
          answer: (result.correct === 1) === (result.answer === gold) ? gold : keyOf(result),
          pred: result.answer,
          category,
          src,
          model_outputs: 'x'.repeat(result.out_chars ?? 0),
        };
      });
      const name = `model_outputs_${model}_5shots`;
      return [`eval_results/${name}.zip`, zipOf({ [`${name}.json`]: JSON.stringify(entries) })];
    }),
  );
}

/** By how many characters a model's own version of a prompt is longer than the published one, derived from its cost. */
function mendedBy(
  prompt: string,
  { model, cost, out_chars = 0 }: PublishedResult & { model: string },
): number {
  const [input = 0, output = 0] = new Map<string, readonly number[]>(Object.entries(prices)).get(model) ?? [];
  if (cost === undefined || input === 0) return 0;
  return Math.round((cost * 4e6 - out_chars * output) / input) - [...prompt].length;
}

/** Any other text works if it has the same length. */
function reworded(question: string, options: readonly string[], longerBy: number) {
  if (longerBy >= 0) return { question: question + '?'.repeat(longerBy), options };
  let tooMany = -longerBy;
  const shorter = (text: string) => {
    const characters = [...text];
    const kept = characters.slice(0, Math.max(0, characters.length - tooMany));
    tooMany -= characters.length - kept.length;
    return kept.join('');
  };
  return { question: shorter(question), options: options.map(shorter) };
}

function keyOf({ correct, answer }: PublishedResult): string {
  return correct === 1 ? (answer ?? '') : 'none';
}

function verdict(result: PublishedResult | undefined): string {
  return result?.correct === 1 ? 'True' : 'False';
}

function csv(records: readonly (readonly string[])[]): string {
  const field = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return records.map((record) => `${record.map(field).join(',')}\n`).join('');
}

/** A ZIP archive of deflated files. Checksums are not read here, so they are zero. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = deflateRawSync(text);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(data.length, 14);
    about.writeUInt32LE(Buffer.byteLength(text), 18);
    about.writeUInt16LE(Buffer.byteLength(name), 22);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), about, Buffer.from(name), data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), about, place, Buffer.from(name)]));
    bodies.push(body);
    offset += body.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, ...directory, Buffer.from('PK\x05\x06'), end]);
}
