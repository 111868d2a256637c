import { soak } from './parts/soak.ts';
import { printSection, writeSection } from './section.ts';
import { soakParts } from './soak/parts.ts';
import { readOptions } from '../scripts/read-options.ts';

/**
 * What a gateway must withstand, at full size: `npm run bench:soak [part …] [-- --write]`. Every part reports its goal
 * and its result; a missed goal ends the run with 1.
 */
const { values, positionals } = readOptions(
  {
    allowPositionals: true,
    /** Writes the table of all parts to docs/benchmarks.md. */
    options: { write: { type: 'boolean', default: false } },
  },
  'npm run bench:soak -- [part …] [--write]',
);
const unknown = positionals.find((name) => !Object.hasOwn(soakParts, name));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(soakParts).join(', ')}.`);
  process.exitCode = 2;
} else if (values.write && positionals.length > 0) {
  console.error('A table of some parts would replace the complete one: leave out the names or --write.');
  process.exitCode = 2;
} else {
  const section = await soak({ parts: positionals });
  printSection(section);
  if (values.write) writeSection({ part: 'soak', ...section });
}
