import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withStore } from '../../test/support/each-backend.ts';
import { noon } from '../../test/support/ledger-samples.ts';
import type { KeyStore } from '../core/stores/stores.ts';
import { keyRing } from './key-ring.ts';
import { issueKey, rotateSecret } from './virtual-keys.ts';

/** A real store with counted look-ups. */
function withKeys(body: (keys: KeyStore, lookUps: () => number) => Promise<void>): Promise<void> {
  return withStore(async ({ keys }) => {
    let lookUps = 0;
    const find: KeyStore['find'] = (hash) => {
      lookUps += 1;
      return keys.find(hash);
    };
    await body({ ...keys, find }, () => lookUps);
  });
}

test('maps a key to a principal with everything that its issuer allowed', () =>
  withKeys(async (keys) => {
    const { key, stored } = await issueKey(keys, {
      name: 'ci',
      budgets: [{ window: 'month', limitUsd: 20, unknownPrices: 'refuse' }],
      models: ['anthropic/*'],
      tags: ['team-a'],
      rpm: 60,
      tpm: 100_000,
    });
    assert.deepEqual(await keyRing({ keys, now: () => noon }).authenticate(key), {
      keyId: stored.id,
      name: 'ci',
      models: ['anthropic/*'],
      tags: ['team-a'],
      rpm: 60,
      tpm: 100_000,
      boundedCost: true,
      admin: false,
    });
  }));

test('returns nothing for an unknown key', () =>
  withKeys(async (keys) => {
    const ring = keyRing({ keys, now: () => noon });
    assert.equal(await ring.authenticate('ck-guess'), undefined);
    assert.equal(await ring.authenticate(''), undefined);
  }));

test('accepts the admin key without a look-up', () =>
  withKeys(async (keys, lookUps) => {
    const ring = keyRing({ keys, adminKey: 'ck-admin', now: () => noon });
    assert.deepEqual(await ring.authenticate('ck-admin'), {
      keyId: 'admin',
      name: 'admin',
      boundedCost: false,
      admin: true,
    });
    assert.equal(lookUps(), 0);
  }));

test('refuses a key from its expiry on, and names the time', () =>
  withKeys(async (keys) => {
    let now = noon - 1;
    const { key } = await issueKey(keys, { name: 'trial', budgets: [], expiresAt: noon });
    const ring = keyRing({ keys, now: () => now });
    assert.equal((await ring.authenticate(key))?.name, 'trial');
    now = noon;
    await assert.rejects(ring.authenticate(key), {
      code: 'authentication',
      message: 'The key "trial" expired at 2026-04-15T12:00:00.000Z; ask its issuer for another.',
    });
  }));

test('looks up a known key once per ten seconds, and then refuses it if it was disabled', () =>
  withKeys(async (keys, lookUps) => {
    let now = noon;
    const { key, stored } = await issueKey(keys, { name: 'ci', budgets: [] });
    const ring = keyRing({ keys, now: () => now });
    await Promise.all([ring.authenticate(key), ring.authenticate(key)]);
    await keys.change(stored.id, { disabled: true });
    now += 9_999;
    assert.ok(await ring.authenticate(key));
    assert.equal(lookUps(), 1);
    now += 1;
    await assert.rejects(ring.authenticate(key), { code: 'authentication', message: /"ci" is disabled/ });
  }));

test('accepts a replaced secret until its time is over, with everything that the key may do', () =>
  withKeys(async (keys) => {
    let now = noon;
    const { key, stored } = await issueKey(keys, { name: 'ci', budgets: [], rpm: 7 });
    const ring = keyRing({ keys, now: () => now });
    const before = await ring.authenticate(key);
    assert.ok(before);
    const rotated = await rotateSecret(keys, stored.id, { now, graceMs: 60_000 });
    ring.forget();
    assert.deepEqual(await ring.authenticate(rotated?.key ?? ''), before);
    assert.deepEqual(await ring.authenticate(key), before);
    now += 59_999;
    await ring.recheck(before);
    now += 1;
    const replaced = {
      code: 'authentication',
      message: 'The key "ci" was replaced at 2026-04-15T12:00:00.000Z; ask its issuer for the new one.',
    };
    await assert.rejects(ring.authenticate(key), replaced);
    await assert.rejects(ring.recheck(before), replaced);
    assert.ok(await ring.authenticate(rotated?.key ?? ''));
  }));

test('notes when a key was last used, to the hour, and no use of a disabled one', () =>
  withKeys(async (keys) => {
    const { key, stored } = await issueKey(keys, { name: 'ci', budgets: [] });
    const idle = await issueKey(keys, { name: 'idle', budgets: [] });
    // Each time another process, which asks the store.
    const use = (at: number) => keyRing({ keys, now: () => at }).authenticate(key);
    const noted = async () => {
      // Written behind the note.
      await keys.change(stored.id, {});
      return (await keys.byId(stored.id))?.lastUsedAt;
    };
    await use(noon);
    assert.equal(await noted(), noon);
    await use(noon + 3_599_999);
    assert.equal(await noted(), noon);
    await use(noon + 3_600_000);
    assert.equal(await noted(), noon + 3_600_000);
    await keys.change(stored.id, { disabled: true });
    await assert.rejects(use(noon + 7_200_000), { code: 'authentication' });
    assert.equal(await noted(), noon + 3_600_000);
    assert.equal((await keys.byId(idle.stored.id))?.lastUsedAt, undefined);
  }));

test('notes no use of a key that has expired, or by a secret that was replaced', () =>
  withKeys(async (keys) => {
    const { key: expired, stored } = await issueKey(keys, { name: 'ci', budgets: [], expiresAt: noon });
    const { key: former, stored: kept } = await issueKey(keys, { name: 'cron', budgets: [] });
    await rotateSecret(keys, kept.id, { now: noon, graceMs: 60_000 });
    const ring = keyRing({ keys, now: () => noon + 60_000 });
    for (const key of [expired, former])
      await assert.rejects(ring.authenticate(key), { code: 'authentication' });
    for (const { id } of [stored, kept]) {
      // Written behind a note.
      await keys.change(id, {});
      assert.equal((await keys.byId(id))?.lastUsedAt, undefined);
    }
  }));

test('learns within ten seconds that another process has replaced a secret or revoked its key', () =>
  withKeys(async (keys) => {
    let now = noon;
    const { key, stored } = await issueKey(keys, { name: 'ci', budgets: [] });
    const ring = keyRing({ keys, now: () => now });
    assert.ok(await ring.authenticate(key));
    const rotated = await rotateSecret(keys, stored.id, { now, graceMs: 0 });
    assert.ok(await ring.authenticate(rotated?.key ?? ''), 'the new one works at once');
    now += 10_000;
    await assert.rejects(ring.authenticate(key), { code: 'authentication', message: /was replaced/ });
    await keys.change(stored.id, { disabled: true });
    now += 10_000;
    for (const secret of [key, rotated?.key ?? ''])
      await assert.rejects(ring.authenticate(secret), { code: 'authentication', message: /is disabled/ });
    assert.equal(await rotateSecret(keys, 'nobody', { now, graceMs: 0 }), undefined);
  }));

test('a clock that is set back does not prolong the trust in a key', () =>
  withKeys(async (keys) => {
    let now = noon;
    const { key, stored } = await issueKey(keys, { name: 'ci', budgets: [] });
    const ring = keyRing({ keys, now: () => now });
    assert.ok(await ring.authenticate(key));
    await keys.change(stored.id, { disabled: true });
    now -= 3_600_000;
    await assert.rejects(ring.authenticate(key), { code: 'authentication', message: /"ci" is disabled/ });
  }));

test('a principal whose key was disabled or expired meanwhile is refused at the next check', () =>
  withKeys(async (keys) => {
    let now = noon;
    const ring = keyRing({ keys, adminKey: 'ck-admin', now: () => now });
    const admin = await ring.authenticate('ck-admin');
    const issued = await issueKey(keys, { name: 'ci', budgets: [], expiresAt: noon + 60_000 });
    const principal = await ring.authenticate(issued.key);
    assert.ok(principal && admin);
    await ring.recheck(principal);
    await keys.change(issued.stored.id, { disabled: true });
    await ring.recheck(principal);
    ring.forget();
    await assert.rejects(ring.recheck(principal), { code: 'authentication', message: /"ci" is disabled/ });
    await keys.change(issued.stored.id, { disabled: false });
    ring.forget();
    await ring.recheck(principal);
    now += 60_000;
    await assert.rejects(ring.recheck(principal), { code: 'authentication', message: /expired/ });
    await ring.recheck(admin);
    await ring.recheck({ ...principal });
  }));

test('a change made here applies here at once', () =>
  withKeys(async (keys) => {
    const { key, stored } = await issueKey(keys, { name: 'ci', budgets: [], rpm: 1 });
    const ring = keyRing({ keys, now: () => noon });
    assert.equal((await ring.authenticate(key))?.rpm, 1);
    await keys.change(stored.id, { rpm: 2 });
    ring.forget();
    assert.equal((await ring.authenticate(key))?.rpm, 2);
  }));

test('accepts a key issued a moment after a wrong guess at it', () =>
  withKeys(async (keys, lookUps) => {
    const ring = keyRing({ keys, now: () => noon });
    const { key } = await issueKey(keys, { name: 'a', budgets: [] });
    assert.equal(await ring.authenticate(`${key}x`), undefined);
    assert.equal(await ring.authenticate(`${key}x`), undefined);
    assert.equal(lookUps(), 2, 'guesses are not remembered');
    assert.ok(await ring.authenticate(key));
  }));

test('caches no more keys than allowed', () =>
  withKeys(async (keys, lookUps) => {
    const ring = keyRing({ keys, now: () => noon, maxRemembered: 2 });
    const issued = await Promise.all(['a', 'b', 'c'].map((name) => issueKey(keys, { name, budgets: [] })));
    for (const { key } of issued) await ring.authenticate(key);
    for (const { key } of issued.slice(1)) await ring.authenticate(key);
    assert.equal(lookUps(), 3);
    await ring.authenticate(issued[0]?.key ?? '');
    assert.equal(lookUps(), 4);
  }));

test('asks the store again after a failure', () =>
  withKeys(async (keys) => {
    const { key } = await issueKey(keys, { name: 'a', budgets: [] });
    let broken = true;
    const find: KeyStore['find'] = async (hash) => {
      if (broken) throw new Error('disk');
      return keys.find(hash);
    };
    const ring = keyRing({ keys: { ...keys, find }, now: () => noon });
    await assert.rejects(ring.authenticate(key), /disk/);
    broken = false;
    assert.ok(await ring.authenticate(key));
  }));
