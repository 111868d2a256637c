import type { Message } from '../core/content.ts';
import type { Model } from '../core/model.ts';
import { fencedDocuments, fenceRule } from './fence.ts';
import type { Material, ToolPrompt } from './material-prompt.ts';

export const wordings = ['claude', 'gpt', 'gemini', 'small'] as const;

/** A manner of asking that suits a family of models. */
export type Wording = (typeof wordings)[number];

/** The wording that suits a model; short and direct where nothing is known of its family. */
export function wordingFor({ family, local }: Pick<Model, 'family' | 'local'>): Wording {
  if (local) return 'small';
  return familyWordings[family] ?? 'gpt';
}

const familyWordings: Readonly<Record<string, Wording>> = {
  claude: 'claude',
  gemini: 'gemini',
  gemma: 'small',
};

/** The messages for one tool's work in one wording. All wordings say the same. */
export function wordPrompt(wording: Wording, prompt: ToolPrompt, material: Material): Message[] {
  const { system, user } = layouts[wording](prompt, material);
  return [
    { role: 'system', content: [{ type: 'text', text: paragraphs(system) }] },
    { role: 'user', content: [{ type: 'text', text: paragraphs(user) }] },
  ];
}

/** The wording that takes the most room: windows and reservations are measured on it. */
export function longestPrompt(prompt: ToolPrompt, material: Material): Message[] {
  const sized = wordings.map((wording) => wordPrompt(wording, prompt, material));
  return sized.reduce((longest, messages) => (sizeOf(messages) > sizeOf(longest) ? messages : longest));
}

type Layout = (prompt: ToolPrompt, material: Material) => { system: string[]; user: string[] };

const layouts: Readonly<Record<Wording, Layout>> = {
  /** Tagged sections and every constraint spelled out. */
  claude: (prompt, material) => ({
    system: [
      prompt.role,
      tagged('task', prompt.task),
      tagged('constraints', bullets([...prompt.constraints, fenceRule(material)])),
      tagged('answer', prompt.answer),
    ],
    user: [tagged('documents', fencedDocuments(material)), tagged('request', material.question)],
  }),
  /** Short and direct, the request before its material. */
  gpt: (prompt, material) => ({
    system: [
      `${prompt.role} ${prompt.task}`,
      bullets([...prompt.constraints, fenceRule(material)]),
      prompt.answer,
    ],
    user: [material.question, fencedDocuments(material)],
  }),
  /** The request after the long context, and the task once more beside it. */
  gemini: (prompt, material) => ({
    system: [prompt.role, bullets([...prompt.constraints, fenceRule(material)])],
    user: [
      fencedDocuments(material),
      material.documents.length > 0 ? 'Based on the material above:' : '',
      prompt.task,
      `Request: ${material.question}`,
      prompt.answer,
    ],
  }),
  /** Plain steps, one thing at a time. */
  small: (prompt, material) => ({
    system: [prompt.role, fenceRule(material)],
    user: [
      fencedDocuments(material),
      `${prompt.task} Do it in these steps:`,
      numbered([...prompt.steps, prompt.answer]),
      `Keep to this:\n${bullets(prompt.constraints)}`,
      `Request: ${material.question}`,
    ],
  }),
};

function tagged(tag: string, text: string): string {
  return text === '' ? '' : `<${tag}>\n${text}\n</${tag}>`;
}

function bullets(lines: readonly string[]): string {
  return lines
    .filter((line) => line !== '')
    .map((line) => `- ${line}`)
    .join('\n');
}

function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join('\n');
}

function paragraphs(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

function sizeOf(messages: readonly Message[]): number {
  return Buffer.byteLength(JSON.stringify(messages));
}
