import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import type { Finding } from '../../src/index.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { council } from '../../src/surfaces/library/council.ts';
import { openCalls } from '../../src/surfaces/library/open-calls.ts';
import { plantedFolder } from '../../test/support/planted-repository.ts';
import { ownEnvironment } from '../own-environment.ts';

/** Three families; each reviews everything by itself. */
export const panel = ['sonnet', 'gpt', 'gemini-flash'] as const;

export type PanelistReport = { readonly model: string; readonly issues: readonly Finding[] };

/**
 * What each panelist finds in the planted repository: real reviews through the whole engine, of simulated models that
 * err alike to the given degree.
 */
export async function reviewPlanted(world: {
  readonly correlation: number;
  readonly seed: number;
}): Promise<PanelistReport[]> {
  const home = await mkdtemp(join(tmpdir(), 'conclave-council-'));
  const simulator = await startSimulator({ ...world, latency: 'none' });
  const { url } = simulator;
  const app = await createApp({
    env: ownEnvironment(home),
    cwd: plantedFolder,
    config: {
      // The manifest's paths are relative to this folder, not to the root of the repository.
      tools: { roots: [plantedFolder] },
      providers: {
        anthropic: { apiKey: 'simulated', baseUrl: `${url}/anthropic` },
        openai: { apiKey: 'simulated', baseUrl: `${url}/openai/v1` },
        google: { apiKey: 'simulated', baseUrl: `${url}/google/v1beta` },
      },
    },
  });
  const { codereview } = council(app, openCalls());
  try {
    const reports: PanelistReport[] = [];
    for (const model of panel) {
      const { issues } = await codereview({ files: ['.'], model });
      reports.push({ model, issues });
    }
    return reports;
  } finally {
    await app.close();
    await simulator.close();
    await rm(home, { recursive: true });
  }
}
