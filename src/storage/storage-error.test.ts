import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../core/errors.ts';
import { asStorageError } from './storage-error.ts';

test('a client learns that the ledger failed, and only the operator where and why', () => {
  const thrown = new Error('connect ECONNREFUSED 10.0.0.9:5432');
  const error = asStorageError('written', thrown);
  assert.deepEqual([error.code, error.status, error.cause], ['storage', 503, thrown]);
  assert.equal(error.message, 'The ledger could not be written; try again in a moment.');
  assert.equal(error.toOperator, 'The ledger could not be written: connect ECONNREFUSED 10.0.0.9:5432.');
});

test('what is an error of ours already stays as it is', () => {
  const ours = new ConclaveError('budget_exceeded', 'No.');
  assert.equal(asStorageError('read', ours), ours);
});
