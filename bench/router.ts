import { statSync } from 'node:fs';
import { judgeAll } from './router/judge-all.ts';
import { printReport } from './router/print-report.ts';
import { reportSections } from './router/report-sections.ts';
import { targetsOf } from './router/targets.ts';
import { writeSection } from './section.ts';
import { readOptions } from '../scripts/read-options.ts';

/** Measures the router on real prompts with real models' scores. See docs/router-measured.md. */
const { values } = readOptions(
  {
    options: {
      data: { type: 'string' },
      split: { type: 'string', default: 'dev' },
      json: { type: 'boolean', default: false },
      /** Puts the tables into docs/benchmarks.md. */
      write: { type: 'boolean', default: false },
    },
  },
  'npm run bench:router -- --data DIR [--split dev] [--json] [--write]',
);

if (values.data === undefined)
  fail('Say where the data are: npm run bench:router -- --data DIR [--split dev] [--json].');
else if (values.split === 'train') fail('The router is fitted on train; judge it on another split.');
else if (!statSync(values.data, { throwIfNoEntry: false })?.isDirectory())
  fail(`There is no folder ${values.data}; npm run data:routing -- --download --into DIR makes one.`);
else await judge(values.data, values.split).catch((error: Error) => fail(error.message));

async function judge(folder: string, split: string): Promise<void> {
  const report = await judgeAll({
    folder,
    split,
    onProgress: (set) => console.error(`judging ${set} …`),
  });
  if (Object.keys(report.sets).length === 0) {
    fail(`There are no files <set>.train.jsonl.gz and <set>.${split}.jsonl.gz in ${folder}.`);
  } else if (values.json) console.log(JSON.stringify({ ...report, targets: targetsOf(report) }));
  else printReport(reportSections(report));
  if (values.write)
    for (const section of reportSections(report)) writeSection({ part: 'router', ...section });
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}
