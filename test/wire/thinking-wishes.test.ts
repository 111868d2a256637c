import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { everySimulatedProvider, openTestGateway, post, type TestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// Coding agents turn thinking on or off with every call, whatever model answers. What a model accepts differs by model
// and provider; the simulator rejects what they reject.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({
    config: (simulator) => ({
      providers: {
        ...everySimulatedProvider(simulator),
        groq: { baseUrl: `${simulator.url}/groq/v1`, apiKey: 'k' },
        xai: { baseUrl: `${simulator.url}/xai/v1`, apiKey: 'k' },
        mistral: { baseUrl: `${simulator.url}/mistral/v1`, apiKey: 'k' },
        openrouter: { baseUrl: `${simulator.url}/openrouter/v1`, apiKey: 'k' },
        moonshot: { baseUrl: `${simulator.url}/moonshot/v1`, apiKey: 'k' },
        lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/lab/v1`, apiKey: 'k' },
      },
      aliases: { flash: 'deepseek/deepseek-v4-flash', sonnet: 'anthropic/claude-sonnet-5-5' },
    }),
  });
});
after(() => gateway.close());

type Asked = {
  readonly status: number;
  readonly text: string;
  readonly warnings: string;
  readonly sent: Readonly<Record<string, unknown>>;
};

async function ask(path: string, body: object, headers: Record<string, string> = {}): Promise<Asked> {
  const reply = await post(gateway, path, body, headers);
  const warnings = reply.headers.get('x-conclave-warnings') ?? '';
  const text = await reply.text();
  const sent = modelRequests(gateway.simulator).at(-1)?.body as Asked['sent']; // our own gateway wrote it
  return { status: reply.status, text, warnings, sent };
}

const messages = [{ role: 'user', content: 'Say hello.' }];
const claude = (model: string, more: object) => ({ model, max_tokens: 2_000, messages, ...more });
const off = { thinking: { type: 'disabled' } };
const left = { reasoning_effort: undefined, thinking: undefined };

const unthinking: readonly (readonly [model: string, sent: object, warned: RegExp | ''])[] = [
  ['openai/gpt-4.1', left, ''],
  ['openai/gpt-5.4-mini', { ...left, reasoning_effort: 'none' }, ''],
  ['openai/gpt-5-mini', { ...left, reasoning_effort: 'minimal' }, /"none" was sent as "minimal"/],
  ['groq/llama-3.3-70b-versatile', left, ''],
  ['groq/openai/gpt-oss-120b', { ...left, reasoning_effort: 'low' }, /"none" was sent as "low"/],
  ['groq/qwen/qwen3-32b', { ...left, reasoning_effort: 'none' }, ''],
  ['xai/grok-4.5', { ...left, reasoning_effort: 'low' }, /"none" was sent as "low"/],
  ['mistral/mistral-large-2512', left, ''],
  ['mistral/magistral-medium-latest', left, /"none" was left out: magistral-medium-latest/],
  ['deepseek/deepseek-v4-pro', { ...left, thinking: { type: 'disabled' } }, ''],
  ['moonshot/kimi-k2.6', { ...left, thinking: { type: 'disabled' } }, ''],
  ['moonshot/kimi-k2.7-code', left, /"none" was left out: kimi-k2.7-code/],
  ['moonshot/kimi-k3', { ...left, reasoning_effort: 'low' }, /"none" was sent as "low"/],
  ['lab/m', left, /"none" was left out: m is not known to support it/],
];

describe('an Anthropic client that turns thinking off', () => {
  for (const [model, wanted, warned] of unthinking) {
    test(`gets an answer from ${model}, and a warning if thinking stays on`, async () => {
      const { status, text, warnings, sent } = await ask('/v1/messages', claude(model, off));
      assert.equal(status, 200, text);
      const effort = sent['reasoning'] ?? {};
      assert.deepEqual(
        { reasoning_effort: sent['reasoning_effort'] ?? effortOf(effort), thinking: sent['thinking'] },
        wanted,
      );
      if (warned === '') assert.doesNotMatch(warnings, /effort|think|reasoning/i);
      else assert.match(warnings, warned);
    });
  }

  test('is not billed for thinking by DeepSeek, over chat either', async () => {
    const asked = { model: 'deepseek/deepseek-v4-pro', messages, reasoning_effort: 'none' };
    const { status, text, sent } = await ask('/v1/chat/completions', asked);
    assert.equal(status, 200, text);
    assert.deepEqual([sent['reasoning_effort'], sent['thinking']], [undefined, { type: 'disabled' }]);
    assert.doesNotMatch(text, /reasoning_content/);
  });
});

function effortOf(reasoning: object): unknown {
  return 'effort' in reasoning ? reasoning.effort : undefined;
}

const hard: readonly (readonly [model: string, effort: string | undefined, warned: RegExp | ''])[] = [
  ['openai/gpt-6-sol', 'max', ''],
  ['openai/gpt-5.1', 'high', /"max" was sent as "high"/],
  ['groq/openai/gpt-oss-120b', 'high', /"max" was sent as "high"/],
  ['groq/qwen/qwen3-32b', undefined, /"max" was left out: qwen\/qwen3-32b is not known to support it/],
  ['xai/grok-4.3', 'high', /"max" was sent as "high"/],
  ['xai/grok-4', undefined, /"max" was left out/],
  ['mistral/mistral-small-latest', 'high', /"max" was sent as "high"/],
  ['deepseek/deepseek-v4-pro', 'max', ''],
  ['moonshot/kimi-k3', 'max', ''],
  ['moonshot/kimi-k2.6', undefined, /"max" was left out/],
  ['lab/m', 'high', /"max" was sent as "high"/],
];

describe('an Anthropic client that asks for maximum thinking', () => {
  for (const [model, effort, warned] of hard) {
    test(`gets as much from ${model} as it supports`, async () => {
      const wish = { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } };
      const { status, text, warnings, sent } = await ask('/v1/messages', claude(model, wish));
      assert.equal(status, 200, text);
      assert.equal(sent['reasoning_effort'] ?? effortOf(sent['reasoning'] ?? {}), effort);
      if (warned === '') assert.doesNotMatch(warnings, /effort|think|reasoning/i);
      else assert.match(warnings, warned);
    });
  }
});

const thoughtless = ['openai/gpt-4.1', 'groq/llama-3.3-70b-versatile', 'mistral/codestral-2508'];

const switches: readonly (readonly [model: string, asked: object, sent: object, warned: RegExp | ''])[] = [
  [
    'openrouter/anthropic/claude-sonnet-4.5',
    { thinking: { type: 'enabled', budget_tokens: 3_000 } },
    { reasoning: { max_tokens: 3_000 } },
    '',
  ],
  ['openrouter/anthropic/claude-sonnet-4.5', off, { reasoning_effort: 'none' }, ''],
  ['openrouter/qwen/qwen3-32b', { enable_thinking: false }, { reasoning_effort: 'none' }, ''],
  ['openrouter/x/y', { ...off, reasoning: { effort: 'high' } }, { reasoning: { effort: 'high' } }, ''],
  ['xai/grok-4.3', off, { reasoning_effort: 'none' }, ''],
  ['xai/grok-4.5', { enable_thinking: false }, { reasoning_effort: 'low' }, /"none" was sent as "low"/],
  ['openai/gpt-5', { thinking: true }, {}, /"thinking" was left out: this provider does not know it/],
  [
    'mistral/mistral-small-latest',
    { ...off, reasoning: { effort: 'high' } },
    { reasoning_effort: 'high' },
    '',
  ],
  ['moonshot/kimi-k3', off, { reasoning_effort: 'low' }, /"none" was sent as "low"/],
  [
    'moonshot/kimi-k3',
    { reasoning_effort: 'medium' },
    { reasoning_effort: 'high' },
    /"medium" was sent as "high"/,
  ],
  [
    'moonshot/kimi-k3',
    { reasoning_effort: 'xhigh' },
    { reasoning_effort: 'max' },
    /"xhigh" was sent as "max"/,
  ],
  ['moonshot/kimi-k2.7-code', off, {}, /"none" was left out/],
  ['moonshot/kimi-k2.6', { reasoning_effort: 'medium' }, {}, /"medium" was left out/],
  ['moonshot/kimi-k2.6', off, off, ''],
  ['lab/m', off, off, ''],
];

describe('a chat client with another provider’s field for thinking', () => {
  for (const [model, asked, wanted, warned] of switches) {
    test(`has ${JSON.stringify(asked)} sent to ${model} in its own dialect`, async () => {
      const { status, text, warnings, sent } = await ask('/v1/chat/completions', {
        model,
        messages,
        ...asked,
      });
      assert.equal(status, 200, text);
      const { reasoning, reasoning_effort, thinking, enable_thinking } = sent;
      const told = { reasoning, reasoning_effort, thinking, enable_thinking };
      const none = { reasoning: undefined, reasoning_effort: undefined };
      assert.deepEqual(told, { ...none, thinking: undefined, enable_thinking: undefined, ...wanted });
      if (warned === '') assert.doesNotMatch(warnings, /effort|think/i);
      else assert.match(warnings, warned);
    });
  }
});

describe('Gemini, which refuses levels and budgets that a model does not have', () => {
  for (const model of ['gemini-3.8-flash', 'gemini-3.1-pro-preview', 'gemini-2.5-flash', 'gemini-2.5-pro']) {
    test(`${model} answers a client that turns thinking off, and one with a large budget`, async () => {
      for (const thinking of [off.thinking, { type: 'enabled', budget_tokens: 63_999 }]) {
        const asked = { max_tokens: 64_000, messages, model: `google/${model}`, thinking };
        const { status, text } = await ask('/v1/messages', asked);
        assert.equal(status, 200, text);
      }
    });
  }
});

describe('Kimi, whose settings for sampling are fixed', () => {
  const sampling = { temperature: 0, top_p: 0.9 };
  for (const model of ['moonshot/kimi-k3', 'moonshot/kimi-k2.6', 'moonshot/kimi-k2.7-code']) {
    test(`${model} answers chat clients and Claude Code without them, with a warning`, async () => {
      for (const [path, body] of [
        ['/v1/chat/completions', { model, messages, ...sampling, presence_penalty: 0.5 }],
        ['/v1/messages', claude(model, { ...sampling, ...off })],
        ['/v1/messages', claude(model, { ...off, temperature: 1 })],
      ] as const) {
        const { status, text, warnings, sent } = await ask(path, body);
        assert.equal(status, 200, text);
        assert.match(warnings, /"temperature" was left out: \S+ does not support it/);
        for (const member of ['temperature', 'top_p', 'presence_penalty'])
          assert.equal(sent[member], undefined, member);
      }
    });

    test(`${model} is made to call a tool as far as it can be`, async () => {
      const parameters = { type: 'object', properties: {} };
      const tools = ['one', 'two'].map((name) => ({ type: 'function', function: { name, parameters } }));
      const named = { type: 'function', function: { name: 'one' } };
      const choices: unknown[] = [];
      for (const tool_choice of ['required', named]) {
        const asked = { model, messages, tools, tool_choice };
        const { status, text, sent } = await ask('/v1/chat/completions', asked);
        assert.equal(status, 200, text);
        choices.push(sent['tool_choice']);
      }
      const sent = { 'kimi-k3': ['required', 'required'], 'kimi-k2.6': ['required', named] };
      assert.deepEqual(choices, { 'kimi-k2.7-code': ['auto', 'auto'], ...sent }[model.slice(9)]);
    });
  }
});

describe('a model that does not think, asked for by name', () => {
  const codex = {
    reasoning: { effort: 'medium', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    store: false,
    input: 'Say hello.',
  };
  for (const model of thoughtless) {
    test(`${model} answers Codex, Claude Code and chat without thinking, with a warning`, async () => {
      const asked: readonly (readonly [path: string, body: object])[] = [
        ['/v1/responses', { model, ...codex }],
        ['/v1/messages', claude(model, { output_config: { effort: 'medium' } })],
        ['/v1/messages', claude(model, { thinking: { type: 'adaptive' } })],
        ['/v1/messages', claude(model, { thinking: { type: 'enabled', budget_tokens: 1_024 } })],
        ['/v1/chat/completions', { model, messages, reasoning_effort: 'medium' }],
      ];
      for (const [path, body] of asked) {
        const { status, text, warnings, sent } = await ask(path, body);
        assert.equal(status, 200, text);
        assert.match(warnings, /Reasoning was not requested: \S+ does not support it/, path);
        assert.deepEqual(
          [sent['reasoning_effort'], sent['reasoning'], sent['include']],
          [undefined, undefined, undefined],
        );
        const strict = await ask(path, body, { 'x-conclave-strict': 'true' });
        assert.equal(strict.status, 400, strict.text);
      }
    });
  }

  test('is not what auto chooses if thinking is requested', async () => {
    const reply = await post(gateway, '/v1/responses', { model: 'auto', ...codex });
    const model = reply.headers.get('x-conclave-model');
    assert.equal(reply.status, 200, await reply.text());
    assert.ok(model !== null && !thoughtless.includes(model));
  });
});

test('an unknown server decides about thinking itself, and the Anthropic client gets a warning', async () => {
  const { status, warnings } = await ask('/v1/messages', claude('lab/m', { thinking: { type: 'adaptive' } }));
  assert.equal(status, 200);
  assert.match(warnings, /Reasoning was left to the default of m: it is not known to support it/);
});

describe('a tool call that is forced on a model that thinks by itself', () => {
  const tools = [{ name: 'weather', input_schema: { type: 'object', properties: {} } }];
  const chatTools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
  const named = { type: 'function', function: { name: 'weather' } };
  const thinkers = ['deepseek/deepseek-v4-pro', 'moonshot/kimi-k2.6', 'flash'];

  for (const model of thinkers) {
    for (const [how, path, asked, sent] of [
      ['any', '/v1/messages', claude(model, { tools, tool_choice: { type: 'any' } }), 'required'],
      [
        'by name',
        '/v1/messages',
        claude(model, { tools, tool_choice: { type: 'tool', name: 'weather' } }),
        named,
      ],
      [
        'over chat',
        '/v1/chat/completions',
        { model, messages, tools: chatTools, tool_choice: 'required' },
        'required',
      ],
      [
        'over chat by name',
        '/v1/chat/completions',
        { model, messages, tools: chatTools, tool_choice: named },
        named,
      ],
    ] as const) {
      test(`keeps ${model} from thinking, and says so (${how})`, async () => {
        const reply = await ask(path, asked);
        assert.equal(reply.status, 200, reply.text);
        assert.deepEqual([reply.sent['thinking'], reply.sent['tool_choice']], [{ type: 'disabled' }, sent]);
        assert.match(reply.warnings, /Thinking was left out: a forced tool call excludes it/);
      });
    }

    test(`keeps ${model} from thinking where thinking was asked for, too`, async () => {
      for (const [path, asked] of [
        [
          '/v1/messages',
          claude(model, {
            tools,
            tool_choice: { type: 'any' },
            thinking: { type: 'enabled', budget_tokens: 1_024 },
          }),
        ],
        [
          '/v1/chat/completions',
          {
            model,
            messages,
            tools: chatTools,
            tool_choice: 'required',
            thinking: { type: 'enabled' },
          },
        ],
      ] as const) {
        const reply = await ask(path, asked);
        assert.equal(reply.status, 200, reply.text);
        assert.deepEqual(
          [reply.sent['thinking'], reply.sent['tool_choice']],
          [{ type: 'disabled' }, 'required'],
        );
        assert.match(reply.warnings, /Thinking was left out: a forced tool call excludes it/);
      }
    });
  }
});

describe('an effort beside switched-off thinking, where Conclave chose a Claude that is never wholly without', () => {
  for (const [effort, sent, warned] of [
    ['low', 'low', /^(?!.*effort)/],
    ['high', 'high', /^(?!.*effort)/],
    ['xhigh', 'high', /Without thinking this model has no effort "xhigh"; "high" was sent/],
  ] as const) {
    test(`"${effort}" is sent as "${sent}"`, async () => {
      const reply = await ask('/v1/messages', claude('sonnet', { ...off, output_config: { effort } }));
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(
        [reply.sent['thinking'], reply.sent['output_config']],
        [{ type: 'between_tools' }, { effort: sent }],
      );
      assert.match(reply.warnings, warned);
    });
  }
});
