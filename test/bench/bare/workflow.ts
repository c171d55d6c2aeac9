// The least that a Workflow can be: the floor beside our Worker.
export async function bare(): Promise<void> {}
