// A certificate made on the spot, so that nobody in the same Wi-Fi can read along. Nobody has signed it, and the phone says so.
import { X509Certificate } from 'node:crypto';

const LASTS_MS = 24 * 60 * 60 * 1000;
/** As many of its bytes as somebody compares. */
const COMPARED = 4;

/** For one address and one day. */
export interface OwnCertificate {
  key: string;
  cert: string;
  /** "3F:A2:90:1C": how its SHA-256 fingerprint begins, which the phone shows too. */
  fingerprint: string;
}

export async function makeCertificate(address: string): Promise<OwnCertificate> {
  const { generate } = await import('selfsigned');
  const { private: key, cert } = await generate([{ name: 'commonName', value: address }], {
    notAfterDate: new Date(Date.now() + LASTS_MS),
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: address }] }],
  });
  const { fingerprint256 } = new X509Certificate(cert);
  return { key, cert, fingerprint: fingerprint256.split(':').slice(0, COMPARED).join(':') };
}
