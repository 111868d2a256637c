import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainAcceptance } from './router/train-acceptance.ts';
import { trainTaskWeights } from './router/train-task-weights.ts';

/**
 * Trains what guesses task and difficulty from a prompt, and what a cascade makes of answers, and writes the weights
 * with what they were measured at.
 */
const { values } = parseArgs({
  options: {
    /** The folder with the routing data (see docs/router.md). */
    data: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, '../src/learning/weights') },
  },
});

if (values.data === undefined) {
  console.error('Say where the data are: npm run train:router -- --data DIR [--out DIR].');
  process.exitCode = 2;
} else {
  const { file, quality } = await trainTaskWeights(values.data);
  write('task.json', file);
  console.log(JSON.stringify(quality, undefined, 2));
  write('acceptance.json', await trainAcceptance(values.data));
}

function write(name: string, content: object): void {
  const path = join(values.out, name);
  writeFileSync(path, `${JSON.stringify(content, undefined, 1)}\n`);
  console.log(path);
}
