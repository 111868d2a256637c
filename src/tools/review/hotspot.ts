import { z } from 'zod';

/** A place that deserves a closer look; reviews take these as their focus. */
export const hotspot = z.object({
  file: z.string(),
  startLine: z.int().optional(),
  endLine: z.int().optional(),
  reason: z.string(),
});
