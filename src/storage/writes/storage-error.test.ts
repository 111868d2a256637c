import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../core/errors.ts';
import { asStorageError, isOwnFault } from './storage-error.ts';

test('tells a client only that the ledger failed, and the operator where and why', () => {
  const thrown = new Error('connect ECONNREFUSED 10.0.0.9:5432');
  const error = asStorageError('written', thrown);
  assert.deepEqual([error.code, error.status, error.cause], ['storage', 503, thrown]);
  assert.equal(error.message, 'The ledger could not be written; try again in a moment.');
  assert.equal(error.toOperator, 'The ledger could not be written: connect ECONNREFUSED 10.0.0.9:5432.');
});

test('leaves a ConclaveError as it is', () => {
  const ours = new ConclaveError('budget_exceeded', 'No.');
  assert.equal(asStorageError('read', ours), ours);
});

test("a broken constraint is the write's own fault; a full disk, a lost connection and a standby are not", () => {
  const coded = (members: object) => Object.assign(new Error('no'), members);
  const constraint = coded({ code: 'ERR_SQLITE_ERROR', errcode: 1555 });
  const duplicate = coded({ code: '23505' });
  for (const own of [constraint, duplicate, new TypeError('no'), new ConclaveError('internal', 'No.')]) {
    assert.equal(isOwnFault(own), true);
    assert.equal(isOwnFault(asStorageError('written', own)), true);
  }
  const fullDisk = coded({ code: 'ERR_SQLITE_ERROR', errcode: 13 });
  for (const passing of [
    fullDisk,
    coded({ code: '25006' }),
    coded({ code: 'ECONNREFUSED' }),
    new Error('gone'),
  ]) {
    assert.equal(isOwnFault(passing), false);
    assert.equal(isOwnFault(asStorageError('written', passing)), false);
  }
});
