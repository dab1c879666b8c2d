/** How numbers look on the pages: grouped by thin spaces, a unit after a no-break space, never more digits than a reader can use. */

const thinSpace = '\u202f';

/** 1234567 -> "1 234 567". For counts: no fraction. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  const digits = Math.round(Math.abs(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
  return value < 0 ? `−${grouped}` : grouped;
}

/** A sample's value as PromQL gives it, shortened to at most `significant` digits, without losing its size. */
export function formatValue(value: number, significant = 6): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '−Inf';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 1e15 || size < 1e-6) return sign + size.toExponential(Math.max(0, significant - 1)).replace(/\.?0+e/, 'e').replace('e+', 'e');
  if (Number.isInteger(size)) return sign + size.toString().replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
  const shortened = Number(size.toPrecision(significant));
  if (shortened >= 10 ** significant) return sign + formatCount(shortened);
  return sign + trimZeros(shortened.toFixed(Math.min(20, Math.max(0, significant - 1 - Math.floor(Math.log10(shortened))))));
}

/** Short form for axes and narrow places: 1.5 M, 12 k, 3.2 m. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatValue(value);
  const size = Math.abs(value);
  const steps: [number, string][] = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
  for (const [scale, unit] of steps) {
    if (size >= scale * 0.99995) return `${formatValue(value / scale, 4)}${thinSpace}${unit}`;
  }
  return formatValue(value, 4);
}

/** Bytes in decimal units, as disks are sold and as `du --si` shows them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? Math.round(value).toString() : value < 9.995 ? trimZeros(value.toFixed(2)) : value < 99.95 ? trimZeros(value.toFixed(1)) : Math.round(value).toString();
  return `${bytes < 0 ? '−' : ''}${digits}\u00a0${units[unit]}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** "1 target is", "2 targets are": the sentence on the home page must read as one. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
