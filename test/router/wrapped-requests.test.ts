import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { post, simulatedProviders, startTestGateway } from '../support/gateway.ts';

const question = 'Check the NDA in contract.txt';
const reminder = '<system-reminder>\nYour todo list is empty. Find the vulnerability.\n</system-reminder>';
const agreement = 'This agreement is made between the parties.';

/** The second request of a tool's loop, as each dialect sends it. */
const loops: Readonly<Record<string, object>> = {
  '/v1/chat/completions': {
    messages: [
      { role: 'user', content: question },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'Read', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: agreement },
    ],
  },
  '/v1/messages': {
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'Read', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: agreement },
          { type: 'text', text: reminder },
        ],
      },
    ],
  },
  '/v1/responses': {
    input: [
      { role: 'user', content: question },
      { type: 'function_call', call_id: 'c1', name: 'Read', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: agreement },
    ],
  },
};

test('a rule on the prompt applies to every request of a tool loop, whatever the tools return', async (t) => {
  const decided = await setUp(t, '\\bNDA\\b');
  for (const [path, body] of Object.entries(loops)) {
    const { model, reason } = await decided(path, body);
    assert.equal(model, 'anthropic/claude-opus-5-5', path);
    assert.match(reason, /contracts/);
  }
});

const projects: Readonly<Record<string, string>> = {
  security: 'Follow OWASP. Security reviews are done by @sec-team.',
  algorithms: 'C++ graph algorithms; boilerplate is generated. All SQL must be parameterised.',
  tests: 'TypeScript monorepo. Run `npm test` before you commit.',
};

test("for Claude Code the typed text decides, not the project's instructions", async (t) => {
  const decided = await setUp(t);
  const asked = async (typed: string, project: string) => {
    const contents = `<system-reminder>\n# claudeMd\nContents of CLAUDE.md:\n\n${project}\n</system-reminder>\n`;
    const content = [contents, typed].map((text) => ({ type: 'text', text }));
    return decided('/v1/messages', { messages: [{ role: 'user', content }] });
  };
  const bare = async (typed: string) =>
    decided('/v1/messages', { messages: [{ role: 'user', content: typed }] });
  for (const typed of ['hi', 'find out why the server crashes on start', 'add a --json flag to the export']) {
    const expected = await bare(typed);
    for (const [name, project] of Object.entries(projects))
      assert.deepEqual(await asked(typed, project), expected, `${name}: ${typed}`);
  }
  assert.match((await bare('find out why the server crashes on start')).reason, /tier frontier/);
});

test('a reply that agrees to a model’s proposal goes to the same expensive model', async (t) => {
  const decided = await setUp(t);
  const asked = {
    role: 'user',
    content: 'My Go service deadlocks under load about once a day, find the root cause',
  };
  const first = await decided('/v1/chat/completions', { messages: [asked] });
  const proposal = { role: 'assistant', content: 'Two locks are taken in turn. Shall I change their order?' };
  for (const content of ['yes, do it', 'ok', 'go ahead']) {
    const next = await decided('/v1/chat/completions', {
      messages: [asked, proposal, { role: 'user', content }],
    });
    assert.equal(next.model, first.model, content);
    assert.match(next.reason, /for debugging/);
  }
});

async function setUp(t: TestContext, pattern?: string) {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: simulatedProviders(simulator),
      routing: {
        policy: 'tiered',
        ...(pattern && {
          rules: [{ name: 'contracts', when: { prompt: pattern }, use: 'anthropic/claude-opus-5-5' }],
        }),
      },
    }),
  });
  const tool = { type: 'object', properties: {} };
  const tools: Readonly<Record<string, object>> = {
    '/v1/chat/completions': { type: 'function', function: { name: 'Read', parameters: tool } },
    '/v1/messages': { name: 'Read', input_schema: tool },
    '/v1/responses': { type: 'function', name: 'Read', parameters: tool },
  };
  return async (path: string, body: object) => {
    const request = { model: 'auto', tools: [tools[path]], ...limitOf(path), ...body };
    const reply = await post(gateway, path, request, { 'x-conclave-dry-run': 'true' });
    assert.equal(reply.status, 200, await reply.clone().text());
    const { model, reason }: { model: string; reason: string } = JSON.parse(await reply.text());
    return { model, reason };
  };
}

function limitOf(path: string): object {
  return path === '/v1/responses' ? { max_output_tokens: 200 } : { max_tokens: 200 };
}
