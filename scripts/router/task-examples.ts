import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestClues } from '../../src/core/routing/request/classification.ts';
import { isJsonObject } from '../../src/core/json/json.ts';
import { type TaskType, taskTypes } from '../../src/core/task.ts';
import { clueHashes, instructionClues } from '../../src/learning/prompts/task-classifier.ts';
import { codeQuestionTemplates, everydayTemplates, foreignEverydayTemplates } from './everyday-templates.ts';
import { expandTemplate } from './expand-template.ts';
import { fillers } from './fillers.ts';
import { instructionTemplates } from './instruction-templates.ts';
import { templates } from './task-templates.ts';

/** A prompt whose task is known, with its attachments. Without text of a user, it is the system prompt alone. */
export type TaskExample = RequestClues & { readonly task: TaskType };

/** Returns the text that an example is learned from, and its other features. */
export function learnedBy(example: TaskExample): {
  readonly text: string;
  readonly clues: readonly number[];
} {
  const { prompt, instruction } = example;
  return instruction === undefined
    ? { text: prompt, clues: clueHashes(example) }
    : { text: instruction, clues: instructionClues };
}

/**
 * The labelled prompts of this repository: `train` to fit, `dev` to choose, `test` and `languages` only to report.
 */
export function labelledExamples(split: 'train' | 'dev' | 'test' | 'languages'): TaskExample[] {
  const path = join(import.meta.dirname, '../../fixtures/routing/task-types.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line): TaskExample[] => {
    const row: unknown = JSON.parse(line);
    if (!isJsonObject(row) || row['split'] !== split || typeof row['prompt'] !== 'string') return [];
    const task = taskTypes.find((type) => type === row['task']);
    if (task === undefined) return [];
    return [
      row['instruction'] === true
        ? instructing(row['prompt'], task)
        : { ...bare, prompt: row['prompt'], task },
    ];
  });
}

/** Task kinds with many ways to ask have more prompts. */
const leastPerPattern = 24;

/** Draws `perTask` prompts of each task kind from `patterns`, completed like real requests: with code, text, tools. */
export function templateExamples(
  patternsOf: Readonly<Record<TaskType, readonly string[]>>,
  perTask: number,
  random: () => number,
): TaskExample[] {
  return taskTypes.flatMap((task) => {
    const patterns = patternsOf[task];
    return Array.from({ length: Math.max(perTask, leastPerPattern * patterns.length) }, (_, at) => {
      const prompt = expandTemplate(patterns[at % patterns.length] ?? '', random);
      return dressed({ ...bare, prompt, task }, random);
    });
  });
}

function instructing(instruction: string, task: TaskType): TaskExample {
  return { ...bare, prompt: '', instruction, task };
}

/** Everyday requests, requests about code that must not change, and code alone: none needs an expensive model. */
export function everydayExamples(perPattern: number, random: () => number): TaskExample[] {
  const asking = (patterns: readonly string[], times: number) =>
    patterns.flatMap((pattern) => Array.from({ length: times }, () => expandTemplate(pattern, random)));
  const asked = [
    ...asking(everydayTemplates, perPattern),
    ...asking(foreignEverydayTemplates, perPattern / 2),
  ];
  const ofCode = codeQuestionTemplates.flatMap((pattern) =>
    Array.from({ length: perPattern }, () =>
      withMaterial(expandTemplate(pattern, random), materialOfCode, random),
    ),
  );
  const alone = materialOfCode.flatMap((material) => Array.from({ length: 4 }, () => material));
  return [...asked, ...ofCode, ...alone].map((prompt) => ({
    ...bare,
    prompt,
    task: 'chat',
    tools: random() < 0.1,
  }));
}

/** System prompts that describe the task for any user message. */
export function instructionExamples(perPattern: number, random: () => number): TaskExample[] {
  return taskTypes.flatMap((task) =>
    (instructionTemplates[task] ?? []).flatMap((pattern) =>
      Array.from({ length: perPattern }, () => instructing(expandTemplate(pattern, random), task)),
    ),
  );
}

/** An example of text alone, without attachments. */
export const bare = { images: false, documents: false, schema: false, tools: false };

const aboutCode: ReadonlySet<TaskType> = new Set([
  'code-review',
  'security-review',
  'code-generation',
  'refactoring',
  'test-writing',
  'documentation',
  'debugging',
]);
const aboutText: ReadonlySet<TaskType> = new Set([
  'formatting',
  'extraction',
  'classification',
  'summarisation',
  'qa-from-context',
  'translation',
  'structured-output',
]);

/** The MCP tools whose name determines the task. */
const toolTasks: Readonly<Partial<Record<TaskType, string>>> = {
  'code-review': 'codereview',
  'security-review': 'secaudit',
  refactoring: 'refactor',
  'test-writing': 'testgen',
  documentation: 'docgen',
  debugging: 'debug',
  'api-integration': 'apilookup',
};

/** Texts without information: the attachments must determine the task. */
const vague = [
  'Please go ahead.',
  'See below',
  'Here you go:',
  'src/app.ts',
  'do it',
  'Can you help me with this?',
  'this one too',
  'Continue with the next file.',
  'Same again please',
  'the attached',
];

/** Prompts whose task is known by their tool or schema alone. */
export function cluedExamples(perTask: number, random: () => number): TaskExample[] {
  const some = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const byTool = Object.entries(toolTasks).flatMap(([name, tool]) => {
    const task = taskTypes.find((type) => type === name) ?? 'chat';
    return Array.from({ length: perTask }, () => ({
      ...bare,
      prompt: some(vague),
      task,
      tool,
      tools: false,
    }));
  });
  const bySchema = Array.from({ length: perTask }, () => ({
    ...bare,
    prompt: expandTemplate(some([...vague, ...templates.chat]), random),
    task: 'structured-output' as const,
    schema: true,
  }));
  return [...byTool, ...bySchema];
}

const materialOfCode = [...fillers.code, ...fillers.files];
const materialOfText = [...fillers.prose, ...fillers.articles];

function materialOf(task: TaskType): readonly string[] {
  return task === 'debugging' ? [...materialOfCode, ...fillers.logs] : materialOfCode;
}

/** A request is usually placed before its material. */
function withMaterial(asked: string, material: readonly string[], random: () => number): string {
  const one = material[Math.floor(random() * material.length)] ?? '';
  return random() < 0.6 ? `${asked}\n\n${one}` : `${one}\n\n${asked}`;
}

/** Adds attachments to a prompt: material to work on, a schema for the answer, tools, an image. */
export function dressed(example: TaskExample, random: () => number): TaskExample {
  const { task } = example;
  const chance = (share: number) => random() < share;
  const material = aboutCode.has(task) ? materialOf(task) : materialOfText;
  const takesMaterial = aboutCode.has(task) || aboutText.has(task) || task === 'long-context';
  if (example.instruction !== undefined) return example;
  const prompt =
    takesMaterial && chance(0.55) ? withMaterial(example.prompt, material, random) : example.prompt;
  const tool = toolTasks[task];
  return {
    ...example,
    prompt: chance(0.2) ? prompt.toLowerCase() : prompt,
    images: task === 'vision' ? chance(0.8) : chance(0.01),
    documents: (task === 'long-context' && chance(0.4)) || (aboutText.has(task) && chance(0.1)),
    schema: task === 'structured-output' ? chance(0.5) : task === 'extraction' ? chance(0.15) : chance(0.02),
    tools: task === 'function-calling' ? chance(0.8) : aboutCode.has(task) ? chance(0.4) : chance(0.15),
    ...(tool && chance(0.35) && { tool }),
  };
}
