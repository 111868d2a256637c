import type { Dialect } from '../../core/wire/dialect.ts';
import { propertyName } from '../makers/claude/property-name.ts';
import { readOpenAiError } from '../openai/read-openai-error.ts';
import { openAiError } from '../openai/write-openai-error.ts';
import { lastEventNumber } from './reply/event-number.ts';
import { readReply, replyReader } from './reply/read-reply.ts';
import { relayFilter } from './reply/relay-filter.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { replyWriter } from './reply/reply-writer.ts';
import { writeReply } from './reply/write-reply.ts';
import { writeRequest } from './write-request.ts';

/** OpenAI's Responses. */
const openaiResponses: Dialect = {
  id: 'openai-responses',
  requestIdHeader: 'x-request-id',
  streamContentType: 'text/event-stream; charset=utf-8',
  toolName: /^[a-zA-Z0-9_-]{1,64}$/,
  propertyName,
  namesAnswers: true,
  readRequest,
  writeRequest,
  relayRequest,
  relayFilter,
  readReply,
  replyReader,
  writeReply,
  replyWriter,
  lastEventNumber,
  readError: readOpenAiError,
  // Codex compacts its history only if a stream reports this error as `response.failed`:
  // https://github.com/maximhq/bifrost/issues/4413
  reportsInStream: ({ code }) => code === 'context_too_long',
  writeError: (error) => ({ status: error.status, body: { error: openAiError(error) } }),
};

export default openaiResponses;
