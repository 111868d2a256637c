import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactLines, redactSecrets } from './secrets.ts';

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
