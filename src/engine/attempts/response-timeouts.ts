import { isWaitedFor } from '../../core/call.ts';
import type { Candidate } from '../../core/provider.ts';
import type { TransportTimeouts } from '../../core/wire/transport.ts';
import type { Ms } from '../../core/units.ts';
import type { EngineContext, Route } from '../context.ts';

/**
 * How long the first byte and later silences may take, the first at most as long as the caller still waits. That of a whole
 * answer comes when it is finished: it has the time of the whole call, unless the configuration says less.
 */
export function responseTimeouts(
  { settings, now }: EngineContext,
  { features, call }: Route,
  { model }: Candidate,
): Omit<TransportTimeouts, 'connectMs'> {
  const { timeouts } = settings;
  const { idleMs, wholeAnswerMs = Infinity, thinkingMs = 5 * idleMs } = timeouts;
  const longer = (setting: 'firstByteMs' | 'idleMs'): [string, Ms] =>
    model.capabilities.reasoning === true && thinkingMs > timeouts[setting]
      ? ['thinkingMs', thinkingMs]
      : [setting, timeouts[setting]];
  const [firstByteSetting, beginningMs] = isWaitedFor(call)
    ? ['wholeAnswerMs', wholeAnswerMs]
    : longer('firstByteMs');
  const [idleSetting, silenceMs] = longer('idleMs');
  const leftMs = features.maxLatencyMs === undefined ? Infinity : features.at + features.maxLatencyMs - now();
  return {
    firstByteMs: Math.max(1, Math.min(beginningMs, leftMs)),
    firstByteSetting,
    idleMs: silenceMs,
    idleSetting,
    // Comments, pings and empty pieces keep a connection open for as long as a provider is stuck.
    ...(!isWaitedFor(call) && { contentMs: Math.max(idleMs, thinkingMs) }),
  };
}
