import { everydaySlots } from './everyday-templates.ts';
import { lightSlots } from './light-templates.ts';
import { slots } from './task-templates.ts';

/** Returns one of the prompts that a pattern describes, drawn with `random`. For the syntax see `templates`. */
export function expandTemplate(pattern: string, random: () => number): string {
  let text = pattern;
  // Innermost first, so that nested choices are made too.
  for (;;) {
    const next = text
      .replace(/\{(\w+)\}/g, (whole, name: string) =>
        pick(slots[name] ?? everydaySlots[name] ?? lightSlots[name] ?? [whole], random),
      )
      .replace(/\[([^[\]()]*)\]/g, (_, optional: string) =>
        random() < 0.5 ? pick(optional.split('|'), random) : '',
      )
      .replace(/\(([^()[\]]*\|[^()[\]]*)\)/g, (_, choices: string) => pick(choices.split('|'), random));
    if (next === text) break;
    text = next;
  }
  return text
    .replace(/ {2,}/g, ' ')
    .replace(/ ([?.,:])/g, '$1')
    .trim();
}

function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? '';
}
