import type { PromptStyle } from './prompt-style.ts';
import type { ToolPrompt } from './tool-prompt.ts';
import { untrustedRule } from './untrusted.ts';

/** The instructions in one form, without the rule about fences. */
export function instructions(prompt: ToolPrompt, style: PromptStyle): string {
  return writers[style](prompt);
}

/** The system message: a form of the prompt, or the user's own text, and always the rule about fences. */
export function systemText(body: string, nonce: string, style: PromptStyle): string {
  const rule = untrustedRule(nonce);
  return style === 'tagged'
    ? `${body}\n<untrusted_material>\n${rule}\n</untrusted_material>`
    : `${body}\n\n${rule}`;
}

/** Where the question stands: before its material for some, after it for others. */
export function turnText(
  style: PromptStyle,
  { question, material }: { readonly question: string; readonly material: string },
): string {
  if (material === '') return question;
  switch (style) {
    case 'tagged':
      return `<material>\n${material}\n</material>\n\n<question>\n${question}\n</question>`;
    case 'question-last':
      return `${material}\n\nAll the material is above. Now the task:\n${question}`;
    case 'direct':
      return `${question}\n\n${material}`;
    case 'plain-steps':
      return `${question}\n\n${material}\n\nNow do the steps.`;
  }
}

const writers: Readonly<Record<PromptStyle, (prompt: ToolPrompt) => string>> = {
  tagged: ({ role, goal, steps = [], constraints = [], output }) =>
    [
      tag('role', `You are ${role}.`),
      tag('task', goal),
      ...(steps.length > 0 ? [tag('steps', numberedList(steps))] : []),
      ...(constraints.length > 0 ? [tag('constraints', bullets(constraints))] : []),
      tag('output', output),
    ].join('\n'),

  direct: ({ role, goal, constraints = [], output }) =>
    [`You are ${role}. ${goal}`, ...constraints, output].join('\n'),

  'question-last': ({ role, goal, steps = [], constraints = [], output }) =>
    [
      `You are ${role}. The material comes first and the task after it.`,
      goal,
      ...(steps.length > 0 ? [`Work in this order:\n${numberedList(steps)}`] : []),
      ...(constraints.length > 0 ? [`Rules:\n${bullets(constraints)}`] : []),
      `Use only what the material and the task say; do not invent names, versions or functions.`,
      output,
    ].join('\n\n'),

  'plain-steps': ({ role, goal, steps = [], constraints = [], output }) =>
    [
      `You are ${role}.`,
      goal,
      numberedList([
        ...(steps.length > 0 ? steps : ['Read everything.', 'Do the task.']),
        'Write the answer.',
      ]),
      ...(constraints.length > 0 ? [`Remember:\n${bullets(constraints)}`] : []),
      output,
    ].join('\n\n'),
};

function tag(name: string, text: string): string {
  return `<${name}>\n${text}\n</${name}>`;
}

function numberedList(items: readonly string[]): string {
  return items.map((item, index) => `${index + 1}. ${item}`).join('\n');
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
