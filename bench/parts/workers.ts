import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, withProxies, type Measured, type ProxyTarget } from '../compare-proxies.ts';
import type { Cores } from '../measured-process.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';
import { benchHome, benchKey, gatewayBin } from '../targets/conclave.ts';
import { scenarios, type Scenario } from '../workload.ts';

/** Each process serves so many callers: the same number each, because a request costs less the more company it has. */
const callersEach = [8, 16, 32];
/** Requests to each process before it is measured: V8 compiles for tens of thousands of them. */
const warmingEach = { first: 40_000, again: 25_000 };
const most = 1.15;

/** Two workers over one SQLite ledger beside one process over another: what sharing costs a request. */
export async function workers({ rounds }: BenchOptions): Promise<Section> {
  const [whole] = scenarios;
  if (!whole) throw new Error('there is no scenario');
  const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  try {
    const targets = [gateway(1, folder), gateway(2, folder)];
    const both = ([one, two]: readonly Measured[], load: ChildProcess) => {
      if (!one || !two) throw new Error('both were started');
      return sample({ one, two, load, rounds, whole });
    };
    const rows: string[][] = [];
    for (const cores of ['all', 'one'] as const)
      rows.push(...rowsOf(await withProxies(targets, both, cores), cores));
    return table(rows, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Pair = { readonly callers: number; readonly one: number; readonly two: number };

/** CPU per request of both, in turn, each as often first as the other, and never cold. */
async function sample(options: {
  readonly one: Measured;
  readonly two: Measured;
  readonly load: ChildProcess;
  readonly rounds: number;
  readonly whole: Scenario;
}): Promise<Pair[]> {
  const { one, two, load, rounds, whole } = options;
  const pairs: Pair[] = [];
  const send = async (processes: number, callers: number, requests: number) => {
    const scenario = {
      ...whole,
      concurrency: callers * processes,
      requests: requests * processes,
    };
    const { cpuPerRequest, failures } = await measure(processes === 1 ? one : two, load, scenario);
    if (failures > 0) throw new Error(`${failures} requests failed`);
    return cpuPerRequest;
  };
  for (let round = 0; round < rounds; round += 1) {
    const found = new Map<number, number[]>();
    for (const processes of round % 2 === 0 ? [1, 2] : [2, 1]) {
      await send(processes, 16, round === 0 ? warmingEach.first : warmingEach.again);
      const cpu: number[] = [];
      for (const callers of callersEach) cpu.push(await send(processes, callers, whole.requests / 2));
      found.set(processes, cpu);
    }
    for (const [at, callers] of callersEach.entries()) {
      pairs.push({
        callers,
        one: found.get(1)?.[at] ?? Number.NaN,
        two: found.get(2)?.[at] ?? Number.NaN,
      });
    }
  }
  return pairs;
}

function table(rows: readonly string[][], rounds: number): Section {
  return {
    title: 'Two workers beside one process',
    explanation:
      `CPU time per whole request of 2 KB, of all processes together, each with as many callers as the one; median of ${rounds} interleaved rounds, × the median of the rounds' ratios. ` +
      `Every process has served ${warmingEach.again.toLocaleString('en')} requests just before. ` +
      `Workers are for several cores, so first everybody runs where the system puts them, with ${availableParallelism()} cores for two workers, load and upstream together. ` +
      'On one core, where nobody needs workers, each of them gets half of the time.',
    columns: ['', 'one, µs', 'two, µs', '×', 'at most', ''],
    rows,
  };
}

function rowsOf(pairs: readonly Pair[], cores: Cores): string[][] {
  return callersEach.map((callers) => {
    const these = pairs.filter((pair) => pair.callers === callers);
    const ratio = median(these.map(({ one, two }) => two / one));
    return [
      `${cores === 'all' ? 'all cores' : 'one core'}, ${callers} callers for each process`,
      median(these.map(({ one }) => one)).toFixed(0),
      median(these.map(({ two }) => two)).toFixed(0),
      ratio.toFixed(2),
      most.toFixed(2),
      ratio <= most ? 'holds' : 'missed',
    ];
  });
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
