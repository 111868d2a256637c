import type { JsonValue } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';

type Encode = (vector: JsonValue | undefined) => JsonValue | undefined;

/** Returns how to give a vector the encoding that the client asked for. What may be encoded otherwise stays as it is. */
export function vectorEncoding({ embedding, extras = [] }: ModelRequest): Encode {
  if (embedding?.encoding === 'base64') return packed;
  return extras.some(({ name }) => otherEncoding.test(name)) ? (vector) => vector : unpacked;
}

/** Jina's `embedding_type`, Voyage's `output_dtype`, vLLM's `embed_dtype` and `endianness`: texts of other numbers. */
const otherEncoding = /encoding|embedding_types?$|dtype|endian|precision|quanti[sz]ation/i;

/** The format that the official clients request and decode themselves: a third of the bytes. */
function packed(vector: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(vector) || !vector.every((value) => typeof value === 'number')) return vector;
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString('base64');
}

function unpacked(vector: JsonValue | undefined): JsonValue | undefined {
  if (typeof vector !== 'string') return vector;
  const bytes = Buffer.from(vector, 'base64');
  if (bytes.length % 4 !== 0) return vector;
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
