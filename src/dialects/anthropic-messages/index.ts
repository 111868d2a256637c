import type { Dialect } from '../../core/dialect.ts';
import { streamReader } from '../stream-reader.ts';
import { readError } from './read-error.ts';
import { readMessage } from './read-message.ts';
import { readRequest } from './read-request.ts';
import { messageInterpreter } from './read-stream.ts';
import { relayRequest } from './relay-request.ts';
import { writeError } from './write-error.ts';
import { writeMessage } from './write-message.ts';
import { writeRequest } from './write-request.ts';
import { messageWriter } from './write-stream.ts';

/** Anthropic's Messages API. */
const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  requestIdHeader: 'request-id',
  streamContentType: 'text/event-stream; charset=utf-8',
  toolName: /^[a-zA-Z0-9_-]{1,128}$/,
  readRequest,
  writeRequest,
  relayRequest,
  readReply: readMessage,
  replyReader: () => streamReader(messageInterpreter()),
  writeReply: writeMessage,
  replyWriter: messageWriter,
  readError,
  writeError,
};

export default anthropicMessages;
