import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CostReport, CostRow } from '../../../core/stores/ledger.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { costsText } from './costs.ts';

const row = (name: string, totalNanoUsd: number, unknownPriceCalls: number): CostRow => ({
  name,
  totalNanoUsd,
  calls: 2,
  succeeded: 2,
  unknownPriceCalls,
  share: 0.5,
  usage: noUsage,
  nanoUsdPerSuccess: totalNanoUsd / 2,
});

const report: CostReport = {
  since: '2026-04-15T12:00:00.000Z',
  by: 'model',
  totalNanoUsd: 3_000_000,
  calls: 6,
  simulated: false,
  unknownPriceCalls: 3,
  estimatedCalls: 0,
  frontierNanoUsd: 3_000_000,
  savingNanoUsd: 0,
  rows: [row('lab/known', 1_000_000, 0), row('lab/partly', 2_000_000, 1), row('lab/unknown', 0, 2)],
};

test('a cost without a known price is shown as unknown, never as $0', () => {
  const lineOf = (name: string) =>
    costsText(report)
      .split('\n')
      .find((line) => line.startsWith(name));
  assert.match(lineOf('lab/known') ?? '', /\$0\.001 .*\$0\.0005/);
  assert.match(lineOf('lab/partly') ?? '', /\$0\.002 \+ unknown/);
  assert.match(lineOf('lab/unknown') ?? '', / unknown /);
  assert.ok(!(lineOf('lab/unknown') ?? '').includes('$'));
});

test('estimated usage is mentioned, and only if there is any', () => {
  assert.match(costsText({ ...report, estimatedCalls: 2 }), /^with estimated usage: 2 calls$/m);
  assert.doesNotMatch(costsText(report), /estimated/);
});

test('a negative saving has its sign before the dollar sign', () => {
  assert.match(costsText({ ...report, savingNanoUsd: -964_650 }), /saved -\$0\.00096465$/m);
});

test('control characters in a name do not reach the terminal', () => {
  const text = costsText({ ...report, rows: [row('lab/\u001b[31mred\u0007\u009b2J', 2, 0)] });
  assert.match(text, /^lab\/\?\[31mred\?\?2J/m);
});
