import type { AttemptTrace } from '../../core/telemetry/call-tracer.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Ms } from '../../core/units.ts';
import type { Restored } from '../memory/thoughts/restored-in.ts';

/** How far an attempt has come. */
export type AttemptState = {
  readonly startedAt: Ms;
  /** The deployment's first dialect until the request is written. */
  dialect: DialectId;
  /** Set with the request: the provider is asked for a whole answer although the client streams. */
  askedWhole: boolean;
  /** Set with the request: the provider is asked for the usage of its stream. */
  asksUsage: boolean;
  /** Set with the request: the model gets back readable thoughts without a proof, if there are any. */
  takesOpenThoughts: boolean;
  /** Set with the request: the reasoning in it that the client did not send back. */
  restored: Restored;
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
    dialect: endpoints[0]?.dialect ?? 'openai-chat',
    askedWhole: false,
    asksUsage: false,
    takesOpenThoughts: false,
    restored: 'nothing',
    requested: false,
    trace: undefined,
    status: undefined,
    firstByteMs: undefined,
  };
}
