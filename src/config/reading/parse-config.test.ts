import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './parse-config.ts';

const read = (text: string, env: Record<string, string> = {}) => parseConfig(text, 'conclave.yaml', env);
const lab = (members: string) => `providers:\n  lab: { dialect: openai-chat, ${members} }\n`;
const address = 'baseUrl: "http://127.0.0.1:9000/v1"';

test('settings that could never work are refused with their place when the file is read', () => {
  const wrong: readonly [string, RegExp][] = [
    [lab(`${address}, apiKey: "a\\nb"`), /^conclave\.yaml:2:\d+: providers\.lab\.apiKey: has characters/],
    [
      lab(`${address}, apiKey: "schlüssel"`),
      /providers\.lab\.apiKey: has characters that no header can carry/,
    ],
    [lab(`${address}, headers: { "x a": b }`), /providers\.lab\.headers\.x a: .*/],
    [
      lab(`${address}, headers: { Content-Length: "1" }`),
      /providers\.lab\.headers\.Content-Length: is set by Conclave/,
    ],
    [lab(`${address}, headers: { x-a: "a\\r\\nb: c" }`), /providers\.lab\.headers\.x-a: has characters/],
    [
      lab('baseUrl: "http://127.0.0.1:9000/v1?api-version=1"'),
      /providers\.lab\.baseUrl: must end with its path/,
    ],
    [lab('baseUrl: "http://me:secret@127.0.0.1:9000/v1"'), /providers\.lab\.baseUrl: must not hold a user/],
    [
      lab(`${address}, quirks: { legacyFunctions: true }`),
      /^conclave\.yaml:2:\d+: unknown key "providers\.lab\.quirks\.legacyFunctions"; it is called "openaiTools" now$/,
    ],
    [
      lab(`${address}, quirks: { extraBody: { messages: [{ role: user, content: Hi }] } }`),
      /^conclave\.yaml:2:\d+: providers\.lab\.quirks\.extraBody\.messages: is written for each call/,
    ],
    [
      lab(`${address}, quirks: { extraBody: { generationConfig: { candidateCount: 2 } } }`),
      /^conclave\.yaml:2:\d+: providers\.lab\.quirks\.extraBody\.generationConfig\.candidateCount: is written for each/,
    ],
    ...[
      'models: [lab/other]',
      'route: fallback',
      'fallbacks: [{ model: other }]',
      'preset: mine',
      'context_window_fallbacks: [{ m: [other] }]',
      'orq: { fallbacks: [{ model: other }] }',
      'extra_body: { models: [other] }',
      'providerOptions: { gateway: { models: [other] } }',
    ].map((field): [string, RegExp] => [
      lab(`${address}, quirks: { extraBody: { ${field} } }`),
      /^conclave\.yaml:2:\d+: providers\.lab\.quirks\.extraBody\.\w+: lets the provider ask other models/,
    ]),
    [lab('baseUrl: notaurl'), /providers\.lab\.baseUrl: Invalid URL/],
    ['models: [{ id: a/b, price: { input: 1.0e+300, output: 1 } }]', /models\.0\.price\.input: Too big/],
    ...[
      'https://gateway.example',
      'HTTP://*',
      'app://obsidian.md/x',
      'app://',
      'gateway.example/v1',
      '*.team.example:8443',
      '10.0.0.0/8',
      '',
    ].map((host): [string, RegExp] => [
      `server: { allowedHosts: ["${host}"] }`,
      /^conclave\.yaml:1:\d+: server\.allowedHosts\.0: a name or an address, perhaps with a port, is needed/,
    ]),
    [
      'models: [{ id: a/b }, { id: a/c }, { id: a/b }]',
      /^conclave\.yaml:1:\d+: models\.2\.id: a\/b is described twice/,
    ],
    [`a: &a [x,x]\n${bomb()}`, /^conclave\.yaml: Excessive alias count/],
  ];
  for (const [text, message] of wrong)
    assert.throws(() => read(text), { code: 'configuration', message }, text);
});

test('an allowed host may have every form that a Host header, or the origin of an app, can have', () => {
  const hosts = ['*', '*.team.example', 'gateway', 'Gateway.example:8443', '10.0.0.7', '10.0.0.7:4141'];
  const apps = ['app://obsidian.md', 'vscode-webview://*', 'tauri://localhost', 'chrome-extension://abc'];
  const allowedHosts = [
    ...hosts,
    'fd00::1',
    '::1',
    '[fd00::1]',
    '[fd00::1]:4141',
    'my_pod-0.ns.svc',
    ...apps,
  ];
  const { server } = read(JSON.stringify({ server: { allowedHosts } }));
  assert.deepEqual(server.allowedHosts, allowedHosts);
});

test('the extra fields of a provider may ask Gemini for the one answer that it gives anyway', () => {
  for (const name of ['candidateCount', 'candidate_count']) {
    const extraBody = { generationConfig: { [name]: 1 } };
    const { providers } = read(lab(`${address}, quirks: { extraBody: ${JSON.stringify(extraBody)} }`));
    assert.deepEqual(providers['lab']?.quirks?.extraBody, extraBody);
  }
});

test('white space around a key is removed', () => {
  const { providers } = read(lab(`${address}, apiKey: "\${LAB_KEY}"`), { LAB_KEY: ' sk-1\r\n' });
  assert.equal(providers['lab']?.apiKey, 'sk-1');
});

function bomb(): string {
  const names = [...'abcdefgh'];
  return names
    .slice(1)
    .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${names[at]}`).join(',')}]`)
    .join('\n');
}

test('variables may have defaults, and what looks like a variable but is none is refused with its place', () => {
  const keyOf = (apiKey: string, env: Record<string, string>) =>
    read(lab(`${address}, apiKey: '${apiKey}'`), env).providers['lab']?.apiKey;
  assert.equal(keyOf('${LAB_KEY}', { LAB_KEY: 'k-1' }), 'k-1');
  assert.equal(keyOf('${LAB_KEY:-k-2}', { LAB_KEY: 'k-1' }), 'k-1');
  assert.equal(keyOf('${LAB_KEY:-k-2}', { LAB_KEY: '' }), 'k-2');
  assert.equal(keyOf('a-${A}-${B:-b}', { A: '1' }), 'a-1-b');
  assert.equal(keyOf('$${LAB_KEY}', { LAB_KEY: 'k-1' }), '${LAB_KEY}');
  for (const [written, problem] of [
    ['${LAB_KEY}', /the variable LAB_KEY is not set/],
    ['${ LAB_KEY }', /write \$\{NAME\} or \$\{NAME:-default\}/],
    ['${LAB-KEY}', /write \$\{NAME\}/],
    ['${LAB_KEY:-${OTHER}}', /write \$\{NAME\}/],
    ['${LAB_KEY:?}', /write \$\{NAME\}/],
    ['os.environ/LAB_KEY', /write \$\{LAB_KEY\} for the variable LAB_KEY/],
  ] as const) {
    assert.throws(
      () => keyOf(written, {}),
      ({ message }: Error) => message.startsWith('conclave.yaml:2:') && problem.test(message),
      written,
    );
  }
});

test('a variable that stands alone is a number or a truth value where one is needed, and a text everywhere else', () => {
  const env = { PORT: '4242', YES: 'true', KEY: '12345678', RPM: '60', OFF: 'false' };
  const settings = [
    'apiKey: "${KEY}"',
    'headers: { X-Number: "${KEY}", X-Truth: "${YES}" }',
    'local: "${YES}"',
    'quirks: { forcedToolChoice: "${OFF}", extraBody: { seed: "${KEY}" } }',
  ];
  const config = read(
    `${lab(`${address}, ${settings.join(', ')}`)}
server:
  port: \${PORT}
  memoryMb: "\${MEMORY:-512}"
ledger: { keepBodies: "\${YES}" }
deployments: [{ model: lab/m, rpm: "\${RPM}" }]
`,
    env,
  );
  assert.equal(config.server.port, 4242);
  assert.equal(config.server.memoryMb, 512);
  assert.equal(config.ledger.keepBodies, true);
  const { lab: own } = config.providers;
  assert.deepEqual([own?.apiKey, own?.headers], ['12345678', { 'X-Number': '12345678', 'X-Truth': 'true' }]);
  assert.deepEqual([own?.local, own?.quirks?.forcedToolChoice], [true, false]);
  assert.deepEqual(own?.quirks?.extraBody, { seed: '12345678' });
  assert.equal(config.deployments[0]?.rpm, 60);
});

test('what is no number is refused with its place, also from a variable', () => {
  for (const [written, env, problem] of [
    ['${PORT}', { PORT: 'http' }, /^conclave\.yaml:1:\d+: server\.port: .*number/],
    ['${PORT}', { PORT: 'true' }, /server\.port: .*number/],
    ['${PORT}', { PORT: '[80]' }, /server\.port: .*number/],
    ['${PORT}', { PORT: '70000' }, /server\.port: /],
    ['${PORT}', { PORT: '&a' }, /server\.port: .*number/],
    ['4${PORT}', { PORT: '1' }, /server\.port: .*number/],
    ['${A}${B}', { A: '1', B: '2' }, /server\.port: .*number/],
    ['8080', {}, /server\.port: .*number/],
  ] as const)
    assert.throws(
      () => read(`server: { port: "${written}" }`, env),
      ({ message }: Error) => problem.test(message),
      written,
    );
});

test('fixed fields that have to do with fallbacks and gateways but name no models are taken', () => {
  const fields =
    'disable_fallbacks: true, orq: { retry: { count: 2 } }, providerOptions: { gateway: { order: [a] } }';
  const { providers } = read(lab(`${address}, quirks: { extraBody: { ${fields} } }`));
  assert.equal(Object.keys(providers['lab']?.quirks?.extraBody ?? {}).length, 3);
});
