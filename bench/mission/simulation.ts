import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import type { CostReport } from '../../src/core/stores/ledger.ts';
import { labelledExamples } from '../../scripts/router/task-examples.ts';
import { type Claim, percent } from './claim.ts';
import { publication, today } from './price-lists.ts';

/** Simulated models take their time, as real ones do: many are asked at once. */
const atOnce = 40;

/** The labelled prompts that a user could have sent: without those that are only a system prompt. */
export function missionPrompts(): string[] {
  return (['test', 'train', 'dev'] as const)
    .flatMap((split) => labelledExamples(split))
    .filter(({ instruction }) => instruction === undefined)
    .map(({ prompt }) => prompt);
}

/**
 * Runs the whole engine, from classifier to ledger, on simulated models at real prices: every labelled prompt once, with an
 * open choice of model. The ledger records what the same tokens would have cost on the best frontier model.
 */
export async function simulatedClaims(most = Infinity): Promise<Claim[]> {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mission-'));
  const app = await createApp({
    env: { CONCLAVE_HOME: home },
    cwd: home,
    simulate: true,
    config: { routing: { policy: 'tiered' } },
  });
  try {
    const principal = await app.keys.localPrincipal();
    const prompts = missionPrompts().slice(0, most);
    const askAll = async (some: readonly string[]) => {
      for (const prompt of some) {
        await app.calls.ask({
          request: {
            model: 'auto',
            stream: false,
            maxOutputTokens: 300,
            messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
          },
          principal,
          surface: 'library',
        });
      }
    };
    const lines = Array.from({ length: atOnce }, (_, line) =>
      prompts.filter((__, at) => at % atOnce === line),
    );
    await Promise.all(lines.map(askAll));
    const report = await app.ledger.costs({ since: 0, by: 'tier' });
    const saved = report.savingNanoUsd / report.frontierNanoUsd;
    const shares = report.rows
      .map(({ name, calls }) => `${percent(calls / report.calls)} ${name}`)
      .join(', ');
    const promise = {
      promise: 'saving by sending each task to its tier',
      published: '40–80 %',
      goal: '≥ 40 % saved',
    };
    const traffic = `${prompts.length} labelled prompts of 22 tasks, no task named; calls: ${shares}`;
    const savedThen = 1 - costThen(report) / publication.costOf('opus', 1_000, 300);
    return [
      {
        ...promise,
        kind: 'simulation',
        prices: publication.date,
        traffic: 'the same shares of calls on Opus 3, Sonnet 3.5 and Haiku 3.5; 1,000 tokens in, 300 out',
        found: `${percent(savedThen)} saved against Opus 3`,
        met: savedThen >= 0.4,
      },
      {
        ...promise,
        kind: 'simulation',
        prices: today.date,
        traffic,
        found: `${percent(saved)} saved against the best frontier model`,
        met: saved >= 0.4,
      },
    ];
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** What an ordinary call would have cost on average, each tier's on its model of 2024. */
function costThen({ rows, calls }: CostReport): number {
  const roles = new Map([
    ['frontier', 'opus'],
    ['workhorse', 'sonnet'],
    ['economy', 'haiku'],
  ] as const);
  return [...roles].reduce((sum, [tier, role]) => {
    const share = (rows.find(({ name }) => name === tier)?.calls ?? 0) / calls;
    return sum + share * publication.costOf(role, 1_000, 300);
  }, 0);
}
