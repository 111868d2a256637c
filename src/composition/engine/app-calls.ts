import type { IdKind } from '../../core/new-id.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { ask, callOf, type Answer, type Question } from '../../engine/ask.ts';
import type { Engine } from '../../engine/engine.ts';
import {
  streamParts,
  streamText,
  type StreamedParts,
  type StreamedText,
} from '../../engine/replies/stream-text.ts';
import { measureRequest, type RequestSize } from '../../engine/routing/size/measure-request.ts';
import { answerVerifier } from '../../tools/verification/verify-answer.ts';
import type { AppTools } from '../tools/app-tools.ts';
import {
  verificationPreparer,
  type PrepareVerification,
} from '../../tools/verification/prepare-verification.ts';

/** Plain calls of a model. */
export type AppCalls = {
  ask(question: Question): Promise<Answer>;
  stream(question: Question): Promise<StreamedParts>;
  streamText(question: Question): Promise<StreamedText>;
  /** Estimates the tokens of a request without calling a provider. */
  measure(request: ModelRequest): RequestSize;
  /**
   * Prepares the verification of a plain call's answer by another model family.
   * @throws ConclaveError for a call that cannot be verified, before any model is called.
   */
  readonly prepareVerification: PrepareVerification;
};

export function appCalls(
  engine: Engine,
  {
    newId,
    toolContext,
  }: { readonly newId: (kind: IdKind) => string; readonly toolContext: AppTools['context'] },
): AppCalls {
  return {
    ask: (question) => ask(engine, callOf(question, newId)),
    stream: async (question) => streamParts(await engine.run(callOf(question, newId))),
    streamText: async (question) => streamText(await engine.run(callOf(question, newId))),
    measure: measureRequest,
    prepareVerification: verificationPreparer(answerVerifier(toolContext), (question) =>
      engine.dataBoundsOf(callOf(question, newId)),
    ),
  };
}
