import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';

// A relayed request that Conclave has sent to another Claude than the client named loses only what that model rejects.

const hello = { model: 'm', max_tokens: 20_000, messages: [{ role: 'user', content: 'Hello' }] };

/** Returns the members that change for a model that Conclave has chosen, and the warnings. */
function edited(body: JsonObject, model: string, maxOutputTokens?: number) {
  const asked = { ...hello, ...body };
  const { edits, warnings } = relayRequest(asked, readRequest(asked), {
    model,
    quirks: {},
    stream: false,
    chosen: true,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  });
  const changes = edits.filter(({ member }) => member !== 'model');
  return {
    changes: Object.fromEntries(changes.map(({ member, value }) => [member, value])),
    warnings,
  };
}

const byBudget = 'claude-sonnet-4-5';
const adaptive = 'claude-opus-4-7';
const always = 'claude-opus-5-5';
const between = 'claude-sonnet-5-5';

test('sampling settings that the model rejects are left out', () => {
  const sampling = { temperature: 0.5, top_p: 0.9, top_k: 5 };
  assert.deepEqual(edited(sampling, 'claude-sonnet-4-20250514'), { changes: {}, warnings: [] });
  assert.deepEqual(edited(sampling, byBudget).changes, { top_p: undefined });
  const none = { temperature: undefined, top_p: undefined, top_k: undefined };
  assert.deepEqual(edited(sampling, adaptive).changes, none);
  const thinking = { type: 'enabled', budget_tokens: 4_000 };
  assert.deepEqual(edited({ ...sampling, thinking }, byBudget).changes, none);
});

test('the limit is lowered to what the model can write', () => {
  const { changes, warnings } = edited({}, byBudget, 8_000);
  assert.deepEqual(changes, { max_tokens: 8_000 });
  assert.equal(warnings.length, 1);
  assert.deepEqual(edited({}, byBudget, 64_000), { changes: {}, warnings: [] });
});

test('a forced call becomes a free one if the model cannot be forced, still one at a time', () => {
  const tools = [{ name: 'look', input_schema: { type: 'object' } }];
  for (const type of ['any', 'tool']) {
    const tool_choice = {
      type,
      ...(type === 'tool' && { name: 'look' }),
      disable_parallel_tool_use: true,
    };
    const asked = { tools, tool_choice };
    assert.deepEqual(edited(asked, adaptive).changes, {});
    const { changes, warnings } = edited(asked, always);
    assert.deepEqual(changes, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } });
    assert.equal(warnings.length, 1);
  }
});

test('thinking takes the form of the model, without touching the rest of the output settings', () => {
  const format = { type: 'json_schema', schema: { type: 'object', properties: {} } };
  const adaptiveThinking = { type: 'adaptive' };
  const config = { effort: 'high', format };
  assert.deepEqual(edited({ thinking: adaptiveThinking, output_config: config }, adaptive).changes, {});
  assert.deepEqual(edited({ thinking: adaptiveThinking, output_config: config }, byBudget).changes, {
    thinking: { type: 'enabled', budget_tokens: 16_000 },
    output_config: { format },
  });
  assert.deepEqual(edited({ output_config: config }, byBudget).changes, {
    output_config: { format },
  });
  const enabled = { type: 'enabled', budget_tokens: 4_000 };
  assert.deepEqual(edited({ thinking: enabled, output_config: { format } }, adaptive).changes, {
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { format, effort: 'low' },
  });
  assert.deepEqual(edited({ thinking: { type: 'disabled' }, output_config: { format } }, always).changes, {
    thinking: undefined,
    output_config: { format, effort: 'low' },
  });
});

test('thinking without a budget gets the one of a translated request, also for a Claude that the caller named', () => {
  const asked = { ...hello, thinking: { type: 'enabled' } };
  const named = (model: string) =>
    relayRequest(asked, readRequest(asked), { model, quirks: {}, stream: false });
  for (const [model, thinking] of [
    [byBudget, { type: 'enabled', budget_tokens: 10_000 }],
    ['claude-opus-4-6', { type: 'adaptive', display: 'summarized' }],
    [adaptive, { type: 'adaptive', display: 'summarized' }],
  ] as const) {
    assert.deepEqual(edited({ thinking: { type: 'enabled' } }, model).changes, { thinking }, model);
    const { edits } = named(model);
    assert.deepEqual(edits.find(({ member }) => member === 'thinking')?.value, thinking, model);
  }
  const { edits, warnings } = named('deepseek-v4-pro');
  assert.deepEqual([edits.map(({ member }) => member), warnings], [['model'], []], 'it needs none');
});

test('a forced call is sent without thinking', () => {
  const tools = [{ name: 'look', input_schema: { type: 'object' } }];
  const asked = {
    tools,
    tool_choice: { type: 'any' },
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
  };
  assert.deepEqual(edited(asked, byBudget).changes, { thinking: undefined, output_config: undefined });
});

test('a model that can only switch its thinking off up front keeps an effort up to high', () => {
  for (const [asked, effort] of [
    ['low', 'low'],
    ['high', 'high'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ]) {
    const body = { thinking: { type: 'disabled' }, output_config: { effort: asked ?? '' } };
    assert.deepEqual(edited(body, between).changes, {
      thinking: { type: 'between_tools' },
      output_config: { effort },
    });
  }
});
