import type { Call } from '../../core/call.ts';
import type { Resolution } from '../../core/catalogue.ts';
import type { Classification } from '../../core/classification.ts';
import { lastSaid, type Said } from '../../core/said-by-user.ts';
import type { EngineContext } from '../engine.ts';
import { classifyCall } from './classify-call.ts';
import { measureRequest, type RequestSize } from './measure-request.ts';
import { pinnedModel, type Pinned } from './pinned-model.ts';

/** A call, with what is known of it before anybody is chosen: the same however often it is routed. */
export type CallToRoute = {
  readonly call: Call;
  /** What its name for a model means, a pin considered. */
  readonly resolution: Resolution;
  readonly pinned: Pinned | undefined;
  /** For policies, and to guess what the call is for: whoever names a model needs neither. */
  readonly said: Said | undefined;
  readonly classification: Classification | undefined;
  readonly size: RequestSize;
};

/** What earlier stages found already. */
export type KnownBefore = {
  readonly size?: RequestSize | undefined;
  readonly classification?: Classification | undefined;
};

/** @throws ConclaveError `model_not_found` for a name that nobody has. */
export function callToRoute(
  engine: EngineContext,
  call: Call,
  { size = measureRequest(call.request), classification }: KnownBefore = {},
): CallToRoute {
  const asked = engine.catalogue.resolve(call.request.model, call.raw?.dialect);
  const pinned = pinnedModel(engine, call, asked);
  const resolution = pinned?.resolution ?? asked;
  if (resolution.kind !== 'auto') return { call, resolution, pinned, said: undefined, classification, size };
  const said = lastSaid(call.request.messages);
  return {
    call,
    resolution,
    pinned,
    said,
    classification: classification ?? classifyCall(engine, call, said),
    size,
  };
}
