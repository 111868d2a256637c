import type { Principal } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { KeyStore, VirtualKey } from '../core/stores.ts';
import type { Ms } from '../core/units.ts';
import { hashKey } from './virtual-keys.ts';

export type KeyRing = {
  /**
   * Whose key this is; `undefined` for one that nobody has been given.
   * @throws ConclaveError `authentication` for a key that has expired or been disabled.
   */
  authenticate(key: string): Promise<Principal | undefined>;
};

export type KeyRingOptions = {
  readonly keys: KeyStore;
  /** The one key that may use the admin API. It is in no store. */
  readonly adminKey?: string;
  readonly now: () => Ms;
  /** How long a known key is believed without asking the store: a disabled one may work that much longer. */
  readonly trustMs?: Ms;
  readonly maxRemembered?: number;
};

type Remembered = { readonly key: Promise<VirtualKey | undefined>; readonly until: Ms };

/** Only known keys are remembered, so guesses cannot push them out; a guess costs one hash and one look-up. */
export function keyRing(options: KeyRingOptions): KeyRing {
  const { keys, now, trustMs = 10_000, maxRemembered = 10_000 } = options;
  const adminHash = options.adminKey === undefined ? undefined : hashKey(options.adminKey);
  const known = new Map<string, Remembered>();

  async function look(hash: string): Promise<VirtualKey | undefined> {
    const remembered = known.get(hash);
    if (remembered && remembered.until > now()) return remembered.key;
    const key = keys.find(hash);
    known.delete(hash);
    // The oldest goes first: whoever is in use is back at once.
    for (const oldest of known.keys()) {
      if (known.size < maxRemembered) break;
      known.delete(oldest);
    }
    const entry = { key, until: now() + trustMs };
    known.set(hash, entry);
    const forget = () => known.get(hash) === entry && known.delete(hash);
    key.then((found) => found ?? forget(), forget);
    return key;
  }

  return {
    async authenticate(key) {
      const hash = hashKey(key);
      if (hash === adminHash) return adminPrincipal;
      const found = await look(hash);
      return found && principalOf(found, now());
    },
  };
}

const adminPrincipal: Principal = { keyId: 'admin', name: 'admin', hardBudget: false, admin: true };

function principalOf(key: VirtualKey, at: Ms): Principal {
  if (key.disabled) {
    throw new ConclaveError(
      'authentication',
      `The key "${key.name}" is disabled; ask its issuer for another.`,
    );
  }
  if (key.expiresAt !== undefined && key.expiresAt <= at) {
    const when = new Date(key.expiresAt).toISOString();
    throw new ConclaveError(
      'authentication',
      `The key "${key.name}" expired at ${when}; ask its issuer for another.`,
    );
  }
  const { id, name, models, tags, rpm, tpm, budgets, routing, allow } = key;
  return {
    keyId: id,
    name,
    ...(models && { models }),
    ...(tags && { tags }),
    ...(rpm !== undefined && { rpm }),
    ...(tpm !== undefined && { tpm }),
    ...(routing && { routing }),
    ...(allow && { allow }),
    hardBudget: budgets.some(({ hard }) => hard),
    admin: false,
  };
}
