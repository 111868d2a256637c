import { defined } from '../core/json/defined.ts';
import type { Principal } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { FoundKey, KeyStore, VirtualKey } from '../core/stores/stores.ts';
import type { Ms } from '../core/units.ts';
import { hashKey } from './virtual-keys.ts';

export type KeyRing = {
  /**
   * Returns the principal of this key; `undefined` for an unknown key.
   * @throws ConclaveError `authentication` for a key that has expired, been disabled or replaced, or is damaged.
   */
  authenticate(key: string): Promise<Principal | undefined>;
  /**
   * Checks again whether the key of this principal may be used, before a long run makes its next call.
   * @throws ConclaveError `authentication` if it has expired or been disabled, revoked or replaced since.
   */
  recheck(principal: Principal): Promise<void>;
  /** Forgets all cached keys. After a change, it applies here at once and in other processes within `trustMs`. */
  forget(): void;
};

export type KeyRingOptions = {
  readonly keys: KeyStore;
  /** The only key that may use the admin API. It is not in the store. */
  readonly adminKey?: string;
  /** Returns whether this is the digest of this machine's own key. Default: always false. */
  readonly isOwners?: (hash: string) => boolean;
  readonly now: () => Ms;
  /** How long a known key is trusted without asking the store: a disabled one may work that much longer. */
  readonly trustMs?: Ms;
  readonly maxRemembered?: number;
};

/** How exact the time of a key's last use is: noting it costs a write. */
const useNotedEveryMs: Ms = 3_600_000;

/** A key and its principal: created once and shared by all calls. */
type Known = { readonly key: FoundKey; readonly principal: Principal };
type Remembered = { readonly known: Promise<Known | undefined>; readonly askedAt: Ms };

/**
 * Opens a cache of keys. Only known keys are cached, so guesses cannot push them out; a guess costs one hash and one
 * look-up.
 */
export function keyRing(options: KeyRingOptions): KeyRing {
  const { keys, now, isOwners = () => false, trustMs = 10_000, maxRemembered = 10_000 } = options;
  const adminHash = options.adminKey === undefined ? undefined : hashKey(options.adminKey);
  const remembered = new Map<string, Remembered>();
  /** Absent: the admin key, and whoever was not authenticated here. */
  const hashes = new WeakMap<Principal, string>();

  async function find(hash: string): Promise<Known | undefined> {
    const key = await keys.find(hash);
    if (!key) return undefined;
    // At most once an hour; of no importance to the call.
    const at = now();
    if (!whyUnusable(key, at) && at - (key.lastUsedAt ?? -Infinity) >= useNotedEveryMs)
      void keys.noteUse(key.id, at).catch(() => undefined);
    const principal: Principal = { ...principalOf(key), ...(isOwners(hash) && { owner: true }) };
    hashes.set(principal, hash);
    return { key, principal };
  }

  function look(hash: string): Promise<Known | undefined> {
    const askedAt = now();
    const last = remembered.get(hash);
    // Ignore entries from the future: the clock was set back.
    if (last && last.askedAt <= askedAt && askedAt - last.askedAt < trustMs) return last.known;
    const known = find(hash);
    remembered.delete(hash);
    // Delete the oldest first: a key in use is cached again at once.
    for (const oldest of remembered.keys()) {
      if (remembered.size < maxRemembered) break;
      remembered.delete(oldest);
    }
    const entry = { known, askedAt };
    remembered.set(hash, entry);
    const forget = () => remembered.get(hash) === entry && remembered.delete(hash);
    known.then((found) => found ?? forget(), forget);
    return known;
  }

  return {
    async authenticate(key) {
      const hash = hashKey(key);
      if (hash === adminHash) return adminPrincipal;
      const known = await look(hash);
      if (known) refuseUnusable(known.key, now());
      return known?.principal;
    },
    async recheck(principal) {
      const hash = hashes.get(principal);
      if (hash === undefined) return;
      const known = await look(hash);
      if (!known)
        throw new ConclaveError('authentication', `The key "${principal.name}" is no longer known.`);
      refuseUnusable(known.key, now());
    },
    forget: () => remembered.clear(),
  };
}

const adminPrincipal: Principal = { keyId: 'admin', name: 'admin', boundedCost: false, admin: true };

function refuseUnusable(key: FoundKey, at: Ms): void {
  const refusal = whyUnusable(key, at);
  if (refusal) throw refusal;
}

function whyUnusable(key: FoundKey, at: Ms): ConclaveError | undefined {
  if (key.damaged) {
    return new ConclaveError(
      'authentication',
      `The key "${key.name}" cannot be used: its stored ${key.damaged.join(' and ')} cannot be read; its issuer has to set them again, or issue another key.`,
    );
  }
  if (key.disabled) {
    return new ConclaveError(
      'authentication',
      `The key "${key.name}" is disabled; ask its issuer for another.`,
    );
  }
  if (key.expiresAt !== undefined && key.expiresAt <= at) {
    const when = new Date(key.expiresAt).toISOString();
    return new ConclaveError(
      'authentication',
      `The key "${key.name}" expired at ${when}; ask its issuer for another.`,
    );
  }
  if (key.former && key.former.validUntil <= at) {
    const when = new Date(key.former.rotatedAt).toISOString();
    return new ConclaveError(
      'authentication',
      `The key "${key.name}" was replaced at ${when}; ask its issuer for the new one.`,
    );
  }
  return undefined;
}

function principalOf(key: VirtualKey): Principal {
  const { id, name, models, tags, rpm, tpm, budgets, routing, allow } = key;
  return defined({
    keyId: id,
    name,
    models,
    tags,
    rpm,
    tpm,
    routing,
    allow,
    boundedCost: budgets.some(({ unknownPrices }) => unknownPrices === 'refuse'),
    admin: false,
  });
}
