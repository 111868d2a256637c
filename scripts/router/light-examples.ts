import { type TaskType, taskTypes } from '../../src/core/task.ts';
import { expandTemplate } from './expand-template.ts';
import { foreignLightTemplates, lightTemplates } from './light-templates.ts';
import { smallEditTemplates } from './small-edit-templates.ts';
import { bare, type TaskExample } from './task-examples.ts';
import { troubleTemplates } from './trouble-templates.ts';

type Patterns = Readonly<Partial<Record<TaskType, readonly string[]>>>;

/**
 * Returns requests as people write them next to a text in prose: light work on the text, and hard work on the system that the
 * text describes. The text is left out, because the classifier also sees the request alone.
 */
export function proseRequests(perTask: number, random: () => number): TaskExample[] {
  return [
    ...asked(lightTemplates, perTask, random),
    ...asked(foreignLightTemplates, perTask / 2, random),
    ...asked(troubleTemplates, perTask, random),
  ];
}

/** Returns requests for small edits, half of them with the tools of a coding agent. */
export function smallEdits(perTask: number, random: () => number): TaskExample[] {
  return asked(smallEditTemplates, perTask, random).map((one) => ({ ...one, tools: random() < 0.5 }));
}

/** Draws the same number for each task kind, so that a kind with many patterns is not more likely. */
function asked(patternsOf: Patterns, perTask: number, random: () => number): TaskExample[] {
  return taskTypes.flatMap((task) => {
    const patterns = patternsOf[task] ?? [];
    return Array.from({ length: patterns.length === 0 ? 0 : perTask }, (_, at) => {
      const prompt = expandTemplate(patterns[at % patterns.length] ?? '', random);
      return { ...bare, prompt: random() < 0.2 ? prompt.toLowerCase() : prompt, task };
    });
  });
}
