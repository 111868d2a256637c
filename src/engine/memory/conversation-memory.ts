import type { Ms } from '../../core/units.ts';
import { answerLengths, type AnswerLengths } from '../../core/money/answer-lengths.ts';
import { conversations, type Conversations } from './conversations.ts';
import { origins, type Origins } from './origins.ts';
import { repeatedPrompts, type RepeatedPrompts } from './repeated-prompts.ts';
import { turnThoughts, type TurnThoughts } from './turn-thoughts.ts';

/** What is remembered of conversations, prompts and answers, for the calls that continue or repeat them. */
export type ConversationMemory = {
  readonly origins: Origins;
  readonly turnThoughts: TurnThoughts;
  readonly conversations: Conversations;
  readonly answerLengths: AnswerLengths;
  readonly repeatedPrompts: RepeatedPrompts;
};

export function conversationMemory(now: () => Ms): ConversationMemory {
  return {
    origins: origins(),
    turnThoughts: turnThoughts(now),
    conversations: conversations(now),
    answerLengths: answerLengths(),
    repeatedPrompts: repeatedPrompts(now),
  };
}
