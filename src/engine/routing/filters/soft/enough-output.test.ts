import assert from 'node:assert/strict';
import { requestFeatures } from '../../../../../test/support/request-features.ts';
import { test } from 'node:test';
import { ordinaryContext } from '../../../../../test/support/filter-context.ts';
import { candidate } from '../../../../../test/support/policy-candidates.ts';
import { applySoftFilters } from './soft-filters.ts';

const terse = candidate('lab/terse', { maxOutputTokens: 4_000 });
const longer = candidate('lab/longer', { maxOutputTokens: 8_000 });
const longest = candidate('lab/longest', { maxOutputTokens: 16_384 });
const strange = candidate('lab/strange', {});

const left = (
  among: readonly (typeof terse)[],
  maxOutputTokens: number | undefined,
  isNamed: (model: { readonly id: string }) => boolean = () => false,
) => {
  const features = requestFeatures({ limits: { maxOutputTokens } });
  const context = { ...ordinaryContext, features, isNamed };
  const { fit, out } = applySoftFilters({ fit: among, out: [] }, context);
  assert.equal(fit.length + out.length, among.length, 'every model is either kept or reported');
  return fit.map(({ model }) => model.id);
};

test('drops models with a smaller maximum output than requested if others can do it', () => {
  assert.deepEqual(left([terse, longer, strange], 7_000), ['lab/longer', 'lab/strange']);
  assert.deepEqual(left([terse, longer], 4_000).length, 2);
});

test('treats a very high limit as a client default and requires only a long answer', () => {
  assert.deepEqual(left([terse, longer, longest], 128_000), ['lab/longest']);
});

test('keeps all models if there is no limit, the maximum is unknown, none can do it, or the model is named', () => {
  assert.equal(left([terse, longer], undefined).length, 2);
  assert.equal(left([terse, strange], 7_000).length, 2);
  assert.equal(left([terse, longer], 9_000).length, 2);
  assert.equal(left([terse, longer], 7_000, ({ id }) => id === 'lab/terse').length, 2);
});
