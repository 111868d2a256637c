import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const bin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');
const initialize = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})}\n`;

/** From the start of the process to its first useful output, as a user waits for it; beside Node doing nothing. */
export async function start({ rounds }: BenchOptions): Promise<Section> {
  const home = mkdtempSync(join(tmpdir(), 'conclave-start-'));
  const starts = {
    'node -e 0': () => untilExit(['-e', '0'], home),
    'conclave --version': () => untilExit([bin, '--version'], home),
    'conclave mcp, first reply': () => untilOutput([bin, 'mcp', '--simulate'], home, '"id":1'),
    'conclave mcp, nothing compiled yet': () =>
      untilOutput([bin, 'mcp', '--simulate'], home, '"id":1', emptyCache(home)),
    'conclave serve, address printed': () =>
      untilOutput([bin, 'serve', '--port', '0', '--simulate'], home, 'ANTHROPIC_BASE_URL'),
  };
  const times = Object.fromEntries(Object.keys(starts).map((name): [string, number[]] => [name, []]));
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, run] of Object.entries(starts)) {
        const took = await run();
        // The first round warms the disk cache and is not counted.
        if (round > 0) times[name]?.push(took);
      }
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const floor = median(times['node -e 0'] ?? []);
  return {
    title: 'Cold starts',
    explanation: `Wall time from the start of the process, TypeScript sources, median of ${rounds} interleaved rounds.`,
    columns: ['', 'ms', '×'],
    rows: Object.entries(times).map(([name, took]) => [
      name,
      median(took).toFixed(0),
      (median(took) / floor).toFixed(1),
    ]),
  };
}

function untilExit(args: readonly string[], home: string): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, args, { env: { ...process.env, CONCLAVE_HOME: home }, stdio: 'ignore' });
  return performance.now() - startedAt;
}

/** As on a machine where it never ran: Node finds nothing that was compiled before. */
function emptyCache(home: string): Record<string, string> {
  return { XDG_CACHE_HOME: mkdtempSync(join(home, 'cache-')) };
}

function untilOutput(
  args: readonly string[],
  home: string,
  awaited: string,
  env: Record<string, string> = {},
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, CONCLAVE_HOME: home },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.write(initialize);
  return new Promise((resolve, reject) => {
    let printed = '';
    let took: number | undefined;
    child.stdout.on('data', (data: Buffer) => {
      printed += data.toString();
      if (took !== undefined || !printed.includes(awaited)) return;
      took = performance.now() - startedAt;
      child.kill();
    });
    child.once('exit', () =>
      took === undefined ? reject(new Error(`ended without "${awaited}": ${printed}`)) : resolve(took),
    );
  });
}
