import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate, costing, healthy, sampleCandidates } from '../../test/support/policy-candidates.ts';
import { ConclaveError } from '../core/errors.ts';
import type { RoutingRule } from '../core/routing/preferences/routing-preferences.ts';
import rules, { checkRules } from './rules.ts';

const list: RoutingRule[] = [
  { name: 'contracts', when: { prompt: '\\b(contract|nda)\\b', tag: ['legal'] }, use: ['anthropic/opus'] },
  { name: 'bulk', when: { moreTokensThan: 50_000 }, use: ['gemini', 'economy'] },
  { name: 'night jobs', when: { key: ['cron'] }, use: ['deepseek/*', 'local'] },
  { name: 'reviews', when: { tool: ['codereview'], task: ['code-review'] }, use: ['frontier'] },
];
const plan = (features: SetFeatures) =>
  rules.plan(requestFeatures({ preferences: { rules: list }, ...features }), sampleCandidates, healthy);
const first = (features: SetFeatures) => plan(features).steps[0]?.candidates[0]?.model.id;

test('the first rule whose conditions all match decides, and the reason names it', () => {
  assert.equal(first({ work: { prompt: 'Read this Contract', tags: ['legal'] } }), 'anthropic/opus');
  assert.match(plan({ work: { prompt: 'an NDA', tags: ['legal'] } }).reason, /by contracts$/);
  assert.equal(first({ size: { prompt: { expected: 60_000 } } }), 'google/flash');
  assert.equal(first({ key: { name: 'cron' } }), 'deepseek/chat');
  assert.equal(first({ work: { tool: 'codereview', task: 'code-review' } }), 'google/pro');
});

test('a rule with an unmet condition does not apply, and a call that no rule matches follows the table', () => {
  assert.equal(first({ work: { prompt: 'contract' } }), 'google/flash');
  assert.equal(first({ work: { tool: 'codereview' } }), 'google/flash');
  assert.match(plan({}).reason, /^no rule applies; google\/flash for chat/);
});

test('a rule for a tool applies to calls of that tool only', () => {
  const use = (tool?: string) =>
    plan({
      preferences: { rules: [{ name: 'reviews', when: { tool: ['codereview'] }, use: ['frontier'] }] },
      work: { ...(tool && { tool }) },
    }).reason;
  assert.match(use('codereview'), /by reviews$/);
  assert.match(use('chat'), /^no rule applies/);
  assert.match(use(), /^no rule applies/);
});

test('the sizes of a rule are those above the one number and below the other', () => {
  const when = { moreTokensThan: 99, fewerTokensThan: 102 };
  const sized: RoutingRule = { name: 'sized', when, use: ['economy'] };
  const applies = (expected: number) =>
    plan({ preferences: { rules: [sized] }, size: { prompt: { expected } } }).reason.endsWith('by sized');
  assert.deepEqual([99, 100, 101, 102].map(applies), [false, true, true, false]);
  const models = sampleCandidates.map(({ model }) => model);
  checkRules([{ ...sized, when: { ...when, fewerTokensThan: 101 } }], models);
  const none = { ...sized, when: { ...when, fewerTokensThan: 100 } };
  assert.throws(() => checkRules([none], models), /matches no size/);
});

test('if all models of a rule are ruled out, the next rule applies', () => {
  const without = sampleCandidates.filter(({ model }) => model.family !== 'claude');
  const features: SetFeatures = {
    preferences: { rules: list },
    work: { prompt: 'contract', tags: ['legal'] },
  };
  const long = requestFeatures({ ...features, size: { prompt: { expected: 60_000 } } });
  const { steps, reason } = rules.plan(long, without, healthy);
  assert.equal(steps[0]?.candidates[0]?.model.id, 'google/flash');
  assert.match(reason, /^no model of contracts can serve it; google\/flash by bulk$/);
  const { reason: byTable } = rules.plan(requestFeatures(features), without, healthy);
  assert.match(byTable, /^no model of contracts can serve it; google\/flash for chat/);
});

test('a rule without a name is called by its position, as in errors', () => {
  const unnamed = { preferences: { rules: list.map(({ when, use }) => ({ when, use })) } };
  assert.match(plan({ ...unnamed, key: { name: 'cron' } }).reason, /^deepseek\/chat by routing\.rules\.2$/);
});

test('tags match regardless of case', () => {
  assert.equal(first({ work: { prompt: 'contract', tags: ['Legal'] } }), 'anthropic/opus');
});

test("all other candidates follow the rule's models as fallbacks", () => {
  assert.equal(plan({ key: { name: 'cron' } }).steps[0]?.candidates.length, sampleCandidates.length);
});

/** A conversation whose whole prompt is in its model's cache, under a rule for these targets. */
function turn(model: string, use: readonly string[], more: SetFeatures = {}) {
  return plan({
    preferences: { rules: [{ name: 'big', when: {}, use: [...use] }] },
    conversation: { model, warmTokens: 900 },
    ...more,
  });
}

test('a conversation stays with its model among the models of a rule', () => {
  const stayed = turn('openai/gpt', ['gpt']);
  assert.equal(stayed.steps[0]?.candidates[0]?.model.id, 'openai/gpt');
  assert.match(stayed.reason, /^by big, openai\/gpt continues its conversation: .* at openai\/gpt-medium$/);
  assert.equal(stayed.steps[0]?.candidates.length, sampleCandidates.length, 'the others are its fallbacks');
  assert.equal(stayed.policy, 'rules');
  assert.match(
    turn('google/flash', ['gemini'], { work: { task: 'architecture' } }).reason,
    /^google\/pro by big/,
  );
  assert.match(
    turn('openai/gpt', ['gpt'], { asked: { tier: 'workhorse' } }).reason,
    /^openai\/gpt-medium by big/,
  );
});

test('a rule moves a conversation at once from a model that is not among those it names first', () => {
  assert.match(turn('google/pro', ['google/flash']).reason, /^google\/flash by big$/);
  assert.match(turn('google/pro', ['claude', 'frontier']).reason, /^anthropic\/sonnet by big$/);
  assert.match(turn('anthropic/opus', ['mistral', 'frontier']).reason, /^by big, anthropic\/opus continues/);
});

test('a tier that no model of a rule has moves no conversation among them', () => {
  const asked = { tier: 'economy' as const };
  assert.match(turn('anthropic/opus', ['frontier'], { asked }).reason, /^by big, anthropic\/opus continues/);
});

test('a conversation leaves a model of the rule that is not known to see its image', () => {
  const seeing = candidate('lab/seeing', {
    family: 'lab',
    price: costing(3),
    capabilities: { vision: true },
  });
  const blind = candidate('lab/blind', { family: 'lab', price: costing(2) });
  const features = requestFeatures({
    preferences: { rules: [{ name: 'big', when: {}, use: ['lab'] }] },
    conversation: { model: 'lab/blind', warmTokens: 900 },
    request: { needs: ['vision'] },
  });
  assert.match(rules.plan(features, [blind, seeing], healthy).reason, /^lab\/seeing by big$/);
});

test('rejects a rule that can never work before the first call', () => {
  const models = sampleCandidates.map(({ model }) => model);
  checkRules(list, models);
  const wrong: [RoutingRule, RegExp][] = [
    [{ name: 'typo', when: {}, use: ['fronteer'] }, /routing\.rules\.0 \(typo\).*"fronteer".*frontier/],
    [{ when: {}, use: ['anthropic/opos'] }, /anthropic\/opus/],
    [{ when: {}, use: ['anthropic'] }, /is a provider; write "anthropic\/\*"/],
    [{ when: {}, use: ['cascade'] }, /"cascade" is not a model/],
    [{ when: { moreTokensThan: 100, fewerTokensThan: 50 }, use: ['economy'] }, /matches no size/],
    [{ when: {}, use: [] }, /has no target/],
    [{ when: { prompt: '([' }, use: ['economy'] }, /not a regular expression/],
    [{ when: { prompt: '(a+)+$' }, use: ['economy'] }, /takes too long on some prompts/],
  ];
  for (const [rule, message] of wrong) {
    assert.throws(
      () => checkRules([rule], models),
      (error) =>
        error instanceof ConclaveError && error.code === 'configuration' && message.test(error.message),
    );
  }
});

test('a rule for a tier, or for local models, that no configured model has gets an error that says so', () => {
  const economy = sampleCandidates
    .map(({ model }) => model)
    .filter(({ tier, local }) => tier === 'economy' && !local);
  assert.throws(
    () => checkRules([{ when: {}, use: ['local'] }], economy),
    /no configured model is local; start a local server/,
  );
  assert.throws(
    () => checkRules([{ when: {}, use: ['frontier'] }], economy),
    /no configured model is of the tier frontier/,
  );
});

test('a rule whose pattern takes too long on a prompt is skipped with a warning that names it', () => {
  const slow: RoutingRule = { name: 'private', when: { prompt: '(?:\\w+\\s?)+%' }, use: ['local'] };
  const features = requestFeatures({ preferences: { rules: [slow] }, work: { prompt: 'a'.repeat(80) } });
  const { warnings, reason } = rules.plan(features, sampleCandidates, healthy);
  assert.deepEqual(warnings, [
    'the prompt pattern of private took too long on this prompt, so private was not applied',
  ]);
  assert.match(reason, /^no rule applies/);
  const elsewhere = { ...slow, when: { ...slow.when, tag: ['legal'] } };
  assert.equal(
    rules.plan({ ...features, preferences: { rules: [elsewhere] } }, sampleCandidates, healthy).warnings,
    undefined,
  );
});
