import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { test } from 'node:test';
import { usualModels, type Agent } from './agent.ts';
import { installAgents } from './install.ts';

const agent: Agent = {
  name: 'none',
  packages: [],
  models: usualModels,
  program: (folder) => folder,
  environment: () => ({}),
  task: (file) => file,
  turn: () => [],
};

test('a project is left as it is if the agents are installed below it, and a relative path is found from everywhere', async (t) => {
  const project = await mkdtemp(join(tmpdir(), 'conclave-agent-test-'));
  t.after(() => rm(project, { recursive: true, force: true }));
  const own = JSON.stringify({ name: 'own', dependencies: { kept: '1.0.0' } });
  const kept = join(project, 'node_modules/kept');
  await mkdir(kept, { recursive: true });
  await writeFile(join(project, 'package.json'), own);
  const folder = installAgents([agent], relative(process.cwd(), project));
  assert.ok(isAbsolute(folder));
  assert.equal(await readFile(join(project, 'package.json'), 'utf8'), own);
  assert.ok((await stat(kept)).isDirectory());
});
