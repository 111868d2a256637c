import { checkDataPolicy } from '../config/checks/check-data-policy.ts';
import type { Config } from '../config/schema/config-schema.ts';
import type { Principal } from '../core/call.ts';
import type { Catalogue } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import type { BudgetStanding, KeyChange, KeySettings, VirtualKey } from '../core/stores/stores.ts';
import type { Ms } from '../core/units.ts';
import { findKey } from '../money/find-key.ts';
import { keyFileOf, localKeyName } from '../money/local-key.ts';
import type { KeyRing } from '../money/key-ring.ts';
import { issueKey, rotateSecret, type IssuedKey } from '../money/virtual-keys.ts';
import { checkKeyRouting, unpursuedGoal } from '../policies/policy-for.ts';
import type { AppModels } from './models/app-models.ts';
import type { Foundation } from './foundation/foundation.ts';

/** Virtual keys, including this machine's own. */
export type AppKeys = {
  readonly ring: KeyRing;
  /** Returns this machine's own key; creates it, with its file, on first use. */
  local(): Promise<string>;
  /** Where that key is found: the name of its variable, or the path of its file. */
  readonly localPlace: string;
  /** Returns the principal of this machine's own user: MCP over stdio, command line, library. */
  localPrincipal(): Promise<Principal>;
  /** Warns if the mode or quality of a key has no effect here, and says why. */
  unpursuedGoal(routing: KeySettings['routing']): string | undefined;
  /** Returns every key, also those that are revoked. */
  list(): Promise<VirtualKey[]>;
  /**
   * Returns the key with this id or name; `local` is created if it has not been used yet. If several keys have the name, it means the only active one or, with
   * `revoked`, the only revoked one.
   * @throws ConclaveError `not_found` with the nearest names, or `invalid_request` if the name is ambiguous.
   */
  find(asked: string, options?: { readonly revoked?: boolean }): Promise<VirtualKey>;
  /** Returns the present state of a key's budgets. */
  budgets(key: Pick<VirtualKey, 'id'>): Promise<BudgetStanding[]>;
  /** Returns the same for many keys, by the key's id; keys without budgets are omitted. */
  standings(keys: readonly Pick<VirtualKey, 'id'>[]): Promise<ReadonlyMap<string, readonly BudgetStanding[]>>;
  /** Creates a virtual key; the key itself is returned only here. */
  issue(settings: KeySettings): Promise<IssuedKey>;
  /**
   * Gives a key another secret; its budgets, limits, spending and name stay. The former secret, and any before it, is
   * accepted for `graceMs` more at most; other processes learn of it within ten seconds.
   * @throws ConclaveError `invalid_request` for the key in this machine's own key file.
   */
  rotate(key: VirtualKey, graceMs: Ms): Promise<IssuedKey>;
  /**
   * Changes the given settings of a key, in this process at once and in others within ten seconds. Resolves with the
   * updated key.
   */
  change(key: Pick<VirtualKey, 'id'>, change: KeyChange): Promise<VirtualKey>;
};

export function appKeys(
  { home, store, keyRing, localKey, localKeyPlace, localPrincipal }: Foundation,
  { routing: configured }: Config,
  { catalogue, providerNames }: Pick<AppModels, 'catalogue' | 'providerNames'>,
): AppKeys {
  const checkAllowed = (allow: KeySettings['allow']) =>
    checkDataPolicy(allow, { known: providerNames.ids, place: 'allow.providers', code: 'invalid_request' });
  /** Checks only what changes: a key can be revoked even if its pinned model or its provider has left the configuration. */
  const checkChange = (before: KeySettings | undefined, change: KeyChange) => {
    if (change.models || change.routing) {
      const { models = before?.models, routing = before?.routing } = change;
      checkKeyRouting({ models: models ?? undefined, routing: routing ?? undefined }, catalogue);
    }
    if (change.allow) checkAllowed(change.allow);
  };
  return {
    ring: keyRing,
    local: localKey,
    localPlace: localKeyPlace,
    localPrincipal,
    unpursuedGoal: (routing) => unpursuedGoal(routing, configured),
    list: () => store.keys.list(),
    async find(asked, options) {
      const known = await store.keys.list();
      if (asked !== localKeyName || known.some(({ name }) => name === asked))
        return findKey(known, asked, options);
      await localKey();
      return findKey(await store.keys.list(), asked, options);
    },
    budgets: ({ id }) => store.keys.budgets(id, Date.now()),
    standings: (keys) =>
      store.keys.standings(
        keys.map(({ id }) => id),
        Date.now(),
      ),
    async issue(asked) {
      const settings = withModelIds(asked, catalogue);
      checkKeyRouting(settings, catalogue);
      checkAllowed(settings.allow);
      return issueKey(store.keys, settings);
    },
    async rotate({ id, name }, graceMs) {
      const file = await keyFileOf(id, { home, keys: store.keys });
      if (file !== undefined) {
        throw new ConclaveError(
          'invalid_request',
          `"${name}" is this machine's own key, in ${file}. To replace it, delete that file and revoke the key; the next use makes another.`,
        );
      }
      const rotated = await rotateSecret(store.keys, id, { now: Date.now(), graceMs });
      keyRing.forget();
      if (!rotated) throw new ConclaveError('not_found', `There is no key "${id}".`);
      return rotated;
    },
    async change({ id }, asked) {
      const change = withModelIds(asked, catalogue);
      const before = await store.keys.byId(id);
      checkChange(before, change);
      const changed = await store.keys.change(id, change);
      keyRing.forget();
      if (!changed) throw new ConclaveError('not_found', `There is no key "${id}".`);
      return changed;
    },
  };
}

/** Writes the id of its model for each alias: what a key may use is compared with ids. */
function withModelIds<Settings extends Pick<KeyChange, 'models'>>(
  settings: Settings,
  { resolve }: Pick<Catalogue, 'resolve'>,
): Settings {
  const { models } = settings;
  return models ? { ...settings, models: models.map((name) => idOfAlias(name, resolve)) } : settings;
}

/** Patterns, ids and names of no single model stay as they are: an id may be that of a model still to come. */
function idOfAlias(name: string, resolve: Catalogue['resolve']): string {
  if (name.includes('*')) return name;
  try {
    const meant = resolve(name);
    const isId = name.includes('/') && meant.kind === 'model' && !meant.viaAlias;
    return meant.kind === 'model' && !isId ? meant.model.id : name;
  } catch (error) {
    if (error instanceof ConclaveError) return name;
    throw error;
  }
}
