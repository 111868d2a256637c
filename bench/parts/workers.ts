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
import { scenarios } from '../workload.ts';

const bareWorkers = join(import.meta.dirname, '../processes/bare-workers.ts');

/** Callers per process: the same number each, because a request costs less with more concurrent requests. */
const callersEach = [8, 16, 32];
/** Requests to each process before it is measured: V8 keeps compiling during tens of thousands of them. */
const warmingEach = { first: 40_000, again: 25_000 };
const most = 1.15;

/** Compares two workers on one SQLite ledger with one process on another, and two bare proxies, which share nothing, with one. */
export async function workers({ rounds }: BenchOptions): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  try {
    const targets = [gateway(1, folder), gateway(2, folder), bare(1), bare(2)];
    const rows: string[][] = [];
    for (const cores of ['all', 'one'] as const) {
      const samples = await withProxies(targets, (proxies, load) => sample(proxies, load, rounds), cores);
      rows.push(...rowsOf(samples, cores));
    }
    return table(rows, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU per request of everybody in one round, by the number of callers of each process. */
type Sample = { readonly callers: number; readonly gateway: Pair; readonly bare: Pair };
type Pair = { readonly one: number; readonly two: number };

/** Everybody in turn, one process as often first as two, and never cold. */
async function sample(
  proxies: readonly Measured[],
  load: ChildProcess,
  rounds: number,
): Promise<readonly Sample[]> {
  const [whole] = scenarios;
  const [gatewayOne, gatewayTwo, bareOne, bareTwo] = proxies;
  if (!whole || !gatewayOne || !gatewayTwo || !bareOne || !bareTwo) throw new Error('all were started');
  const send = async (proxy: Measured, { processes, callers, requests }: Load) => {
    const scenario = { ...whole, concurrency: callers * processes, requests: requests * processes };
    const { cpuPerRequest, failures } = await measure(proxy, load, scenario);
    if (failures > 0) throw new Error(`${failures} requests failed`);
    return cpuPerRequest;
  };
  const burst = async (proxy: Measured, processes: number, first: boolean) => {
    await send(proxy, { processes, callers: 16, requests: first ? warmingEach.first : warmingEach.again });
    const cpu: number[] = [];
    for (const callers of callersEach)
      cpu.push(await send(proxy, { processes, callers, requests: whole.requests / 2 }));
    return cpu;
  };
  const pairs = async (one: Measured, two: Measured, round: number) => {
    const first = round === 0;
    const swapped = round % 2 === 1;
    const ofTwo = swapped ? await burst(two, 2, first) : [];
    const ofOne = await burst(one, 1, first);
    return pairUp(ofOne, swapped ? ofTwo : await burst(two, 2, first));
  };
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ofGateway = await pairs(gatewayOne, gatewayTwo, round);
    const ofBare = await pairs(bareOne, bareTwo, round);
    for (const [at, callers] of callersEach.entries()) {
      const [gateway, bare] = [ofGateway[at], ofBare[at]];
      if (gateway && bare) samples.push({ callers, gateway, bare });
    }
  }
  return samples;
}

type Load = { readonly processes: number; readonly callers: number; readonly requests: number };

function pairUp(one: readonly number[], two: readonly number[]): Pair[] {
  return one.map((cpu, at) => ({ one: cpu, two: two[at] ?? Number.NaN }));
}

function table(rows: readonly string[][], rounds: number): Section {
  return {
    title: 'Two workers compared with one process',
    explanation:
      `CPU time per whole request of 2 KB, of all processes together, each with as many callers as the single process; median of ${rounds} interleaved rounds, × is the median of the rounds' ratios. ` +
      `Every process has served ${warmingEach.again.toLocaleString('en')} requests immediately before. ` +
      `Workers are for several cores, so first the system schedules all processes freely, with ${availableParallelism()} cores for two workers, load and upstream together. ` +
      'On one core, which does not need workers, each of them gets half of the time. The last column is the same ratio for two bare proxies on one port: the cost of a second process without shared state.',
    columns: ['', 'one, µs', 'two, µs', '×', 'at most', '', 'bare ×'],
    rows,
  };
}

function rowsOf(samples: readonly Sample[], cores: Cores): string[][] {
  return callersEach.map((callers) => {
    const these = samples.filter((one) => one.callers === callers);
    const ratio = median(these.map(({ gateway }) => gateway.two / gateway.one));
    return [
      `${cores === 'all' ? 'all cores' : 'one core'}, ${callers} callers for each process`,
      median(these.map(({ gateway }) => gateway.one)).toFixed(0),
      median(these.map(({ gateway }) => gateway.two)).toFixed(0),
      ratio.toFixed(2),
      most.toFixed(2),
      ratio <= most ? 'holds' : 'missed',
      median(these.map(({ bare }) => bare.two / bare.one)).toFixed(2),
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

function bare(processes: number): ProxyTarget {
  return {
    name: `bare, ${processes}`,
    path: '/v1/chat/completions',
    command: (upstreamUrl) => [bareWorkers, String(processes), upstreamUrl],
  };
}
