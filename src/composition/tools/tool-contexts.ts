import type { Config } from '../../config/schema/config-schema.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import {
  ask,
  callOf,
  expectedOf,
  parentOf,
  type ExpectedQuestion,
  type ParentQuestion,
  type Question,
} from '../../engine/ask.ts';
import type { Engine } from '../../engine/engine.ts';
import { bestOfFamily, familyRing } from '../../models/best-of-family.ts';
import { redactAllBut } from '../../files/secrets.ts';
import type { PromptBook } from '../../prompts/prompt-book.ts';
import { toolContext, type ToolCaller } from '../../tools/offer/tool-context.ts';
import type { ToolContext } from '../../tools/offer/tool.ts';
import type { Foundation } from '../foundation/foundation.ts';

/** Returns what every tool gets besides its input and its caller. */
export function toolContexts(
  { store, newId, keyRing }: Foundation,
  {
    config,
    catalogue,
    engine,
    prompts,
  }: {
    readonly config: Config;
    readonly catalogue: Catalogue;
    readonly engine: Engine;
    readonly prompts: PromptBook;
  },
): (caller: ToolCaller) => ToolContext {
  const services = {
    prompts,
    catalogue,
    ledger: store.ledger,
    threads: store.threads,
    whyBenched: engine.whyBenched,
    maySee: engine.maySee,
    boundsOf: (question: Question) => engine.dataBoundsOf(callOf(question, newId)),
    redact: redactAllBut(config.tools.allowedSecrets),
    familyOrder: familyRing,
    bestOfFamily,
    now: Date.now,
    newId,
    // A panel or a review makes calls for minutes, and its key may be disabled meanwhile.
    ask: async (question: Question) => {
      await keyRing.recheck(question.principal);
      return ask(engine, callOf(question, newId));
    },
    canServe: (expected: ExpectedQuestion) => engine.canServe(expectedOf(expected, newId)),
    openParent: (parent: ParentQuestion) => engine.openParent(parentOf(parent, newId)),
  };
  return (caller) => toolContext(services, caller);
}
