import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, isOnOwnNetwork, isPublicUnicast } from './addresses.ts';

const thisMachine = 'this machine is loopback, part of the own network and never public';
const ownNetwork = 'private addresses and names that the public DNS does not serve are on the own network';
const publicHosts = 'public addresses are neither loopback nor on the own network';
const neither = 'special addresses and public names are neither on the own network nor public addresses';

/** Hosts as a URL shows them, by what is true of them. */
const hosts: Readonly<Record<string, readonly string[]>> = {
  [thisMachine]: [
    'localhost',
    'localhost.',
    '127.0.0.1',
    '127.255.255.254',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ],
  [ownNetwork]: [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '[::]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    'box',
    'api.localhost',
    'host.docker.internal',
    'gpu.lan',
    'ollama.default.svc.cluster.local',
  ],
  [publicHosts]: [
    '8.8.8.8',
    '93.184.216.34',
    '100.63.255.255',
    '100.128.0.1',
    '126.255.255.255',
    '128.0.0.1',
    '172.32.0.1',
    '[2606:4700::1111]',
    '[2a00:1450::1]',
  ],
  [neither]: [
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
    '[fec0::1]',
    '[::127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[2001:0:4136:e378::]',
    '[2001:db8::1]',
    '[2002:7f00:1::]',
    '[3fff::1]',
    'ollama.com',
    'ollama.com.',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ],
};

for (const [title, names] of Object.entries(hosts)) {
  test(title, () => {
    for (const host of names) {
      const address = host.replace(/^\[|\]$/g, '');
      assert.equal(isLoopback(host), title === thisMachine, host);
      assert.equal(isLoopback(address), title === thisMachine, address);
      assert.equal(
        isOnOwnNetwork(`http://${host}:8080/v1`),
        title === thisMachine || title === ownNetwork,
        host,
      );
      assert.equal(isPublicUnicast(address), title === publicHosts, address);
    }
  });
}

test('what cannot be read as an address is neither public nor our own', () => {
  for (const text of ['', 'box', '127.1', '0x7f.0.0.1', '1.2.3', 'fe80::1%eth0']) {
    assert.equal(isPublicUnicast(text), false, text);
    assert.equal(isLoopback(text), false, text);
    assert.equal(isOnOwnNetwork(text), false, text);
  }
});
