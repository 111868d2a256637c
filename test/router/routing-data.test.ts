import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildSet, linesOf, pathsOf, type SetPin } from '../../scripts/routing-data/build-sets.ts';
import { download, verifyCheckout } from '../../scripts/routing-data/checkout.ts';
import { roundedTo9 } from '../../scripts/routing-data/cost-of.ts';
import pins from '../../scripts/routing-data/pins.json' with { type: 'json' };
import { sourceFolder } from '../../scripts/routing-data/source-folder.ts';
import { pythonFloat } from '../../scripts/routing-data/write-row.ts';
import { gitRepository, type TestRepository } from '../support/git-repository.ts';
import { type PublishedRow, rawFilesOf, zipOf } from '../support/routing-sources.ts';
import { testDataPath, recordedTest } from '../support/test-data.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';

/** Enough rows to include every kind of value; all rows would take a minute. */
const sampled = 60;

for (const pin of pins) {
  recordedTest(
    `${pin.set}: published rows, turned back into upstream's files, are built again letter by letter`,
    (t) => {
      const published = {
        train: publishedLines(pin.set, 'train').slice(0, sampled),
        dev: publishedLines(pin.set, 'dev').slice(0, sampled),
      };
      const rows = [...published.train, ...published.dev].map((line) => JSON.parse(line) as PublishedRow);
      const folder = tempFolder(t);
      writeFiles(folder, rawFilesOf(pin, rows));
      assert.deepEqual(linesOf(pin, sourceFolder(folder)), published);
    },
  );

  recordedTest(`${pin.set}: the pinned hashes are those of the published rows`, () => {
    for (const split of ['train', 'dev'] as const) {
      const lines = publishedLines(pin.set, split);
      assert.deepEqual(
        { rows: lines.length, sha256: sha256(lines.map((line) => `${line}\n`).join('')) },
        pin.splits[split],
      );
    }
  });
}

const responses = 'routellm/evals/gsm8k/gsm8k_responses.csv';

/** Written by hand in upstream's layout: quotes and line breaks in fields, and a question that upstream trained on. */
const upstream: Readonly<Record<string, string>> = {
  [responses]: [
    'prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview,mixtral-8x7b-instruct-v0.1_response,gpt-4-1106-preview_response',
    'How many legs have two cats?,False,True," Four:\n#### 6",8',
    'What is 2 + 2?,True,True,4,4',
    '"""Six"", he said.\nHow many, then?",True,False,3,"It is ""4"", naïvely."',
    'What did you train on?,True,True,1,1',
    'what  is 2 + 2?,False,False,the same,question',
    '',
  ].join('\r\n'),
  'routellm/evals/gsm8k/contaminated_prompts.jsonl':
    '{"eval_prompt":"What did you train on?","eval_idx":3}\n',
};

/** The rows as Python's `json.dumps` writes them. */
const built = {
  train: [
    '{"id":"9a8865844818b474","prompt":"How many legs have two cats?","category":"gsm8k","models":{"mistralai/Mixtral-8x7B-Instruct-v0.1":{"correct":0,"answer":" Four:\\n#### 6","cost":6.15e-06},"gpt-4-1106-preview":{"correct":1,"answer":"8","cost":7.75e-05}}}',
    '{"id":"692a9daa52e42c50","prompt":"What is 2 + 2?","category":"gsm8k","models":{"mistralai/Mixtral-8x7B-Instruct-v0.1":{"correct":1,"answer":"4","cost":2.25e-06},"gpt-4-1106-preview":{"correct":1,"answer":"4","cost":4.25e-05}}}',
  ],
  dev: [
    '{"id":"691cafb94ec0b5fb","prompt":"\\"Six\\", he said.\\nHow many, then?","category":"gsm8k","models":{"mistralai/Mixtral-8x7B-Instruct-v0.1":{"correct":1,"answer":"3","cost":4.8e-06},"gpt-4-1106-preview":{"correct":0,"answer":"It is \\"4\\", naïvely.","cost":0.00022}}}',
  ],
};

test('hand-written files of the RouteLLM repository are converted to the expected rows', (t) => {
  const folder = tempFolder(t, upstream);
  assert.deepEqual(linesOf(pinOf(), sourceFolder(folder)), built);
});

test('a question that was corrected between two runs is one row, and each model is charged for its own wording', (t) => {
  const entry = { question_id: 7, options: ['4', '5'], answer: 'A', pred: 'A', category: 'math', src: 'x' };
  const archive = (model: string, question: string) => ({
    [`eval_results/model_outputs_${model}_5shots.zip`]: zipOf({
      [`${model}.json`]: JSON.stringify([{ ...entry, question, model_outputs: 'x'.repeat(400) }]),
    }),
  });
  const models = ['Mistral-7B-Instruct-v0.1', 'Mistral-7B-Instruct-v0.2'];
  const folder = tempFolder(t);
  writeFiles(folder, {
    ...archive('Mistral-7B-Instruct-v0.1', 'What is two and two?'),
    ...archive('Mistral-7B-Instruct-v0.2', 'What is two and two, exactly?'),
  });
  const { train, dev } = linesOf(pinOf({ set: 'mmlupro', models }), sourceFolder(folder));
  const [row, ...more] = [...train, ...dev].map((line) => JSON.parse(line) as PublishedRow);
  assert.deepEqual([row?.prompt, more], ['What is two and two?\nA. 4\nB. 5', []]);
  const [first, second] = models.map((model) => row?.models[model]?.cost ?? 0);
  // Nine characters at a quarter of a token each.
  assert.ok(first !== undefined && second !== undefined && second > first);
});

test('numbers are formatted and rounded as in Python', () => {
  assert.deepEqual([0, 1, 0.5714285714, 0.00001725, 0.0009765, 1e16, 1e-7].map(pythonFloat), [
    '0.0',
    '1.0',
    '0.5714285714',
    '1.725e-05',
    '0.0009765',
    '1e+16',
    '1e-07',
  ]);
  // 1/1024 is exactly halfway between two numbers with nine decimals.
  assert.deepEqual(
    [1 / 1024, 3 / 1024, 0.00007333750000001].map(roundedTo9),
    [0.000976562, 0.002929688, 0.000073338],
  );
});

test('a checkout that is missing, of another repository or changed is refused, each with a remedy', async (t) => {
  const repository = published(t);
  const parent = dirname(repository.folder);
  const source = {
    repository: `https://git.example/${repository.folder.slice(parent.length + 1)}`,
    commit: '',
  };
  const paths = ['routellm/evals'];
  const head = repository.git('rev-parse', 'HEAD').trim();
  await assert.rejects(
    verifyCheckout(join(parent, 'nowhere'), { ...source, commit: head }, paths),
    /is not a checkout of https:\/\/git\.example\/.*git clone/,
  );
  await assert.rejects(
    verifyCheckout(parent, { ...source, commit: '0'.repeat(40) }, paths),
    new RegExp(`is at commit ${head}; the rows were made from 0{40}`),
  );
  assert.equal(await verifyCheckout(parent, { ...source, commit: head }, paths), repository.folder);
  repository.write({ [responses]: 'something else' });
  await assert.rejects(
    verifyCheckout(parent, { ...source, commit: head }, paths),
    /differ from the commit:\n.*gsm8k_responses\.csv/,
  );
});

test('one commit is fetched without its history and converted; rows with another hash are not written', async (t) => {
  const upstreamRepository = published(t);
  const commit = upstreamRepository.git('rev-parse', 'HEAD').trim();
  upstreamRepository.write({ [responses]: 'a later version' });
  upstreamRepository.commit();
  const pin = pinOf({ repository: `file://${upstreamRepository.folder}`, commit });
  const into = tempFolder(t);
  const checkout = await download(into, pin, pathsOf([pin]));
  assert.equal(existsSync(join(checkout, 'unrelated.txt')), false);

  await buildSet(pin, { checkout, into });
  const written = gunzipSync(readFileSync(join(into, 'routellm_gsm8k.train.jsonl.gz'))).toString();
  assert.equal(written, built.train.map((line) => `${line}\n`).join(''));

  const other = tempFolder(t);
  const wrong = pinOf({ splits: { ...pin.splits, dev: { rows: 7, sha256: 'f'.repeat(64) } } });
  await assert.rejects(
    buildSet(wrong, { checkout, into: other }),
    /routellm_gsm8k\.dev: \d rows with SHA-256 [0-9a-f]{64}; expected 7 rows with f{64}/,
  );
  assert.equal(existsSync(join(other, 'routellm_gsm8k.train.jsonl.gz')), false);
});

test('if the host cannot be reached, the error names an alternative', async (t) => {
  const source = { repository: `file://${tempFolder(t)}/nothing-here`, commit: '0'.repeat(40) };
  await assert.rejects(
    download(tempFolder(t), source, ['any']),
    /git fetch in .* failed: .*\n.*clone file:.*check out 0{40}.*use --from/s,
  );
});

test('a file missing from the checkout is named', (t) => {
  const folder = tempFolder(t, { [responses]: upstream[responses] ?? '' });
  assert.throws(
    () => linesOf(pinOf(), sourceFolder(folder)),
    /has no routellm\/evals\/gsm8k\/contaminated_prompts\.jsonl/,
  );
});

function published(t: { after(clean: () => void): void }): TestRepository {
  const repository = gitRepository(t);
  repository.write({ ...upstream, 'unrelated.txt': 'not needed' });
  repository.commit();
  return repository;
}

function pinOf(changed: Partial<SetPin> = {}): SetPin {
  const pinned = (lines: readonly string[]) => ({
    rows: lines.length,
    sha256: sha256(lines.map((line) => `${line}\n`).join('')),
  });
  return {
    set: 'routellm_gsm8k',
    repository: 'https://git.example/lm-sys/RouteLLM',
    commit: '0'.repeat(40),
    models: ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'gpt-4-1106-preview'],
    splits: { train: pinned(built.train), dev: pinned(built.dev) },
    ...changed,
  };
}

function publishedLines(set: string, split: string): string[] {
  const path = testDataPath('data', 'routing', `${set}.${split}.jsonl.gz`);
  return gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
