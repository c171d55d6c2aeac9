// What the platform can be asked for, in the order in which a deployment asks; each is the path of a POST.
export const STEPS = ['provision', 'traffic', 'verify'] as const;
export type Step = (typeof STEPS)[number];
