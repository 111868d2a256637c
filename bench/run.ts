import { availableParallelism, cpus, loadavg } from 'node:os';
import { decision } from './parts/decision.ts';
import { gateway } from './parts/gateway.ts';
import { json } from './parts/json.ts';
import { mcp } from './parts/mcp.ts';
import { pause } from './parts/pause.ts';
import { soak } from './parts/soak.ts';
import { start } from './parts/start.ts';
import { transport } from './parts/transport.ts';
import { workers } from './parts/workers.ts';
import { printSection, writeSection, type Section } from './section.ts';
import { readOptions } from '../scripts/read-options.ts';

/** How much to measure: few rounds for a quick look, many for publication. */
export type BenchOptions = { readonly rounds: number };

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<Section | readonly Section[]>>> = {
  start,
  mcp,
  transport,
  gateway,
  workers,
  pause,
  json,
  decision,
  soak: () => soak({}),
};

const { values, positionals } = readOptions(
  {
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '7' },
      /** Writes the tables to docs/benchmarks.md. */
      write: { type: 'boolean', default: false },
      /** Measures even on a loaded machine. */
      force: { type: 'boolean', default: false },
    },
  },
  'npm run bench -- [part …] [--rounds 7] [--write] [--force]',
);

const chosen = positionals.length > 0 ? positionals : Object.keys(parts);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
const load = (loadavg()[0] ?? 0) / availableParallelism();
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are ${Object.keys(parts).join(', ')}.`);
  process.exitCode = 2;
} else if (load > 0.5 && !values.force) {
  console.error(
    `This machine is busy (load ${load.toFixed(2)} per core), so figures would mislead. Wait, or measure with --force.`,
  );
  process.exitCode = 2;
} else {
  console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`);
  for (const name of chosen) {
    for (const section of [await parts[name]?.({ rounds: Number(values.rounds) })].flat()) {
      if (!section) continue;
      printSection(section);
      if (values.write)
        writeSection({
          part: name,
          ...(values.force && { command: `npm run bench -- ${name} --write --force` }),
          ...section,
        });
    }
  }
}
