import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploymentName } from './deployment-name.ts';

const named = (entry: object) => deploymentName({ model: 'lab/m', weight: 1, ...entry }, 'lab');

test('a deployment is named after its provider and its region', () => {
  assert.equal(named({ provider: 'azure' }), 'azure');
  assert.equal(named({ provider: 'lab', region: 'eu-west-1' }), 'eu-west-1');
  assert.match(named({ provider: 'azure', region: 'eu', apiKey: 'k' }), /^azure-eu-[0-9a-f]{6}$/);
});

test('keys and addresses make names distinct but are not part of them', () => {
  const names = [{ apiKey: 'key-one' }, { apiKey: 'key-two' }, { baseUrl: 'http://one' }].map(named);
  assert.equal(new Set(names).size, 3);
  for (const name of names) assert.match(name, /^[0-9a-f]{6}$/);
  assert.equal(
    named({ apiKey: 'key-one', rpm: 5, weight: 9 }),
    names[0],
    'limits and weight do not change the name',
  );
});
