import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createConclave } from '../../src/index.ts';
import { startLocalServer } from '../support/local-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('two Conclaves in one program sign with the AWS keys of their own environments', async (t) => {
  const signers: (string | undefined)[] = [];
  const bedrock = await startLocalServer(t, (request, response) => {
    signers.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1]);
    request.resume();
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        output: { message: { role: 'assistant', content: [{ text: 'hello' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      }),
    );
  });
  const profiles = tempFolder(t, {
    credentials: '[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = not-a-real-key\n',
  });
  const keys = (id: string) => ({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'not-a-real-key' });
  const conclaves = [
    await openedWith(t, { bedrock, variables: keys('AKIDONE') }),
    await openedWith(t, { bedrock, variables: keys('AKIDTWO') }),
    await openedWith(t, {
      bedrock,
      variables: { AWS_PROFILE: 'team', AWS_SHARED_CREDENTIALS_FILE: `${profiles}/credentials` },
    }),
  ];
  for (const conclave of [...conclaves, ...conclaves]) {
    const { text } = await conclave.chat({ model: 'bedrock/amazon.nova-lite-v1:0', prompt: 'hi' });
    assert.equal(text, 'hello');
  }
  const each = ['AKIDONE', 'AKIDTWO', 'AKIDTEAM'];
  assert.deepEqual(signers, [...each, ...each]);
});

/** Opens a Conclave while the process has these variables. */
async function openedWith(
  t: TestContext,
  { bedrock, variables }: { readonly bedrock: string; readonly variables: Readonly<Record<string, string>> },
) {
  Object.assign(process.env, variables);
  try {
    const conclave = await createConclave({
      home: tempFolder(t),
      config: { providers: { bedrock: { region: 'us-east-1', baseUrl: bedrock } } },
    });
    t.after(() => conclave.close());
    return conclave;
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}
