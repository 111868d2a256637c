import assert from 'node:assert/strict';
import { requestFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate } from '../../test/support/policy-candidates.ts';
import { isPlainError } from './is-plain-error.ts';
import tiered from './tiered.ts';

const plain = [
  "fix this error: ModuleNotFoundError: No module named 'requests'",
  'npm ERR! missing script: build, how to fix',
  'TypeError: x is not a function. x = 5; x()',
  "SyntaxError: missing ) after argument list console.log('hi'",
  'bash: jq: command not found',
  "error TS2304: Cannot find name 'Foo'",
  "Type 'string' is not assignable to type 'number', fix it",
  'CONFLICT (content): Merge conflict in package-lock.json',
  'git push is rejected, non-fast-forward',
];
const complex = [
  'My Go service deadlocks under load about once a day; find the root cause',
  'the checkout crashes with a null pointer, find out why',
  'ModuleNotFoundError in production since the deploy, it works locally',
  'TypeError: order is not defined, but only now and then',
  `cannot find module './a'\n${'    at load (node:internal/modules/cjs/loader:1)\n'.repeat(6)}`,
];

test('a self-explanatory error is plain, unless the prompt suggests a fault that is hard to find', () => {
  for (const prompt of plain) assert.ok(isPlainError(prompt), prompt);
  for (const prompt of complex) assert.ok(!isPlainError(prompt), prompt);
});

test('a plain error counts as ordinary work, unless the caller names the task debugging', () => {
  const sampleCandidates = [
    candidate('anthropic/opus', { tier: 'frontier', family: 'claude' }),
    candidate('anthropic/sonnet', { tier: 'workhorse', family: 'claude' }),
  ];
  const stats = { of: () => ({ healthy: true, inFlight: 0 }) };
  const chosen = (prompt: string, isTaskNamed: boolean) =>
    tiered.plan(
      requestFeatures({ work: { task: 'debugging', isTaskNamed, prompt } }),
      sampleCandidates,
      stats,
    ).steps[0]?.candidates[0]?.model.id;
  for (const prompt of plain) {
    assert.equal(chosen(prompt, false), 'anthropic/sonnet', prompt);
    assert.equal(chosen(prompt, true), 'anthropic/opus', prompt);
  }
  for (const prompt of complex) assert.equal(chosen(prompt, false), 'anthropic/opus', prompt);
});
