import type { JsonObject } from '../../core/json/json.ts';
import { refuse } from '../problem.ts';
import { listOf, objectOf, textOf } from '../read-json.ts';
import { signatureOf } from '../signature.ts';

/**
 * Checks a list of messages like the real API.
 * @throws Refused
 */
export function checkAnthropicMessages(messages: readonly JsonObject[]): void {
  if (messages.length === 0) refuse('messages: at least one message is required');
  let open: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    const role = textOf(message['role']);
    if (!['user', 'assistant', 'system'].includes(role)) {
      refuse(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
    const blocks = listOf(message['content']).map(objectOf);
    if (message['content'] === '' || (typeof message['content'] !== 'string' && blocks.length === 0)) {
      const mayBeEmpty = (role === 'assistant' && index === messages.length - 1) || setsEffort(message);
      if (!mayBeEmpty) refuse(`messages.${index}: all messages must have non-empty content`);
    }
    if (role === 'system' && !(setsEffort(message) && blocks.length === 0)) checkSystemPlace(messages, index);
    checkResults(blocks, open, index);
    checkBlocks(blocks, index);
    open = blocks.filter((block) => block['type'] === 'tool_use').map((block) => textOf(block['id']));
  }
  if (open.length > 0) missingResults(open, messages.length - 1);
}

/** https://platform.claude.com/docs/en/build-with-claude/effort-per-message */
function setsEffort({ role, output_config: config }: JsonObject): boolean {
  return role === 'system' && textOf(objectOf(config)['effort']) !== '';
}

/**
 * Consecutive system messages count as one, as Claude Code sends them.
 * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
function checkSystemPlace(messages: readonly JsonObject[], index: number): void {
  const isOther = ({ role }: JsonObject) => role !== 'system';
  const anywhere = 'the directive-only form (content: [] with output_config) is accepted at any position';
  const before = messages.slice(0, index).findLast(isOther);
  if (!before) {
    refuse(
      `messages.${index}: use the top-level 'system' parameter for the initial system prompt; ${anywhere}`,
    );
  }
  const lastBlock = textOf(objectOf(listOf(before['content']).at(-1))['type']);
  if (before['role'] === 'assistant' && !lastBlock.endsWith('_tool_result')) {
    refuse(
      `messages.${index}: role 'system' must follow a 'user' message or an 'assistant' message ending in a server tool result; ${anywhere}`,
    );
  }
  const rest = messages.slice(index + 1);
  const next = rest.findIndex(isOther);
  if (rest[next]?.['role'] === 'user') {
    refuse(
      `messages.${index + next}: role 'system' must precede an 'assistant' message or end the array; ${anywhere}`,
    );
  }
}

function checkResults(blocks: readonly JsonObject[], open: readonly string[], index: number): void {
  const results = blocks
    .filter((block) => block['type'] === 'tool_result')
    .map((block) => textOf(block['tool_use_id']));
  const unanswered = open.filter((id) => !results.includes(id));
  if (unanswered.length > 0) missingResults(unanswered, index - 1);
  for (const [position, id] of results.entries()) {
    if (results.indexOf(id) < position) {
      refuse(
        `messages.${index}.content.${position}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    }
    if (open.includes(id)) continue;
    refuse(
      `messages.${index}.content.${position}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  }
}

function missingResults(ids: readonly string[], index: number): never {
  return refuse(
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

const knownBlocks: ReadonlySet<string> = new Set([
  'text',
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'container_upload',
  'compaction',
  'tool_addition',
  'tool_removal',
]);

function checkBlocks(blocks: readonly JsonObject[], index: number): void {
  for (const [position, block] of blocks.entries()) {
    const at = `messages.${index}.content.${position}`;
    const type = textOf(block['type']);
    if (!knownBlocks.has(type)) {
      refuse(`${at}: Input tag '${type}' found using 'type' does not match any of the expected tags`);
    }
    if (type === 'text' && block['text'] === '') refuse(`messages: text content blocks must be non-empty`);
    if (type === 'thinking' && block['signature'] !== signatureOf(textOf(block['thinking']))) {
      refuse(`${at}: Invalid \`signature\` in \`thinking\` block`);
    }
  }
  const last = textOf(blocks.at(-1)?.['type']);
  if (last === 'thinking' || last === 'redacted_thinking') {
    refuse(`messages.${index}: The final block in an assistant message cannot be \`${last}\`.`);
  }
}
