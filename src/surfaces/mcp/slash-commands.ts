/**
 * A prompt that a user picks in the client, such as `/conclave:codereview`: it tells the agent which tool to call, and
 * how.
 */
export type SlashCommand = {
  readonly tool: string;
  readonly description: string;
  /** What may be typed after the command. */
  readonly about: string;
  readonly required?: boolean;
  /** Instructions for the agent; `about` is empty if nothing was typed. */
  readonly say: (about: string) => string;
  /** Instructions about the model, if one was typed. Default: ask that model. */
  readonly whom?: (model: string) => string;
  /** What the agent does with the answer. */
  readonly afterwards: string;
};

const findings =
  'Tell me the issues, worst first, with their places and who reported them. Check each against the code before you agree with it. Change nothing yet.';

export const slashCommands: readonly SlashCommand[] = [
  {
    tool: 'codereview',
    description: 'Have changes or files reviewed by another model.',
    about: 'a git range, files, or what to look at; default: what is not committed',
    say: (about) =>
      about
        ? `Have this reviewed: ${about}. Give a git range as range, paths as files, anything else as prompt.`
        : 'Have what is not committed reviewed.',
    afterwards: findings,
  },
  {
    tool: 'precommit',
    description: 'Check what is not committed, before it is.',
    about: 'what to look for, or a branch to compare with',
    say: (about) => `Check what is not committed yet${about ? `, with this in mind: ${about}` : ''}.`,
    afterwards: `Say first whether it is ready. ${findings}`,
  },
  {
    tool: 'secaudit',
    description: 'Audit code for vulnerabilities that somebody could use.',
    about: 'files, a git range or a concern; default: what is not committed',
    say: (about) => `Audit ${about || 'what is not committed'} for vulnerabilities.`,
    afterwards: findings,
  },
  {
    tool: 'consensus',
    description: 'Ask several models at once, none knowing of the others.',
    about: 'the question',
    required: true,
    say: (about) => `Ask a panel of models of different families: ${about}`,
    whom: (model) => `Give models: seat ${model} and two models of other families.`,
    afterwards: 'Tell me what they agree on, where they differ and why, and what you make of it.',
  },
  {
    tool: 'chat',
    description: 'Ask another model.',
    about: 'the question',
    required: true,
    say: (about) => `Ask another model, with the files that it needs: ${about}`,
    afterwards:
      'Give me its answer, and say where you see it differently. Keep its continuation_id for what comes next.',
  },
  {
    tool: 'thinkdeep',
    description: 'Have the strongest model think a hard question through.',
    about: 'the question',
    required: true,
    say: (about) => `Have this thought through, with the files that matter and what we know so far: ${about}`,
    afterwards: 'Give me its conclusion and what it rests on.',
  },
  {
    tool: 'planner',
    description: 'Have a task planned in steps.',
    about: 'the task',
    required: true,
    say: (about) => `Have this planned: ${about}. Give the files that it touches.`,
    afterwards: 'Show me the steps, and begin none before I say so.',
  },
  {
    tool: 'debug',
    description: 'Find the root cause of a fault.',
    about: 'the symptoms',
    required: true,
    say: (about) => `Find the root cause: ${about}. Give the files, the error and what was tried.`,
    afterwards: 'Run the check of the likeliest cause, and tell me what it shows.',
  },
  {
    tool: 'analyze',
    description: 'Have code explained: structure, risks, hotspots.',
    about: 'files or folders, and what to look at',
    required: true,
    say: (about) => `Have this analysed: ${about}.`,
    afterwards: 'Summarise it, and name the hotspots that deserve a review.',
  },
  {
    tool: 'testgen',
    description: 'Have tests written.',
    about: 'the files to test',
    required: true,
    say: (about) => `Have tests written for ${about}, in the way this project tests.`,
    afterwards: 'Show me the tests before you add them.',
  },
  {
    tool: 'challenge',
    description: 'Have a statement questioned instead of agreed with.',
    about: 'the statement',
    required: true,
    say: (about) => `Have this challenged: ${about}`,
    afterwards: 'Say whether it holds, and do not agree out of politeness.',
  },
];

/** Builds the message that the client sends to its model. */
export function slashText({ tool, say, whom, afterwards }: SlashCommand, about = '', model = ''): string {
  const asked = model ? ` ${whom ? whom(model) : `Ask the model ${model}.`}` : '';
  return `Call Conclave's tool ${tool}. ${say(about.trim())}${asked}\n${afterwards}`;
}
