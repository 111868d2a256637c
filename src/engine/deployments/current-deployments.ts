import type { Deployment } from '../../core/deployment.ts';
import { hasMoved } from './has-moved.ts';
import { withoutOurKey } from './access/without-our-key.ts';

/** What a configuration says about deployments. */
export type ConfiguredDeployments = {
  /** The deployment with this id; `undefined` if there is none. */
  withId(id: string): Deployment | undefined;
  /** Whether a deployment uses an account at an address, given as by `accountAt`. */
  usesAccount(account: string): boolean;
};

/**
 * The deployments of the configuration that is in use. A call that began before a change still asks those of an earlier
 * one.
 */
export type CurrentDeployments = {
  replace(configured: ConfiguredDeployments): void;
  /** The configured deployment with this id; `undefined` if there is none, or no configuration is known yet. */
  withId(id: string): Deployment | undefined;
  /** The deployment as it is configured now; `undefined` if it is not. */
  of(deployment: Deployment): Deployment | undefined;
  /** The deployment whose limits count: as it is configured now, or else itself. Called several times for every call. */
  latest(deployment: Deployment): Deployment;
  /** Whether it is configured no more, or with another key or address: what it shows then says nothing about now. */
  isOutdated(deployment: Deployment): boolean;
  usesAccount(account: string): boolean;
};

/** Until a configuration is known, every deployment is a current one. */
export function currentDeployments(): CurrentDeployments {
  let configured: ConfiguredDeployments | undefined;
  let found = new WeakMap<Deployment, Deployment>();
  function of(deployment: Deployment): Deployment | undefined {
    if (!configured) return deployment;
    const { id, payer } = deployment;
    if (payer !== 'caller') return found.get(deployment) ?? find(deployment);
    const ours = configured.withId(id.replace(/@caller$/, ''));
    return ours && { ...deployment, provider: withoutOurKey(ours.provider), endpoints: ours.endpoints };
  }
  function find(deployment: Deployment): Deployment | undefined {
    const current = configured?.withId(deployment.id);
    if (current) found.set(deployment, current);
    return current;
  }
  return {
    replace(next) {
      configured = next;
      found = new WeakMap();
    },
    withId: (id) => configured?.withId(id),
    of,
    // No limit of ours concerns a caller's own account.
    latest: (deployment) => (deployment.payer === 'caller' ? deployment : (of(deployment) ?? deployment)),
    isOutdated(deployment) {
      const current = of(deployment);
      return current !== deployment && (!current || hasMoved(deployment, current));
    },
    usesAccount: (account) => configured?.usesAccount(account) ?? true,
  };
}
