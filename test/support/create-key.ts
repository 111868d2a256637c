import assert from 'node:assert/strict';
import { post, type TestGateway } from './gateway.ts';

type CreatedKey = {
  readonly id: string;
  readonly key: string;
  readonly warnings?: readonly string[];
};

/** Creates a virtual key as an administrator does, with these settings. */
export async function createKey(
  { url, adminKey }: Pick<TestGateway, 'url' | 'adminKey'>,
  settings: object = {},
): Promise<CreatedKey> {
  const reply = await post({ url, key: adminKey }, '/admin/keys', { name: 'team', ...settings });
  assert.equal(reply.status, 201, await reply.clone().text());
  return (await reply.json()) as CreatedKey;
}
