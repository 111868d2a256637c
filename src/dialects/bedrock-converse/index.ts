import type { Dialect } from '../../core/wire/dialect.ts';
import { embeddings } from './embeddings.ts';
import { bindsThoughts } from '../makers/claude/habits.ts';
import { propertyName } from '../makers/claude/property-name.ts';
import { readError, writeError } from './reply/errors.ts';
import { readReply } from './reply/read-reply.ts';
import { readRequest } from './read-request.ts';
import { replyReader } from './reply/reply-reader.ts';
import { relayRequest } from './relay-request.ts';
import { writeReply } from './reply/write-reply.ts';
import { canStream, writeRequest } from './write-request.ts';
import { replyWriter } from './reply/reply-writer.ts';

/** Amazon Bedrock's Converse and ConverseStream. */
const bedrockConverse: Dialect = {
  id: 'bedrock-converse',
  streamContentType: 'application/vnd.amazon.eventstream',
  toolName: /^[a-zA-Z0-9_-]{1,64}$/,
  propertyName,
  makersProofs: true,
  bindsThoughts,
  urlMedia: 'no',
  canStream,
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

export default bedrockConverse;
