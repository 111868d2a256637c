import type { Dialect } from '../../core/wire/dialect.ts';
import { embeddings } from './embeddings.ts';
import { readOpenAiError } from '../openai/read-openai-error.ts';
import { readReply, replyReader } from './reply/read-reply.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { replyWriter } from './reply/reply-writer.ts';
import { writeReply } from './reply/write-reply.ts';
import { writeRequest } from './write-request.ts';

/** Ollama's own API, lines of JSON. Unlike its OpenAI-compatible one, it accepts the context size. */
const ollamaChat: Dialect = {
  id: 'ollama-chat',
  streamContentType: 'application/x-ndjson',
  urlMedia: 'no',
  takesOpenThoughts: () => true,
  readRequest,
  writeRequest,
  relayRequest,
  readReply,
  replyReader,
  writeReply,
  replyWriter,
  // Its errors are an object with one string, as some OpenAI-compatible providers also send.
  readError: readOpenAiError,
  writeError: (error) => ({ status: error.status, body: { error: error.message } }),
  embeddings,
};

export default ollamaChat;
