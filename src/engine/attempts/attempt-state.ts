import type { AttemptTrace } from '../../core/telemetry/call-tracer.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Ms } from '../../core/units.ts';
import { unwritten, type WireTraits } from './request/wire-traits.ts';

/** How far an attempt has come. */
export type AttemptState = {
  readonly startedAt: Ms;
  /** Of the latest request; until one is written, with the deployment's first dialect. */
  traits: WireTraits;
  /** A request was made, even if the provider could not be reached. */
  requested: boolean;
  /** Begins with the first request. */
  trace: AttemptTrace | undefined;
  /** Set with the reply's head; of several requests, the latest. */
  status: number | undefined;
  /** Set with the first content. */
  firstByteMs: Ms | undefined;
};

export function newState({ endpoints }: Deployment, startedAt: Ms): AttemptState {
  return {
    startedAt,
    traits: unwritten(endpoints[0]?.dialect ?? 'openai-chat'),
    requested: false,
    trace: undefined,
    status: undefined,
    firstByteMs: undefined,
  };
}
