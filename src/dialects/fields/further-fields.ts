import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { furtherModelsIn } from '../../core/wire/further-models-in.ts';

/** What is known of a field besides its name and value. A field without a class is a hint. */
export type FieldTraits = Partial<Omit<ExtraField, 'name' | 'value'>>;

/**
 * Returns the members of a request, or of an object `within` it (`generationConfig.`), that no code has `named`, with
 * the traits of each and the further models that it names; one without traits (`undefined`) requests nothing and is left
 * out. An empty list or text requests nothing either, whatever its name: some clients send one for each setting that they
 * know. Such a field only goes back to its own dialect.
 */
export function furtherFields(
  members: JsonObject,
  { named, within = '' }: { readonly named: ReadonlySet<string>; readonly within?: string },
  traitsOf: (name: string, value: JsonValue) => FieldTraits | undefined = () => plainHint,
): ExtraField[] {
  const fields: ExtraField[] = [];
  for (const name in members) {
    const value = members[name];
    if (named.has(name) || value === undefined || value === null) continue;
    const traits = traitsOf(name, value);
    if (traits === undefined) continue;
    fields.push({
      name: within + name,
      fieldClass: 'hint',
      value,
      ...(isEmpty(value) ? readAlready : { ...furtherModelsIn(name, value), ...traits }),
    });
  }
  return fields;
}

const plainHint: FieldTraits = {};
const readAlready: FieldTraits = { isRead: true };

function isEmpty(value: JsonValue): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}
