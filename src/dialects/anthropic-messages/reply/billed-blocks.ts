import type { JsonObject } from '../../../core/json/json.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { resultTokens } from './result-tokens.ts';
import { codeTerm, holdsSearch, runsCode } from './usage.ts';

/** Reports what the blocks of a message cost beside the tokens of its text, in case no usage counts it. */
export type BilledBlocks = {
  note(block: JsonObject): void;
  ranCode(): boolean;
};

export function billedBlocks(emit: Emit): BilledBlocks {
  let ranCode = false;
  let webSearches = 0;
  return {
    note(block) {
      const tokens = resultTokens(block);
      if (tokens > 0) emit({ type: 'prompt-grown', tokens });
      const searched = holdsSearch(block);
      if (!searched && !runsCode(block)) return;
      if (searched) webSearches += 1;
      else ranCode = true;
      emit({ type: 'billed-apart', webSearches, terms: ranCode ? [codeTerm] : [] });
    },
    ranCode: () => ranCode,
  };
}
