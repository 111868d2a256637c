import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLog } from './json-log.ts';
import { maskSecrets } from './mask-secrets.ts';

test('masks everything that looks like a key or a password, wherever it is in a line', () => {
  const secrets = [
    'sk-ant-api03-abcdefghijklmnop',
    'sk-proj-0123456789abcdefghij',
    'ck-0123456789abcdefghijABCDEFGHIJ',
    'AKIAIOSFODNN7EXAMPLE',
    'AIzaSyA1234567890abcdefghij',
    'hunter2-of-the-database',
    'plain-secret-in-a-member',
    'dGhpcyBpcyBhIHRva2Vu',
  ];
  const lines: string[] = [];
  const log = jsonLog('debug', { write: (line) => lines.push(line) });
  log.info({ headers: { authorization: `Bearer ${secrets[7]}` } }, `asked with ${secrets[0]}`);
  log.warn({ apiKey: secrets[6], provider: { apiKey: secrets[6] } }, `refused: {"apiKey":"${secrets[6]}"}`);
  log.error({ error: new Error(`key ${secrets[1]} at postgres://conclave:${secrets[5]}@db/x`) }, 'failed');
  log.debug({ list: [`authorization: Bearer ${secrets[7]}`] }, `${secrets[3]} ${secrets[4]} ${secrets[2]}`);
  assert.equal(lines.length, 4);
  for (const line of lines) {
    for (const secret of secrets) assert.ok(!line.includes(secret), `${secret} in ${line}`);
    assert.doesNotThrow(() => JSON.parse(line));
  }
  assert.match(lines[2] ?? '', /"level":"error".*postgres:\/\/conclave:\[redacted\]@db/);
});

test('masks the passwords of several URLs, whatever stands between them', () => {
  assert.equal(
    maskSecrets(
      'http://a:b:c/d@one http://two:80/x sk-ant-api03-abcdefghijklmnop "redis://:pass@three" http://four:1',
    ),
    'http://a:[redacted]@one http://two:80/x [redacted] "redis://:[redacted]@three" http://four:1',
  );
});

test('ids, models and ordinary words stay readable', () => {
  for (const text of [
    'req_0198f6d2c3a1b2c3d4e5f6a7b8c9 answered by anthropic/claude-sonnet-5',
    'the bearer of this message asks http://127.0.0.1:4141/v1/models',
    '{"keyName":"team-search","error":{"code":"provider_auth"}}',
  ])
    assert.equal(maskSecrets(text), text);
});

test('writes lines of the current level, which may change while the log is in use', () => {
  const lines: string[] = [];
  const log = jsonLog('warn', { write: (line) => lines.push(line) });
  log.info({}, 'one');
  log.level = 'info';
  log.info({}, 'two');
  log.level = 'silent';
  log.error({}, 'three');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ['two'],
  );
});
