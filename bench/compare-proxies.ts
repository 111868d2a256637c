import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  startMeasured,
  startProcess,
  stopped,
  type Cores,
  type MeasuredProcess,
} from './measured-process.ts';
import { median } from './median.ts';
import type { LoadOrder, LoadReport } from './processes/load.ts';
import type { Section } from './section.ts';
import { scenarios, streamEvents, type ClientApi, type Scenario } from './workload.ts';

/** A proxy to put between the load and the upstream. The first one is the baseline of a comparison. */
export type ProxyTarget = {
  readonly name: string;
  /** Starts a script of Node in front of `upstreamUrl`; it prints its address. */
  command?(upstreamUrl: string): readonly string[];
  environment?(upstreamUrl: string): Readonly<Record<string, string>>;
  /** Alternative to a script, for targets that are not Node scripts. */
  start?(upstreamUrl: string): Promise<MeasuredProcess>;
  /** Path of the requests at the proxy's address. */
  readonly path: string;
  /** Headers with its key and the upstream's address, if it requires them. */
  readonly headers?: ProxyHeaders | ((upstreamUrl: string) => ProxyHeaders);
  /** The API that its callers use. Default: OpenAI's chat. */
  readonly api?: ClientApi;
};

type ProxyHeaders = Readonly<Record<string, string>>;

/** A proxy and its measurements, scenario by scenario, round by round. */
export type Measured = {
  readonly target: ProxyTarget;
  readonly process: MeasuredProcess;
  readonly headers: ProxyHeaders;
  readonly samples: Sample[];
};
export type Sample = LoadReport & {
  readonly scenario: string;
  readonly cpuPerRequest: number;
  readonly rssBytes: number;
};

const wholes = Math.max(...scenarios.map(({ warmup }) => warmup)).toLocaleString('en');
const here = (path: string) => join(import.meta.dirname, path);

/**
 * Sends the same load through every target in turn, round by round, so that a noisy neighbour disturbs all alike, and
 * compares the CPU that their processes spent per request. Wall time is shown, not compared.
 */
export async function compareProxies(
  targets: readonly ProxyTarget[],
  { rounds, title }: { readonly rounds: number; readonly title: string },
): Promise<Section> {
  const measured = await withProxies(targets, async (proxies, load) => {
    for (const scenario of scenarios) await sampleAll(proxies, load, { scenario, rounds });
    return proxies;
  });
  return comparison(measured, { rounds, title });
}

/** Starts upstream, load and targets, passes them to `work` and always ends them. */
export async function withProxies<T>(
  targets: readonly ProxyTarget[],
  work: (proxies: readonly Measured[], load: ChildProcess) => Promise<T>,
  cores: Cores = 'one',
): Promise<T> {
  const upstream = await startMeasured({ command: [here('processes/upstream.ts')], cores });
  const load = startProcess({ command: [here('processes/load.ts')], cores });
  const measured: Measured[] = [];
  try {
    for (const target of targets) measured.push(await start(target, upstream.url, cores));
    return await work(measured, load);
  } finally {
    await Promise.all([upstream.stop(), stopped(load), ...measured.map(({ process }) => process.stop())]);
  }
}

/** Warms up every proxy for one scenario, then measures them in turn. */
export async function sampleAll(
  proxies: readonly Measured[],
  load: ChildProcess,
  { scenario, rounds }: { readonly scenario: Scenario; readonly rounds: number },
): Promise<void> {
  for (const one of proxies) {
    await measure(one, load, { ...scenario, requests: scenario.warmup });
  }
  for (let round = 0; round < rounds; round++) {
    for (const one of proxies) one.samples.push(await measure(one, load, scenario));
  }
}

/** The table of what was sampled for the usual scenarios. */
export function comparison(
  measured: readonly Measured[],
  { rounds, title }: { readonly rounds: number; readonly title: string },
): Section {
  return {
    title,
    explanation:
      `CPU time of the proxy's own processes, median of ${rounds} interleaved rounds; × is the median of the rounds' ratios to the first line. ` +
      `The first reply of a round is read, all others are checked for its length; ${wholes} whole requests are served first.`,
    columns: [
      '',
      'CPU µs per request',
      '×',
      'per chunk',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'RSS MB',
      'failures',
    ],
    rows: scenarios.flatMap((scenario) => rowsOf(scenario, measured)),
  };
}

async function start(target: ProxyTarget, upstreamUrl: string, cores: Cores): Promise<Measured> {
  const environment = target.environment?.(upstreamUrl) ?? {};
  const command = target.command?.(upstreamUrl) ?? [];
  const process = await (target.start?.(upstreamUrl) ?? startMeasured({ command, environment, cores }));
  const { headers = {} } = target;
  return {
    target,
    process,
    headers: typeof headers === 'function' ? headers(upstreamUrl) : headers,
    samples: [],
  };
}

/** One scenario through one proxy. */
export async function measure(
  { target, process, headers }: Measured,
  load: ChildProcess,
  scenario: Scenario,
): Promise<Sample> {
  const before = await process.usage();
  const order: LoadOrder = {
    url: process.url + target.path,
    headers,
    scenario,
    api: target.api ?? 'openai-chat',
  };
  load.send(order);
  const [report] = (await once(load, 'message')) as [LoadReport]; // the load process sends nothing else
  const after = await process.usage();
  return {
    ...report,
    scenario: scenario.name,
    cpuPerRequest: (after.cpuMicroseconds - before.cpuMicroseconds) / scenario.requests,
    rssBytes: after.rssBytes,
  };
}

function rowsOf(scenario: Scenario, measured: readonly Measured[]): string[][] {
  const samplesOf = ({ samples }: Measured) => samples.filter((sample) => sample.scenario === scenario.name);
  const yardstick = measured[0] ? samplesOf(measured[0]) : [];
  return measured.map((one) => {
    const samples = samplesOf(one);
    const of = (read: (sample: Sample) => number) => median(samples.map(read));
    const ratios = samples.map(
      (sample, round) => sample.cpuPerRequest / (yardstick[round]?.cpuPerRequest ?? Number.NaN),
    );
    const cpu = of((sample) => sample.cpuPerRequest);
    return [
      `${scenario.name}: ${one.target.name}`,
      cpu.toFixed(0),
      median(ratios).toFixed(2),
      scenario.stream ? (cpu / streamEvents.length).toFixed(1) : '',
      of((sample) => sample.requestsPerSecond).toFixed(0),
      of((sample) => sample.p50Ms).toFixed(2),
      of((sample) => sample.p99Ms).toFixed(2),
      (of((sample) => sample.rssBytes) / 2 ** 20).toFixed(0),
      String(samples.reduce((sum, { failures }) => sum + failures, 0)),
    ];
  });
}
