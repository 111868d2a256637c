import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { labelledExamples } from '../../scripts/router/task-examples.ts';
import { type Claim, percent } from './claim.ts';
import { today } from './price-lists.ts';

/** Simulated models take their time, as real ones do: many are asked at once. */
const atOnce = 40;

/**
 * The whole engine, from classifier to ledger, on simulated models at real prices: every labelled prompt once, the model
 * left open. The ledger itself says what the same tokens would have cost on the best frontier model.
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
    const principal = await app.localPrincipal();
    const prompts = (['test', 'train', 'dev'] as const)
      .flatMap((split) => labelledExamples(split))
      .slice(0, most);
    const askAll = async (some: typeof prompts) => {
      for (const { prompt } of some) {
        await app.ask({
          request: {
            model: 'auto',
            stream: false,
            maxOutputTokens: 300,
            messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
          },
          principal,
          surface: 'eval',
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
    return [
      {
        promise: 'saving by sending each task to its tier',
        published: '40–80 %',
        kind: 'simulation',
        prices: today.date,
        traffic: `${prompts.length} labelled prompts of 22 tasks, no task named; calls: ${shares}`,
        found: `${percent(saved)} saved against the best frontier model`,
        met: saved >= 0.4,
      },
    ];
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
}
