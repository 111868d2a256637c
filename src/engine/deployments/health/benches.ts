import type { Bench } from '../../../core/stores/bench.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { accountAt } from '../../../core/accounts/account-at.ts';
import { rememberLatest } from '../../../core/memories/remember-latest.ts';
import type { Ms } from '../../../core/units.ts';
import { currentDeployments, type CurrentDeployments } from '../current-deployments.ts';
import { latestOfEach, type DeadCredential } from './dead-credential.ts';
import type { Refusal } from './refusal.ts';

/** Other processes know of a shared bench, so they have to know of its end. */
type KnownBench = Bench & { readonly shared: boolean };

/** Says which bench ends: with a `deployment`, its own, else that of the whole account. */
type BenchEnd = Pick<Bench, 'account' | 'deployment' | 'benchedAt'>;

/** Longer benches are shared: otherwise other processes would find out only by failing. */
const longMs: Ms = 60_000;
/** Ids of deployments come from outside too, as the names of passed-through models do. */
const maxBenches = 10_000;

/**
 * What providers refuse for a while, found by this process or by another one: single deployments, or everything that a
 * credential asks for at an address. An answer ends a bench early. A bench of a former address benches nothing.
 */
export class Benches {
  readonly #now: () => Ms;
  readonly #current: CurrentDeployments;
  readonly #credentials = new Map<string, KnownBench>();
  /** Benches of single deployments by id, one per account: the processes on a store may use different keys. */
  readonly #deployments = new Map<string, readonly KnownBench[]>();
  #lastEnd: Ms = 0;

  /** `current`: the deployments of the configuration; absent: every deployment that is asked. */
  constructor(now: () => Ms, current: CurrentDeployments = currentDeployments()) {
    this.#now = now;
    this.#current = current;
  }

  /** When the last of all benches ends: from then on, no lookup is needed. */
  get lastEnd(): Ms {
    return this.#lastEnd;
  }

  /** When the bench of a deployment ends, its own or its credential's; 0 if there is none. */
  until(deployment: Deployment): Ms {
    const own = this.#deployments.get(deployment.id);
    // Called for each of a hundred candidates: building the account's name costs more than a lookup.
    if (!own && this.#credentials.size === 0) return 0;
    const account = accountAt(deployment);
    const ownEnd = own?.find((bench) => bench.account === account)?.benchedUntil ?? 0;
    return Math.max(ownEnd, this.#credentials.get(account)?.benchedUntil ?? 0);
  }

  /** A provider has refused a call. Returns the bench if other processes should know of it. */
  refused(
    deployment: Deployment,
    { of, forMs, code }: Refusal & { readonly code: ErrorCode },
  ): Bench | undefined {
    // A call from before a change of the configuration says nothing about the current key or address.
    if (of === 'deployment' && this.#current.isOutdated(deployment)) return undefined;
    const credential = benchOf(deployment, { code, at: this.#now(), forMs });
    const bench = of === 'credential' ? credential : { ...credential, deployment: deployment.id };
    // A local server on this machine is not the one on another machine.
    const shared = forMs > longMs && !deployment.provider.local;
    this.#add({ ...bench, shared });
    return shared ? bench : undefined;
  }

  /**
   * A call that was sent at `sentAt` was answered: refusals from before that time are outdated. Returns the end of a
   * bench that other processes know of; the credential's, if both were benched.
   */
  answered(deployment: Deployment, sentAt: Ms): Bench | undefined {
    const at = this.#now();
    if (this.#lastEnd <= at) return undefined;
    const account = accountAt(deployment);
    const own = this.#endBefore({ account, deployment: deployment.id, benchedAt: sentAt });
    const credential = this.#endBefore({ account, benchedAt: sentAt });
    const ended = [credential, own].find((bench) => bench?.shared);
    if (!ended) return undefined;
    const { shared: _shared, ...bench } = ended;
    return { ...bench, code: 'provider_error', benchedAt: sentAt, benchedUntil: 0, reportedAt: at };
  }

  /** Adopts a bench, or its end, that another process has found. */
  receive(bench: Bench): void {
    if (bench.benchedUntil > this.#now()) this.#add({ ...bench, shared: true });
    else this.#endBefore(bench);
  }

  /** Configured credentials that a provider refuses or that have no money left. */
  deadCredentials(): DeadCredential[] {
    const at = this.#now();
    const dead = [...this.#credentials.values()]
      .filter(({ benchedUntil, account }) => benchedUntil > at && this.#current.usesAccount(account))
      .map(({ provider, credential, code, benchedAt, benchedUntil }) => ({
        provider,
        credential,
        code,
        benchedAt,
        benchedUntil,
      }));
    return latestOfEach(dead);
  }

  #add(bench: KnownBench): void {
    // All others are over: a lookup need not read them any more.
    if (this.#lastEnd <= this.#now()) this.#clear();
    this.#lastEnd = Math.max(this.#lastEnd, bench.benchedUntil);
    const { account, deployment } = bench;
    if (deployment === undefined) {
      const joined = joinBenches(this.#credentials.get(account), bench);
      rememberLatest(this.#credentials, account, joined, maxBenches);
      return;
    }
    const known = this.#deployments.get(deployment) ?? [];
    const before = known.find((one) => one.account === account);
    const others = known.filter((one) => one !== before && one.benchedUntil > bench.benchedAt);
    rememberLatest(this.#deployments, deployment, [...others, joinBenches(before, bench)], maxBenches);
  }

  /** Ends a bench that began before `benchedAt`, and returns it. */
  #endBefore({ account, deployment, benchedAt }: BenchEnd): KnownBench | undefined {
    const known = deployment === undefined ? undefined : this.#deployments.get(deployment);
    const bench =
      deployment === undefined
        ? this.#credentials.get(account)
        : known?.find((one) => one.account === account);
    if (!bench || bench.benchedAt >= benchedAt) return undefined;
    const others = known?.filter((one) => one !== bench) ?? [];
    if (deployment === undefined) this.#credentials.delete(account);
    else if (others.length > 0) this.#deployments.set(deployment, others);
    else this.#deployments.delete(deployment);
    if (this.#credentials.size === 0 && this.#deployments.size === 0) this.#lastEnd = 0;
    return bench;
  }

  #clear(): void {
    this.#credentials.clear();
    this.#deployments.clear();
  }
}

/** Refused again while it is benched: for as long as the longer bench. */
function joinBenches(before: KnownBench | undefined, next: KnownBench): KnownBench {
  if (!before) return next;
  return {
    ...next,
    benchedAt: Math.max(before.benchedAt, next.benchedAt),
    benchedUntil: Math.max(before.benchedUntil, next.benchedUntil),
    shared: before.shared || next.shared,
  };
}

/** Builds the bench of a deployment's whole credential at its address. */
function benchOf(
  deployment: Deployment,
  { code, at, forMs }: { readonly code: ErrorCode; readonly at: Ms; readonly forMs: Ms },
): Bench {
  return {
    account: accountAt(deployment),
    provider: deployment.provider.id,
    credential: deployment.credential?.label ?? deployment.aws?.accessKeyId ?? 'no key',
    code,
    benchedAt: at,
    benchedUntil: at + forMs,
    reportedAt: at,
  };
}
