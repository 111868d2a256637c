import { measure, withProxies, type Measured } from '../compare-proxies.ts';
import type { StageSamples } from '../processes/report-stages.ts';
import type { Section } from '../section.ts';
import { conclave } from '../targets/conclave.ts';
import { scenarios, type Scenario } from '../workload.ts';

/** Where the time of a whole, relayed and of a translated request goes, from the samples of V8's own profiler. */
export async function stages(reporter: string): Promise<Section> {
  const [scenario] = scenarios;
  if (!scenario) throw new Error('there is no scenario');
  const watched = [
    conclave('relayed', 'openai-chat', ['--import', reporter]),
    conclave('translated', 'anthropic-messages', ['--import', reporter]),
  ];
  const tables = await withProxies(watched, async (proxies, load) => {
    const found: StageSamples[] = [];
    for (const proxy of proxies) found.push(await watch(proxy, load, scenario));
    return found;
  });
  const names = [...new Set(tables.flatMap((table) => Object.keys(table)))];
  const share = (table: StageSamples, name: string) =>
    (table[name] ?? 0) / Object.values(table).reduce((sum, count) => sum + count, 0);
  return {
    id: 'gateway-stages',
    title: 'Where the time of a request goes',
    explanation:
      'Whole replies of 2 KB under full load: share of the samples of V8’s profiler, by the innermost file of a stack that belongs to a stage; a system call counts for its caller.',
    columns: ['', 'relayed %', 'translated %'],
    rows: names
      .toSorted((a, b) => share(tables[0] ?? {}, b) - share(tables[0] ?? {}, a))
      .map((name) => [name, ...tables.map((table) => (share(table, name) * 100).toFixed(1))]),
  };
}

async function watch(
  proxy: Measured,
  load: Parameters<typeof measure>[1],
  scenario: Scenario,
): Promise<StageSamples> {
  await measure(proxy, load, scenario);
  await proxy.process.ask?.('watch stages');
  await measure(proxy, load, scenario);
  // What `report-stages.ts` answers to this.
  return (await proxy.process.ask?.('tell stages')) as StageSamples;
}
