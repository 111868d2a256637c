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
  /** The deployment as it is configured now; `undefined` if it is not. */
  of(deployment: Deployment): Deployment | undefined;
  /** Whether it is configured no more, or with another key or address: what it shows then says nothing about now. */
  isOutdated(deployment: Deployment): boolean;
  usesAccount(account: string): boolean;
};

/** Until a configuration is known, every deployment is a current one. */
export function currentDeployments(): CurrentDeployments {
  let configured: ConfiguredDeployments | undefined;
  function of(deployment: Deployment): Deployment | undefined {
    if (!configured) return deployment;
    const { id, payer } = deployment;
    if (payer !== 'caller') return configured.withId(id);
    const ours = configured.withId(id.replace(/@caller$/, ''));
    return ours && { ...deployment, provider: withoutOurKey(ours.provider), endpoints: ours.endpoints };
  }
  return {
    replace(next) {
      configured = next;
    },
    of,
    isOutdated(deployment) {
      const current = of(deployment);
      return current !== deployment && (!current || hasMoved(deployment, current));
    },
    usesAccount: (account) => configured?.usesAccount(account) ?? true,
  };
}
