import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { claudeHabits } from '../makers/claude/habits.ts';
import { fittingTurns } from './fitting-turns.ts';
import { readRequest } from './read-request.ts';

const format = { type: 'json_schema', schema: { type: 'object', properties: {} } };
const one = { role: 'user', content: 'One' };
const two = { role: 'assistant', content: 'Two' };
const three = { role: 'user', content: 'Three' };
const later = { role: 'system', content: 'Later' };
const words = (text: string) => ({ type: 'text', text });
const low = { output_config: { effort: 'low' } };

function fitted(body: JsonObject, model: string) {
  const warnings: string[] = [];
  const asked = { model: 'm', max_tokens: 99, ...body };
  const target = { model, quirks: {}, stream: false };
  const draft = { request: readRequest(asked), target, habits: claudeHabits(model), warnings };
  return { members: fittingTurns(asked, draft), warnings };
}

const none = 'claude-sonnet-4-5';
const turns = 'claude-opus-4-8';
const efforts = 'claude-opus-5';
const movedMessage = /^A system message in mid-conversation was moved to the system prompt/;
const movedEffort = 'The effort "low" of a message was sent as that of the request.';

test('a conversation that the model accepts is unchanged', () => {
  const messages = [one, { ...later, ...low }, two, three];
  assert.deepEqual(fitted({ messages }, efforts), { members: {}, warnings: [] });
  assert.deepEqual(fitted({ messages: [one, later, two, three] }, turns), { members: {}, warnings: [] });
  assert.deepEqual(fitted({ messages: [one, two, three] }, none), { members: {}, warnings: [] });
});

test('system messages move behind the system prompt of the client, and their effort to the request', () => {
  const messages = [one, later, two, three, { role: 'system', content: [words('Last')], ...low }];
  for (const system of ['Top', [words('Top')]]) {
    const asked = { system, messages, output_config: { format, effort: 'high' } };
    const { members, warnings } = fitted(asked, none);
    assert.deepEqual(members, {
      output_config: { format, effort: 'low' },
      system: [words('Top'), words('Later'), words('Last')],
      messages: [one, two, three],
    });
    assert.equal(warnings.length, 2);
    assert.equal(warnings[0], movedEffort);
    assert.match(warnings[1] ?? '', movedMessage);
  }
  assert.deepEqual(fitted({ messages: [one, later] }, none).members, {
    system: [words('Later')],
    messages: [one],
  });
});

test('an effort of a message moves to the request if the model accepts such messages, but no effort in them', () => {
  const messages = [one, { ...later, ...low }, two, three, { role: 'system', ...low }];
  assert.deepEqual(fitted({ messages, output_config: { format } }, turns), {
    members: {
      output_config: { format, effort: 'low' },
      messages: [one, later, two, three],
    },
    warnings: [movedEffort],
  });
});

test('tools that messages add or remove are those of the request', () => {
  const tool = (name: string) => ({ name, input_schema: { type: 'object' } });
  const change = (type: string, of: JsonObject) => ({
    role: 'system',
    content: [{ type: `tool_${type}`, tool: of }],
  });
  const messages = [
    one,
    change('removal', { type: 'tool_reference', name: 'look' }),
    two,
    three,
    change('addition', { definition: tool('open') }),
  ];
  const tools = [tool('look'), tool('find')];
  assert.deepEqual(fitted({ messages, tools, tool_choice: { type: 'auto' } }, none), {
    members: { tools: [tool('find'), tool('open')], messages: [one, two, three] },
    warnings: [],
  });
});
