import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { createApp } from '../../src/app.ts';
import type { KeyRouting } from '../../src/core/routing/preferences/routing-preferences.ts';
import { tiers, type Tier } from '../../src/core/task.ts';
import { chosenOn, heldOut } from './everyday-prompts.ts';

/**
 * Where a routing setting sends prompts: the shares per tier, and the expected cost and chance of success per prompt.
 */
export type ModeMix = {
  readonly shares: Readonly<Record<Tier, number>>;
  readonly moneyShares: Readonly<Record<Tier, number>>;
  readonly costUsd: number;
  readonly chance: number;
};

/** Decides each prompt by priors alone, among the models of the four large providers. No model is called. */
export async function modeMix(routing: KeyRouting, prompts: readonly string[]): Promise<ModeMix> {
  const home = await mkdtemp(join(tmpdir(), 'conclave-modes-'));
  const makers = ['anthropic', 'openai', 'google', 'deepseek'];
  const app = await createApp({
    config: {
      providers: Object.fromEntries(makers.map((maker) => [maker, { apiKey: 'unused' }])),
      routing: { ...routing, exploration: 0 },
    },
    env: { CONCLAVE_HOME: home },
    cwd: home,
  });
  try {
    const tierOf = new Map(app.models.catalogue.models().map(({ id, tier }) => [id, tier]));
    const calls = { frontier: 0, workhorse: 0, economy: 0 };
    const money = { frontier: 0, workhorse: 0, economy: 0 };
    let chance = 0;
    for (const prompt of prompts) {
      const { decision } = await app.router.preview({
        surface: 'library',
        request: {
          model: 'auto',
          stream: false,
          messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
        },
      });
      const [first] = decision.ranked;
      const tier = tierOf.get(first?.model ?? '');
      if (!first || !tier) throw new Error(`no tier of ${first?.model} was found for "${prompt}"`);
      calls[tier] += 1;
      money[tier] += (first.estimateNanoUsd ?? 0) / 1e9;
      chance += first.chance ?? 0;
    }
    const spent = tiers.reduce((sum, tier) => sum + money[tier], 0);
    return {
      shares: shareOf(calls, prompts.length),
      moneyShares: shareOf(money, spent),
      costUsd: spent / prompts.length,
      chance: chance / prompts.length,
    };
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
}

function shareOf(parts: Readonly<Record<Tier, number>>, whole: number): Record<Tier, number> {
  const of = (tier: Tier) => parts[tier] / whole;
  return { frontier: of('frontier'), workhorse: of('workhorse'), economy: of('economy') };
}

if (import.meta.main) {
  const ways: readonly KeyRouting[] = [
    { policy: 'tiered' },
    { mode: 'economy' },
    { mode: 'balanced' },
    { mode: 'best' },
    { quality: 0.8 },
    { quality: 0.9 },
    { quality: 0.95 },
    { quality: 0.99 },
  ];
  for (const [name, prompts] of Object.entries({ chosenOn, heldOut })) {
    const table = new Table({
      head: [
        `${name}: ${prompts.length} prompts`,
        ...tiers.map((tier) => `${tier}, of the money`),
        'USD a prompt',
        'right',
      ],
      style: { head: [], border: [] },
    });
    for (const way of ways) {
      const { shares, moneyShares, costUsd, chance } = await modeMix(way, prompts);
      const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
      table.push([
        Object.entries(way).join().replace(',', ' '),
        ...tiers.map((tier) => `${percent(shares[tier])}, ${percent(moneyShares[tier])}`),
        costUsd.toFixed(5),
        chance.toFixed(3),
      ]);
    }
    console.log(table.toString());
  }
}
