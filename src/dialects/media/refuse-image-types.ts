import type { ContentPart, DialectId } from '../../core/wire/content.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { unsupportedBy } from '../messages/write-opaque.ts';

/**
 * Rejects, before sending, images that the provider would reject. @throws ConclaveError `unsupported` with the image's
 * type.
 */
export function refuseImageTypes(
  { messages }: ModelRequest,
  { quirks }: WireTarget,
  dialect: DialectId,
): void {
  const { imageTypes } = quirks;
  if (imageTypes === undefined) return;
  for (const { content } of messages) {
    const strange = typesIn(content).find((type) => !imageTypes.includes(type));
    if (strange !== undefined) throw unsupportedBy(dialect, `An image of type "${strange}"`);
  }
}

function typesIn(content: readonly ContentPart[]): string[] {
  return content.flatMap((part) => {
    if (part.type === 'tool-result') return typesIn(part.content);
    return part.type === 'image' && part.source.kind === 'base64' ? [part.source.mediaType] : [];
  });
}
