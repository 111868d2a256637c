import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { endProcess, runGateway } from '../support/running-gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';

test("a probe is answered for any host name, e.g. kubelet's use of the pod address", async (t) => {
  const { url } = await startTestGateway(t);
  const port = Number(new URL(url).port);
  const statusOf = async (head: string) => {
    const socket = connect(port, '127.0.0.1');
    let reply = '';
    socket.on('data', (bytes) => (reply += bytes.toString()));
    socket.write(`${head}\r\nconnection: close\r\n\r\n`);
    await once(socket, 'close');
    return Number(/^HTTP\/1\.1 (\d+)/.exec(reply)?.[1]);
  };
  const pod = `host: 10.42.0.17:${port}`;
  for (const path of ['/health/live', '/health/ready', '/health/ready?from=kubelet']) {
    assert.equal(await statusOf(`GET ${path} HTTP/1.1\r\n${pod}`), 200, path);
  }
  assert.equal(await statusOf(`HEAD /health/live HTTP/1.1\r\n${pod}`), 200);
  assert.equal(await statusOf('GET /health/live HTTP/1.0\r\nuser-agent: haproxy'), 200, 'older than Host');
  assert.equal(await statusOf(`GET /v1/models HTTP/1.1\r\n${pod}`), 403);
  assert.equal(await statusOf(`GET /health/../v1/models HTTP/1.1\r\n${pod}`), 403);
  assert.equal(await statusOf(`GET /health/live HTTP/1.1\r\n${pod}\r\norigin: http://evil.example`), 403);
  assert.equal(await statusOf(`GET /health/live HTTP/1.1\r\n${pod}\r\nhost: localhost`), 400);
  assert.equal(await statusOf('GET /health/live HTTP/1.1\r\nuser-agent: nobody'), 400);
});

test('a gateway that listens on every address warns that only requests for localhost are answered', async (t) => {
  const home = tempFolder(t);
  const everywhere = await runGateway(['--simulate', '--host', '0.0.0.0'], { CONCLAVE_HOME: home });
  t.after(() => endProcess(everywhere.process));
  assert.match(everywhere.output(), /warning\s+.*localhost.*server\.allowedHosts.*"\*"/);
});
