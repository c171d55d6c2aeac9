// Colours of code that can be read from the last row: at least 4.5:1 on our background, light and dark.
import { defineShikiSetup } from '@slidev/types';

export default defineShikiSetup(() => ({
  themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  // Comments are part of what is read aloud; theirs is the one colour of the light theme that is too faint.
  colorReplacements: { '#66707b': '#3f4650' },
}));
