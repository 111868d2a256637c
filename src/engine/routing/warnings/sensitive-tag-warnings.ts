import type { Call } from '../../../core/call.ts';
import { nearestNames } from '../../../core/names/nearest-names.ts';

/**
 * Tags are free text, so a misspelt `sensitive`, which keeps data on this machine, is no error; but the caller must be
 * warned.
 */
export function sensitiveTagWarnings({ tags, principal }: Pick<Call, 'tags' | 'principal'>): string[] {
  const { tags: keyTags = [] } = principal;
  if (tags.length === 0 && keyTags.length === 0) return [];
  const slip = [...tags, ...keyTags].find((tag) => nearestNames(tag, ['sensitive'], 1).length > 0);
  return slip === undefined
    ? []
    : [`the tag "${slip}" does not keep the call on this machine; use the tag "sensitive"`];
}
