import type { JsonObject } from '../../../core/json/json.ts';
import type { OfferedTool } from '../../asked.ts';
import { fillArguments } from '../json/fill-schema.ts';
import type { Prompt } from '../prompt.ts';
import { overlap } from '../words.ts';
import { wordsAsked } from '../words-asked.ts';
import { entitiesIn } from './entities.ts';
import { scriptedTools, scriptMember } from './scripted-tools.ts';

export type ToolCall = { readonly name: string; readonly arguments: JsonObject };

/**
 * Returns the tool calls that a model makes now: none if no tool is offered, allowed or needed, and none twice for one
 * question.
 */
export function callTools(prompt: Prompt): ToolCall[] {
  const { tools, toolChoice, parallelTools } = prompt.asked;
  if (toolChoice.kind === 'none' || tools.length === 0) return [];
  if (toolChoice.kind === 'named') {
    const named = tools.find(({ name }) => name === toolChoice.name);
    return named ? [call(prompt, named)] : [];
  }
  if (toolChoice.kind === 'auto' && prompt.results.length > 0) return [];
  const ranked = rank(tools, prompt);
  const best = toolChoice.kind === 'any' ? (ranked[0]?.tool ?? tools[0]) : fitting(prompt, ranked);
  if (!best) return [];
  return parallelTools && wantsSeveral.test(prompt.question)
    ? several(prompt, best, ranked)
    : [call(prompt, best)];
}

type Ranked<T = OfferedTool> = { readonly tool: T; readonly score: number };

const wantsSeveral =
  /\b(?:both|all|each|every|parallel|simultaneously|at once|respectively)\b|\w\s*(?:,| and )\s*(?:(?:in|for|of|to|at) )?[A-Z]/;

function rank<T extends OfferedTool>(tools: readonly T[], prompt: Prompt): Ranked<T>[] {
  const question = prompt.question.toLowerCase();
  const words = wordsAsked(prompt);
  const scoreOf = ({ name, description, schema }: OfferedTool): number => {
    const names = [name, ...scriptedTools({ name, description, schema }).map((tool) => tool.name)];
    return (
      (names.some((one) => question.includes(one.toLowerCase())) ? 100 : 0) +
      2 * overlap(name, words) +
      overlap(description, words)
    );
  };
  return tools.map((tool) => ({ tool, score: scoreOf(tool) })).sort((a, b) => b.score - a.score);
}

/**
 * The best tool, unless nothing in the question matches it and many tools are offered: a few tools are meant to be
 * used, many are offered just in case.
 */
function fitting(prompt: Prompt, ranked: readonly Ranked[]): OfferedTool | undefined {
  const best = ranked[0];
  if (!best || smallTalk.test(prompt.question)) return undefined;
  return best.score > 0 || ranked.length <= 2 ? best.tool : undefined;
}

const smallTalk = /^\s*(?:hi|hello|hey|thanks|thank you|good (?:morning|evening)|bye)\b[^?]{0,40}$/i;

/** What a model calls at once is no longer than this, whatever a question lists. */
const mostCalls = 20;
const mostCharacters = 20_000;

/** One call for each thing that the question names, else one for each tool that it mentions. */
function several(prompt: Prompt, best: OfferedTool, ranked: readonly Ranked[]): ToolCall[] {
  const fits = ranked.filter(({ score }) => score > 0).map(({ tool }) => tool);
  const mentioned = fits.filter(({ name }) => prompt.question.includes(name));
  const chosen =
    mentioned.length > 1 ? mentioned : asksForAllTools(prompt.question) ? ranked.map(({ tool }) => tool) : [];
  if (chosen.length > 1) return callEach(prompt, chosen);
  // The question says the rest, such as a unit, once for all of them.
  const whole = call(prompt, best);
  const most = Math.min(mostCalls, mostCharacters / JSON.stringify(whole.arguments).length);
  const entities = [...new Set(entitiesIn(prompt.question))].slice(0, most);
  const calls = entities.map((entity) => {
    const own = call({ ...prompt, question: entity, everything: entity }, best);
    return { ...own, arguments: { ...whole.arguments, ...own.arguments } };
  });
  const different = new Map(calls.map((one) => [JSON.stringify(one.arguments), one]));
  if (different.size > 1) return [...different.values()];
  return fits.length > 1 && /\b(?:both|all|parallel)\b/.test(prompt.question)
    ? callEach(prompt, fits)
    : [whole];
}

/** Calls these tools, at least the first, until the calls are as long as they may be. */
function callEach(prompt: Prompt, tools: readonly OfferedTool[]): ToolCall[] {
  const calls: ToolCall[] = [];
  let characters = 0;
  for (const tool of tools.slice(0, mostCalls)) {
    const next = call(prompt, tool);
    characters += JSON.stringify(next.arguments).length;
    if (calls.length > 0 && characters > mostCharacters) break;
    calls.push(next);
  }
  return calls;
}

function asksForAllTools(question: string): boolean {
  return (question.match(/.+/g) ?? []).some((line) => {
    const start = line.search(/\b(?:both|all)\b/);
    return start >= 0 && /\btools?\b/.test(line.slice(start));
  });
}

function call(prompt: Prompt, tool: OfferedTool): ToolCall {
  return { name: tool.name, arguments: scriptFor(prompt, tool) ?? fillArguments(prompt, tool.schema) };
}

/** The script with which a model calls the tool that fits best among those that it can reach only from there. */
function scriptFor(prompt: Prompt, tool: OfferedTool): JsonObject | undefined {
  const best = rank(scriptedTools(tool), prompt)[0]?.tool;
  const member = scriptMember(tool.schema);
  if (!best || member === undefined) return undefined;
  const given = fillArguments(prompt, best.schema);
  const argument = JSON.stringify(best.takesText ? given['input'] : given);
  return { [member]: `text(await tools.${best.name}(${argument}));` };
}
