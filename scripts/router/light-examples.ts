import { type TaskType, taskTypes } from '../../src/core/task.ts';
import { expandTemplate } from './expand-template.ts';
import { foreignLightTemplates, lightTemplates } from './light-templates.ts';
import { smallEditTemplates } from './small-edit-templates.ts';
import { bare, type TaskExample } from './task-examples.ts';
import { troubleTemplates } from './trouble-templates.ts';

type Patterns = Readonly<Partial<Record<TaskType, readonly string[]>>>;

/**
 * Requests as they stand beside a text in prose, light work on it and hard work on the system that it tells of. Without the
 * text: a request is looked at apart from it, and neither its words nor its form tell the two kinds of work from each other.
 */
export function proseRequests(perTask: number, random: () => number): TaskExample[] {
  return [
    ...asked(lightTemplates, perTask, random),
    ...asked(foreignLightTemplates, perTask / 2, random),
    ...asked(troubleTemplates, perTask, random),
  ];
}

/** Small edits, as often with the tools of a coding agent as without. */
export function smallEdits(perTask: number, random: () => number): TaskExample[] {
  return asked(smallEditTemplates, perTask, random).map((one) => ({ ...one, tools: random() < 0.5 }));
}

/** As many of each kind, so that none is likelier for the many ways in which it may be asked for. */
function asked(patternsOf: Patterns, perTask: number, random: () => number): TaskExample[] {
  return taskTypes.flatMap((task) => {
    const patterns = patternsOf[task] ?? [];
    return Array.from({ length: patterns.length === 0 ? 0 : perTask }, (_, at) => {
      const prompt = expandTemplate(patterns[at % patterns.length] ?? '', random);
      return { ...bare, prompt: random() < 0.2 ? prompt.toLowerCase() : prompt, task };
    });
  });
}
