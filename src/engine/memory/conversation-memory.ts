import type { Ms } from '../../core/units.ts';
import { answerLengths, type AnswerLengths } from '../../core/money/answer-lengths.ts';
import { conversations, type Conversations } from './conversations.ts';
import { repeatedPrompts, type RepeatedPrompts } from './repeated-prompts.ts';
import { storedAnswers, type StoredAnswers } from './stored-answers.ts';
import { thoughtMakers, type ThoughtMakers } from './thoughts/thought-makers.ts';
import { turnThoughts, type TurnThoughts } from './thoughts/turn-thoughts.ts';

/** What is remembered of conversations, prompts and answers, for the calls that continue or repeat them. */
export type ConversationMemory = {
  readonly storedAnswers: StoredAnswers;
  readonly thoughtMakers: ThoughtMakers;
  readonly turnThoughts: TurnThoughts;
  readonly conversations: Conversations;
  readonly answerLengths: AnswerLengths;
  readonly repeatedPrompts: RepeatedPrompts;
};

export function conversationMemory(now: () => Ms): ConversationMemory {
  return {
    storedAnswers: storedAnswers(),
    thoughtMakers: thoughtMakers(),
    turnThoughts: turnThoughts(now),
    conversations: conversations(now),
    answerLengths: answerLengths(),
    repeatedPrompts: repeatedPrompts(now),
  };
}
