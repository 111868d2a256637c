import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { jsonLog } from './json-log.ts';
import { maskSecrets, maskSecretsInJson } from './mask-secrets.ts';
import { plainLog } from './plain-log.ts';
import { logLevels, type Log } from '../core/telemetry/log.ts';

const secrets = [
  'sk-ant-api03-abcdefghijklmnop',
  'sk-proj-0123456789abcdefghij',
  'ck-0123456789abcdefghijABCDEFGHIJ',
  'AKIAIOSFODNN7EXAMPLE',
  'AIzaSyA1234567890abcdefghij',
  'hunter2-of-the-database',
  'plain-secret-in-a-member',
  'dGhpcyBpcyBhIHRva2Vu',
  'ASIAIOSFODNN7EXAMPLE',
];

/** Writes one line per level, with each of the secrets in a message, a field or an error. */
function writeSecrets(log: Log): void {
  log.info({ headers: { authorization: `Bearer ${secrets[7]}` } }, `asked with ${secrets[0]}`);
  log.warn(
    { apiKey: secrets[6], password: secrets[5], authorization: `Bearer ${secrets[7]}` },
    `refused: {"apiKey":"${secrets[6]}"} at https://lab.example/?api_key=${secrets[6]}&n=1`,
  );
  log.error({ error: new Error(`key ${secrets[1]} at postgres://conclave:${secrets[5]}@db/x`) }, 'failed');
  log.debug(
    { list: [`authorization: Bearer ${secrets[7]}`], id: secrets[8] },
    `${secrets[3]} ${secrets[4]} ${secrets[2]}`,
  );
}

function hasNoSecret(lines: readonly string[]): void {
  assert.equal(lines.length, 4);
  for (const line of lines) {
    assert.match(line, /\[redacted\]/);
    for (const secret of secrets) assert.ok(!line.includes(secret), `${secret} in ${line}`);
  }
}

test('masks everything that looks like a key or a password, wherever it is in a line', () => {
  const lines: string[] = [];
  writeSecrets(jsonLog('debug', { write: (line) => lines.push(line) }));
  hasNoSecret(lines);
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line));
  assert.match(lines[2] ?? '', /"level":"error".*postgres:\/\/conclave:\[redacted\]@db/);
});

test('a secret in quotation marks is masked up to the closing one, and no further', () => {
  const masked: Readonly<Record<string, string>> = {
    "password='my secret pass' x": "password='[redacted]' x",
    'password="my secret pass" x': 'password="[redacted]" x',
    "api_key='say \\'so\\' twice' x": "api_key='[redacted]' x",
    'password="say \\"so\\" twice" x': 'password="[redacted]" x',
    'password="ends so: \\\\" x': 'password="[redacted]" x',
    '{"password":"say \\"so\\" twice","n":1}': '{"password":"[redacted]","n":1}',
    "authorization='Bearer abc def', x": "authorization='[redacted]', x",
    'authorization=Basic dXNlcjpwYXNz x': 'authorization=Basic [redacted] x',
    'set password=': 'set password=',
    "password='say ''so'' twice' x": "password='[redacted]' x",
    'password="say ""so"" twice" x': 'password="[redacted]" x',
    "password='' x": 'password=[redacted] x',
    "password='never closed, to the end": "password='[redacted]",
  };
  for (const [text, expected] of Object.entries(masked)) {
    assert.equal(maskSecrets(text), expected);
    assert.deepEqual(JSON.parse(maskSecretsInJson(JSON.stringify({ text, y: 'z' }))), {
      text: expected,
      y: 'z',
    });
  }
});

test('in text, only the mark that opens a secret closes it', () => {
  const masked: Readonly<Record<string, string>> = {
    [`password='ab"cd' x`]: "password='[redacted]' x",
    [`password='Qq"ab' "x"`]: `password='[redacted]' "x"`,
    [`password="ab'cd" x`]: 'password="[redacted]" x',
    'password=",ab cd" x': 'password="[redacted]" x',
    'password="}]ab: cd" x': 'password="[redacted]" x',
    'password=":" x': 'password="[redacted]" x',
  };
  for (const [text, expected] of Object.entries(masked)) assert.equal(maskSecrets(text), expected);
});

test('a secret of any length is masked, whatever it consists of', () => {
  const begins = ['password="', "password='", '{"password\\":\\"', '{"password":"'];
  for (const piece of ['a', '\\n', 'a\\n', '\\\\', '\\u00e9x', '""', "''", '\\"\\"', '\\\\\\"']) {
    const long = piece.repeat(Math.ceil(12_000_000 / piece.length));
    for (const begin of begins) {
      const before = process.threadCpuUsage();
      for (const mask of [maskSecrets, maskSecretsInJson])
        assert.doesNotThrow(() => mask(begin + long), begin);
      assert.ok(process.threadCpuUsage(before).user < 5_000_000, `${begin}${piece}`);
    }
  }
  const longKeys = ['sk-', 'Bearer ', 'password=', 'https://a:'].map(
    (begin) => begin + 'a'.repeat(12_000_000),
  );
  for (const text of longKeys) assert.ok(maskSecrets(`${text}@`).length < 30, text.slice(0, 10));
  for (const [begin, piece] of [
    ['password="', 'a\\n'],
    ["password='", "a''"],
    ['{"password":"', 'a""'],
    ['{"password\\":\\"', 'a\\\\n'],
  ] as const) {
    const text = begin + piece.repeat(3_000_000);
    for (const mask of [maskSecrets, maskSecretsInJson]) assert.equal(mask(text), `${begin}[redacted]`);
  }
});

test('a masked line of JSON is still JSON, whatever its texts contain', () => {
  const pieces = [
    'password',
    '=',
    '"',
    "'",
    '\\',
    ' ',
    ',',
    '}',
    ':',
    '\n',
    'x',
    'bearer ',
    'https://a:',
    '@',
  ];
  const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((some) => some.join(''));
  fc.assert(
    fc.property(texts, texts, (text, password) => {
      const line = maskSecretsInJson(JSON.stringify({ text, more: [text, { password }], end: 1 }));
      assert.equal(JSON.parse(line).end, 1, line);
    }),
    { numRuns: 2_000 },
  );
});

test('the plain log masks the same secrets, and shows fields and errors as text', (t) => {
  const lines = standardError(t);
  const log = plainLog('debug');
  writeSecrets(log);
  hasNoSecret(lines);
  log.warn({ model: 'lab/m', tries: 2, error: new Error('no answer') }, 'failed');
  log.warn({ dbPassword: 'my secret pass', model: 'lab/m' }, 'failed');
  assert.equal(lines[2], 'error: failed error=key [redacted] at postgres://conclave:[redacted]@db/x\n');
  assert.equal(lines[4], 'warning: failed model=lab/m tries=2 error=no answer\n');
  assert.equal(lines[5], 'warning: failed dbPassword=[redacted] model=lab/m\n');
});

test('the plain log writes lines of its level and above', (t) => {
  const lines = standardError(t);
  const log = plainLog('silent');
  for (const level of logLevels) {
    log.level = level;
    for (const name of ['error', 'warn', 'info', 'debug'] as const) log[name]({}, level);
  }
  const written = [
    ['error: error'],
    ['error: warn', 'warning: warn'],
    ['error: info', 'warning: info', 'note: info'],
    ['error: debug', 'warning: debug', 'note: debug', 'debug: debug'],
  ];
  assert.equal(lines.join(''), `${written.flat().join('\n')}\n`);
});

/** Collects what is written to standard error during a test. */
function standardError(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(process.stderr, 'write', (line: string) => lines.push(line) > 0);
  return lines;
}

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
