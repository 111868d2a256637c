import type { DeploymentStats, Waits } from '../../../core/routing/plan/deployment-stats.ts';
import type { Ms, Tokens } from '../../../core/units.ts';
import { withWait } from './recent-wait.ts';

/** Weight of a new, lower latency; a higher one counts at once (peak-sensitive). */
const decay = 0.2;

/** How quickly a deployment has answered recently, as moving averages. */
export class DeploymentPace implements Pick<
  DeploymentStats,
  'firstByteMs' | 'firstByteAt' | 'waits' | 'tokensPerSecond'
> {
  firstByteMs: Ms | undefined;
  firstByteAt: Ms | undefined;
  waits: Waits | undefined;
  tokensPerSecond: number | undefined;

  /** The first content of an answer arrived after `ms`; of an unstreamed one, all of it. */
  began(ms: Ms, { stream, at }: { readonly stream: boolean; readonly at: Ms }): void {
    const known = this.firstByteMs;
    this.firstByteMs = known === undefined || ms > known ? ms : known + decay * (ms - known);
    this.firstByteAt = at;
    this.#waited(ms, { stream, at });
  }

  /** A call was given up after `ms` without a first byte. */
  waitedInVain(ms: Ms, call: { readonly stream: boolean; readonly at: Ms }): void {
    this.#waited(Math.ceil(ms), call);
  }

  /** A whole answer of `tokens` took `ms` from its first byte to its last. An empty one shows nothing. */
  ended(tokens: Tokens, ms: Ms): void {
    if (tokens <= 0 || ms <= 0) return;
    const pace = (tokens * 1000) / ms;
    const known = this.tokensPerSecond;
    this.tokensPerSecond = known === undefined ? pace : known + decay * (pace - known);
  }

  #waited(ms: Ms, { stream, at }: { readonly stream: boolean; readonly at: Ms }): void {
    const kind = stream ? 'stream' : 'whole';
    this.waits = { ...this.waits, [kind]: withWait(this.waits?.[kind], { ms, at }) };
  }
}
