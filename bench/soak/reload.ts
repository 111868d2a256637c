import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startSteadyLoad } from '../../test/support/steady-load.ts';
import { gatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { startPacedUpstream } from './paced-upstream.ts';

export type Reloads = {
  readonly sent: number;
  readonly failures: readonly string[];
  /** Configurations that were accepted, and those that were refused. */
  readonly loaded: number;
  readonly refused: number;
};

/** Changes a gateway's configuration every half second under a steady load; every third one is invalid. */
export async function reload(options: {
  readonly perSecond: number;
  readonly seconds: number;
}): Promise<Reloads> {
  const upstream = await startPacedUpstream({ chunks: 3, chunkEveryMs: 5 });
  const config = (alias: string): ConfigInput => ({
    providers: { lab: { dialect: 'openai-chat', baseUrl: upstream.url, apiKey: 'key' } },
    aliases: { chosen: `lab/${alias}` },
    routing: { retries: 0, fallbacks: { '*': [] } },
  });
  const gateway = await gatewayProcess(config('first'));
  try {
    const load = startSteadyLoad({ ...gateway, model: 'chosen', perSecond: options.perSecond });
    for (let round = 1; round <= options.seconds * 2; round += 1) {
      await sleep(500);
      const bad = round % 3 === 0;
      await writeFile(gateway.configPath, bad ? 'providers: 3' : JSON.stringify(config(`model-${round}`)));
      await reloaded(gateway);
    }
    const { sent, failures } = await load.stop();
    const count = (text: string) => gateway.output().split(text).length - 1;
    return { sent, failures, loaded: count('has been loaded again'), refused: count('is refused') };
  } finally {
    await gateway.stop();
    await upstream.close();
  }
}

/** Requests the reload instead of waiting for the next file check; its log line reports that it is done. */
async function reloaded({ process, output }: GatewayProcess): Promise<void> {
  const lines = () => output().split('configuration').length;
  const before = lines();
  process.kill('SIGHUP');
  while (lines() === before) await once(process.stderr ?? process, 'data');
}
