import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '../../core/wire/content.ts';
import type { Reasoning } from '../../core/wire/request.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import { dialects } from '../index.ts';

const asked = {
  off: { effort: 'none' },
  'budget 0': { budgetTokens: 0 },
  'budget 3,000': { budgetTokens: 3_000 },
  'budget 10,000': { budgetTokens: 10_000 },
  'budget 30,000': { budgetTokens: 30_000 },
  max: { effort: 'max' },
} satisfies Record<string, Reasoning>;

/** A model of each dialect, the place of the effort in its request, and the value expected there for each wish. */
const table: readonly {
  readonly dialect: DialectId;
  readonly model: string;
  readonly at: readonly string[];
  readonly written: Record<keyof typeof asked, JsonValue | undefined>;
}[] = [
  {
    dialect: 'openai-chat',
    model: 'gpt-5.5',
    at: ['reasoning_effort'],
    written: row('none', 'none', 'low', 'medium', 'high', 'xhigh'),
  },
  {
    dialect: 'openai-responses',
    model: 'gpt-5.5',
    at: ['reasoning', 'effort'],
    written: row('none', 'none', 'low', 'medium', 'high', 'xhigh'),
  },
  {
    dialect: 'anthropic-messages',
    model: 'claude-sonnet-4-5',
    at: ['thinking', 'budget_tokens'],
    written: row(undefined, undefined, 3_000, 10_000, 30_000, 30_400),
  },
  {
    dialect: 'anthropic-messages',
    model: 'claude-opus-4-8',
    at: ['output_config', 'effort'],
    written: row(undefined, undefined, 'low', 'medium', 'high', 'max'),
  },
  {
    dialect: 'google-generate',
    model: 'gemini-2.5-flash',
    at: ['generationConfig', 'thinkingConfig', 'thinkingBudget'],
    written: row(0, 0, 3_000, 10_000, 24_576, 24_576),
  },
  {
    dialect: 'google-generate',
    model: 'gemini-2.5-pro',
    at: ['generationConfig', 'thinkingConfig', 'thinkingBudget'],
    written: row(128, 128, 3_000, 10_000, 30_000, 24_576),
  },
  {
    dialect: 'google-generate',
    model: 'gemini-3.8-flash',
    at: ['generationConfig', 'thinkingConfig', 'thinkingLevel'],
    written: row('low', 'low', 'low', 'medium', 'high', 'high'),
  },
  {
    dialect: 'openai-chat',
    model: 'google/gemini-3.8-flash',
    at: ['reasoning_effort'],
    written: row('low', 'low', 'low', 'medium', 'high', 'high'),
  },
  {
    dialect: 'bedrock-converse',
    model: 'openai.gpt-oss-120b-1:0',
    at: ['additionalModelRequestFields', 'reasoning_effort'],
    written: row('low', 'low', 'low', 'medium', 'high', 'high'),
  },
  {
    dialect: 'ollama-chat',
    model: 'gpt-oss:20b',
    at: ['think'],
    written: row('low', 'low', 'low', 'medium', 'high', 'high'),
  },
];

for (const { dialect, model, at, written } of table) {
  test(`thinking of ${model} over ${dialect} follows the requested effort or budget`, () => {
    const codec = dialects.find(({ id }) => id === dialect) ?? assert.fail(dialect);
    const found = Object.entries(asked).map(([name, reasoning]) => {
      const request = {
        model,
        stream: false,
        messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }],
        maxOutputTokens: 32_000,
        reasoning,
      };
      const target = { model, quirks: {}, stream: false, capabilities: { reasoning: true } };
      const { body } = codec.writeRequest(request, target);
      return [name, at.reduce<JsonValue | undefined>(memberOf, body)];
    });
    assert.deepEqual(Object.fromEntries(found), written);
  });
}

function row(
  ...values: readonly (JsonValue | undefined)[]
): Record<keyof typeof asked, JsonValue | undefined> {
  const [off, none, low, medium, high, max] = values;
  return {
    off,
    'budget 0': none,
    'budget 3,000': low,
    'budget 10,000': medium,
    'budget 30,000': high,
    max,
  };
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
