import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestClues } from '../../src/core/classification.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { type TaskType, taskTypes } from '../../src/core/task.ts';
import { expandTemplate } from './expand-template.ts';
import { fillers } from './fillers.ts';
import { templates } from './task-templates.ts';

/** A prompt whose task is known, with what came along with it. */
export type TaskExample = RequestClues & { readonly task: TaskType };

/**
 * The labelled prompts of this repository: `train` to fit, `dev` to choose, `test` and `languages` to report and for nothing
 * else.
 */
export function labelledExamples(split: 'train' | 'dev' | 'test' | 'languages'): TaskExample[] {
  const path = join(import.meta.dirname, '../../fixtures/routing/task-types.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line): TaskExample[] => {
    const row: unknown = JSON.parse(line);
    if (!isJsonObject(row) || row['split'] !== split || typeof row['prompt'] !== 'string') return [];
    const task = taskTypes.find((type) => type === row['task']);
    return task === undefined ? [] : [{ ...bare, prompt: row['prompt'], task }];
  });
}

/** What `patterns` stand for, `perTask` prompts of each kind, dressed as requests come: with code, text, tools. */
export function templateExamples(
  patternsOf: Readonly<Record<TaskType, readonly string[]>>,
  perTask: number,
  random: () => number,
): TaskExample[] {
  return taskTypes.flatMap((task) =>
    Array.from({ length: perTask }, (_, at) => {
      const patterns = patternsOf[task];
      const prompt = expandTemplate(patterns[at % patterns.length] ?? '', random);
      return dressed({ ...bare, prompt, task }, random);
    }),
  );
}

const bare = { images: false, documents: false, schema: false, tools: false };

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

/** The MCP tools whose name tells the task. */
const toolTasks: Readonly<Partial<Record<TaskType, string>>> = {
  'code-review': 'codereview',
  'security-review': 'secaudit',
  refactoring: 'refactor',
  'test-writing': 'testgen',
  documentation: 'docgen',
  debugging: 'debug',
  'api-integration': 'apilookup',
};

/** Words that say nothing: what comes along with them must tell. */
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

/** Adds what comes along with such a prompt: material to work on, a schema for the answer, tools, an image. */
export function dressed(example: TaskExample, random: () => number): TaskExample {
  const { task } = example;
  const chance = (share: number) => random() < share;
  const material = aboutCode.has(task) ? fillers.code : fillers.prose;
  const takesMaterial = aboutCode.has(task) || aboutText.has(task) || task === 'long-context';
  const filler = material[Math.floor(random() * material.length)] ?? '';
  const prompt =
    takesMaterial && chance(0.45)
      ? chance(0.8)
        ? `${example.prompt}\n\n${filler}`
        : `${filler}\n\n${example.prompt}`
      : example.prompt;
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
