import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assert as holds,
  constantFrom,
  jsonValue,
  property,
  string,
  uniqueArray,
  tuple,
  oneof,
} from 'fast-check';
import type { JsonObject } from './json.ts';
import { ownMember, setOwnMember } from './own-members.ts';

const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'];
const names = oneof(constantFrom(...inherited), string());
const members = uniqueArray(tuple(names, jsonValue()), { selector: ([name]) => name });

test('an object has the members that were set and no others, whatever their names are', () => {
  holds(
    property(members, (all) => {
      const json = JSON.stringify(Object.fromEntries(all));
      const object: JsonObject = {};
      for (const name of inherited) assert.equal(ownMember(object, name), undefined);
      for (const [name, value] of all) {
        setOwnMember(object, name, 'replaced later');
        setOwnMember(object, name, value);
        assert.equal(ownMember(object, name), value);
      }
      assert.equal(JSON.stringify(object), json);
      assert.equal(Object.getPrototypeOf(object), Object.prototype);
    }),
  );
});
