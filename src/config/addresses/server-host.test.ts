import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServerHost } from './server-host.ts';

const options = { variable: 'OLLAMA_HOST', usualPort: '11434' };

test('an address of a server is read as Ollama reads it', () => {
  // The cases of Ollama's own test of OLLAMA_HOST, with addresses to which a client can connect.
  for (const [value, address] of [
    ['1.2.3.4', 'http://1.2.3.4:11434'],
    [':1234', 'http://127.0.0.1:1234'],
    ['1.2.3.4:1234', 'http://1.2.3.4:1234'],
    ['example.com', 'http://example.com:11434'],
    ['example.com:1234', 'http://example.com:1234'],
    [':0', 'http://127.0.0.1:11434'],
    [':66000', 'http://127.0.0.1:11434'],
    [':-1', 'http://127.0.0.1:11434'],
    ['[::1]', 'http://[::1]:11434'],
    ['[::]', 'http://[::1]:11434'],
    ['::', 'http://[::1]:11434'],
    ['::1', 'http://[::1]:11434'],
    ['fe80::12', 'http://[fe80::12]:11434'],
    ['[::1]:1337', 'http://[::1]:1337'],
    ['0.0.0.0:1337', 'http://127.0.0.1:1337'],
    ['"1.2.3.4"', 'http://1.2.3.4:11434'],
    [' " 1.2.3.4 " ', 'http://1.2.3.4:11434'],
    ["'1.2.3.4'", 'http://1.2.3.4:11434'],
    ['http://1.2.3.4', 'http://1.2.3.4'],
    ['http://1.2.3.4:4321', 'http://1.2.3.4:4321'],
    ['http://[::1]:4321/', 'http://[::1]:4321'],
    ['https://1.2.3.4', 'https://1.2.3.4'],
    ['HTTPS://1.2.3.4:4321', 'https://1.2.3.4:4321'],
    ['https://example.com/ollama', 'https://example.com/ollama'],
    ['example.com:56789/ollama/', 'http://example.com:56789/ollama'],
    ['http://user:secret@example.com', 'http://example.com'],
    ['ollama.com', 'https://ollama.com'],
  ] as const)
    assert.equal(readServerHost(value, options), address, value);
});

test('an address that no server can have is refused by the name of its variable', () => {
  for (const value of ['my box', 'ftp://box', 'unix:///run/ollama.sock', '1.2.3.4.5', 'a:b:c'])
    assert.throws(
      () => readServerHost(value, options),
      { code: 'configuration', message: new RegExp(`^OLLAMA_HOST: "${value}" is no address`) },
      value,
    );
});
