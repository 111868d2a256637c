import { z } from 'zod';

/** A place that deserves a closer look; reviews accept these as `focus`. */
export const hotspot = z.object({
  file: z.string(),
  startLine: z.int().optional(),
  endLine: z.int().optional(),
  reason: z.string(),
});
