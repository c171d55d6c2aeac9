// Reads an Argo CD Application as JSON, and says what its schema, made from Argo CD's CRD, has against it.
import { text } from 'node:stream/consumers';
import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';

const { apiVersion, kind, ...rest } = JSON.parse(await text(process.stdin));
const application = new Application(rest);
if (application.apiVersion !== apiVersion || application.kind !== kind)
  throw new Error(`${apiVersion} ${kind}`);
application.validate();
