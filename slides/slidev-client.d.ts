// What the deck uses of @slidev/client, which is published as TypeScript that our strict compiler would refuse.
import type { Ref } from 'vue';
import type { DemoName } from './demos.ts';

/** One slide as it is routed to. */
export interface SlideRoute {
  no: number;
  meta: { slide: { frontmatter: { layout?: string; drill: DemoName; minutes: number } } };
}

export function onSlideEnter(callback: () => void): void;
export function onSlideLeave(callback: () => void): void;
export function useIsSlideActive(): Ref<boolean>;
export function useNav(): { isPrintMode: Ref<boolean>; currentSlideRoute: Ref<SlideRoute> };
export function useSlideContext(): { $page: Ref<number>; $nav: Ref<{ slides: SlideRoute[] }> };
