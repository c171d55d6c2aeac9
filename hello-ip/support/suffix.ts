// The end of a Workflow Id.

/** "k3f9x2": six letters and digits that a person can read out, made of four bytes. */
export function suffixOf(bytes: Buffer): string {
  return (bytes.readUInt32BE() % 36 ** 6).toString(36).padStart(6, '0');
}
