import type { Measured } from '../compare-proxies.ts';
import { median } from '../median.ts';
import type { Section } from '../section.ts';
import { addedMs } from './gateway-latency.ts';

type Goal = { readonly what: string; readonly most: number; readonly found: number | undefined };

/** Conclave's goals and whether it meets them. A missed goal stays in the table. */
export function goals(measured: readonly Measured[]): Section {
  const named = (name: string) => measured.find(({ target }) => target.name === name);
  const [bare, portkey] = [named('bare dispatch proxy'), named('Portkey')];
  const [relayed, translated] = [named('Conclave, relayed'), named('Conclave, translated')];
  const [whole, stream, large] = ['whole, 2 KB', 'stream of 200', 'whole, 1 MB prompt'];
  const list: Goal[] = [
    { what: 'whole, relayed: CPU relative to the bare proxy', most: 1.7, found: ratio(relayed, bare, whole) },
    {
      what: 'whole, translated: CPU relative to the bare proxy',
      most: 3,
      found: ratio(translated, bare, whole),
    },
    { what: "whole, relayed: CPU relative to Portkey's", most: 1 / 5, found: ratio(relayed, portkey, whole) },
    {
      what: "whole, translated: CPU relative to Portkey's",
      most: 1 / 3,
      found: ratio(translated, portkey, whole),
    },
    {
      what: 'chunk, relayed: CPU relative to the bare proxy',
      most: 1.5,
      found: ratio(relayed, bare, stream),
    },
    {
      what: 'chunk, translated: CPU relative to the bare proxy',
      most: 3,
      found: ratio(translated, bare, stream),
    },
    {
      what: '1 MB prompt, relayed: CPU relative to the bare proxy',
      most: 3,
      found: ratio(relayed, bare, large),
    },
    {
      what: '1 MB prompt, translated: CPU relative to the bare proxy',
      most: 3,
      found: ratio(translated, bare, large),
    },
    {
      what: 'relayed: ms added at 200 requests/s, p99',
      most: 10,
      found: relayed && addedMs(measured, relayed).p99Ms,
    },
    {
      what: 'translated: ms added at 200 requests/s, p99',
      most: 10,
      found: translated && addedMs(measured, translated).p99Ms,
    },
  ];
  return {
    id: 'gateway-goals',
    title: 'Goals of the gateway',
    explanation: 'CPU is compared round by round; the median of the ratios counts.',
    columns: ['', 'at most', 'found', ''],
    rows: list.map(({ what, most, found }) => [
      what,
      most.toFixed(2),
      found === undefined ? 'not measured' : found.toFixed(2),
      found === undefined ? '' : found <= most ? 'holds' : 'missed',
    ]),
  };
}

function ratio(one: Measured | undefined, other: Measured | undefined, scenario: string): number | undefined {
  if (!one || !other) return undefined;
  const [own, reference] = [one, other].map(({ samples }) =>
    samples.filter((sample) => sample.scenario === scenario),
  );
  return median(
    (own ?? []).map(
      ({ cpuPerRequest }, round) => cpuPerRequest / (reference?.[round]?.cpuPerRequest ?? Number.NaN),
    ),
  );
}
