import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { conclave } from '../support/command-line.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';

const question = { model: 'sonnet', max_tokens: 20, messages: [{ role: 'user', content: 'Hello' }] };

test('a key created on the command line works at once, is listed with its spending and never shown again, and is refused once revoked', async (t) => {
  const gateway = await startTestGateway(t);
  const place = { folder: tempFolder(t), home: gateway.home };
  const ask = (key: string) => post({ ...gateway, key }, '/v1/chat/completions', question);
  const made = await conclave(
    ['keys', 'create', 'ci', '--budget', '2/day,20/month', '--rpm', '60', '--expires', '2099-01-31'],
    place,
  );
  assert.equal(made.code, 0, made.stderr);
  const key = made.stdout.trim();
  assert.match(key, /^ck-\w{32}$/, 'only the key is on standard output');
  assert.match(made.stderr, /^ci is \S+; its key is shown this once/);
  assert.equal((await ask(key)).status, 200);

  await gateway.app.keys.issue({ name: 'old', budgets: [], expiresAt: Date.now() - 1 });
  const list = await conclave(['keys', 'list', '--json'], place);
  const { keys } = JSON.parse(list.stdout) as { keys: Record<string, unknown>[] };
  const listed = keys.find(({ name }) => name === 'ci');
  assert.deepEqual(
    [listed?.['prefix'], listed?.['rpm'], listed?.['expiresAt'], listed?.['disabled']],
    [key.slice(0, 7), 60, '2099-01-31T00:00:00.000Z', false],
  );
  const budgets = (listed?.['budgets'] ?? []) as { window: string; limitUsd: number; spentUsd: number }[];
  assert.deepEqual(
    budgets.map(({ window, limitUsd, spentUsd }) => [window, limitUsd, spentUsd > 0]),
    [
      ['day', 2, true],
      ['month', 20, true],
    ],
  );
  const shown = await conclave(['keys', 'list'], place);
  assert.match(shown.stdout, /ci\s+\S+\s+ck-\w{4}…\s+\$2\/day, \$20\/month\s+\$0\.\d+.* valid\s*$/m);
  assert.match(shown.stdout, /^old .* expired\s*$/m);
  assert.ok(!`${shown.stdout}${list.stdout}`.includes(key));

  const revoked = await conclave(['keys', 'revoke', 'ci'], place);
  assert.match(revoked.stdout, /^revoked: ci /);
  gateway.app.keys.ring.forget();
  assert.equal((await ask(key)).status, 401);
  const restored = await conclave(['keys', 'restore', 'ci', '--json'], place);
  const { disabled, ...rest } = JSON.parse(restored.stdout) as Record<string, unknown>;
  assert.equal(disabled, false);
  assert.deepEqual(rest['budgets'], budgets, 'its spending is still known');
  gateway.app.keys.ring.forget();
  assert.equal((await ask(key)).status, 200);
});

test('a key has every limit that the command line gives it', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const options = [
    '--budget 2/day --allow-unknown-prices --rpm 60 --tpm 1000 --expires 2099-01-31 --tags a,b',
    '--models openai/*,anthropic/* --models google/* --providers openai,anthropic,google --regions eu-*',
    '--policy learned --mode best --quality 0.9 --pin sonnet --critical',
  ].flatMap((line) => line.split(' '));
  const made = await conclave(['keys', 'create', 'ci', '--simulate', '--json', ...options], place);
  assert.equal(made.code, 0, made.stderr);
  const created = JSON.parse(made.stdout);
  const shown = await conclave(['keys', 'show', 'ci', '--json'], place);
  const { models, rpm, tpm, expiresAt, tags, allow, routing, budgets } = JSON.parse(shown.stdout);
  assert.deepEqual(
    { models, rpm, tpm, expiresAt, tags, allow, routing, budgets },
    {
      models: ['openai/*', 'anthropic/*', 'google/*'],
      rpm: 60,
      tpm: 1000,
      expiresAt: '2099-01-31T00:00:00.000Z',
      tags: ['a', 'b'],
      allow: { providers: ['openai', 'anthropic', 'google'], regions: ['eu-*'] },
      routing: { policy: 'learned', mode: 'best', quality: 0.9, pin: 'sonnet', critical: true },
      budgets: created.budgets,
    },
  );
  assert.equal(created.budgets[0].unknownPrices, 'allow');
});

test('an invalid or unknown key exits with 2 and a line that says what to write', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const windows = 'windows: hour, day, week, month, total';
  const wrong: readonly [args: string[], said: RegExp][] = [
    [['create', 'ci', '--budget=-2/day'], /"-2\/day" is not a budget/],
    [['create', 'ci', '--budget', '2/fortnight'], new RegExp(`"2/fortnight" is not a budget.*${windows}`)],
    [['create', 'ci', '--budget', '2'], /"2" is not a budget; write dollars and a window, such as 2\/day/],
    [['create', 'ci', '--rpm', 'many'], /rpm: .*number/],
    [['create', 'ci', '--rpm', '0'], /rpm: must be above 0/],
    [['create', ''], /name: is empty/],
    [['create', 'ci', '--expires', '1999-01-01'], /expiresAt: 1999-01-01T.* has passed/],
    [
      ['create', 'ci', '--pin', 'sonet', '--simulate'],
      /routing\.pin: no model "sonet"; did you mean "sonnet"/,
    ],
    [['revoke', 'ci'], /There is no key "ci"/],
  ];
  for (const [args, said] of wrong) {
    const { code, stderr, stdout } = await conclave(['keys', ...args], place);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, said);
  }
});

test('a key that is rotated on the command line is printed once, and its former secret is refused unless it has a grace period', async (t) => {
  const gateway = await startTestGateway(t);
  const place = { folder: tempFolder(t), home: gateway.home };
  const status = async (key: string) =>
    (await post({ ...gateway, key }, '/v1/chat/completions', question)).status;
  const first = (await conclave(['keys', 'create', 'ci', '--budget', '2/day'], place)).stdout.trim();
  assert.equal(await status(first), 200);
  const graced = await conclave(['keys', 'rotate', 'ci', '--grace', '24h'], place);
  assert.equal(graced.code, 0, graced.stderr);
  assert.match(
    graced.stderr,
    /^ci \(\S+\) has a new key, shown this once; the former one is accepted until 20/,
  );
  const second = graced.stdout.trim();
  assert.match(second, /^ck-\w{32}$/, 'only the key is on standard output');
  assert.deepEqual([await status(first), await status(second)], [200, 200]);

  const ended = await conclave(['keys', 'rotate', 'ci', '--json'], place);
  assert.equal(ended.code, 0, ended.stderr);
  const { key: third, budgets } = JSON.parse(ended.stdout) as {
    key: string;
    budgets: { spentUsd: number }[];
  };
  assert.ok((budgets[0]?.spentUsd ?? 0) > 0, 'the budget goes on');
  assert.equal(await status(third), 200);
  gateway.app.keys.ring.forget();
  assert.deepEqual([await status(first), await status(second), await status(third)], [401, 401, 200]);

  for (const [args, said] of [
    [['ci', '--grace', 'soon'], /grace: must be a span such as/],
    [['local'], /"local" is this machine's own key/],
    [['nobody'], /There is no key "nobody"/],
  ] as const) {
    const refused = await conclave(['keys', 'rotate', ...args], place);
    assert.deepEqual([refused.code, refused.stdout], [2, ''], args.join(' '));
    assert.match(refused.stderr, said);
  }
});

test('the own key of every machine is listed with its machine and its last use, and can be revoked', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  await conclave(['keys', 'create', 'idle'], place);
  const asked = await conclave(['ask', 'Hi', '--simulate'], place);
  assert.equal(asked.code, 0, asked.stderr);
  const { stdout } = await conclave(['keys', 'list', '--json'], place);
  const { keys } = JSON.parse(stdout) as { keys: { name: string; host?: string; lastUsedAt?: string }[] };
  assert.deepEqual(
    keys.map(({ name, host, lastUsedAt }) => [name, host, lastUsedAt === undefined]),
    [
      ['idle', undefined, true],
      ['local', hostname(), false],
    ],
  );
  const hour = keys[1]?.lastUsedAt?.slice(0, 13) ?? '';
  assert.match(
    (await conclave(['keys', 'list'], place)).stdout,
    new RegExp(`^local .* ${hostname()} +${hour}h `, 'm'),
  );
  assert.equal((await conclave(['keys', 'revoke', 'local'], place)).code, 0);
  const refused = await conclave(['ask', 'Hi', '--simulate'], place);
  assert.match(refused.stderr, /The key "local" is disabled/);
});

test('restoring by name restores the revoked key, and a change without effect is refused', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const first = await conclave(['keys', 'create', 'ci'], place);
  const [, firstId = ''] = /^ci is (\S+);/.exec(first.stderr) ?? [];
  assert.match((await conclave(['keys', 'restore', 'ci'], place)).stderr, /is not revoked/);
  assert.equal((await conclave(['keys', 'revoke', 'ci'], place)).code, 0);
  assert.match((await conclave(['keys', 'revoke', 'ci'], place)).stderr, /is revoked already/);
  assert.equal((await conclave(['keys', 'create', 'ci'], place)).code, 0);
  const refused = await conclave(['keys', 'restore', 'ci'], place);
  assert.equal(refused.code, 2, 'a name belongs to one active key');
  assert.match(refused.stderr, /A key in use is called/);
  assert.ok(firstId !== '');
});

test('the budget of the local key can be set before its first call', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const { code, stdout, stderr } = await conclave(['keys', 'budget', 'local', '20/day'], place);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\$20\/day/);
  const asked = await conclave(['ask', 'Hi', '--simulate'], place);
  assert.equal(asked.code, 0, asked.stderr);
  const { keys } = JSON.parse((await conclave(['keys', 'list', '--json'], place)).stdout) as {
    readonly keys: readonly { readonly name: string; readonly budgets: readonly { limitUsd: number }[] }[];
  };
  assert.deepEqual(
    keys.map(({ name, budgets }) => [name, budgets.map(({ limitUsd }) => limitUsd)]),
    [['local', [20]]],
  );
  const dear = await conclave(['ask', 'Hi', '--simulate', '--max-cost-usd', '0.000000001'], place);
  assert.deepEqual([dear.code, dear.stdout], [3, ''], 'no model is cheap enough');
  await conclave(['keys', 'budget', 'local', '0.000000001/day'], place);
  const refused = await conclave(['ask', 'Hi', '--simulate'], place);
  assert.deepEqual([refused.code, refused.stdout], [3, '']);
  assert.match(refused.stderr, /budget/);
});

test('new budgets treat unknown prices as the earlier ones did, unless told otherwise', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const asked = await conclave(['ask', 'Hi', '--simulate'], place);
  assert.equal(asked.code, 0, asked.stderr);
  const budget = async (...args: string[]) =>
    (await conclave(['keys', 'budget', 'local', ...args], place)).stdout;
  assert.match(await budget('7/day'), /\$7\/day \(unknown prices allowed\): \$0\.\d+ \(simulated\) spent/);
  assert.match(await budget('8/day', '--no-allow-unknown-prices'), /\$8\/day: /);
  assert.match(await budget('9/day'), /\$9\/day: /);
});

test('budgets of a key are replaced from the command line', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  await conclave(['keys', 'create', 'ci', '--budget', '2/day'], place);
  const budgetsAfter = async (...args: string[]) => {
    const { stdout, stderr } = await conclave(['keys', 'budget', 'ci', ...args, '--json'], place);
    assert.equal(stderr, '');
    const { budgets } = JSON.parse(stdout) as {
      budgets: { window: string; limitUsd: number; unknownPrices: string }[];
    };
    return budgets.map(({ window, limitUsd, unknownPrices }) => [window, limitUsd, unknownPrices]);
  };
  assert.deepEqual(await budgetsAfter('20/day', '200/month'), [
    ['day', 20, 'refuse'],
    ['month', 200, 'refuse'],
  ]);
  for (const flag of ['--soft', '--allow-unknown-prices']) {
    await budgetsAfter('5/hour', '--no-allow-unknown-prices');
    assert.deepEqual(await budgetsAfter('5/hour', flag), [['hour', 5, 'allow']], flag);
  }
  const { stdout } = await conclave(['keys', 'list'], place);
  assert.match(stdout, /\$5\/hour \(unknown prices allowed\)/);
  const made = await conclave(
    ['keys', 'create', 'two', '--budget', '1/day', '--soft-budget', '2/week', '--json'],
    place,
  );
  assert.deepEqual(
    JSON.parse(made.stdout).budgets.map(({ unknownPrices }: { unknownPrices: string }) => unknownPrices),
    ['refuse', 'allow'],
  );
  assert.deepEqual(await budgetsAfter(), [['hour', 5, 'allow']], 'without amounts they are shown');
  const mixed = await conclave(['keys', 'budget', 'two', '3/day', '4/week', '--json'], place);
  assert.deepEqual(
    JSON.parse(mixed.stdout).budgets.map(({ unknownPrices }: { unknownPrices: string }) => unknownPrices),
    ['refuse', 'refuse'],
    'one budget that refused them bounded the bill',
  );
  assert.deepEqual(await budgetsAfter('--none'), []);
  assert.deepEqual(await budgetsAfter('5/day'), [['day', 5, 'refuse']], 'the first budget bounds the bill');
  for (const args of [['much'], ['--none', '5/day'], ['--allow-unknown-prices']]) {
    assert.equal((await conclave(['keys', 'budget', 'ci', ...args], place)).code, 2, args.join(' '));
  }
});
