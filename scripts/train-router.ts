import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../src/app.ts';
import { setsWithTexts } from '../bench/router/seen-answers.ts';
import { missingFiles } from './router/missing-files.ts';
import { trainAcceptance } from './router/train-acceptance.ts';
import { trainTaskWeights } from './router/train-task-weights.ts';
import { readOptions, sayingWhy } from './read-options.ts';

/**
 * Trains the classifier of task and difficulty and the acceptance model of cascades, and writes the weights with their
 * measured quality; or trains on the user's own calls, as `conclave router train` does.
 */
const { values } = readOptions(
  {
    options: {
      /** The folder with the routing data (see docs/router-measured.md). */
      data: { type: 'string' },
      /** The output folder for the weights; if absent, they replace this checkout's own. */
      out: { type: 'string' },
      'from-ledger': { type: 'boolean', default: false },
      /** With `--from-ledger`: the period of the calls. */
      since: { type: 'string' },
      /** Results of training on the ledger are printed as JSON either way. */
      json: { type: 'boolean', default: false },
    },
  },
  'npm run train:router -- --data DIR [--out DIR] | --from-ledger [--since 180d]',
);

if (values['from-ledger']) {
  const app = await createApp({ env: process.env, cwd: process.cwd() });
  try {
    console.log(JSON.stringify(await app.router.train({ since: values.since }), undefined, 2));
  } finally {
    await app.close();
  }
} else if (values.data === undefined) {
  console.error(
    'Training data are missing. Usage: npm run train:router -- --data DIR [--out DIR], or --from-ledger [--since 180d].',
  );
  process.exitCode = 2;
} else {
  const { data } = values;
  await sayingWhy(async () => {
    const missing = missingFiles(data);
    if (missing.length > 0 && values.out === undefined)
      throw new Error(
        `${data} lacks ${missing.join(', ')}. This checkout's weights need all of them. To train with the other files, write the weights elsewhere: --out DIR.`,
      );
    const { file, quality } = await trainTaskWeights(data);
    write('task.json', file);
    console.log(JSON.stringify(quality, undefined, 2));
    const acceptance = await trainAcceptance(data);
    if (acceptance) write('acceptance.json', acceptance);
    else console.error(`No acceptance.json: ${data} has no answers of ${setsWithTexts.join(', ')}.`);
  });
}

function write(name: string, content: object): void {
  const folder = values.out ?? join(import.meta.dirname, '../src/learning/weights');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `${JSON.stringify(content, undefined, 1)}\n`);
  console.log(path);
}
