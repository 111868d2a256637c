import type { Call } from '../../core/call.ts';
import { shownField } from '../../core/names/shown-field.ts';
import type { Pin } from '../../core/routing/request-features.ts';
import type { MediaSource } from '../../core/wire/content.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { ModelChoice } from '../route.ts';

/** Returns the field that only its own dialect expresses, or that only the provider of a named model can resolve. */
export function pinOf({ request, strict }: Call, choice: ModelChoice): Pin | undefined {
  const { origin, extras } = request;
  const file = namedFile(request);
  const provider = choice.kind === 'open' ? undefined : choice.model.provider;
  const pinning = origin && extras?.find(({ fieldClass }) => fieldClass === 'pinning');
  if (pinning) return { field: shownField(pinning), dialect: origin, provider };
  // Hint fields never filter, unless the caller is strict.
  const required = extras?.find(
    ({ fieldClass, isRead, writtenBy }) =>
      // Whether a dialect expresses the field shows when the request is written in it.
      fieldClass !== 'hint' || (strict === true && !isRead && !writtenBy),
  );
  if (file) return { field: 'a file id', dialect: origin && required ? origin : file.dialect, provider };
  return origin && required && { field: shownField(required), dialect: origin, provider: undefined };
}

type NamedFile = Extract<MediaSource, { kind: 'file' }>;

/** The first file that is referred to by a provider's file id. */
function namedFile({ messages }: ModelRequest): NamedFile | undefined {
  for (const { content } of messages) {
    for (const part of content) {
      if ('source' in part && part.source.kind === 'file') return part.source;
    }
  }
  return undefined;
}
