import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { chance } from '../../chance.ts';
import { isObject, listOf, numberOf, objectOf } from '../../read-json.ts';
import type { Prompt } from '../prompt.ts';
import { opinion, topicOf } from '../opinion.ts';
import type { Finding } from '../review/review.ts';
import { findingsFor } from '../review/review-prompt.ts';
import { addValues, checkDepth, emptyAnswer, type AnswerSize } from './answer-size.ts';
import { chooseOf, mentioned } from './choose-of.ts';
import { findingValue, holdsFindings } from './findings-in-schema.ts';
import { fillNumber } from './fill-number.ts';
import { fillText } from './fill-text.ts';
import { leastNesting } from './least-nesting.ts';
import { settle, type NestingOf } from './schema-node.ts';

/** The place in a schema that is being filled. */
export type Place = {
  readonly prompt: Prompt;
  readonly root: JsonObject;
  readonly name: string;
  readonly depth: number;
  /** The index of the array item that this place belongs to: items differ by it. */
  readonly item: number;
  readonly finding?: Finding;
  readonly size: AnswerSize;
  readonly nestingOf: NestingOf;
  /** Leave out the optional values that the question does not mention. */
  readonly onlyMentioned: boolean;
};

/**
 * Returns a value that is valid for the schema and uses matching content from the prompt.
 * @throws Refused if the schema asks for a value that is too large.
 */
export function fillSchema(prompt: Prompt, schema: JsonObject): JsonValue {
  return fill({ ...wholeOf(prompt, schema), onlyMentioned: false }, schema);
}

/**
 * Returns a tool's arguments that are valid for the schema: like a model, without optional ones that nobody asked for.
 * @throws Refused if the schema asks for a value that is too large.
 */
export function fillArguments(prompt: Prompt, schema: JsonObject): JsonObject {
  const filled = fill({ ...wholeOf(prompt, schema), onlyMentioned: true }, schema);
  return isObject(filled) ? filled : {};
}

function wholeOf(prompt: Prompt, schema: JsonObject): Omit<Place, 'onlyMentioned'> {
  const nestingOf = leastNesting(schema);
  return { prompt, root: schema, name: '', depth: 0, item: 0, size: emptyAnswer(), nestingOf };
}

function fill(place: Place, schema: JsonValue | undefined): JsonValue {
  addValues(place.size, 1);
  checkDepth(place.depth);
  const node = settle(schema, place.root, place.depth > deepest ? place.nestingOf : undefined);
  if (node['const'] !== undefined) return node['const'];
  if (Array.isArray(node['enum']) && node['enum'].length > 0) return chooseOf(place, node['enum']);
  switch (typeOf(node)) {
    case 'object':
      return fillObject(place, node);
    case 'array':
      return fillArray(place, node);
    case 'integer':
    case 'number':
      return fillNumber(place, node, findingValue(place));
    case 'boolean':
      return opinion(place.prompt, ['true', 'false']) === 'true';
    case 'null':
      return null;
    default:
      return fillText(place, node, findingValue(place));
  }
}

const deepest = 6;

function typeOf(node: JsonObject): string {
  if (typeof node['type'] === 'string') return node['type'];
  if (isObject(node['properties'])) return 'object';
  if (node['items'] !== undefined || node['prefixItems'] !== undefined) return 'array';
  return node['minimum'] === undefined && node['maximum'] === undefined ? 'string' : 'number';
}

function fillObject(place: Place, node: JsonObject): JsonObject {
  const properties = objectOf(node['properties']);
  const required = new Set(listOf(node['required']));
  const optional = optionalNames(place, node, required);
  const names = Object.keys(properties).filter((name) => required.has(name) || optional.has(name));
  const filled = names.map((name) => [name, fill(inside(place, name), properties[name])] as const);
  const missing = [...required].filter(
    (name): name is string => typeof name === 'string' && !(name in properties),
  );
  const open = isObject(node['additionalProperties']) ? node['additionalProperties'] : {};
  const extra = missing.map((name) => [name, fill(inside(place, name), open)] as const);
  const map = names.length === 0 && isObject(node['additionalProperties']) && place.depth <= deepest;
  const entry = map
    ? [[topicOf(place.prompt).split(' ')[0] || 'key', fill(inside(place, 'value'), open)] as const]
    : [];
  return Object.fromEntries([...filled, ...extra, ...entry]);
}

/**
 * All of them while the nesting is shallow; below, as many as there must be, the flattest first, so that recursion ends.
 * Of a tool's arguments those that the question mentions; where nothing is required and nothing mentioned, the first,
 * which is what such a tool is about.
 */
function optionalNames(
  place: Place,
  node: JsonObject,
  required: ReadonlySet<JsonValue>,
): ReadonlySet<string> {
  const properties = objectOf(node['properties']);
  const names = Object.keys(properties).filter((name) => !required.has(name));
  const isShallow = place.depth < 4;
  const isWanted = (name: string): boolean =>
    !place.onlyMentioned || isMentioned(inside(place, name), properties[name]);
  const chosen = new Set(isShallow ? names.filter(isWanted) : []);
  const least = Math.max(numberOf(node['minProperties']) ?? 0, isShallow ? 1 : 0);
  const lacking = least - required.size - chosen.size;
  if (lacking <= 0) return chosen;
  const others = names.filter((name) => !chosen.has(name));
  if (!isShallow) others.sort((a, b) => place.nestingOf(properties[a]) - place.nestingOf(properties[b]));
  for (const name of others.slice(0, lacking)) chosen.add(name);
  return chosen;
}

/** Whether the question contains the words of the name, or one of the values that the place may have. */
function isMentioned(place: Place, schema: JsonValue | undefined): boolean {
  const { enum: values } = settle(schema, place.root);
  return [[place.name], listOf(values).map(String)].some((names) => mentioned(place, names) !== undefined);
}

function inside(place: Place, name: string): Place {
  return { ...place, name, depth: place.depth + 1 };
}

function fillArray(place: Place, node: JsonObject): JsonValue[] {
  const leading = listOf(node['prefixItems']).map((item, index) => fill(element(place, index), item));
  const least = numberOf(node['minItems']) ?? 0;
  const most = numberOf(node['maxItems']) ?? Infinity;
  const items = objectOf(node['items']);
  if (leading.length > 0 && !isObject(node['items'])) return leading;
  if (place.finding === undefined && holdsFindings(settle(items, place.root), place.root)) {
    const findings = findingsFor(place.prompt).slice(0, most);
    if (findings && findings.length >= least) {
      return findings.map((finding, index) => fill({ ...element(place, index), finding }, items));
    }
  }
  const usual = place.depth > deepest ? 0 : 1 + Math.floor(chance(place.prompt.model, place.name) * 3);
  const count = Math.max(least, Math.min(most, usual));
  addValues(place.size, count);
  const values = Array.from({ length: count }, (_, index) => fill(element(place, index), items));
  return node['uniqueItems'] === true ? distinct(values, items, least) : [...leading, ...values];
}

function element(place: Place, item: number): Place {
  return { ...place, depth: place.depth + 1, item };
}

/** Each value once; if too few remain and the items are an enumeration, fills up from the enumeration. */
function distinct(values: readonly JsonValue[], items: JsonObject, least: number): JsonValue[] {
  const once = (all: readonly JsonValue[]): JsonValue[] => [
    ...new Map(all.map((value) => [JSON.stringify(value), value])).values(),
  ];
  const different = once(values);
  return different.length >= least
    ? different
    : once([...different, ...listOf(items['enum'])]).slice(0, least);
}
