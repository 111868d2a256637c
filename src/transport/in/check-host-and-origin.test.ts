import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import { checkHostAndOrigin } from './check-host-and-origin.ts';

const allowedHosts = [
  'models.example',
  'gateway.example:8443',
  '*.team.example',
  '[fd00::1]',
  '10.0.0.7:4141',
];

for (const host of [
  'localhost',
  'LOCALHOST:4141',
  'localhost.',
  '127.0.0.1:4141',
  '127.8.9.1',
  '[::1]:4141',
  'models.example',
  'models.example:9000',
  'models.example.',
  'gateway.example.:8443',
  'gateway.example:8443',
  'a.team.example',
  'a.b.team.example:1',
  '[fd00::1]:4141',
  '10.0.0.7:4141',
]) {
  test(`the Host ${host} is accepted`, () => check(['Host', host]));
}

for (const host of [
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'models.example.evil.example',
  'gateway.example',
  'gateway.example:80',
  'team.example',
  'xteam.example',
  '10.0.0.7',
  '10.0.0.8:4141',
  '0.0.0.0:4141',
  '[::]:4141',
]) {
  test(`the Host ${host} is refused`, () => void refused('permission', ['Host', host]));
}

for (const host of [
  '',
  'a b',
  'user@localhost',
  'localhost:port',
  'localhost:1:2',
  'http://localhost',
  '[::1',
  'a,b',
  'localhost/',
]) {
  test(`the malformed Host ${JSON.stringify(host)} is refused`, () => {
    refused('invalid_request', ['Host', host]);
  });
}

test('a request without Host, or with two, is refused', () => {
  refused('invalid_request', []);
  refused('invalid_request', ['Host', 'localhost', 'hOST', 'localhost']);
});

for (const origin of ['http://localhost:3000', 'https://models.example', 'http://[::1]:5173']) {
  test(`a page of ${origin} may call`, () => check(['host', 'localhost', 'Origin', origin]));
}

for (const origin of [
  'https://evil.example',
  'null',
  'file://',
  'https://localhost.evil.example',
  'chrome-extension://abc',
  '',
]) {
  test(`a page of ${JSON.stringify(origin)} may not call`, () => {
    refused('permission', ['host', 'localhost', 'origin', origin]);
  });
}

test('one foreign Origin among two is enough to refuse', () => {
  refused('permission', [
    'host',
    'localhost',
    'origin',
    'http://localhost',
    'origin',
    'https://evil.example',
  ]);
});

test('a star allows every name, and every origin', () => {
  for (const origin of ['https://other.example', 'null', 'app://obsidian.md', 'file://'])
    check(['host', 'anything.example', 'origin', origin], ['*']);
});

test('an app may call if its origin is listed, by its name or with all of its scheme', () => {
  const hosts = ['App://obsidian.md', 'vscode-webview://*', 'tauri://localhost', 'team.example'];
  const from = (origin: string) => ['host', 'localhost', 'origin', origin];
  for (const origin of ['app://obsidian.md', 'vscode-webview://1a2b3c', 'tauri://localhost'])
    check(from(origin), hosts);
  for (const origin of [
    'app://other.md',
    'app://obsidian.md.evil.example',
    'https://obsidian.md',
    'http://vscode-webview',
    'capacitor://localhost',
    'app://team.example',
    'null',
  ])
    refused('permission', from(origin), hosts);
  // Nor does an app's origin admit a host.
  refused('permission', ['host', 'obsidian.md'], hosts);
});

test('the refusal of an origin says what can be done about it', () => {
  const said = (origin: string) => refused('permission', ['host', 'localhost', 'origin', origin]).message;
  assert.match(said('app://obsidian.md'), /"app:\/\/obsidian\.md".*add it to server\.allowedHosts/);
  assert.match(said('https://evil.example'), /"evil\.example".*add it to server\.allowedHosts/);
  assert.match(said('null'), /only "\*" in server\.allowedHosts/);
});

test('the refusal names the host and where to allow it', () => {
  const error = refused('permission', ['host', 'evil.example']);
  assert.match(error.message, /"evil\.example".*server\.allowedHosts/);
});

function check(rawHeaders: string[], hosts: readonly string[] = allowedHosts): void {
  checkHostAndOrigin({ rawHeaders, httpVersion: '1.1' }, { allowedHosts: hosts, anyHost: false });
}

function refused(code: ErrorCode, rawHeaders: string[], hosts?: readonly string[]): ConclaveError {
  try {
    check(rawHeaders, hosts);
  } catch (error) {
    assert.ok(error instanceof ConclaveError);
    assert.equal(error.code, code);
    return error;
  }
  return assert.fail('it was served');
}
