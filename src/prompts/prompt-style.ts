import type { Model } from '../core/model.ts';

/** The forms in which instructions can be put. */
export const promptStyles = ['tagged', 'direct', 'question-last', 'plain-steps'] as const;

export type PromptStyle = (typeof promptStyles)[number];

/** What a family follows best: tags and explicit limits, short orders, or the question after all the material. */
const styleOfFamily: Readonly<Record<string, PromptStyle>> = {
  claude: 'tagged',
  gpt: 'direct',
  gemini: 'question-last',
  gemma: 'plain-steps',
};

/** The form for a model. Small models on the user's own machine lose the thread in anything but plain steps. */
export function styleFor({ family, local }: Pick<Model, 'family' | 'local'>): PromptStyle {
  if (local) return 'plain-steps';
  return styleOfFamily[family] ?? 'direct';
}
