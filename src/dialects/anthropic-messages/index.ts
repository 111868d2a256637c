import type { Dialect } from '../../core/wire/dialect.ts';
import { bindsThoughts } from '../makers/claude/habits.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { propertyName } from '../makers/claude/property-name.ts';
import { readError } from './reply/read-error.ts';
import { readReply } from './reply/read-reply.ts';
import { readRequest } from './read-request.ts';
import { replyReader } from './reply/reply-reader.ts';
import { relayRequest } from './relay-request.ts';
import { writeError } from './reply/write-error.ts';
import { writeReply } from './reply/write-reply.ts';
import { writeRequest } from './write-request.ts';
import { replyWriter } from './reply/reply-writer.ts';

/** Anthropic's Messages API. */
const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  requestIdHeader: 'request-id',
  streamContentType: 'text/event-stream; charset=utf-8',
  toolName: /^[a-zA-Z0-9_-]{1,128}$/,
  propertyName,
  makersProofs: true,
  bindsThoughts,
  takesOpenThoughts: (model) => !isClaude(model),
  readRequest,
  writeRequest,
  relayRequest,
  readReply,
  replyReader,
  writeReply,
  replyWriter,
  readError,
  writeError,
};

export default anthropicMessages;
