import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Agent } from './agent.ts';

/**
 * Installs the agents into a folder of their own below `place`, where other packages may be, and returns its path.
 * @throws Error if npm cannot install them.
 */
export function installAgents(agents: readonly Agent[], place: string): string {
  const folder = resolve(place, 'conclave-agents');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const wanted = agents.flatMap(({ packages }) => packages);
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...wanted];
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not install the agents:\n${stderr}`);
  return folder;
}
