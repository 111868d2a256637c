import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../src/app.ts';
import { trainAcceptance } from './router/train-acceptance.ts';
import { trainTaskWeights } from './router/train-task-weights.ts';
import { readOptions, sayingWhy } from './read-options.ts';

/**
 * Trains what guesses task and difficulty from a prompt, and what a cascade makes of answers, and writes the weights
 * with what they were measured at; or fits task and difficulty anew on one's own calls, as `conclave router train` does.
 */
const { values } = readOptions(
  {
    options: {
      /** The folder with the routing data (see docs/router.md). */
      data: { type: 'string' },
      out: { type: 'string', default: join(import.meta.dirname, '../src/learning/weights') },
      'from-ledger': { type: 'boolean', default: false },
      /** Of the ledger: the calls of this time. */
      since: { type: 'string' },
      /** What is learnt from the ledger is told as JSON either way. */
      json: { type: 'boolean', default: false },
    },
  },
  'npm run train:router -- --data DIR [--out DIR] | --from-ledger [--since 180d]',
);

if (values['from-ledger']) {
  const app = await createApp({ env: process.env, cwd: process.cwd(), offline: true });
  try {
    console.log(JSON.stringify(await app.trainRouter({ since: values.since }), undefined, 2));
  } finally {
    await app.close();
  }
} else if (values.data === undefined) {
  console.error(
    'Say what to learn from: npm run train:router -- --data DIR [--out DIR], or --from-ledger [--since 180d].',
  );
  process.exitCode = 2;
} else {
  const { data } = values;
  await sayingWhy(async () => {
    const { file, quality } = await trainTaskWeights(data);
    write('task.json', file);
    console.log(JSON.stringify(quality, undefined, 2));
    write('acceptance.json', await trainAcceptance(data));
  });
}

function write(name: string, content: object): void {
  const path = join(values.out, name);
  writeFileSync(path, `${JSON.stringify(content, undefined, 1)}\n`);
  console.log(path);
}
