import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './loose-fields.ts';

test('a field that a provider leaves out, sets to null or sends as another type reads as empty', () => {
  for (const odd of [undefined, null, true, [1], -3, NaN]) {
    assert.equal(textOf(odd), '');
    assert.equal(nameOf(odd), undefined);
    assert.equal(countOf(odd), 0);
    assert.deepEqual(objectOf(odd), {});
    assert.deepEqual(objectsOf(odd), []);
  }
  assert.equal(nameOf(''), undefined);
  assert.deepEqual(objectsOf([{ a: 1 }, null, 'x']), [{ a: 1 }]);
  assert.equal(textOf('a'), 'a');
  assert.equal(countOf(3), 3);
  assert.equal(countOf(2.6), 3, 'a fraction of a token is none');
  assert.equal(countOf(Infinity), 0);
});
