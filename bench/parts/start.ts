import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../median.ts';
import { ownEnvironment } from '../own-environment.ts';
import { processUsage } from '../process-usage.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const root = join(import.meta.dirname, '../..');

/** The variants to start: the sources, and the output of `npm run build`. */
const builds = {
  sources: join(root, 'src/surfaces/cli/bin.ts'),
  package: join(root, 'dist/surfaces/cli/bin.js'),
};

const asks = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/list' },
];

/** Until a start is ready. A process that has ended cannot be asked for its CPU time any more. */
type Taken = { readonly wallMs: number; readonly cpuMs?: number | undefined };

type Start = {
  readonly name: string;
  readonly goal?: string;
  readonly args: readonly string[];
  /** The output that ends the wait; if absent, the process's exit does. */
  readonly awaited?: string;
  /** The first run on a machine: Node finds no compiled code. */
  readonly neverRan?: boolean;
};

const mcp = { args: ['mcp', '--simulate'], awaited: '"id":1', goal: '≤ 500' };

const starts: readonly Start[] = [
  { name: 'conclave --version', args: ['--version'] },
  { name: 'conclave mcp, first reply', ...mcp },
  { name: 'conclave mcp, first reply, nothing compiled yet', ...mcp, neverRan: true },
  { name: 'conclave mcp, tools listed', ...mcp, awaited: '"id":2' },
  {
    name: 'conclave serve, address printed',
    args: ['serve', '--port', '0', '--simulate'],
    awaited: 'ANTHROPIC_BASE_URL',
  },
];

/** Time from process start to the first useful output, as a user experiences it; compared with Node doing nothing. */
export async function start({ rounds }: BenchOptions): Promise<Section> {
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('The package could not be built.');
  const home = mkdtempSync(join(tmpdir(), 'conclave-start-'));
  const runs = new Map<string, Taken[]>();
  const measure = async (key: string, run: () => Promise<Taken>, counts: boolean) => {
    const took = await run();
    if (counts) runs.set(key, [...(runs.get(key) ?? []), took]);
  };
  try {
    for (let round = 0; round <= rounds; round++) {
      // The first round warms the disk cache, has everything compiled, and is not counted.
      const counts = round > 0;
      await measure('node', () => untilReady(['-e', '0'], home, {}), counts);
      for (const { name, args, ...start } of starts) {
        for (const [build, bin] of Object.entries(builds)) {
          await measure(`${name}/${build}`, () => untilReady([bin, ...args], home, start), counts);
        }
      }
      if (round === 0) await keepCompiled(home);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const figure = (key: string, what: keyof Taken) => {
    const figures = (runs.get(key) ?? []).flatMap((taken) => taken[what] ?? []);
    return figures.length > 0 ? median(figures).toFixed(0) : '';
  };
  const row = (key: string) => [figure(key, 'wallMs'), figure(key, 'cpuMs')];
  return {
    title: 'Cold starts',
    explanation: `Wall time in ms from the start of a new process, median of ${rounds} interleaved rounds: TypeScript sources, and the built package; next to it the CPU time of the process, which a busy machine affects less.`,
    columns: ['', 'sources', 'CPU', 'package', 'CPU', 'goal'],
    rows: [
      ['node -e 0', ...row('node'), ...row('node'), ''],
      ...starts.map(({ name, goal = '' }) => [
        name,
        ...row(`${name}/sources`),
        ...row(`${name}/package`),
        goal,
      ]),
    ],
  };
}

/** Node writes down what was compiled when a process ends well; those of the first round were killed. */
async function keepCompiled(home: string): Promise<void> {
  for (const bin of Object.values(builds)) {
    for (const args of [
      ['mcp', '--simulate'],
      ['serve', '--port', '0', '--simulate'],
    ]) {
      const child = spawn(process.execPath, [bin, ...args], {
        cwd: home,
        env: environment(home),
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ended = once(child, 'exit');
      // One ends with its input, which is empty; the other is stopped as soon as it listens.
      child.stdout.once('data', () => child.kill('SIGTERM'));
      await ended;
    }
  }
}

function untilReady(
  args: readonly string[],
  home: string,
  { awaited, neverRan = false }: Pick<Start, 'awaited' | 'neverRan'>,
): Promise<Taken> {
  const cache = neverRan ? mkdtempSync(join(home, 'cache-')) : home;
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: environment(home, cache),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // One that has printed what was asked for may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.write(asks.map((ask) => `${JSON.stringify(ask)}\n`).join(''));
  return new Promise((resolve, reject) => {
    let printed = '';
    let took: Taken | undefined;
    child.stdout.on('data', (data: Buffer) => {
      printed += data.toString();
      if (took !== undefined || awaited === undefined || !printed.includes(awaited)) return;
      took = { wallMs: performance.now() - startedAt, cpuMs: cpuMsOf(child.pid) };
      child.kill();
    });
    child.once('exit', () => {
      if (awaited === undefined) took = { wallMs: performance.now() - startedAt };
      if (took === undefined) reject(new Error(`ended without "${awaited}": ${printed}`));
      else resolve(took);
    });
  });
}

/** Only Linux reports it. */
function cpuMsOf(pid: number | undefined): number | undefined {
  return pid === undefined || process.platform !== 'linux'
    ? undefined
    : processUsage(pid).cpuMicroseconds / 1_000;
}

function environment(home: string, cache = home): NodeJS.ProcessEnv {
  return { ...ownEnvironment(home), XDG_CACHE_HOME: cache };
}
