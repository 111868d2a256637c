import { movedSystemMessage } from './moved-system-message.ts';
import { noUserMessage } from './no-user-message.ts';
import { appendAll } from '../../core/lists/append-all.ts';
import type { Message } from '../../core/wire/content.ts';
import { thoughtsAtEnd } from './thoughts-at-end.ts';
import { resultsBehindCalls } from './results-behind-calls.ts';
import { warnOfNames } from './warn-of-names.ts';

/** Consecutive messages of one role, written as one. */
export type Turn<Block> = { readonly role: Message['role']; blocks: Block[] };

/** How one dialect requires its turns. */
export type TurnShape<Block> = {
  write(message: Message): Block[];
  writeText(text: string): Block;
  /** Tool results, which must come before everything else in their turn. */
  isResult(block: Block): boolean;
  isCall(block: Block): boolean;
  /** Whether an assistant's turn may end with this block, which stands at `at` among `blocks`. */
  mayEndAnswer(block: Block, at: number, blocks: readonly Block[]): boolean;
  /** Whether a block is white space that may not end an answer to be continued. */
  isBlank(block: Block): boolean;
  /** Whether a system message may follow a user turn. */
  readonly systemTurns: boolean;
  /** Whether the last turn may be an assistant's, to be continued. */
  readonly prefill: boolean;
};

type Conversation<Block> = { readonly system: Block[]; readonly turns: Turn<Block>[] };

/**
 * Shapes a conversation so that its turns alternate and begin and end with the user, as most dialects except OpenAI's
 * require.
 */
export function shapeTurns<Block>(
  messages: readonly Message[],
  shape: TurnShape<Block>,
  warnings: string[],
): Conversation<Block> {
  warnOfNames(messages, warnings);
  const { system, turns } = joinTurns(messages, shape, warnings);
  const userTurn = (text: string): Turn<Block> => ({ role: 'user', blocks: [shape.writeText(text)] });
  if (turns.length === 0) {
    const last = system.pop();
    if (last === undefined) return { system, turns };
    warnings.push(noUserMessage);
    turns.push({ role: 'user', blocks: [last] });
  }
  if (turns[0]?.role === 'assistant') {
    warnings.push(
      'The conversation began with an assistant message; an empty user message was put before it.',
    );
    turns.unshift(userTurn('(conversation opened)'));
  }
  const last = turns.at(-1);
  if (last?.role === 'assistant' && !shape.prefill && !last.blocks.some(shape.isCall)) {
    warnings.push('This model does not continue an assistant message; it was asked to go on after it.');
    turns.push(userTurn('Go on from exactly where your last message ends.'));
  }
  for (const turn of turns) {
    if (turn.role !== 'user') continue;
    if (turn.blocks.length === 0) {
      warnings.push('A user message was empty; "(empty message)" was sent instead.');
      turn.blocks = [shape.writeText('(empty message)')];
    } else turn.blocks = resultsFirst(turn.blocks, shape);
  }
  return { system, turns };
}

function joinTurns<Block>(
  messages: readonly Message[],
  shape: TurnShape<Block>,
  warnings: string[],
): Conversation<Block> {
  const system: Block[] = [];
  const turns: Turn<Block>[] = [];
  let held: Block[] = [];

  /** Places the held system messages after a user turn or, if the model accepts none there, at the very top. */
  function placeHeld(): void {
    if (held.length === 0) return;
    if (turns.length === 0) appendAll(system, held);
    else if (shape.systemTurns && turns.at(-1)?.role === 'user') turns.push({ role: 'system', blocks: held });
    else {
      warnings.push(movedSystemMessage);
      appendAll(system, held);
    }
    held = [];
  }

  /** Removes what may not end the answer before the next message, and with it an answer that said nothing else. */
  function endAnswer(mayEnd: TurnShape<Block>['mayEndAnswer']): void {
    const answer = turns.at(-1);
    if (answer?.role !== 'assistant') return;
    const length = answer.blocks.findLastIndex(mayEnd) + 1;
    if (length === answer.blocks.length) return;
    if (!answer.blocks.slice(length).every(shape.mayEndAnswer)) warnings.push(thoughtsAtEnd);
    answer.blocks.length = length;
    if (length > 0) return;
    turns.pop();
    const before = turns.at(-1);
    if (before?.role !== 'system') return;
    // It stood before the answer; now it waits for the next one.
    turns.pop();
    held = [...before.blocks, ...held];
  }

  for (const message of resultsBehindCalls(messages)) {
    const blocks = shape.write(message);
    // An empty user message still ends the answer before it, which would otherwise be continued.
    if (blocks.length === 0 && message.role !== 'user') continue;
    if (message.role === 'system') {
      appendAll(held, blocks);
      continue;
    }
    if (message.role === 'user') endAnswer(shape.mayEndAnswer);
    if (message.role === 'assistant' || turns.length === 0) placeHeld();
    const last = turns.at(-1);
    if (last?.role === message.role) appendAll(last.blocks, blocks);
    else turns.push({ role: message.role, blocks });
  }
  endAnswer((block, at, blocks) => shape.mayEndAnswer(block, at, blocks) && !shape.isBlank(block));
  placeHeld();
  return { system, turns };
}

function resultsFirst<Block>(blocks: Block[], { isResult }: TurnShape<Block>): Block[] {
  if (!blocks.some(isResult)) return blocks;
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}
