/** Returns the value of a header, or the first one if the header was sent several times. */
export function singleHeader(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
