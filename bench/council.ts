import { measurePanel, type PanelRow } from './council/measure-panel.ts';
import { panel } from './council/review-planted.ts';
import { printSection, writeSection } from './section.ts';
import { plantedDefects } from '../test/support/planted-repository.ts';
import { readOptions } from '../scripts/read-options.ts';

/**
 * Measures what a panel of reviewers finds that one reviewer misses, by how correlated their errors are. See
 * fixtures/planted.
 */
const { values } = readOptions(
  {
    options: {
      seeds: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      /** Writes the table to docs/benchmarks.md. */
      write: { type: 'boolean', default: false },
    },
  },
  'npm run bench:council -- [--seeds 10] [--json] [--write]',
);

const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const rows: PanelRow[] = [];
for (const correlation of [0, 0.3, 0.6, 0.9]) {
  console.error(`error correlation ${correlation} …`);
  rows.push(...(await measurePanel(correlation, seeds)));
}

if (values.json) console.log(JSON.stringify({ simulated: true, panel, seeds, rows }));
else {
  const critical = plantedDefects.filter(({ severity }) => severity === 'critical').length;
  const section = {
    command: 'npm run bench:council -- --write',
    title: 'What a panel of reviewers finds',
    explanation: `Three **simulated** reviewers (${panel.join(', ')}) over the ${plantedDefects.length} planted defects, ${critical} of them critical; means over ${seeds.length} seeds. This measures the mechanism (matching, thresholds, union), not the models: how similar the errors of real models are is not known. The best single model is chosen in hindsight. A finding counts if its category is right and its line is at most three off.`,
    columns: ['error correlation', 'way', 'recall', 'of critical', 'false alarms'],
    rows: rows.map(({ correlation, way, recall, criticalRecall, falseAlarms }) => [
      String(correlation),
      way,
      percent(recall),
      percent(criticalRecall),
      falseAlarms.toFixed(1),
    ]),
  };
  printSection(section);
  if (values.write) writeSection({ part: 'council', ...section });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
