import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { endProcess, runGateway, type RunningGateway } from '../../test/support/running-gateway.ts';

const reporter = join(import.meta.dirname, 'report-held.ts');

export type GatewayProcess = RunningGateway & {
  readonly configPath: string;
  readonly home: string;
  /** Memory in use after a full garbage collection: objects and buffers. */
  heldBytes(): Promise<number>;
  /** Peak resident memory. */
  peakRssBytes(): Promise<number>;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** A gateway as users start it, in a separate process with its own home and configuration. */
export async function gatewayProcess(
  config: ConfigInput,
  args: readonly string[] = [],
): Promise<GatewayProcess> {
  const home = await mkdtemp(join(tmpdir(), 'conclave-soak-'));
  const configPath = join(home, 'conclave.yaml');
  // JSON is YAML.
  await writeFile(configPath, JSON.stringify(config));
  const env = { CONCLAVE_HOME: home, CONCLAVE_CONFIG: configPath };
  const running = await runGateway(args, env, ['--expose-gc', '--import', reporter]);
  const { pid } = running.process;
  return {
    ...running,
    configPath,
    home,
    async heldBytes() {
      running.process.send('held');
      const [bytes] = await once(running.process, 'message');
      return Number(bytes);
    },
    peakRssBytes: () => peakOf(pid),
    async stop(signal) {
      await endProcess(running.process, signal);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}
