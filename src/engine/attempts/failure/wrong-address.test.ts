import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { atUnknownPath, exceptPages, redirected } from './wrong-address.ts';

const origin = {
  deployment: candidate('lab/m').deployment,
  url: 'http://lab.example/v1/models/m:generate?key=never-to-be-seen#never-to-be-seen',
};

async function* body(text: string) {
  yield Buffer.from(text);
}

test('the address that an operator is shown has no query, which may contain a key', async () => {
  const unknown = atUnknownPath(new ConclaveError('not_found', 'no such path'), origin);
  const page = await exceptPages(
    { status: 200, headers: { 'content-type': 'text/html' }, body: body('<!doctype html>') },
    origin,
  ).catch((error: unknown) => error);
  assert.ok(page instanceof ConclaveError);
  for (const { toOperator } of [unknown, page]) {
    assert.match(toOperator, /http:\/\/lab\.example\/v1\/models\/m:generate\b/);
    assert.doesNotMatch(toOperator, /never-to-be-seen/);
  }
  const location = 'http://elsewhere.example/v1?key=never-to-be-seen';
  const moved = redirected({ status: 307, headers: { location } }, origin);
  assert.match(moved.toOperator, /elsewhere\.example/);
  assert.doesNotMatch(moved.toOperator, /never-to-be-seen/);
});
