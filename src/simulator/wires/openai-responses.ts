import { objectOf } from '../read-json.ts';
import type { Wire } from '../wire.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiRefusal } from './openai-errors.ts';
import { readOpenaiResponses } from './openai-responses-request.ts';
import { streamResponse } from './openai-responses-stream.ts';
import { envelope, finalStatus, outputOf, responseId } from './openai-responses-whole.ts';
import { sseEvent } from './sse-frame.ts';

/** OpenAI's `/v1/responses`. */
export const openaiResponses: Wire = {
  name: 'openai-responses',
  streamType: 'text/event-stream; charset=utf-8',
  read: readOpenaiResponses,
  whole: (reply) => envelope(reply, finalStatus(reply), outputOf(reply)),
  stream: streamResponse,
  refusal: openaiRefusal,
  streamError: (problem) => {
    const error = objectOf(objectOf(openaiRefusal(problem, '').body)['error']);
    return sseEvent(
      { ...error, type: 'error', code: error['code'] ?? 'server_error', sequence_number: 99 },
      'error',
    );
  },
  brokenFrame: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
  headers: openaiChat.headers,
  conversation: (reply) => (reply.body['store'] === false ? undefined : responseId(reply)),
};
