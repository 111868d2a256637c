import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOnOwnNetwork } from './own-network.ts';

test('private addresses and names that only the own network knows are the user’s own', () => {
  for (const host of [
    [
      '127.0.0.1:11434',
      '[::1]:8080',
      '10.1.2.3',
      '192.168.1.20:1234',
      '100.100.1.1',
      '[fd00::5]:80',
      '[::ffff:10.0.0.1]:80',
      '0.0.0.0:1',
    ],
    ['localhost', 'box:999', 'host.docker.internal', 'gpu.lan', 'ollama.default.svc.cluster.local'],
  ].flat()) {
    assert.ok(isOnOwnNetwork(`http://${host}/v1`), host);
  }
});

test('public hosts, and addresses that cannot be read, are not', () => {
  for (const url of [
    'https://ollama.com',
    'http://8.8.8.8:11434',
    'http://[::ffff:8.8.8.8]:1',
    'http://[64:ff9b::808:808]',
    'http://[2606:4700::1]',
    'https://ollama.com.',
    'box',
    '',
  ]) {
    assert.ok(!isOnOwnNetwork(url), url);
  }
});
