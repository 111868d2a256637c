import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { createKey } from '../support/create-key.ts';
import { post, simulatedProviders, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';

type Routing = NonNullable<ConfigInput['routing']>;

const gatewayWith = (t: Parameters<typeof startTestGateway>[0], routing: Routing) =>
  startTestGateway(t, { config: (simulator) => ({ providers: simulatedProviders(simulator), routing }) });

const chat = (content: string, more: object = {}) => ({
  model: 'auto',
  max_tokens: 50,
  messages: [{ role: 'user', content }],
  ...more,
});

async function routed(gateway: TestGateway, body: object, headers: Record<string, string> = {}) {
  const reply = await post(gateway, '/v1/chat/completions', body, headers);
  assert.equal(reply.status, 200, await reply.clone().text());
  const row = await ledgerRow(gateway, reply);
  return { model: row.model, decision: row.decision, warnings: row.warnings };
}

test('rules route calls by task, tag, words, size and key, whatever the policy', async (t) => {
  const gateway = await gatewayWith(t, {
    policy: 'cost',
    rules: [
      { name: 'contracts', when: { prompt: '\\bNDA\\b', tag: 'legal' }, use: 'anthropic/claude-opus-5-5' },
      { name: 'reviews', when: { task: ['code-review', 'security-review'] }, use: ['claude', 'frontier'] },
      { name: 'bulk', when: { moreTokensThan: 2000 }, use: 'gpt' },
      { name: 'mine', when: { key: 'local', tag: 'mine' }, use: 'deepseek' },
    ],
  });
  const legal = await routed(gateway, chat('Read this nda'), { 'x-conclave-tags': 'legal' });
  assert.equal(legal.model, 'anthropic/claude-opus-5-5');
  assert.match(legal.decision?.reason ?? '', /by contracts$/);
  const review = await routed(gateway, chat('Look at this.'), { 'x-conclave-task': 'code-review' });
  assert.match(review.model ?? '', /^anthropic\//);
  assert.match((await routed(gateway, chat('word '.repeat(3000)))).model ?? '', /^openai\//);
  assert.match((await routed(gateway, chat('Hi'), { 'x-conclave-tags': 'mine' })).model ?? '', /^deepseek\//);
  const other = await routed(gateway, chat('Read this nda'));
  assert.equal(other.decision?.policy, 'cost');
  assert.doesNotMatch(other.decision?.reason ?? '', /by /);
});

test('a config that pins one model sends every open call there, and named models are unaffected', async (t) => {
  const gateway = await gatewayWith(t, { pin: 'sonnet' });
  const { model, decision } = await routed(gateway, chat('Hi', { model: 'auto:economy' }));
  assert.equal(model, 'anthropic/claude-sonnet-5-5');
  assert.deepEqual([decision?.policy, decision?.reason], ['pinned', `${model} is pinned`]);
  assert.match((await routed(gateway, chat('Hi', { model: 'gpt-mini' }))).model ?? '', /^openai\//);
});

test("a pin reports the call's settings that it overrides, and yields to a list of models that the call allows", async (t) => {
  const gateway = await gatewayWith(t, { pin: 'sonnet' });
  const tier = await routed(gateway, chat('Hi', { model: 'auto:economy' }));
  assert.match(
    tier.warnings.join(),
    /claude-sonnet-5-5 is pinned .*which overrides the requested tier economy/u,
  );
  const policy = await routed(gateway, chat('Hi'), { 'x-conclave-policy': 'cost' });
  assert.match(policy.warnings.join(), /which overrides the requested policy cost/u);
  assert.deepEqual((await routed(gateway, chat('Hi', { model: 'auto:workhorse' }))).warnings, []);
  const listed = await routed(gateway, chat('Hi', { models: ['openai/gpt-6-luna', 'openai/gpt-6-sol'] }));
  assert.match(listed.model ?? '', /^openai\//u);
  assert.match(
    listed.warnings.join(),
    /claude-sonnet-5-5 is pinned, but not among the models of the request/u,
  );
  const within = await routed(gateway, chat('Hi', { models: ['openai/gpt-6-luna', 'sonnet'] }));
  assert.deepEqual([within.model, within.warnings], ['anthropic/claude-sonnet-5-5', []]);
});

test('a key uses its own routing settings, and impossible ones are refused when it is created', async (t) => {
  const gateway = await gatewayWith(t, {});
  const admin = { url: gateway.url, key: gateway.adminKey };
  const { key } = await createKey(gateway, { name: 'thrifty', routing: { mode: 'economy' } });
  assert.equal((await routed({ ...gateway, key }, chat('Hi'))).decision?.policy, 'learned');
  assert.equal((await routed(gateway, chat('Hi'))).decision?.policy, 'tiered');

  const opus = await createKey(gateway, { name: 'pinned', routing: { pin: 'opus' } });
  assert.equal((await routed({ ...gateway, key: opus.key }, chat('Hi'))).model, 'anthropic/claude-opus-5-5');

  const wrong = await post(admin, '/admin/keys', { name: 'typo', routing: { pin: 'sonet' } });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /routing\.pin.*sonet/);
});

test("a key's mode replaces the quality of the configuration", async (t) => {
  const gateway = await gatewayWith(t, { quality: 0.9 });
  const { key } = await createKey(gateway, { name: 'directors', routing: { mode: 'best', critical: true } });
  const best = await routed({ ...gateway, key }, chat('Hi'));
  assert.match(best.decision?.reason ?? '', /is the best in mode best/);
});

test('a quality target is met at the lowest cost; if no remaining model can meet it, a warning says so and the best answers', async (t) => {
  const gateway = await gatewayWith(t, { quality: 0.99 });
  // One call in fifty goes to the guard arm for comparison, but never a critical one.
  const certain = { 'x-conclave-tags': 'critical' };
  const open = await routed(gateway, chat('Hi'), certain);
  assert.match(open.decision?.reason ?? '', /cheapest within 99 % of the best/);
  const [first] = open.decision?.ranked ?? [];
  assert.ok(
    (first?.estimateNanoUsd ?? 0) > 0 && (first?.chance ?? 0) > 0.5,
    'what ranked it is kept with it',
  );
  assert.deepEqual(open.warnings, []);
  const poor = await routed(gateway, chat('Hi'), { ...certain, 'x-conclave-max-cost-usd': '0.0001' });
  assert.match(poor.warnings.join(), /no model that may serve this call reaches 99 % of the quality of/);
});

test('a conversation stays with its model while its prompt is cached there, and moves for another tier', async (t) => {
  const gateway = await gatewayWith(t, { rules: [{ when: { tag: 'start' }, use: 'openai/gpt-5.4-mini' }] });
  const opening = { role: 'user', content: `Remember the river. ${'It is long. '.repeat(2000)}` };
  const first = await routed(gateway, { ...chat(''), messages: [opening] }, { 'x-conclave-tags': 'start' });
  assert.equal(first.model, 'openai/gpt-5.4-mini');
  const turns = [opening, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'And now?' }];
  const fresh = await routed(gateway, { ...chat('Hello there') });
  assert.notEqual(fresh.model, first.model);
  const second = await routed(gateway, { ...chat(''), model: 'auto:economy', messages: turns });
  assert.equal(second.model, first.model, second.decision?.reason ?? '');
  assert.match(second.decision?.reason ?? '', /continues its conversation: about \$.* in its cache/);
  const dearer = await routed(gateway, { ...chat(''), model: 'auto:frontier', messages: turns });
  assert.notEqual(dearer.model, first.model);
});

test('a conversation stays with its model under a rule for its family, and moves at once to a model that a rule names', async (t) => {
  const gateway = await gatewayWith(t, {
    rules: [
      { when: { tag: 'switch' }, use: 'openai/gpt-5.4-mini' },
      { name: 'ours', when: { moreTokensThan: 1000 }, use: 'gpt' },
    ],
  });
  const opening = { role: 'user', content: `Remember the river. ${'It is long. '.repeat(2000)}` };
  const turns = [opening, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'And now?' }];
  const asked = { ...chat(''), messages: turns };
  const first = await routed(
    gateway,
    { ...asked, messages: [opening] },
    { 'x-conclave-task': 'architecture' },
  );
  const second = await routed(gateway, asked, { 'x-conclave-task': 'chat' });
  const fresh = await routed(gateway, asked, { 'x-conclave-task': 'chat', 'x-conclave-session': 'another' });
  assert.notEqual(fresh.model, first.model, 'the table would choose another of the family');
  assert.equal(second.model, first.model, second.decision?.reason ?? '');
  assert.match(second.decision?.reason ?? '', /^by ours, .* continues its conversation/);
  const named = await routed(gateway, asked, { 'x-conclave-task': 'chat', 'x-conclave-tags': 'switch' });
  assert.equal(named.model, 'openai/gpt-5.4-mini');
});

test('a key does not continue the conversation of another key that began with the same words or has the same session', async (t) => {
  const gateway = await gatewayWith(t, { rules: [{ when: { tag: 'start' }, use: 'openai/gpt-5.4-mini' }] });
  const { key } = await createKey(gateway, { name: 'another' });
  const another = { ...gateway, key };
  const opening = { role: 'user', content: `Remember the river. ${'It is long. '.repeat(2000)}` };
  const turns = [opening, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'And now?' }];
  const sessions: Record<string, string>[] = [{}, { 'x-conclave-session': '1' }];
  for (const session of sessions) {
    const start = { 'x-conclave-tags': 'start', ...session };
    await routed(gateway, { ...chat(''), messages: [opening] }, start);
    const next = { ...chat(''), model: 'auto:economy', messages: turns };
    const own = await routed(gateway, next, session);
    assert.match(own.decision?.reason ?? '', /continues its conversation/);
    const foreign = await routed(another, next, session);
    assert.doesNotMatch(foreign.decision?.reason ?? '', /continues/);
  }
});

test('a conversation with Claude stays for its cache only if the client marks its prompt', async (t) => {
  for (const isMarked of [false, true]) {
    const gateway = await gatewayWith(t, { policy: 'tiered' });
    const cache = isMarked ? { cache_control: { type: 'ephemeral' } } : {};
    const report = `Here is a report. ${'Revenue rose in the northern region. '.repeat(2000)}`;
    const opening = { role: 'user', content: [{ type: 'text', text: report, ...cache }] };
    const body = { model: 'auto', max_tokens: 50, messages: [opening] };
    const turn = async (messages: readonly object[], more: object = {}) => {
      const reply = await post(
        gateway,
        '/v1/messages',
        { ...body, messages, ...more },
        { 'x-conclave-task': 'chat' },
      );
      assert.equal(reply.status, 200, await reply.clone().text());
      return gateway.app.ledger.show(reply.headers.get('x-conclave-request-id') ?? '');
    };
    const opus = 'anthropic/claude-opus-5-5';
    const first = await turn([opening], { models: [opus] });
    assert.equal(first?.model, opus);
    const second = await turn(
      [
        opening,
        { role: 'assistant', content: 'Noted.' },
        { role: 'user', content: 'What do you think of it?' },
      ],
      { models: [opus, 'openai/gpt-5.4-mini'] },
    );
    const reason = second?.decision?.reason ?? '';
    if (isMarked) {
      assert.equal(second?.model, first?.model, reason);
      assert.match(reason, /with 1\d{4} tokens in its cache/);
      assert.ok((second?.usage.cacheRead ?? 0) > 10_000);
    } else {
      assert.notEqual(second?.model, first?.model, reason);
      assert.match(reason, /the conversation moves/);
    }
  }
});

/** Invalid settings that would not compile, as they may stand in a file. */
const misspelt = (routing: object) => routing as Routing;

test('an invalid rule, pin or policy stops the start and is named', async (t) => {
  const wrong: [Routing, RegExp][] = [
    [{ rules: [{ name: 'typo', use: 'fronteer' }] }, /routing\.rules\.0 \(typo\).*"fronteer".*frontier/],
    [{ rules: [{ use: ['anthropic/claude-opos'] }] }, /routing\.rules\.0.*"anthropic\/claude-opos"/],
    [{ pin: 'auto' }, /routing\.pin: "auto" leaves the choice open/],
    [{ pin: 'sonet' }, /routing\.pin: .*sonet/],
    [{ policy: 'magic' }, /no policy "magic"; known: .*learned/],
    [{ quality: 1.5 }, /routing\.quality/],
    [misspelt({ rules: [{ when: { task: 'chating' }, use: 'frontier' }] }), /rules\.0\.when\.task: .*, chat/],
    [misspelt({ rules: [{ when: { task: ['chat', 'maths'] }, use: 'local' }] }), /when\.task\.1: .*"math"/],
    [
      misspelt({ rules: [{ usee: 'frontier' }] }),
      /unknown key "routing\.rules\.0\.usee"; did you mean "use"/,
    ],
  ];
  for (const [routing, message] of wrong) {
    await assert.rejects(gatewayWith(t, routing), { code: 'configuration', message });
  }
});

test('models are compared by answers of usual length, and the longest possible is reserved', async (t) => {
  const gateway = await gatewayWith(t, { mode: 'best' });
  const dry = { 'x-conclave-dry-run': 'true', 'x-conclave-task': 'chat' };
  const open = chat('Why is the sky blue?', { max_tokens: undefined });
  const preview = await post(gateway, '/v1/chat/completions', open, dry);
  const { steps, output_tokens, reserves_usd } = (await preview.json()) as {
    steps: { model: string; estimated_cost_usd: number }[][];
    output_tokens: number;
    reserves_usd: number;
  };
  const first = steps[0]?.[0];
  assert.ok(output_tokens < 1_000, `${output_tokens}`);
  assert.ok(first && first.estimated_cost_usd * 5 < reserves_usd, JSON.stringify([first, reserves_usd]));
  const resolved = gateway.app.models.catalogue.resolve(first.model);
  assert.ok(resolved.kind === 'model');
  assert.equal(resolved.model.tier, 'frontier', 'the best mode does not drop a good model over a cent');
});

test("a model's work is reviewed by another family in the same conversation, and by that family from then on", async (t) => {
  const gateway = await gatewayWith(t, {});
  const asked = 'Write a Python function that parses ISO 8601 durations';
  const turns: { role: string; content: string }[] = [{ role: 'user', content: asked }];
  const turn = async (content?: string, task?: string) => {
    if (content !== undefined)
      turns.push({ role: 'assistant', content: 'def f(): pass' }, { role: 'user', content });
    const { model } = await routed(
      gateway,
      chat('', { messages: turns }),
      task ? { 'x-conclave-task': task } : {},
    );
    return model?.split('/')[0];
  };
  const author = await turn();
  const reviewer = await turn('Review the code above.', 'code-review');
  assert.notEqual(reviewer, author);
  assert.equal(await turn('And the error handling?', 'code-review'), reviewer);
});

test('a mode or quality with a policy that ignores it is refused at the start and when a key is created', async (t) => {
  for (const policy of ['tiered', 'rules', 'cost', 'latency', 'weighted'])
    await assert.rejects(
      gatewayWith(t, { policy, quality: 0.99 }),
      new RegExp(`routing\\.quality: the policy ${policy} does not support quality; .* learned or cascade`),
    );
  await assert.rejects(
    gatewayWith(t, { policy: 'tiered', mode: 'best' }),
    /routing\.mode: .* does not support mode/,
  );
  const gateway = await gatewayWith(t, { policy: 'cascade', mode: 'economy', quality: 0.9 });
  const key = { name: 'k', budgets: [], routing: { policy: 'cost', mode: 'best' } } as const;
  await assert.rejects(gateway.app.keys.issue(key), {
    code: 'invalid_request',
    message: /cost does not support mode/,
  });
});

test("a key's mode that the config's policy ignores is reported at creation, on the key's first call and in dry runs", async (t) => {
  const gateway = await gatewayWith(t, { policy: 'cost' });
  const admin = { url: gateway.url, key: gateway.adminKey };
  const said =
    /^routing\.mode: this key's economy has no effect: the policy cost, set by the configuration, does not support mode/;
  const made = await createKey(gateway, { name: 'thrifty', routing: { mode: 'economy' } });
  assert.equal(made.warnings?.length, 1);
  assert.match(made.warnings?.[0] ?? '', said);
  const thrifty = { ...gateway, key: made.key };
  const heard = async () =>
    (await routed(thrifty, chat('Hi'))).warnings.filter((one) => said.test(one)).length;
  assert.deepEqual([await heard(), await heard()], [1, 0]);
  for (const _ of [1, 2]) {
    const dry = await post(thrifty, '/v1/chat/completions', chat('Hi'), { 'x-conclave-dry-run': 'true' });
    const { warnings } = JSON.parse(await dry.text());
    assert.ok(
      warnings.some((one: string) => said.test(one)),
      warnings.join(),
    );
  }
  assert.deepEqual((await routed(thrifty, chat('Hi', { model: 'gpt-mini' }))).warnings, []);
  const own = { name: 'own', routing: { mode: 'economy', policy: 'learned' } };
  assert.doesNotMatch(await (await post(admin, '/admin/keys', own)).text(), /warnings/);
});

test("a key's quality without effect on a call with its own policy is reported", async (t) => {
  const gateway = await gatewayWith(t, {});
  const made = await createKey(gateway, { name: 'strict', routing: { quality: 0.9 } });
  assert.equal(made.warnings, undefined);
  const strict = { ...gateway, key: made.key };
  assert.doesNotMatch((await routed(strict, chat('Hi'))).warnings.join(), /routing\.quality/);
  const { warnings } = await routed(strict, chat('Hi'), { 'x-conclave-policy': 'latency' });
  assert.match(
    warnings.join(),
    /routing\.quality: this key's 0\.9 has no effect: the policy latency, set by this call, does not support quality/,
  );
});

test('a rule whose pattern is a path works, with a warning at the start that its slashes are matched as text', async (t) => {
  const written: string[] = [];
  const { write } = process.stderr;
  t.after(() => {
    process.stderr.write = write;
  });
  process.stderr.write = (piece: string | Uint8Array) => written.push(String(piece)) > 0;
  const gateway = await gatewayWith(t, {
    rules: [{ name: 'settings', when: { prompt: '/etc/dms' }, use: 'deepseek' }],
  });
  process.stderr.write = write;
  assert.match(
    written.join(''),
    /routing\.rules\.0 \(settings\): \\?"\/etc\/dms\\?" matches its slashes as text/,
  );
  assert.match((await routed(gateway, chat('What is in /etc/dms?'))).model ?? '', /^deepseek\//);
  assert.doesNotMatch((await routed(gateway, chat('What is in etc?'))).model ?? '', /^deepseek\//);
});
