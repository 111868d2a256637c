import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Returns the error of starting with this file; it must not start. */
async function refusalOf(t: Parameters<typeof tempFolder>[0], text: string): Promise<string> {
  const home = tempFolder(t);
  const configPath = join(home, 'conclave.yaml');
  writeFileSync(configPath, text);
  const app = await createApp({ env: { CONCLAVE_HOME: home }, cwd: home, configPath, simulate: true }).catch(
    (error: unknown) => (error instanceof Error ? error.message.replace(configPath, 'FILE') : String(error)),
  );
  if (typeof app === 'string') return app;
  await app.close();
  return 'it started';
}

const rules = (second: string) => `routing:
  rules:
    - { when: { tag: legal }, use: opus }
    - ${second}
`;

const slips: readonly [title: string, text: string, message: RegExp][] = [
  [
    'the task of a rule',
    rules('{ when: { task: code-reveiw }, use: claude }'),
    /^FILE:4:23: routing\.rules\.1\.when\.task: there is no "code-reveiw"; did you mean "code-review"\?$/,
  ],
  [
    'one task of several, similar to no known one',
    rules('{ when: { task: [chat, nonsense] }, use: claude }'),
    /^FILE:4:30: .*there is no "nonsense"; known: code-review, /,
  ],
  ['the tier of a rule', rules('{ when: {}, use: fronteir }'), /^FILE:4:24: .*did you mean "frontier"\?$/],
  [
    'one of several models, by its short name',
    rules('{ when: {}, use: [claude, sonet] }'),
    /^FILE:4:33: .*"sonet"; did you mean "sonnet"/,
  ],
  [
    'the pattern of a rule',
    rules('{ when: { prompt: "([" }, use: claude }'),
    /^FILE:4:25: .*not a regular expression/,
  ],
  [
    'the tool of a rule',
    rules('{ when: { tool: codereveiw }, use: claude }'),
    /^FILE:4:23: .*"codereveiw"; did you mean "codereview"\?$/,
  ],
  [
    'a known model with another tier',
    'models:\n  - { id: anthropic/claude-opsu-5-5, tier: economy }\n',
    /^FILE:2:11: .*no model "anthropic\/claude-opsu-5-5"; did you mean "anthropic\/claude-opus-5-5"\?/,
  ],
  [
    'its tier',
    'models:\n  - { id: anthropic/claude-opus-5-5, tier: economi }\n',
    /^FILE:2:44: models\.0\.tier: there is no "economi"; did you mean "economy"\?$/,
  ],
  ['the pin', 'routing:\n  pin: sonet\n', /^FILE:2:8: routing\.pin: no model "sonet"; did you mean "sonnet"/],
  ['the policy', 'routing:\n  policy: teired\n', /^FILE:2:11: .*"teired"; did you mean "tiered"\?/],
  ['an alias', 'aliases:\n  fast: sonet\n', /^FILE:2:9: aliases\.fast: no model "sonet"/],
  ['a fallback', 'routing:\n  fallbacks: { "antropic/*": [opus] }\n', /^FILE:2:30: .*mean "anthropic"\?$/],
  [
    'where data may be sent',
    'routing:\n  allow: { providers: [antropic] }\n',
    /^FILE:2:23: .*"antropic"; did you mean "anthropic"\?$/,
  ],
  [
    'a provider of its own without an address',
    'providers:\n  lab: { dialect: openai-chat, apiKey: k }\n',
    /^FILE:2:8: providers\.lab: not a built-in provider, so it needs baseUrl$/,
  ],
  [
    'the name of a provider',
    'providers:\n  antropic: { apiKey: k }\n',
    /^FILE:2:13: providers\.antropic: .*needs dialect and baseUrl; did you mean "anthropic"/,
  ],
  [
    'a tool to disable',
    'tools:\n  disabled: [chat, codereviw]\n',
    /^FILE:2:20: tools\.disabled\.1: there is no tool "codereviw"; did you mean "codereview"\?$/,
  ],
];

for (const [title, text, message] of slips)
  test(`a mistake in the configuration is reported with its line, its value and the likely meaning: ${title}`, async (t) => {
    assert.match(await refusalOf(t, text), message);
  });

test('a model id one letter away from a known one is accepted as a new model if its entry describes it', async (t) => {
  const text = 'models: [{ id: anthropic/claude-opsu-5-5, tier: economy, contextWindow: 1000 }]';
  assert.equal(await refusalOf(t, text), 'it started');
});

test('where data may be sent may be a pattern', async (t) => {
  assert.equal(await refusalOf(t, 'routing: { allow: { providers: ["open*"] } }'), 'it started');
});

test('an empty CONCLAVE_CONFIG counts as unset, and a folder is reported as one', async (t) => {
  const home = tempFolder(t);
  const env = { CONCLAVE_HOME: home };
  const app = await createApp({ env: { ...env, CONCLAVE_CONFIG: '' }, cwd: home, simulate: true });
  await app.close();
  await assert.rejects(
    createApp({ env, cwd: home, configPath: home, simulate: true }),
    /: is a folder; name the file in it$/,
  );
});

test('folders in a configuration are relative to it, and git’s index to the working directory', async (t) => {
  const configured = tempFolder(t, {
    'docs/a.md': 'A',
    'conclave.yaml': 'tools: { roots: [docs], keyRoots: { ci: [docs] } }',
  });
  const cwd = tempFolder(t, { 'docs/b.md': 'B' });
  const app = await createApp({
    env: { CONCLAVE_HOME: tempFolder(t), GIT_INDEX_FILE: '.git/index' },
    cwd,
    configPath: join(configured, 'conclave.yaml'),
    simulate: true,
  });
  t.after(() => app.close());
  const ci = { keyId: 'k', name: 'ci', boundedCost: false, admin: false };
  const docs = [join(configured, 'docs')];
  assert.deepEqual((await app.roots.granted(ci)).folders, docs);
  const local = await app.roots.local();
  assert.deepEqual([local.folders, local.indexFile], [docs, join(cwd, '.git/index')]);
});
