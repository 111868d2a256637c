import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocalServer } from '../support/local-server.ts';
import { eras, transports } from '../support/mcp-clients.ts';

/** Providers whose failures name their addresses: nothing listens at the first, the second quotes its own. */
async function failingProviders(t: Parameters<typeof startLocalServer>[0]) {
  const quoting: string = await startLocalServer(t, (request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ error: { message: `http://${request.headers.host}/v1 does not know that` } }),
    );
  });
  const absent = 'http://127.0.0.1:9';
  const config = `providers:
  absent: { dialect: openai-chat, baseUrl: "${absent}/v1", apiKey: k }
  quoting: { dialect: openai-chat, baseUrl: "${quoting}/v1", apiKey: k }
models: [{ id: absent/one }, { id: quoting/one }]
routing: { retries: 0 }
`;
  return { config, addresses: { absent, quoting } };
}

for (const era of eras) {
  test(`${era}, only the operator, over stdio, is told the addresses of providers that fail`, async (t) => {
    const { config, addresses } = await failingProviders(t);
    const http = await transports.http(t, config, era);
    const stdio = await transports.stdio(t, config, era);
    for (const provider of ['absent', 'quoting'] as const) {
      const asked = { name: 'chat', arguments: { prompt: 'Hi', model: `${provider}/one` } };
      const [toClient, toOperator] = [await http.callTool(asked), await stdio.callTool(asked)];
      assert.deepEqual([toClient.isError, toOperator.isError], [true, true]);
      const { host } = new URL(addresses[provider]);
      assert.ok(!JSON.stringify(toClient).includes(host), JSON.stringify(toClient));
      assert.ok(JSON.stringify(toOperator).includes(host), JSON.stringify(toOperator));
      const panel = {
        name: 'consensus',
        arguments: { prompt: 'Hi', mode: 'answer', models: ['absent/one', 'quoting/one'] },
      };
      const members = JSON.stringify(await http.callTool(panel));
      assert.ok(!members.includes(host), members);
    }
  });
}
