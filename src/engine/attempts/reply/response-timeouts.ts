import { wantsWhole } from '../../../core/call.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { TransportTimeouts } from '../../../core/wire/transport.ts';
import type { Ms } from '../../../core/units.ts';
import type { Route } from '../../route.ts';
import type { Clock, SettingsOf } from '../../services.ts';

/**
 * How long the first byte and later silences may take; the first byte at most as long as the caller still waits. The
 * first byte of an unstreamed answer comes when it is complete: it may take as long as the whole call, unless the
 * config sets less.
 */
export function responseTimeouts(
  { settings, now }: Clock & SettingsOf<'timeouts'>,
  { features, call }: Route,
  { model }: Candidate,
  streamed: boolean,
): Omit<TransportTimeouts, 'connectMs'> {
  const { timeouts } = settings;
  const { idleMs, wholeAnswerMs = Infinity, thinkingMs = 5 * idleMs } = timeouts;
  const isWhole = wantsWhole(call) || !streamed;
  // A server of the user's own sends nothing while it loads the model and reads the prompt, and begins again if the
  // caller hangs up meanwhile.
  const maySendNothing = model.capabilities.reasoning === true || model.local;
  const longer = (setting: 'firstByteMs' | 'idleMs'): [string, Ms] =>
    maySendNothing && thinkingMs > timeouts[setting]
      ? ['thinkingMs', thinkingMs]
      : [setting, timeouts[setting]];
  const [firstByteSetting, beginningMs] = isWhole ? ['wholeAnswerMs', wholeAnswerMs] : longer('firstByteMs');
  const [idleSetting, silenceMs] = longer('idleMs');
  const { maxLatencyMs } = features.limits;
  const leftMs = maxLatencyMs === undefined ? Infinity : features.at + maxLatencyMs - now();
  return {
    firstByteMs: Math.max(1, Math.min(beginningMs, leftMs)),
    firstByteSetting,
    idleMs: silenceMs,
    idleSetting,
    // Comments, pings and empty pieces keep a connection open even if the provider is stuck. A model that thinks may send
    // nothing else for many minutes, because newer ones do not show their thinking.
    ...(!isWhole && model.capabilities.reasoning !== true && { contentMs: Math.max(idleMs, thinkingMs) }),
  };
}
