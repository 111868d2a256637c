import { join } from 'node:path';
import { comparison, sampleAll, withProxies, type Measured, type ProxyTarget } from '../compare-proxies.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';
import { conclave } from '../targets/conclave.ts';
import { direct } from '../targets/direct.ts';
import { nginx } from '../targets/nginx.ts';
import { portkey } from '../targets/portkey.ts';
import { scenarios, steady } from '../workload.ts';
import { goals } from './gateway-goals.ts';
import { latency } from './gateway-latency.ts';
import { stages } from './gateway-stages.ts';
import { bareProxy } from './transport.ts';

const title = 'The gateway compared with others';

/**
 * The whole gateway (key, budget, routing, ledger and relay or translation), compared with proxies that do the same or
 * less.
 */
export async function gateway({ rounds }: BenchOptions): Promise<Section[]> {
  const others = [nginx(), portkey()];
  const targets: ProxyTarget[] = [
    bareProxy,
    conclave('Conclave, relayed', 'openai-chat'),
    conclave('Conclave, translated', 'anthropic-messages'),
    ...others.filter((target) => target !== undefined),
    direct,
  ];
  const measured = await withProxies(targets, async (proxies, load) => {
    for (const scenario of scenarios) await sampleAll(proxies, load, { scenario, rounds });
    await sampleAll(proxies, load, { scenario: steady, rounds });
    return proxies;
  });
  const missing = ['nginx', 'Portkey'].filter((_, at) => others[at] === undefined);
  const compared = comparison(measured.filter(isProxy), { rounds, title });
  const note = missing.length === 0 ? '' : ` Not here, so not measured: ${missing.join(', ')}.`;
  return [
    goals(measured),
    { ...compared, explanation: compared.explanation + note },
    latency(measured, rounds),
    await stages(stagesReporter),
  ];
}

const stagesReporter = join(import.meta.dirname, '../processes/report-stages.ts');

function isProxy({ target }: Measured): boolean {
  return target !== direct;
}
