import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stopped } from '../measured-process.ts';
import { ownEnvironment } from '../own-environment.ts';
import { benchKey, gatewayBin } from '../targets/conclave.ts';

/** A gateway in its own process, in front of simulated providers. */
export type SimulatedGateway = {
  readonly url: string;
  readonly key: string;
  /** Makes the simulated provider fail as described in docs/simulator.md. */
  fail(provider: string, fault: string): Promise<void>;
  /** How many model calls have ended so far, by their state in the ledger. */
  callsByState(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
};

/** Starts one whose ledger is in `folder`. @throws Error if it ends before it listens. */
export async function startSimulatedGateway(folder: string): Promise<SimulatedGateway> {
  const home = join(folder, 'conclave');
  mkdirSync(home);
  // It logs every request.
  const logPath = join(folder, 'gateway.log');
  const log = openSync(logPath, 'a');
  const child = spawn(process.execPath, [gatewayBin, 'serve', '--simulate', '--port', '0'], {
    cwd: home,
    env: { ...ownEnvironment(home), CONCLAVE_API_KEY: benchKey },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const { stdout } = child;
  if (!stdout) throw new Error('the gateway has no output');
  const addresses: string[] = [];
  const lines = createInterface({ input: stdout });
  lines.on('line', (line) => addresses.push(...(line.match(/http:\/\/127\.0\.0\.1:\d+(?=[\s/]|$)/g) ?? [])));
  void once(child, 'exit').then(() => lines.close());
  // The last line that is printed is an example of a call.
  for await (const line of lines) if (line.includes('ANTHROPIC_BASE_URL')) break;
  const [url] = addresses;
  const simulator = addresses.find((address) => address !== url);
  if (url === undefined || simulator === undefined)
    throw new Error(`the gateway did not print its addresses:\n${readFileSync(logPath, 'utf8')}`);
  return {
    url,
    key: benchKey,
    async fail(provider, fault) {
      const reply = await fetch(`${simulator}/__faults`, {
        method: 'POST',
        body: JSON.stringify({ target: provider, fault }),
      });
      if (!reply.ok) throw new Error(`the simulator refused the fault: ${await reply.text()}`);
    },
    async callsByState() {
      const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${benchKey}` } });
      const counts: Record<string, number> = {};
      for (const [, state = '', count] of (await reply.text()).matchAll(
        /^conclave_calls_total\{.*?state="(\w+)".*?\} (\d+)$/gm,
      ))
        counts[state] = (counts[state] ?? 0) + Number(count);
      return counts;
    },
    stop: () => stopped(child),
  };
}
