import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainTaskWeights } from './router/train-task-weights.ts';

/** Trains what guesses task and difficulty from a prompt, and writes the weights with what they were measured at. */
const { values } = parseArgs({
  options: {
    /** The folder with the routing data (see docs/router.md). */
    data: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, '../src/learning/weights/task.json') },
  },
});

if (values.data === undefined) {
  console.error('Say where the data are: npm run train:router -- --data DIR [--out FILE].');
  process.exitCode = 2;
} else {
  const { file, quality } = await trainTaskWeights(values.data);
  writeFileSync(values.out, `${JSON.stringify(file, undefined, 1)}\n`);
  console.log(`${values.out}\n${JSON.stringify(quality, undefined, 2)}`);
}
