import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, withProxies, type Measured, type ProxyTarget } from '../compare-proxies.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';
import { benchHome, benchKey, gatewayBin } from '../targets/conclave.ts';
import { scenarios, type Scenario } from '../workload.ts';

/** Each process serves so many callers: the same number each, because a request costs less the more company it has. */
const callersEach = [8, 16, 32];
/** Until V8 has compiled what it will compile. */
const warmingEach = 40_000;
const most = 1.15;

/** Two workers over one SQLite ledger beside one process over another: what sharing costs a request. */
export async function workers({ rounds }: BenchOptions): Promise<Section> {
  const [whole] = scenarios;
  if (!whole) throw new Error('there is no scenario');
  const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  try {
    const pairs = await withProxies([gateway(1, folder), gateway(2, folder)], async ([one, two], load) => {
      if (!one || !two) throw new Error('both were started');
      for (const [at, proxy] of [one, two].entries()) {
        const processes = at + 1;
        await measure(proxy, load, scaled(whole, { processes, callers: 16, requests: warmingEach }));
      }
      return sample({ one, two, load, rounds, whole });
    });
    return table(pairs, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Pair = { readonly callers: number; readonly one: number; readonly two: number };

/** CPU per request of both, in turn, each as often first as the other. */
async function sample(options: {
  readonly one: Measured;
  readonly two: Measured;
  readonly load: ChildProcess;
  readonly rounds: number;
  readonly whole: Scenario;
}): Promise<Pair[]> {
  const { one, two, load, rounds, whole } = options;
  const pairs: Pair[] = [];
  const cpu = async (processes: number, callers: number) => {
    const scenario = scaled(whole, { processes, callers, requests: whole.requests / 2 });
    const { cpuPerRequest, failures } = await measure(processes === 1 ? one : two, load, scenario);
    if (failures > 0) throw new Error(`${failures} requests failed`);
    return cpuPerRequest;
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const callers of callersEach) {
      const found: Record<number, number> = {};
      for (const processes of round % 2 === 0 ? [1, 2] : [2, 1])
        found[processes] = await cpu(processes, callers);
      pairs.push({ callers, one: found[1] ?? Number.NaN, two: found[2] ?? Number.NaN });
    }
  }
  return pairs;
}

function table(pairs: readonly Pair[], rounds: number): Section {
  return {
    title: 'Two workers beside one process',
    explanation:
      `CPU time per whole request of 2 KB, of all processes together, each with as many callers as the one; median of ${rounds} interleaved rounds, × the median of the rounds' ratios. ` +
      `Every process has served ${warmingEach.toLocaleString('en')} requests before.`,
    columns: ['', 'one, µs', 'two, µs', '×', 'at most', ''],
    rows: callersEach.map((callers) => {
      const these = pairs.filter((pair) => pair.callers === callers);
      const ratio = median(these.map(({ one, two }) => two / one));
      return [
        `${callers} callers for each process`,
        median(these.map(({ one }) => one)).toFixed(0),
        median(these.map(({ two }) => two)).toFixed(0),
        ratio.toFixed(2),
        most.toFixed(2),
        ratio <= most ? 'holds' : 'missed',
      ];
    }),
  };
}

function scaled(
  scenario: Scenario,
  { processes, callers, requests }: { processes: number; callers: number; requests: number },
): Scenario {
  return { ...scenario, concurrency: callers * processes, requests: requests * processes };
}

function gateway(processes: number, folder: string): ProxyTarget {
  return {
    name: processes === 1 ? 'one process' : `${processes} workers`,
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${benchKey}` },
    command: () => [gatewayBin, 'serve', '--port', '0', '--workers', String(processes)],
    environment: (upstreamUrl) => benchHome(join(folder, String(processes)), upstreamUrl),
  };
}
