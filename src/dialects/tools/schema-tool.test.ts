import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolChoice } from '../../core/wire/request.ts';
import {
  choiceForAnswer,
  choosesAnswer,
  offersSchemaTool,
  schemaTool,
  structuredText,
} from './schema-tool.ts';

const schema = { type: 'object', properties: {} };

test('the tool that carries a schema says what its call is for', () => {
  const tool = (about: string) => ({
    name: 'conclave_answer',
    description: `Gives the final answer${about}. Call it exactly once, with the whole answer.`,
    inputSchema: schema,
  });
  const output = { type: 'json-schema', schema } as const;
  assert.deepEqual(schemaTool(output), tool(''));
  assert.deepEqual(schemaTool({ ...output, name: 'city' }), tool(': city'));
  assert.deepEqual(schemaTool({ ...output, name: 'city', description: 'A big city' }), tool(': A big city'));
});

test('its arguments are marked as the structured answer', () => {
  assert.deepEqual(structuredText(2, '{"n"'), {
    type: 'text-delta',
    index: 2,
    text: '{"n"',
    structured: true,
  });
});

test('it must be called, unless the client’s own tools may be called instead', () => {
  const only = { type: 'tool', name: 'conclave_answer' };
  const any = { type: 'required' };
  const own: ToolChoice = { type: 'tool', name: 'look' };
  const tools = [{ name: 'look', inputSchema: schema }];
  const choice = (toolChoice?: ToolChoice, offered?: typeof tools) =>
    choiceForAnswer({
      model: 'm',
      stream: false,
      messages: [],
      ...(toolChoice && { toolChoice }),
      ...(offered && { tools: offered }),
    });
  assert.deepEqual(choice(), only);
  assert.deepEqual(choice({ type: 'none' }, tools), only);
  assert.deepEqual(choice(undefined, tools), any);
  assert.deepEqual(choice({ type: 'auto' }, tools), any);
  assert.deepEqual(choice(own, tools), own);
});

test('a choice of it, and its presence among the tools, are recognised by its name', () => {
  assert.equal(choosesAnswer({ type: 'tool', name: 'conclave_answer' }), true);
  assert.equal(choosesAnswer({ type: 'tool', name: 'look' }), false);
  assert.equal(choosesAnswer({ type: 'required' }), false);
  assert.equal(offersSchemaTool(['look', 'conclave_answer']), true);
  assert.equal(offersSchemaTool(['look', undefined]), false);
});
