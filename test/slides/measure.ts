// What is wrong with a slide as shown, measured in the browser: overflow, contrast, and type that is too small.

/**
 * Runs in the page, so it uses nothing from outside. Each complaint is a sentence about one element.
 * AA asks for 3:1 where type is 24 px or larger; we ask for 4.5:1, and for 3:1 only where code is dimmed on purpose.
 */
export function complaintsAbout(slide: number): string[] {
  const SMALLEST_PX = 24;
  const MARGIN_PX = 12;
  const root = document.querySelector(`.slidev-page-${slide}`) as HTMLElement;
  const canvas = root.getBoundingClientRect();
  const complaints: string[] = [];

  function channels(color: string): number[] {
    const numbers = (color.match(/[\d.]+/g) ?? []).map(Number);
    const scale = color.startsWith('color(') ? 255 : 1;
    const [r = 0, g = 0, b = 0, a = 1] = numbers;
    return [r * scale, g * scale, b * scale, a];
  }

  function over([r = 0, g = 0, b = 0, a = 1]: number[], below: number[]): number[] {
    return [r, g, b].map((value, index) => value * a + (below[index] ?? 0) * (1 - a));
  }

  function background(element: Element | null): number[] {
    if (!element) return [255, 255, 255];
    const color = channels(getComputedStyle(element).backgroundColor);
    return color[3] === 0
      ? background(element.parentElement)
      : over(color, background(element.parentElement));
  }

  /** The bar that a text in a drawing lies on, or else the ground of the slide. */
  function behindSvg(element: SVGElement, box: DOMRect): number[] {
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const bars = [...(element.ownerSVGElement?.querySelectorAll('rect') ?? [])].filter((bar) => {
      const { left, right, top, bottom } = bar.getBoundingClientRect();
      return (
        left <= x && x <= right && top <= y && y <= bottom && /^(rgb|color)/.test(getComputedStyle(bar).fill)
      );
    });
    const bar = bars.at(-1);
    const ground = background(element);
    return bar ? over(channels(getComputedStyle(bar).fill), ground) : ground;
  }

  function opacity(element: Element | null): number {
    if (!element || element === root) return 1;
    return Number(getComputedStyle(element).opacity) * opacity(element.parentElement);
  }

  function luminance(color: number[]): number {
    const [r = 0, g = 0, b = 0] = color.map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one: number[], other: number[]): number {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = node.textContent?.trim();
    const element = node.parentElement;
    if (!text || !element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const what = `"${text.slice(0, 40)}"`;
    const isOut =
      box.left < canvas.left + MARGIN_PX ||
      box.right > canvas.right - MARGIN_PX ||
      box.top < canvas.top + MARGIN_PX ||
      box.bottom > canvas.bottom - MARGIN_PX;
    if (isOut) complaints.push(`${what} is outside of the slide, or at its very edge`);
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    if (size < SMALLEST_PX) complaints.push(`${what} is ${size} px small`);
    const behind = element instanceof SVGElement ? behindSvg(element, box) : background(element);
    const ink = channels(element instanceof SVGElement ? style.fill : style.color);
    const seen = over([...ink.slice(0, 3), (ink[3] ?? 1) * opacity(element)], behind);
    const least = element.closest('.slidev-code-dishonored') ? 3 : 4.5;
    const found = contrast(seen, behind);
    if (found < least) complaints.push(`${what} has a contrast of ${found.toFixed(1)}:1`);
  }
  for (const line of root.querySelectorAll('pre .line')) {
    const { fontSize } = getComputedStyle(line);
    if (line.getBoundingClientRect().height > 2.2 * Number.parseFloat(fontSize))
      complaints.push(`the line of code "${line.textContent?.slice(0, 40)}" wraps`);
  }
  for (const element of root.querySelectorAll('.slidev-layout, pre, li, td, .home')) {
    if (element.scrollHeight > element.clientHeight + 2 && element.clientHeight > 0)
      complaints.push(`<${element.tagName.toLowerCase()} class="${element.className}"> overflows`);
  }
  return complaints;
}

/** Runs in the page: texts whose font is none of ours, or is not loaded. */
export function otherFonts(slide: number): string[] {
  const root = document.querySelector(`.slidev-page-${slide}`) as HTMLElement;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const complaints: string[] = [];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = node.textContent?.trim();
    const element = node.parentElement;
    if (!text || !element?.checkVisibility()) continue;
    const family = getComputedStyle(element).fontFamily.split(',')[0]?.replaceAll('"', '').trim() ?? '';
    const wanted = element.closest('pre, code, .tl-code, .tl-kill') ? 'JetBrains Mono Variable' : undefined;
    const isOurs = wanted ? family === wanted : /^(Inter|JetBrains Mono) Variable$/.test(family);
    if (!isOurs) complaints.push(`"${text.slice(0, 30)}" is in ${family}`);
    else if (!document.fonts.check(`24px "${family}"`, 'a')) complaints.push(`${family} is not loaded`);
  }
  return complaints;
}
