// The views of the pipelines.
import { templatesIn, viewsBeside } from '../../support/templates.ts';

export const VIEWS = viewsBeside(import.meta.url);
export const template = templatesIn(VIEWS);
