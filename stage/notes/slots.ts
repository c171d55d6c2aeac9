// The slots that the talk is prepared for: the running order of the notes has a column for each, and so have the slides.

/** In minutes. */
export const SLOTS = ['30', '45', '60'] as const;
export type Slot = (typeof SLOTS)[number];

/** Where nothing is said. */
export const DEFAULT_SLOT: Slot = '45';
