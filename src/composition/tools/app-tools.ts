import { join } from 'node:path';
import type { Config } from '../../config/schema/config-schema.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { Engine } from '../../engine/engine.ts';
import { promptBook, readOverrides, type PromptBook } from '../../prompts/prompt-book.ts';
import { toolPrompts } from '../../prompts/tools/index.ts';
import { keepLocal } from '../../tools/asking/keep-local.ts';
import { keepPriced } from '../../tools/asking/keep-priced.ts';
import { fitText } from '../../tools/asking/fit-text.ts';
import { formatFindings } from '../../tools/findings/formats/format-findings.ts';
import { tools } from '../../tools/index.ts';
import { enabledTools } from '../../tools/offer/enabled-tools.ts';
import { namedTool } from '../../tools/offer/named-tool.ts';
import { readToolInput } from '../../tools/offer/read-tool-input.ts';
import type { ToolCaller } from '../../tools/offer/tool-context.ts';
import type { Tool, ToolContext } from '../../tools/offer/tool.ts';
import { withVerification } from '../../tools/verification/with-verification.ts';
import type { Foundation } from '../foundation/foundation.ts';
import { toolContexts } from './tool-contexts.ts';

/** The tools that the configuration enables, and what running one needs. */
export type AppTools = {
  readonly all: readonly Tool[];
  /** Returns one tool by name. @throws ConclaveError `permission` if the configuration disables it. */
  named(name: string): Tool;
  /** Returns what one run of a tool may use, for the given caller. */
  context(caller: ToolCaller): ToolContext;
  /**
   * Validates the arguments of a tool.
   * @throws ConclaveError `invalid_request` naming the argument and the nearest valid one.
   */
  readonly readInput: typeof readToolInput;
  readonly prompts: PromptBook;
  readonly fitText: typeof fitText;
  /** Formats findings for other programs. */
  readonly formatFindings: typeof formatFindings;
};

export async function appTools(
  foundation: Foundation,
  services: { readonly config: Config; readonly catalogue: Catalogue; readonly engine: Engine },
): Promise<AppTools> {
  const prompts = promptBook(await readOverrides(join(foundation.home, 'prompts'), toolPrompts));
  const enabled = enabledTools(tools, services.config.tools.disabled)
    .map(keepPriced)
    .map(withVerification)
    .map(keepLocal);
  return {
    all: enabled,
    named: (name) => namedTool(enabled, name),
    context: toolContexts(foundation, { ...services, prompts }),
    readInput: readToolInput,
    prompts,
    fitText,
    formatFindings,
  };
}
