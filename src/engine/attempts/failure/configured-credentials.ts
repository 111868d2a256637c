import { isJsonObject, type JsonValue } from '../../../core/json/json.ts';

/** Ends of the names under which a body holds credentials, as `authentication.key` of Azure's data sources. */
const namesCredential =
  /(?:auth|authentication|authorization|connection_?string|cookie|credential|header|key|pass|passphrase|password|secret|token)s?$/i;

/**
 * Returns the credentials in a configured value: texts under such a name, except the `type` of an authentication; those
 * that begin like a header with a key; and what an address or a connection string holds of the kind.
 */
export function configuredCredentials(value: JsonValue | undefined, isNamed = false): string[] {
  if (typeof value === 'string') {
    const isCredential = isNamed || /^bearer\s/i.test(value);
    return [...(isCredential ? [value.trim()] : []), ...partsOf(value, isNamed)];
  }
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => configuredCredentials(item, isNamed));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inside]) =>
    configuredCredentials(inside, namesCredential.test(name) || (isNamed && name !== 'type')),
  );
}

/** Returns the values of a query or of a list (`Endpoint=…;SharedAccessKey=…`), and the user and password of an address. */
function partsOf(text: string, isNamed: boolean): string[] {
  const address = /^[a-z][\w+.-]*:\/\/(?:(?<user>[^/?#]+)@)?/i.exec(text.trim());
  if (!address && !isNamed) return [];
  const values = [...text.matchAll(/(?:^|[?;&])[^=?;&]+=([^;&#]+)/g)].flatMap(([, value = '']) =>
    value.trim(),
  );
  const user = address?.groups?.['user'];
  return user === undefined ? values : [...values, user, user.slice(user.indexOf(':') + 1)];
}
