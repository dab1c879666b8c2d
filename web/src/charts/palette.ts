/** Colours of lines: neighbours differ in hue and lightness, all readable on their background (contrast 3:1 or more). */
const light = ['#0b7285', '#c2410c', '#5b3fb5', '#3f7d20', '#b0246b', '#8a6100', '#1d5fc4', '#9b2226', '#2c7a6b', '#7a4a8f', '#52626e', '#a0522d'];
const dark = ['#4cc3cf', '#ff9d5c', '#a892ff', '#8fd16f', '#ff86bb', '#e6c04d', '#7ab2ff', '#ff8f8f', '#66d9b8', '#d3a3e8', '#b3c2cc', '#dba27c'];

/** The colour of the line at `index`. They repeat after twelve; the tip and the legend tell lines apart all the same. */
export function colorOf(index: number, isDark: boolean): string {
  const palette = isDark ? dark : light;
  return palette[index % palette.length] ?? '#808080';
}
