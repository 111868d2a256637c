import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { claudeReply } from '../support/claude-reply.ts';
import { completion } from '../support/chat-replies.ts';

// Claude Code and Codex put instructions into mid-conversation. The templates of many models refuse them there.

const ollamaReply = {
  model: 'm',
  message: { role: 'assistant', content: 'Hello' },
  done: true,
  done_reason: 'stop',
};
const moved = /A system message in mid-conversation was moved to the system prompt/;

async function startProviders(t: Cleanup) {
  const { url, received } = await startEchoingProvider(t, ({ path }) => ({
    body: path.startsWith('/api/') ? ollamaReply : path.endsWith('/messages') ? claudeReply() : completion(),
  }));
  const gateway = await startTestGateway(t, {
    config: () => ({
      aliases: { haiku: 'claude/claude-haiku-4-5' },
      providers: {
        ollama: { baseUrl: url },
        own: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' },
        other: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k', quirks: { systemTurns: true } },
        openrouter: { baseUrl: `${url}/v1`, apiKey: 'k' },
        claude: { dialect: 'anthropic-messages', baseUrl: url, apiKey: 'k' },
        nvidia: { baseUrl: `${url}/v1`, apiKey: 'k' },
      },
    }),
  });
  return async (path: string, body: object) => {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 200, await reply.text());
    return { sent: received.at(-1)?.body, warnings: reply.headers.get('x-conclave-warnings') ?? '' };
  };
}

const roles = (sent: Readonly<Record<string, unknown>> | undefined) => {
  const messages = Array.isArray(sent?.['messages']) ? sent['messages'] : [];
  return messages.map(({ role, content }) => [role, content]);
};

const claudeCode = (model: string) => ({
  model,
  max_tokens: 100,
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.268; cch=abcde;' },
    { type: 'text', text: 'Top' },
  ],
  messages: [
    { role: 'user', content: 'One' },
    { role: 'system', content: 'Later' },
    { role: 'assistant', content: 'Two' },
    { role: 'user', content: 'Three' },
  ],
});

test('system messages are joined at the start for local servers, custom servers and Qwen', async (t) => {
  const ask = await startProviders(t);
  for (const model of ['ollama/qwen3:8b', 'own/x', 'openrouter/qwen/qwen3-coder']) {
    const { sent, warnings } = await ask('/v1/messages', claudeCode(model));
    const expected = [
      ['system', 'Top\n\nLater'],
      ['user', 'One'],
      ['assistant', 'Two'],
      ['user', 'Three'],
    ];
    assert.deepEqual(roles(sent), expected, model);
    assert.match(warnings, moved, model);
  }
});

test('system messages stay in place elsewhere, and if the configuration says so', async (t) => {
  const ask = await startProviders(t);
  for (const model of ['other/x', 'openrouter/x/y']) {
    const { sent, warnings } = await ask('/v1/messages', claudeCode(model));
    assert.deepEqual(
      roles(sent).slice(0, 3),
      [
        ['system', 'Top'],
        ['user', 'One'],
        ['system', 'Later'],
      ],
      model,
    );
    assert.doesNotMatch(warnings, moved, model);
  }
});

test('the billing line of Claude Code is left out if system messages are joined in a relayed request', async (t) => {
  const ask = await startProviders(t);
  const { sent, warnings } = await ask('/v1/messages', claudeCode('haiku'));
  assert.deepEqual(sent?.['system'], [
    { type: 'text', text: 'Top' },
    { type: 'text', text: 'Later' },
  ]);
  assert.deepEqual(
    roles(sent).map(([role]) => role),
    ['user', 'assistant', 'user'],
  );
  assert.match(warnings, moved);
});

test('neighbouring instructions of Codex are one system message, without a warning', async (t) => {
  const ask = await startProviders(t);
  const input = [
    { role: 'developer', content: 'Permissions' },
    { role: 'user', content: 'Hi' },
  ];
  const { sent, warnings } = await ask('/v1/responses', { model: 'own/x', instructions: 'Top', input });
  assert.deepEqual(roles(sent), [
    ['system', 'Top\n\nPermissions'],
    ['user', 'Hi'],
  ]);
  assert.doesNotMatch(warnings, moved);
});

test('a relayed chat is adapted to the template, too, and lists of texts to providers that reject them', async (t) => {
  const ask = await startProviders(t);
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'One' },
        { type: 'text', text: 'Two' },
      ],
    },
    { role: 'developer', content: 'Later' },
    { role: 'user', content: 'Three' },
  ];
  const fitted = await ask('/v1/chat/completions', { model: 'own/x', messages });
  assert.deepEqual(
    roles(fitted.sent).map(([role]) => role),
    ['system', 'user', 'user'],
  );
  assert.match(fitted.warnings, moved);
  const plain = await ask('/v1/chat/completions', { model: 'nvidia/x', messages });
  assert.deepEqual(roles(plain.sent)[0], ['user', 'One\n\nTwo']);
});

test('an instruction for an earlier turn, and settings in messages, leave no trace in another dialect', async (t) => {
  const ask = await startProviders(t);
  for (const model of ['ollama/qwen3:8b', 'own/gpt-4o']) {
    const { sent, warnings } = await ask('/v1/messages', {
      model,
      max_tokens: 100,
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'One' },
        { role: 'system', content: 'For one turn', clear_at: 'next_user_message' },
        { role: 'assistant', content: 'Two' },
        { role: 'user', content: 'Three' },
        { role: 'system', output_config: { effort: 'low' } },
        {
          role: 'system',
          content: [{ type: 'tool_addition', tool: { type: 'tool_reference', name: 'look' } }],
        },
      ],
    });
    assert.deepEqual(
      roles(sent),
      [
        ['user', 'One'],
        ['assistant', 'Two'],
        ['user', 'Three'],
      ],
      model,
    );
    assert.doesNotMatch(warnings, /system prompt|tool_addition|output_config/);
  }
});

test('a caller who forces a tool that its messages have removed is warned, whether its request is relayed or translated', async (t) => {
  const ask = await startProviders(t);
  for (const model of ['haiku', 'own/m', 'ollama/m']) {
    const { messages, ...rest } = claudeCode(model);
    const removal = { type: 'tool_removal', tool: { type: 'tool_reference', name: 'look' } };
    const body = {
      ...rest,
      tools: ['look', 'find'].map((name) => ({ name, input_schema: { type: 'object' } })),
      tool_choice: { type: 'tool', name: 'look' },
      messages: [...messages, { role: 'system', content: [removal] }],
    };
    const { sent, warnings } = await ask('/v1/messages', body);
    assert.doesNotMatch(JSON.stringify(sent), /look/, model);
    assert.match(warnings, /"tool_choice" no longer forces "look": that tool is no longer offered/, model);
    const alone = { ...body, tools: body.tools.slice(0, 1), tool_choice: { type: 'any' } };
    const any = await ask('/v1/messages', alone);
    assert.doesNotMatch(JSON.stringify(any.sent), /look|tool_choice/, model);
    assert.match(any.warnings, /"tool_choice" no longer forces a call: no tool is offered any more/, model);
  }
});
