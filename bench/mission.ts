import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { arithmeticClaims } from './mission/arithmetic.ts';
import { measuredClaims } from './mission/measurement.ts';
import { simulatedClaims } from './mission/simulation.ts';

/** Every published figure of what orchestration saves, beside what we find. See docs/evidence.md. */
const { values } = parseArgs({
  options: {
    /** The folder with the routing data; without it nothing is measured. */
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const claims = [...arithmeticClaims(), ...(await simulatedClaims()), ...(await measuredClaims(values.data))];

if (values.json) console.log(JSON.stringify({ claims }));
else {
  const table = new Table({
    head: ['promise', 'published', 'found', '', 'kind', 'prices of', 'traffic'],
    colWidths: [24, 15, 22, 8, 13, 12, 46],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const { promise, published, found, met, kind, prices, traffic } of claims) {
    const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
    table.push([promise, published, found, verdict, kind, prices, traffic]);
  }
  console.log(table.toString());
}
