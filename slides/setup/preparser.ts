// Leaves out the slides that are not for the chosen slot, and sets the theme: npm run slides [30|45|60], SLIDES_THEME=light.
import { definePreparserSetup } from '@slidev/types';

const SLOTS = ['30', '45', '60'];

export default definePreparserSetup(() => {
  const { SLIDES_SLOT = '45', SLIDES_THEME = 'dark' } = process.env;
  return [
    {
      name: 'slot-and-theme',
      async transformSlide(_content, frontmatter) {
        if (frontmatter.theme)
          Object.assign(frontmatter, { colorSchema: SLIDES_THEME, duration: `${SLIDES_SLOT}min` });
        const { slots } = frontmatter;
        if (Array.isArray(slots) && !slots.map(String).includes(SLIDES_SLOT)) frontmatter.hide = true;
        return undefined;
      },
      /** The life line needs the minutes also where the notes are left out. */
      async transformNote(note, frontmatter) {
        const [, minutes = ''] = /^Minutes: (.+)$/m.exec(note ?? '') ?? [];
        const each = minutes.split(' / ').map(Number);
        frontmatter.minutes = each[SLOTS.indexOf(SLIDES_SLOT)] ?? each[0];
        return undefined;
      },
    },
  ];
});
