import type { Call } from '../../../core/call.ts';
import type { Classification } from '../../../core/routing/request/classification.ts';
import { lastUserText, type UserText } from '../../../core/user-text/last-user-text.ts';
import type { RoutingServices } from '../routing-services.ts';
import { choiceOf } from './choice-of.ts';
import type { ModelChoice } from '../../route.ts';
import { classifyCall } from './classify-call.ts';
import type { RequestSize } from '../size/measure-request.ts';

/** A call and what is known about it before a model is chosen; the same however often it is routed. */
export type ResolvedCall = {
  readonly call: Call;
  readonly choice: ModelChoice;
  /** For policies, and to classify the call; not needed if a model is named. */
  readonly userText: UserText | undefined;
  readonly classification: Classification | undefined;
  readonly size: RequestSize;
};

/**
 * Resolves what a call asks for, and classifies an open choice. @throws ConclaveError `model_not_found` for an unknown
 * name.
 */
export function resolveCall(engine: RoutingServices, call: Call, size: RequestSize): ResolvedCall {
  const choice = choiceOf(engine, call);
  if (choice.kind !== 'open')
    return { call, choice, userText: undefined, classification: call.parent?.step?.classification, size };
  const userText = lastUserText(call.request.messages);
  return { call, choice, userText, classification: classifyCall(engine, call, userText), size };
}
