import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError, type ErrorCode } from '../../../core/errors.ts';
import { allFailed } from './all-failed.ts';

const failed = (model: string, code: ErrorCode) => ({
  model,
  error: new ConclaveError(code, 'no'),
  isUnasked: false,
});

test('the client may retry if a model before the last refusal was only busy', () => {
  const busy = failed('lab/a', 'provider_overloaded');
  assert.equal(allFailed([busy, failed('lab/b', 'invalid_request')]).code, 'provider_overloaded');
  assert.equal(allFailed([busy, failed('lab/b', 'provider_auth')]).code, 'provider_overloaded');
  assert.equal(allFailed([busy, failed('lab/b', 'provider_timeout')]).code, 'provider_timeout');
});

test('a model that was busy at first and then rejected the request would reject it again', () => {
  const failures = [failed('lab/a', 'provider_overloaded'), failed('lab/a', 'invalid_request')];
  assert.equal(allFailed(failures).code, 'invalid_request');
  assert.equal(
    allFailed([...failures, failed('lab/b', 'provider_error'), failed('lab/c', 'unsupported')]).code,
    'provider_error',
  );
});

test('the client may retry as soon as one of the models may answer', () => {
  const waiting = (model: string, retryAfterMs: number) => ({
    ...failed(model, 'provider_rate_limited'),
    error: new ConclaveError('provider_rate_limited', 'no', { retryAfterMs }),
  });
  const { details } = allFailed([waiting('lab/a', 30_000), waiting('lab/b', 5_000)]);
  assert.equal(details.retryAfterMs, 5_000);
});

test('a model that was not asked is named in the message, which counts no attempt of it', () => {
  const full = { ...failed('lab/full', 'rate_limited'), isUnasked: true };
  const { message } = allFailed([full, failed('lab/b', 'provider_error')]);
  assert.match(message, /^No model answered\. 1\. lab\/full: .* 2\. lab\/b: /);
});
