import type { Dialect } from '../../core/wire/dialect.ts';
import { embeddings } from './embeddings.ts';
import { propertyName } from '../makers/claude/property-name.ts';
import { canStreamFormat } from '../openai/openai-output-format.ts';
import { needsResponses } from '../makers/gpt-habits.ts';
import { readOpenAiError } from '../openai/read-openai-error.ts';
import { openAiError } from '../openai/write-openai-error.ts';
import { sseEvent } from '../replies/sse.ts';
import { canRelay } from './openai-tools.ts';
import { readReply, replyReader } from './reply/read-reply.ts';
import { readRequest } from './read-request.ts';
import { relayFilter } from './reply/relay-filter.ts';
import { relayRequest } from './relay-request.ts';
import { replyWriter } from './reply/reply-writer.ts';
import { writeReply } from './reply/write-reply.ts';
import { writeRequest } from './write-request.ts';

/** OpenAI's Chat Completions, which many other providers support as well. */
const openaiChat: Dialect = {
  id: 'openai-chat',
  requestIdHeader: 'x-request-id',
  streamContentType: 'text/event-stream; charset=utf-8',
  toolName: /^[a-zA-Z0-9_-]{1,64}$/,
  propertyName,
  usageOnRequest: true,
  streamEnd: sseEvent('[DONE]'),
  refusedHere: needsResponses,
  canStream: canStreamFormat,
  readRequest,
  writeRequest,
  canRelay,
  relayRequest,
  readReply,
  replyReader,
  writeReply,
  replyWriter,
  readError: readOpenAiError,
  writeError: (error) => ({ status: error.status, body: { error: openAiError(error) } }),
  relayFilter,
  embeddings,
};

export default openaiChat;
