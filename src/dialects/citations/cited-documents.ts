import type { DialectId } from '../../core/wire/content.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { isJsonObject, type JsonObject } from '../../core/json/json.ts';
import { string } from '../fields/strict-fields.ts';

/** The dialects that can ask for citations of the documents that a client sends. */
const writtenBy: readonly DialectId[] = ['anthropic-messages', 'bedrock-converse'];

/**
 * Returns fields of a document that only some dialects can express, so that the others name them in a warning. Citations
 * that are switched off are no field.
 */
export function citedFields(block: JsonObject, at: string, members: readonly string[]): ExtraField[] {
  return members.flatMap((member) => {
    const value = block[member];
    if (value === undefined || value === null) return [];
    if (member === 'citations' && !asksForCitations(block)) return [];
    return [{ name: `${at}.${member}`, fieldClass: 'hint', value, writtenBy }];
  });
}

/** Returns the member of a document part that asks for citations, if the client has switched them on. */
export function citationsOf(block: JsonObject): { readonly citations?: true } {
  return asksForCitations(block) ? { citations: true } : {};
}

/** Returns a search result that the client found as the document part that all dialects can take. */
export function searchResultOf(block: JsonObject, at: string, passages: readonly string[]) {
  return {
    type: 'document' as const,
    source: { kind: 'text' as const, text: passages.join('\n') },
    title: string.required(block, 'title', at),
    found: { source: string.required(block, 'source', at), passages },
    ...citationsOf(block),
  };
}

function asksForCitations({ citations }: JsonObject): boolean {
  return isJsonObject(citations) && citations.enabled === true;
}
