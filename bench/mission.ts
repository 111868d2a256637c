import { statSync } from 'node:fs';
import Table from 'cli-table3';
import { arithmeticClaims } from './mission/arithmetic.ts';
import { measuredClaims } from './mission/measurement.ts';
import { simulatedClaims } from './mission/simulation.ts';
import { readOptions } from '../scripts/read-options.ts';

/** Compares every published figure about savings by orchestration with our own result. See docs/evidence.md. */
const { values } = readOptions(
  {
    options: {
      /** The folder with the routing data; without it there is no measurement. */
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  'npm run bench:mission -- [--data DIR] [--json]',
);

if (values.data !== undefined && !statSync(values.data, { throwIfNoEntry: false })?.isDirectory()) {
  console.error(
    `There is no folder ${values.data}; npm run data:routing -- --download --into DIR makes one.`,
  );
  process.exit(2);
}
const claims = [...arithmeticClaims(), ...(await simulatedClaims()), ...(await measuredClaims(values.data))];

if (values.json) console.log(JSON.stringify({ claims }));
else {
  const table = new Table({
    head: ['promise', 'published', 'met if', 'found', '', 'kind', 'prices of', 'traffic'],
    colWidths: [24, 15, 15, 24, 8, 13, 12, 46],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const { promise, published, goal, found, met, kind, prices, traffic } of claims) {
    const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
    table.push([promise, published, goal, found, verdict, kind, prices, traffic]);
  }
  console.log(table.toString());
  const missed = claims.filter(({ met }) => met === false).length;
  const open = claims.filter(({ met }) => met === undefined).length;
  console.log(
    `${claims.length - missed - open} met, ${missed} missed, ${open} not measured. Arithmetic: prices times tokens. Simulation: ` +
      'our own router decides, without asking a model. Measurement: real answers of models, at the ' +
      'prices of the data or of today; points compare their mean score with the best model’s.',
  );
}
