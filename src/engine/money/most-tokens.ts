import type { Model } from '../../core/model.ts';
import type { CallSize } from '../../core/routing/request/request-features.ts';
import type { Tokens } from '../../core/units.ts';

/** What most models count for an image, at most. */
export const usualImageTokens: Tokens = 16_384;

/** A window that nearly no model exceeds, for one whose own is unknown. */
const largestWindow: Tokens = 1_048_576;

/** Returns the most tokens that a model may count for a prompt of `usual` tokens, which most models would count. */
export function mostPromptTokens(
  { imageTokens, contextWindow = largestWindow }: Pick<Model, 'imageTokens' | 'contextWindow'>,
  { images, fillsWindow }: Pick<CallSize, 'images' | 'fillsWindow'>,
  usual: Tokens,
): Tokens {
  const tokens = imageTokens === undefined ? usual : usual + images * (imageTokens - usualImageTokens);
  return fillsWindow ? Math.max(tokens, contextWindow) : tokens;
}

/** The remedy for a prompt that is taken to fill the window. */
export const sendBytes =
  'A document by address or file id may fill the context window, which is reserved for it; sent as bytes, it is measured.';
