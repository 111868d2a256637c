import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { conclave } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { chunk, streamEnd } from '../support/chat-replies.ts';

const page = 'https://nodejs.org/en/about/previous-releases';

test('a lookup that cites a page exits with 0, one from memory with 1 and a warning', async (t) => {
  const place = await perplexity(t, (prompt) =>
    prompt.includes('npm') ? { text: 'npm 11' } : { text: 'Node 26', citations: [page] },
  );
  const looked = await conclave(['apilookup', 'Which Node is current?'], place);
  assert.equal(looked.code, 0, looked.stderr);
  assert.match(looked.stdout, /Node 26[^]*previous-releases/);
  const remembered = await conclave(['apilookup', 'Which npm is current?', '--json'], place);
  assert.equal(remembered.code, 1, remembered.stderr);
  const { text, sources, warnings } = JSON.parse(remembered.stdout) as Looked;
  assert.deepEqual([text, sources], ['npm 11', []]);
  assert.match(warnings.join(), /named no page that it read; treat the answer as from memory/);
});

test('a lookup with an empty answer is an error that names the model and the call', async (t) => {
  const place = await perplexity(t, () => ({ text: ' \n', citations: [page] }));
  const { code, stdout, stderr } = await conclave(['apilookup', 'Which Node is current?'], place);
  assert.equal(code, 3);
  assert.equal(stdout, '');
  assert.match(stderr, /perplexity\/sonar\S* returned an empty answer \(.*"stop".*conclave show req_\w+\)/);
});

type Looked = { readonly text: string; readonly sources: string[]; readonly warnings: string[] };

type Says = (prompt: string) => { readonly text: string; readonly citations?: readonly string[] };

/** A provider whose models always search, on a local server with answers set by the test. */
async function perplexity(t: TestContext, says: Says) {
  const origin = await startLocalServer(t, async (request, response) => {
    const { text, citations } = says(await readText(request));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk(text, null, { citations }));
    response.write(chunk({}, 'stop', { citations }));
    response.end(streamEnd);
  });
  const config = `providers: { perplexity: { apiKey: sim-key, baseUrl: "${origin}" } }\n`;
  return { folder: tempFolder(t, { 'conclave.yaml': config }), home: tempFolder(t) };
}
