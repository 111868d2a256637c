import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { chance } from '../../chance.ts';
import { numberOf, textOf } from '../../read-json.ts';
import { codeFor } from '../review/review-prompt.ts';
import { evaluate } from '../prose/arithmetic.ts';
import type { Place } from './fill-schema.ts';
import { longestName } from './longest-name.ts';

/** Returns a number for this place, within its bounds. */
export function fillNumber(place: Place, node: JsonObject, fromFinding: JsonValue | undefined): number {
  const integer = node['type'] === 'integer';
  const bounds = boundsOf(node, integer);
  const wanted =
    numberOf(fromFinding) ??
    gradeFor(place, node, bounds) ??
    computed(place) ??
    lineShown(place) ??
    spoken(place) ??
    1 + place.item;
  return fit(wanted, bounds, integer, numberOf(node['multipleOf']));
}

type Bounds = { readonly least: number; readonly most: number };

function boundsOf(node: JsonObject, integer: boolean): Bounds {
  const step = integer ? 1 : 1e-6;
  const above = numberOf(node['exclusiveMinimum']);
  const below = numberOf(node['exclusiveMaximum']);
  return {
    least: Math.max(numberOf(node['minimum']) ?? -Infinity, above === undefined ? -Infinity : above + step),
    most: Math.min(numberOf(node['maximum']) ?? Infinity, below === undefined ? Infinity : below - step),
  };
}

/** A confidence, score, rating or the like: a value in the upper part of the scale. */
function gradeFor({ prompt, name }: Place, node: JsonObject, bounds: Bounds): number | undefined {
  if (!/confidence|score|rating|probab|certain|quality|likelihood|grade/i.test(name)) return undefined;
  const { least, most } = scaleOf(node, bounds);
  const share =
    0.55 + 0.43 * chance(prompt.world.seed, prompt.model, name, prompt.question) * prompt.character.skill;
  return Math.round((least + (most - least) * share) * 100) / 100;
}

function scaleOf(node: JsonObject, { least, most }: Bounds): Bounds {
  if (Number.isFinite(least) && Number.isFinite(most)) return { least, most };
  const told = /\b([01])\s*(?:-|–|to|and|\.\.)\s*(1|5|10|100)(?:\.0)?\b/.exec(textOf(node['description']));
  if (told) return { least: Number(told[1]), most: Number(told[2]) };
  return node['type'] === 'integer'
    ? { least: 0, most: Number.isFinite(most) ? most : 100 }
    : { least: 0, most: 1 };
}

/** The value of an expression in the question. */
function computed({ prompt, name }: Place): number | undefined {
  return /result|answer|value|total|sum|product|difference|solution/i.test(name)
    ? evaluate(prompt)?.said
    : undefined;
}

/** A line number of the code in the prompt. */
function lineShown({ prompt, name, item }: Place): number | undefined {
  return /^(?:start|end)?_?line(?:_?(?:number|start|end))?$/i.test(name)
    ? codeFor(prompt)[item]?.line
    : undefined;
}

/** A number that follows this place's name in the question, else the question's numbers in order. */
function spoken({ prompt, name, item }: Place): number | undefined {
  // What may stand between the words of a name are no letters, so that there is one way to match it.
  const word = name.length > longestName ? '' : name.replace(/[^a-z]+/gi, '[^a-z]{0,2}');
  const beside =
    word &&
    new RegExp(`${word}\\W{1,8}(?:is|was|of|=|:)?\\s*(-?\\d+(?:\\.\\d+)?)`, 'i').exec(prompt.question);
  if (beside) return Number(beside[1]);
  const numbers = prompt.question.match(/-?\d+(?:\.\d+)?/g) ?? [];
  if (numbers.length === 0) return undefined;
  const position = /^(?:b|y|second|right|divisor)$/.test(name) ? 1 : item;
  return Number(numbers[position] ?? Number(numbers[0]) + item);
}

function fit(wanted: number, { least, most }: Bounds, integer: boolean, step: number | undefined): number {
  const whole = integer ? Math.round(wanted) : wanted;
  const within = Math.min(most, Math.max(least, whole));
  const unit = step ?? (integer ? 1 : undefined);
  if (unit === undefined) return within;
  const rounded = Math.round(within / unit) * unit;
  if (rounded < least) return Math.ceil(least / unit) * unit;
  return rounded > most ? Math.floor(most / unit) * unit : rounded;
}
