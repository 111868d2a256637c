import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { everySimulated, post, startTestGateway } from '../support/gateway.ts';
import { simulatedModels } from '../support/simulated-models.ts';
import { seenStream } from '../support/client-stream.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { modelRequests } from '../support/model-requests.ts';

// The requests that coding agents make, beside the calls that every client makes: docs/coding-agents.md says how to set them up.

const gateway = await startTestGateway({ after }, { config: everySimulated });

const parameters = {
  type: 'object',
  properties: { file_path: { type: 'string' } },
  required: ['file_path'],
  additionalProperties: false,
};

describe('Claude Code', () => {
  /** As it sends them: a key as a bearer, flags for what it may use. */
  const headers = {
    'anthropic-version': '2023-06-01',
    'anthropic-beta':
      'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,prompt-caching-scope-2026-01-05,effort-2025-11-24',
    'anthropic-dangerous-direct-browser-access': 'true',
    'x-app': 'cli',
    'user-agent': 'claude-cli/2.1.0 (external, cli)',
    'x-stainless-lang': 'js',
  };
  const turn = (model: string) => ({
    model,
    max_tokens: 4_000,
    stream: true,
    metadata: {
      user_id: JSON.stringify({
        device_id: '0'.repeat(64),
        account_uuid: '00000000-0000-4000-8000-000000000000',
        session_id: '00000000-0000-4000-8000-000000000001',
      }),
    },
    system: [
      { type: 'text', text: 'You are a coding agent.' },
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    tools: [
      { name: 'Read', description: 'Reads a file', input_schema: parameters },
      {
        name: 'Grep',
        description: 'Searches files',
        input_schema: parameters,
        cache_control: { type: 'ephemeral' },
        eager_input_streaming: true,
      },
    ],
    messages: [
      { role: 'user', content: [{ type: 'text', text: '<system-reminder>…</system-reminder>' }] },
      {
        role: 'user',
        content: [
          {
            type: 'text',
            text: 'Use a tool to look at the file a.txt.',
            cache_control: { type: 'ephemeral' },
          },
        ],
      },
    ],
  });

  for (const model of simulatedModels) {
    test(`has a turn of its answered by ${model}`, async () => {
      const reply = await post(gateway, '/v1/messages?beta=true', turn(model), headers);
      const bytes = new Uint8Array(await reply.arrayBuffer());
      assert.equal(reply.status, 200, Buffer.from(bytes).toString());
      assert.match(reply.headers.get('content-type') ?? '', /^text\/event-stream/);
      assert.deepEqual(seenStream('anthropic-messages', bytes).ends, ['finish']);
      assert.match(Buffer.from(bytes).toString(), /"type":"tool_use".*"name":"(?:Read|Grep)"/);
    });

    test(`hears the long names of an MCP server’s tools from ${model}, also in the next turn`, async () => {
      const name = 'mcp__plugin_a-plugin-of-some-name_its-server__look_at_one_file_and_tell';
      const asked = {
        ...turn(model),
        stream: false,
        thinking: undefined,
        tools: [{ name, description: 'Reads a file', input_schema: parameters }],
        tool_choice: { type: 'tool', name },
      };
      for (const stream of [false, true]) {
        const reply = await post(gateway, '/v1/messages', { ...asked, stream }, headers);
        const text = await reply.text();
        assert.equal(reply.status, 200, text);
        assert.ok(text.includes(`"name":"${name}"`), text);
      }
      const use = { type: 'tool_use', id: 'toolu_1', name, input: { file_path: 'a.txt' } };
      const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'Nine lines.' };
      const messages = [
        ...asked.messages,
        { role: 'assistant', content: [use] },
        { role: 'user', content: [result] },
      ];
      const next = await post(
        gateway,
        '/v1/messages',
        { ...asked, messages, tool_choice: { type: 'auto' } },
        headers,
      );
      assert.equal(next.status, 200, await next.clone().text());
      assert.match(await next.text(), /"type":"text"/);
    });

    test(`is answered by ${model} with a strict tool and an answer’s shape that have optional members`, async () => {
      const schema = { ...parameters, properties: { ...parameters.properties, limit: { type: 'integer' } } };
      const asked = {
        ...turn(model),
        stream: false,
        tools: [{ name: 'Read', strict: true, input_schema: schema }],
        output_config: { format: { type: 'json_schema', schema } },
      };
      const reply = await post(gateway, '/v1/messages', asked, headers);
      assert.equal(reply.status, 200, await reply.clone().text());
      const isLax = model.startsWith('openai/') || model.startsWith('deepseek/');
      const warnings = reply.headers.get('x-conclave-warnings') ?? '';
      assert.equal(/The tool "Read" was offered without "strict": OpenAI/.test(warnings), isLax, warnings);
    });

    test(`counts tokens for ${model}`, async () => {
      const { stream: _, max_tokens: __, ...counted } = turn(model);
      const reply = await post(gateway, '/v1/messages/count_tokens?beta=true', counted, headers);
      assert.equal(reply.status, 200);
      const { input_tokens } = (await reply.json()) as { input_tokens: number };
      assert.ok(input_tokens > 20);
    });
  }

  test('can probe the gateway before its first request', async () => {
    const reply = await fetch(gateway.url, { method: 'HEAD' });
    assert.equal(reply.status, 200);
    assert.equal(await reply.text(), '');
  });

  test('finds the models, in Anthropic’s shape, with its key in either header', async () => {
    for (const key of [
      { authorization: `Bearer ${gateway.key}` },
      { 'x-api-key': gateway.key },
      { authorization: 'Bearer sk-of-long-ago', 'x-api-key': gateway.key },
      { authorization: `Bearer ${gateway.key}`, 'x-api-key': 'sk-of-long-ago' },
    ]) {
      const reply = await fetch(`${gateway.url}/v1/models?limit=1000`, {
        headers: { ...key, 'anthropic-version': '2023-06-01' },
      });
      const list = (await reply.json()) as { data: { id: string; type: string }[]; has_more: boolean };
      assert.ok(list.data.length > 0 && list.data.every(({ type }) => type === 'model'));
      assert.equal(list.has_more, false);
    }
  });

  test('continues after its telemetry is refused', async () => {
    const reply = await post(gateway, '/api/event_logging/batch', { events: [] }, headers);
    assert.equal(reply.status, 404);
    assert.equal(((await reply.json()) as { type: string }).type, 'error');
  });

  test('continues with any model after a tool search that it ran itself', async () => {
    const tools = ['weather', 'ToolSearch'].map((name) => ({ name, input_schema: parameters }));
    const found = { type: 'tool_reference', tool_name: 'weather' };
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'ToolSearch', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [found] }] },
    ];
    for (const model of simulatedModels) {
      const reply = await post(gateway, '/v1/messages', { model, max_tokens: 100, messages, tools }, headers);
      assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
      const told = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
      assert.match(told, model.startsWith('anthropic/') ? /"tool_reference"/ : /Tool found: weather/, model);
      assert.doesNotMatch(told, /follows|Result of the tool call/, model);
    }
  });

  test('tells the models of other makers the summary that stands for what it has compacted', async () => {
    const summary = { type: 'compaction', content: 'They settled on Oslo.' };
    const messages = [
      { role: 'assistant', content: [summary, { type: 'text', text: 'Ready.' }] },
      { role: 'user', content: 'Go.' },
    ];
    for (const model of simulatedModels.filter((id) => !id.startsWith('anthropic/'))) {
      const reply = await post(gateway, '/v1/messages', { model, max_tokens: 100, messages }, headers);
      assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
      assert.doesNotMatch(reply.headers.get('x-conclave-warnings') ?? '', /compaction/, model);
      assert.match(
        JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body),
        /They settled on Oslo/,
        model,
      );
    }
  });

  test('gets the error message for a too-long prompt that triggers its compaction', async () => {
    for (const model of ['openai/gpt-5.4-mini', 'anthropic/claude-sonnet-4-5']) {
      const asked = { ...turn(`${model}!fault=overflow`), stream: false };
      const reply = await post(gateway, '/v1/messages', asked, headers);
      assert.equal(reply.status, 400);
      const { error } = (await reply.json()) as { error: { message: string } };
      assert.match(error.message, /^prompt is too long/, model);
    }
  });
});

describe('Codex', () => {
  const turn = (model: string) => ({
    model,
    instructions: 'You are a coding agent.',
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: '<permissions/>' }] },
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: 'Use a tool to look at the file a.txt.' }],
      },
    ],
    tools: [{ type: 'function', name: 'shell', description: 'Runs', strict: false, parameters }],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: '019a0000-0000-7000-8000-000000000000',
    text: { verbosity: 'low' },
    client_metadata: { 'x-codex-installation-id': 'one' },
  });
  const headers = { originator: 'codex_cli_rs', session_id: 'one', accept: 'text/event-stream' };

  for (const model of simulatedModels) {
    test(`has a turn of its answered by ${model}`, async () => {
      const reply = await post(gateway, '/v1/responses', turn(model), headers);
      const bytes = new Uint8Array(await reply.arrayBuffer());
      assert.equal(reply.status, 200, Buffer.from(bytes).toString());
      assert.deepEqual(seenStream('openai-responses', bytes).ends, ['finish']);
      assert.match(Buffer.from(bytes).toString(), /"type":"function_call".*"name":"shell"/);
    });
  }

  for (const model of simulatedModels.filter((id) => id.includes('claude'))) {
    test(`has the prompt of its next step read from the cache of ${model}`, async () => {
      const usageOf = async (input: object[]) => {
        const instructions = `You are a coding agent. ${'Read before you write. '.repeat(1500)}`;
        const asked = { ...turn(model), instructions, input, stream: false };
        const reply = await post(gateway, '/v1/responses', asked, headers);
        assert.equal(reply.status, 200);
        assert.doesNotMatch(reply.headers.get('x-conclave-warnings') ?? '', /prompt_cache_key/);
        const { usage } = (await reply.json()) as {
          usage: { input_tokens: number; input_tokens_details: { cached_tokens: number } };
        };
        return { all: usage.input_tokens, cached: usage.input_tokens_details.cached_tokens };
      };
      const { input } = turn(model);
      await usageOf(input);
      const { all, cached } = await usageOf([
        ...input,
        { type: 'function_call', call_id: 'call_1', name: 'shell', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'one line' },
      ]);
      assert.ok(cached > 0.9 * all, `${cached} of ${all} tokens`);
    });
  }

  test('finds the models', async () => {
    const reply = await fetch(`${gateway.url}/v1/models?client_version=0.162.1`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    assert.equal(((await reply.json()) as { object: string }).object, 'list');
  });

  /** With the tools of its own kind: a patch as free text, an MCP server's as a namespace, a search that OpenAI runs. */
  const agentTools = [
    { type: 'function', name: 'exec_command', description: 'Runs', strict: false, parameters },
    {
      type: 'custom',
      name: 'apply_patch',
      description: 'Edits files. It takes free text, and no JSON.',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch" LF' },
    },
    {
      type: 'namespace',
      name: 'mcp__notes',
      description: 'Tools in the mcp__notes namespace.',
      tools: [{ type: 'function', name: 'add', description: 'Adds a note', strict: false, parameters }],
    },
    { type: 'web_search', external_web_access: false },
    { type: 'local_shell' },
  ];

  for (const model of simulatedModels.filter((id) => !id.startsWith('openai/'))) {
    test(`patches files and calls an MCP server through ${model}, streamed and whole, and is told what it goes without`, async () => {
      for (const stream of [true, false]) {
        const asked = { ...turn(model), stream, tools: agentTools };
        const custom = await turnOf({ ...asked, tool_choice: { type: 'custom', name: 'apply_patch' } });
        const { warnings, items } = custom;
        assert.match(warnings, /"tools" \(web_search, local_shell\) was left out/);
        assert.match(warnings, /"tools\.1\.format" was written into the prompt/);
        const patch = items.find(({ name }) => name === 'apply_patch');
        assert.equal(patch?.['type'], 'custom_tool_call', JSON.stringify(items));
        assert.equal(typeof patch?.['input'], 'string');
        assert.doesNotMatch(String(patch?.['input']), /^\s*\{/, 'the text itself, and no JSON around it');

        const named = await turnOf({
          ...asked,
          tools: [agentTools[2]],
          tool_choice: 'required',
        });
        const note = named.items.find(({ name }) => name === 'add');
        assert.deepEqual(
          [note?.['type'], note?.['namespace']],
          ['function_call', 'mcp__notes'],
          JSON.stringify(named.items),
        );

        const results = [patch, note].map((call) => ({
          type: call === patch ? 'custom_tool_call_output' : 'function_call_output',
          call_id: call?.['call_id'],
          output: 'Done.',
        }));
        const next = await turnOf({
          ...asked,
          input: [...asked.input, patch, results[0], note, results[1]],
          tool_choice: 'auto',
        });
        assert.ok(
          next.items.some(({ type }) => type === 'message'),
          JSON.stringify(next.items),
        );
      }
    });
  }

  /** As it declares them to GPT-6: in the conversation, and nearly all of them only for scripts. */
  const codeMode = {
    type: 'additional_tools',
    role: 'developer',
    tools: [
      {
        type: 'namespace',
        name: 'functions',
        description: '',
        tools: [
          {
            type: 'custom',
            name: 'exec',
            description:
              'Run JavaScript code to orchestrate/compose tool calls\n\n### `exec_command`\nRuns a command.\n\n```ts\ndeclare const tools: { exec_command(args: {\n  // Shell command to execute.\n  cmd: string;\n  workdir?: string;\n}): Promise<{\n  output: string;\n}>; };\n```',
            format: { type: 'grammar', syntax: 'lark', definition: 'start: /[\\s\\S]+/' },
          },
          { type: 'function', name: 'wait', description: 'Waits', strict: false, parameters },
        ],
      },
      {
        type: 'namespace',
        name: 'collaboration',
        description: 'Tools for spawning and managing sub-agents.',
        tools: [{ type: 'function', name: 'send_message', strict: false, parameters }],
      },
    ],
  };

  for (const model of simulatedModels) {
    test(`writes scripts with ${model}, streamed and whole, which report of themselves while they run`, async () => {
      for (const stream of [true, false]) {
        const { tools: _, instructions: __, ...asked } = turn(model);
        const question = { role: 'user', content: 'Use exec_command to run `cat a.txt`' };
        const input: object[] = [codeMode, question];
        const { items } = await turnOf({ ...asked, stream, input });
        const script = items.find(({ type }) => type === 'custom_tool_call');
        assert.deepEqual(
          [script?.['name'], script?.['namespace'], script?.['input']],
          ['exec', 'functions', 'text(await tools.exec_command({"cmd":"cat a.txt"}));'],
          JSON.stringify(items),
        );
        const output = { type: 'custom_tool_call_output', call_id: script?.['call_id'] };
        const answered = [
          ...input,
          ...items,
          { ...output, output: [{ type: 'input_text', text: 'Nine lines.' }] },
          { ...output, name: 'exec', output: 'Reading.' },
        ];
        const told = {
          type: 'agent_message',
          author: '/lead/sub',
          recipient: '/root',
          content: [{ type: 'encrypted_content', encrypted_content: 'All is well.' }],
        };
        for (const next of [answered, [...answered, told]]) {
          const { items: answer } = await turnOf({ ...asked, stream, input: next });
          assert.ok(
            answer.some(({ type }) => type === 'message'),
            JSON.stringify(answer),
          );
        }
        const sent = JSON.stringify(modelRequests(gateway.simulator).at(-1)?.body);
        for (const words of ['Nine lines.', 'Reading.', 'All is well.'])
          assert.ok(sent.includes(words), words);
      }
    });
  }

  test('continues with an OpenAI model what another began, and the reverse', async () => {
    const call = {
      type: 'custom_tool_call',
      call_id: 'call_1',
      name: 'apply_patch',
      input: '*** Begin Patch',
    };
    const output = { type: 'custom_tool_call_output', call_id: 'call_1', output: 'Done.' };
    for (const [id, model] of [
      ['ctc_req_1_0', 'openai/gpt-5.4-mini'],
      ['ctc_0123', 'anthropic/claude-sonnet-4-5'],
    ] as const) {
      const asked = turn(model);
      const { items } = await turnOf({
        ...asked,
        tools: agentTools,
        input: [...asked.input, { ...call, id }, output],
      });
      assert.ok(
        items.some(({ type }) => type === 'message'),
        JSON.stringify(items),
      );
    }
  });

  test('is refused a search that it must have, or that is all it asks for, where its model cannot', async () => {
    const refused: [tools: object[], headers: Record<string, string>, named: RegExp][] = [
      [
        [{ type: 'web_search' }],
        {},
        /"tools" \(web_search\) requires a provider that supports openai-responses/,
      ],
      [agentTools, { 'x-conclave-strict': 'true' }, /requires a provider that supports openai-responses/],
    ];
    for (const [tools, more, named] of refused) {
      const asked = { ...turn('anthropic/claude-sonnet-4-5'), tools };
      const reply = await post(gateway, '/v1/responses', asked, { ...headers, ...more });
      assert.equal(reply.status, 400);
      const { error } = (await reply.json()) as { error: { message: string } };
      assert.match(error.message, named);
    }
  });

  test('gets, for a too-long prompt, the failed response that triggers its compaction, from every provider', async () => {
    for (const model of simulatedModels) {
      const asked = turn(`${model}!fault=overflow`);
      const reply = await post(gateway, '/v1/responses', asked, headers);
      const text = await reply.text();
      assert.equal(reply.status, 200, text);
      assert.match(reply.headers.get('content-type') ?? '', /^text\/event-stream/);
      assert.ok(reply.headers.get('x-conclave-request-id'));
      assert.match(text, /^event: response\.created\n/);
      assert.deepEqual(failureOf(text).code, 'context_length_exceeded', model);

      const whole = await post(gateway, '/v1/responses', { ...asked, stream: false }, headers);
      assert.equal(whole.status, 400, 'a request without stream gets no stream');
    }
  });

  test('learns from a broken relayed stream the reason, the retry time and the response id', async (t) => {
    const provider = await startEchoingProvider(t, () => ({ body: brokenOff }));
    const one = await startTestGateway(t, {
      config: { providers: { openai: { baseUrl: `${provider.url}/v1`, apiKey: 'k' } } },
    });
    const text = await (await post(one, '/v1/responses', turn('openai/gpt-6-sol'), headers)).text();
    assert.deepEqual(seenStream('openai-responses', Buffer.from(text)).ends, ['error']);
    const { id, code, message } = failureOf(text);
    assert.deepEqual([id, code], ['resp_theirs', 'rate_limit_exceeded']);
    // What Codex looks for.
    assert.match(message, /try again in\s*11\.054s/i);
  });

  function failureOf(text: string) {
    const data = /^data: (\{"type":"response\.failed".*)$/m.exec(text)?.[1] ?? assert.fail(text);
    type Failed = { response: { id: string; error: { code: string; message: string } } };
    const { response } = JSON.parse(data) as Failed; // the event that was looked for
    return { id: response.id, ...response.error };
  }

  /** As OpenAI breaks off: with the failed response alone. */
  const brokenOff = [
    { type: 'response.created', response: { id: 'resp_theirs', status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'msg_1' } },
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Half' },
    {
      type: 'response.failed',
      response: {
        id: 'resp_theirs',
        status: 'failed',
        output: [],
        error: {
          code: 'rate_limit_exceeded',
          message: 'Rate limit reached for gpt-6-sol. Please try again in 11.054s.',
        },
      },
    },
  ]
    .map(
      (event, at) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`,
    )
    .join('');

  type Item = Readonly<Record<string, unknown>>;

  /** The items of an answer, which a stream must have told one by one. */
  async function turnOf(
    asked: object,
  ): Promise<{ readonly items: readonly Item[]; readonly warnings: string }> {
    const reply = await post(gateway, '/v1/responses', asked, headers);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    const warnings = reply.headers.get('x-conclave-warnings') ?? '';
    if (!('stream' in asked) || asked.stream !== true) {
      const { output } = JSON.parse(text) as { output: Item[] };
      return { items: output, warnings };
    }
    const events = [...text.matchAll(/^data: (\{.*)$/gmu)].map(
      ([, data = '']) => JSON.parse(data) as Item & { delta?: string; item?: Item; input?: string },
    );
    const of = (type: string) => events.filter((event) => event['type'] === type);
    const items = of('response.output_item.done').flatMap(({ item }) => (item ? [item] : []));
    const said = of('response.custom_tool_call_input.delta').map(({ delta }) => delta);
    const inputs = items.filter(({ type }) => type === 'custom_tool_call').map(({ input }) => input);
    assert.equal(said.join(''), inputs.join(''));
    return { items, warnings };
  }
});

describe('opencode', () => {
  test('streams with tools and usage through the chat path', async () => {
    for (const model of simulatedModels) {
      const reply = await post(gateway, '/v1/chat/completions', {
        model,
        max_tokens: 32_000,
        stream: true,
        stream_options: { include_usage: true },
        tool_choice: 'auto',
        tools: [{ type: 'function', function: { name: 'read', description: 'Reads', parameters } }],
        messages: [
          { role: 'system', content: 'You are a coding agent.' },
          { role: 'user', content: 'Use a tool to look at the file a.txt.' },
        ],
      });
      const bytes = new Uint8Array(await reply.arrayBuffer());
      assert.equal(reply.status, 200, Buffer.from(bytes).toString());
      assert.deepEqual(seenStream('openai-chat', bytes).ends, ['finish']);
      assert.match(Buffer.from(bytes).toString(), /"usage":\{"prompt_tokens":[1-9]/);
    }
  });
});

describe('Cursor', () => {
  test('may send Responses’ words to the path of chat, and reads chat’s answer', async () => {
    for (const model of simulatedModels) {
      const body = {
        model,
        input: [
          { role: 'system', content: 'You are a coding agent.' },
          { role: 'user', content: 'Use the tool to read the file a.txt.' },
        ],
        tools: [{ type: 'function', name: 'read_file', description: 'Reads a file', parameters }],
        reasoning: { effort: 'medium' },
        store: false,
        include: ['reasoning.encrypted_content'],
        stream: true,
      };
      const reply = await post(gateway, '/v1/chat/completions', body);
      const bytes = new Uint8Array(await reply.arrayBuffer());
      assert.equal(reply.status, 200, Buffer.from(bytes).toString());
      assert.deepEqual(seenStream('openai-chat', bytes).ends, ['finish']);
      assert.match(Buffer.from(bytes).toString(), /"tool_calls":.*"name":"read_file"/, model);
    }
  });
});

describe('stored responses', () => {
  for (const [method, path, param = 'response_id'] of [
    ['GET', '/v1/responses/resp_1'],
    ['DELETE', '/v1/responses/resp_1'],
    ['GET', '/v1/responses/resp_1/input_items'],
    ['POST', '/v1/responses/resp_1/cancel'],
    ['POST', '/v1/responses/compact', null],
  ] as const) {
    test(`${method} ${path} is refused with what to do instead`, async () => {
      const headers = { authorization: `Bearer ${gateway.key}` };
      const reply = await fetch(gateway.url + path, { method, headers });
      assert.equal(reply.status, 404);
      const { error } = (await reply.json()) as { error: { message: string; param: string | null } };
      assert.match(error.message, /does not store responses|does not compact/);
      assert.equal(error.param, param);
      assert.equal((await fetch(gateway.url + path, { method })).status, 401);
    });
  }
});
