import { expect, it } from 'vitest';
import { colorOf } from './palette';

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: string, b: string) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

it('every line can be seen on its background', () => {
  for (let i = 0; i < 12; i++) {
    expect(contrast(colorOf(i, false), '#ffffff'), `light ${i}`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colorOf(i, true), '#151e26'), `dark ${i}`).toBeGreaterThanOrEqual(4.5);
  }
});
