import { z } from 'zod';
import type { App } from '../../app.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { feedbackScore } from '../feedback-score.ts';
import type { PathParamsByKey } from './route.ts';
import { sendJson } from './send-json.ts';

const feedback = z.strictObject({ request_id: z.string().min(1), score: z.union([z.string(), z.number()]) });

/** `POST /v1/feedback {request_id, score}`: a caller's rating of an answer; `score` is good, bad or 0 to 1. */
export async function takeFeedback(
  app: App,
  exchange: HttpExchange,
  { principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const parsed = feedback.safeParse(value);
  if (!parsed.success) {
    throw new ConclaveError(
      'invalid_request',
      'Feedback is {"request_id": …, "score": "good" | "bad" | 0 to 1}.',
      {
        param: String(parsed.error.issues[0]?.path[0] ?? 'body'),
      },
    );
  }
  const { request_id: requestId, score: rating } = parsed.data;
  const score = feedbackScore(rating);
  await app.router.feedback({ requestId, score, principal });
  sendJson(exchange, 200, { request_id: requestId, score });
}
