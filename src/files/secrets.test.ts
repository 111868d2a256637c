import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactAllBut, redactLines, redactSecrets } from './secrets.ts';

/** Random-looking and never valid. Assembled here, so that secret scanners do not flag this file. */
const noise = (length: number) => 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU'.repeat(20).slice(0, length);
const hex = '0a1b2c3d4e5f6789'.repeat(4);
const pem = (kind: string) =>
  [`-----BEGIN ${kind}PRIVATE KEY-----`, noise(64), noise(40), `-----END ${kind}PRIVATE KEY-----`].join('\n');

const secrets = {
  anthropic: `sk-ant-api03-${noise(93)}AA`,
  openai: `sk-proj-${noise(74)}T3BlbkFJ${noise(74)}`,
  openrouter: `sk-or-v1-${hex}`,
  google: `AIza${noise(35)}`,
  aws: 'AKIAQWERTYUIOPASDFGH',
  github: `ghp_${noise(36)}`,
  stripe: `sk_live_${noise(24)}`,
  slack: `xoxb-123456789012-123456789012-${noise(24)}`,
  huggingface: `hf_${noise(34)}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${noise(43)}`,
  bearer: `Authorization: Bearer ${noise(40)}`,
  postgres: 'postgres://app:hunter22pw@db.internal:5432/app',
  assigned: `const dbPassword = "${noise(24)}"`,
  rsa: pem('RSA '),
  ec: pem('EC '),
  pkcs8: pem(''),
  openssh: pem('OPENSSH '),
};

for (const [name, secret] of Object.entries(secrets)) {
  test(`replaces a ${name} with a visible marker`, async () => {
    const { text, redactions } = await redactSecrets(`first line\nx = "${secret}"\nlast line\n`);
    assert.match(text, /\[redacted: [a-z ]+\]/);
    assert.match(text, /^first line\n[^]*\nlast line\n$/);
    assert.equal(redactions[0]?.line, 2);
    assert.ok(!text.includes(secret.slice(-20)), text);
    assert.ok(!text.includes(noise(20)), text);
  });
}

/** An example of every form that the patterns name. */
const forms = {
  'aws access key id': ['AKIA', 'ASIA'].map((start) => `${start}QWERTYUIOPASDFGH`),
  'private key': ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED '].map(pem),
  'pgp key': [pem('PGP ').replaceAll('KEY-', 'KEY BLOCK-'), pem('PGP ').split('-----END')[0] ?? ''],
  'key with a prefix': ['sk', 'pk', 'rk'].flatMap((start) =>
    ['', 'lab-', 'lab-v1-', 'lab-live-api03-'].map((middle) => `${start}-${middle}${noise(40)}`),
  ),
  'provider’s key': ['xai', 'pplx', 'r8', 'fw', 'tgp', 'dop'].flatMap((start) => [
    `${start}-${noise(40)}`,
    `${start}_${noise(40)}`,
    `${start}_v1_${noise(40)}`,
  ]),
  'google key': [`AIza${noise(35)}`],
  'hugging face token': [`hf_${noise(34)}`],
  'pypi token': [`pypi-${noise(60)}`],
  'azure account key': [`AccountKey=${noise(86)}==`],
  'bearer token': ['bearer', 'Bearer', 'BEARER'].map((word) => `${word}  ${noise(30)}`),
  'assigned secret': [
    ...['apikey', 'api_key', 'API-KEY', 'secret', 'token', 'passwd', 'password', 'credential'].map(
      (name) => `${name} = "${noise(24)}"`,
    ),
    ...['private_key', 'privateKey', 'private-key'].map((name) => `"${name}": "${noise(24)}"`),
    ...[':', '=', '=>', ':='].map((sign) => `token_of_lab ${sign} '${noise(24)}'`),
    `secret = \`${noise(24)}\``,
  ],
};

for (const [name, texts] of Object.entries(forms)) {
  test(`hides every form: ${name}`, async () => {
    for (const form of texts) {
      const { text } = await redactSecrets(`see ${form} there`);
      assert.match(text, /\[redacted: [a-z ]+\]/, form);
      for (const part of [noise(12), form.slice(-14, -2)])
        assert.ok(!text.includes(part), `${form}: ${text}`);
    }
  });
}

test('lets an allowed secret through only if the pattern matches all of it', async () => {
  const key = secrets.huggingface;
  const isHidden = async (...allowed: string[]) => !(await redactAllBut(allowed)(key)).text.includes(key);
  assert.equal(await isHidden(key), false);
  assert.equal(await isHidden('nothing', 'hf_.{34}'), false);
  assert.equal(await isHidden(`${key}|other`), false);
  for (const part of [
    key.slice(0, -1),
    key.slice(1),
    'hf_',
    '.',
    `${key.slice(0, 9)}|x`,
    `x|${key.slice(9)}`,
  ]) {
    assert.equal(await isHidden(part), true, part);
  }
});

test('of secrets that overlap, nothing of either is left', async () => {
  const inner = secrets.aws;
  const account = `AccountKey=${noise(86)}==`;
  for (const whole of [
    `password = "${inner}/${noise(40)}"`,
    `password = "${noise(40)}/${inner}"`,
    `token: "${secrets.jwt}"`,
    `AIza${noise(20)}-sk-${noise(60)}`,
    `sk-pypi-${noise(40)}-${noise(40)}`,
    `Bearer ${secrets.jwt}/${noise(50)}`,
    `connection_secret = "${account}"`,
    `postgres://app:${noise(20)}@db/${secrets.huggingface}`,
  ]) {
    const { text } = await redactSecrets(`first ${whole} last`);
    for (let at = 0; at < noise(26).length; at += 1) {
      assert.ok(!text.includes((noise(26) + noise(26)).slice(at, at + 12)), `${whole}: ${text}`);
    }
    assert.match(text, /^first .* last$/);
  }
});

test('a redacted private key keeps its lines, so that later lines keep their numbers', async () => {
  const { text } = await redactSecrets(`a\n${pem('RSA ')}\nb`);
  assert.deepEqual(text.split('\n'), ['a', '[redacted: private key]', '', '', '', 'b']);
});

test('a comment in the text cannot switch redaction off', async () => {
  const { text } = await redactSecrets(`// secretlint-disable\nkey = "${secrets.stripe}"\n`);
  assert.ok(!text.includes(secrets.stripe));
});

test('finds a key that is spread over the lines of a diff', async () => {
  const { lines } = await redactLines(['const key = `', ...pem('').split('\n'), '`;']);
  assert.deepEqual(lines, ['const key = `', '[redacted: private key]', '', '', '', '`;']);
});

test('plain code keeps every character', async () => {
  const code = [
    'const tokenCount = countTokens(text);',
    "const password = process.env['DATABASE_PASSWORD'];",
    'if (secret === "correct-horse-battery-staple") throw new Error("no");',
    'const apiKeyHeader = "x-conclave-request-identifier";',
    'type Token = { readonly secret: "placeholder-placeholder" };',
    'import { sk } from "./sk-identity-provider-registration-handler.ts";',
    'const sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";',
    'postgres://localhost:5432/app',
  ].join('\n');
  assert.deepEqual(await redactSecrets(code), { text: code, redactions: [] });
});

test('checking many texts leaves no performance entries in the process', async () => {
  await redactSecrets('warm');
  const before = performance.getEntries().length;
  for (let round = 0; round < 20; round += 1) await redactSecrets(`round ${round}`);
  assert.equal(performance.getEntries().length, before);
});
