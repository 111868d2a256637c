import { keyIn, opinion } from '../opinion.ts';
import type { Prompt } from '../prompt.ts';

/** Returns the side that a request assigns to the model. */
export function stanceIn({ instructions, question }: Prompt): 'for' | 'against' | undefined {
  const told =
    /\b(?:stance|argue|advocate|position|role|side|perspective)\b[^.\n]{0,40}?\b(for|in favou?r|support(?:ive|ing|er)?|advocate|against|opposed?|opposing|critical|critic|sceptic\w*|skeptic\w*)\b/i.exec(
      `${instructions}\n${question}`,
    )?.[1];
  if (told === undefined) return undefined;
  return /^(?:for|in fav|support|advocate)/i.test(told) ? 'for' : 'against';
}

const arguments_ = {
  for: [
    'it is simple to begin with',
    'its failure modes are well understood',
    'it keeps the decision reversible',
  ],
  against: ['it adds a moving part', 'its cost shows up late', 'the need for it is not shown yet'],
} as const;

/** Returns an opinion on a yes-or-no question or a proposal, on the assigned side or else the model's own. */
export function opinionOn(prompt: Prompt): string | undefined {
  const told = stanceIn(prompt);
  const asksYesNo =
    /^(?:should|is|are|do|does|did|can|could|will|would|has|have|was|were|must|may)\b[^.!\n]*\?/im.test(
      prompt.question,
    );
  if (!told && !asksYesNo) return undefined;
  const side = told ?? (opinion(prompt, ['for', 'against']) === 'for' ? 'for' : 'against');
  const [first, second, third] = arguments_[side];
  const other = arguments_[side === 'for' ? 'against' : 'for'][1];
  const verdict = side === 'for' ? 'Yes' : 'No';
  return `${verdict}${told ? ' (the side I was told to take)' : ''}. Three reasons: ${first}; ${second}; ${third}. Against that stands that ${other}. Confidence: ${told ? 'low' : 'moderate'}.`;
}

/** Returns one of the options that a question lists, with its letter. */
export function choiceOf(prompt: Prompt): string | undefined {
  const listed = [...prompt.question.matchAll(/^\s*\(?([A-J])[).:]\s+(.+)$/gm)];
  if (listed.length > 1) {
    const letters = listed.map(([, letter]) => letter ?? '');
    const letter = opinion(prompt, letters);
    return `${letter}) ${listed.find((option) => option[1] === letter)?.[2] ?? ''}`.trim();
  }
  const versus =
    /\b(?:prefer|choose|better|between|pick|recommend|use)\b[^?\n]{0,60}?[:,]?\s+([\w#.+-]+(?: [\w#.+-]+)?)\s+(?:or|vs\.?|versus|and)\s+([\w#.+-]+(?: [\w#.+-]+)?)\s*\??/i.exec(
      prompt.question,
    );
  if (versus?.[1] && versus[2]) {
    const chosen = opinion(prompt, [versus[1], versus[2]]);
    return `${chosen}. It fits the question better; the other would do too, at more cost in upkeep.`;
  }
  const key = keyIn(prompt);
  return key === undefined ? undefined : opinion(prompt, [key, 'something else']);
}
