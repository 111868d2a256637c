import { isJsonObject, type JsonValue } from '../../../core/json/json.ts';

/** Ends of the names under which a body or an address holds credentials, as `authentication.key` of Azure's data sources. */
const namesCredential =
  /(?:auth|authentication|authorization|connection_?string|cookie|credential|header|key|pass|passphrase|password|pwd|secret|signature|token)s?$/i;

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

/**
 * Returns the credentials of an address (its user and password, what its query holds under such a name or looks random),
 * or all values of a list that is one (`Endpoint=…;SharedAccessKey=…`); as they are written, and without percent encoding.
 */
function partsOf(text: string, isNamed: boolean): string[] {
  const address = /^[a-z][\w+.-]*:\/\/(?:(?<user>[^/?#]+)@)?/i.exec(text.trim());
  if (!address && !isNamed) return [];
  const values = [...text.matchAll(/(?:^|[?;&])([^=?;&]+)=([^;&#]+)/g)].flatMap(([, name = '', value = '']) =>
    !address || namesCredential.test(name) || looksRandom(value) ? [value.trim()] : [],
  );
  const user = address?.groups?.['user'];
  const credentials = user === undefined ? values : [...values, user, user.slice(user.indexOf(':') + 1)];
  return credentials.flatMap((credential) => [credential, decoded(credential)]);
}

/** Whether letters and digits take turns in a long value: a key under any name, unlike words, versions and dates. */
function looksRandom(value: string): boolean {
  const pieces = value.length < shortestRandom ? [] : (value.match(/[a-z\d]{8,}/gi) ?? []);
  return pieces.some((piece) => /\d[a-z]/i.test(piece) && /[a-z]\d/i.test(piece));
}

const shortestRandom = 16;

/** Without percent encoding; a text with any other `%` is left as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
