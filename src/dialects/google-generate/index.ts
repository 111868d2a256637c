import type { Dialect } from '../../core/wire/dialect.ts';
import { embeddings } from './embeddings.ts';
import { readError, writeError } from './reply/errors.ts';
import { replyReader, readReply } from './reply/read-reply.ts';
import { readRequest } from './read-request.ts';
import { relayRequest } from './relay-request.ts';
import { replyWriter } from './reply/reply-writer.ts';
import { writeReply } from './reply/write-reply.ts';
import { writeRequest } from './write-request.ts';

/** Google's `generateContent` and `streamGenerateContent`. */
const googleGenerate: Dialect = {
  id: 'google-generate',
  streamContentType: 'text/event-stream',
  // https://ai.google.dev/api/caching#FunctionDeclaration
  toolName: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/,
  // The newest models fetch public URLs themselves, older ones reject them.
  urlMedia: 'some',
  readRequest,
  writeRequest,
  relayRequest,
  readReply,
  replyReader,
  writeReply,
  replyWriter,
  readError,
  writeError,
  embeddings,
};

export default googleGenerate;
