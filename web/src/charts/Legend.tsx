import { useComputedColorScheme } from '@mantine/core';
import { formatValue } from '../format/numbers';
import classes from './chart.module.css';
import type { Drawing, Line } from './columns';
import { colorOf } from './palette';

interface Props {
  drawing: Drawing;
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  severalQueries: boolean;
}

/** What each line is and how far it goes. A click leaves one line, another click brings all back; with Ctrl one line goes or comes. */
export function Legend({ drawing, hidden, onHidden, severalQueries }: Props) {
  const isDark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  const toggle = (key: string, one: boolean) => {
    const others = drawing.lines.filter((line) => line.key !== key).map((line) => line.key);
    if (one) {
      const next = new Set(hidden);
      if (!next.delete(key)) next.add(key);
      onHidden(next);
    } else if (!hidden.has(key) && others.length > 0 && others.every((other) => hidden.has(other))) {
      onHidden(new Set());
    } else {
      onHidden(new Set(others));
    }
  };

  return (
    <div className={classes.legendBox} tabIndex={0} role="region" aria-label="Legend">
      <table className={classes.legend}>
        <thead>
          <tr><th scope="col">Series</th><th scope="col" data-number data-extra>Min</th><th scope="col" data-number data-extra>Mean</th><th scope="col" data-number data-extra>Max</th><th scope="col" data-number>Last</th></tr>
        </thead>
        <tbody>
          {highestFirst(drawing.lines).map(([line, i]) => (
            <tr key={line.key}>
              <td>
                <button type="button" aria-pressed={!hidden.has(line.key)} title="Only this one; with Ctrl: hide or show it" style={{ '--line': colorOf(i, isDark) }}
                  onClick={(event) => toggle(line.key, event.ctrlKey || event.metaKey)}>
                  <i />
                  <span>{severalQueries && <span className={classes.which}>{letter(line.query)} </span>}{line.name}</span>
                </button>
              </td>
              <td data-number data-extra>{formatValue(line.min, 4)}</td>
              <td data-number data-extra>{formatValue(line.mean, 4)}</td>
              <td data-number data-extra>{formatValue(line.max, 4)}</td>
              <td data-number>{line.last === null ? '–' : formatValue(line.last, 5)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** With their places, because a line's colour follows its place in the graph. */
function highestFirst(lines: readonly Line[]): [Line, number][] {
  const height = (line: Line) => (line.last === null || Number.isNaN(line.last) ? -Infinity : line.last);
  return lines.map((line, i): [Line, number] => [line, i]).sort(([a], [b]) => a.query - b.query || (height(b) > height(a) ? 1 : height(b) < height(a) ? -1 : 0));
}

/** Queries are called A, B, C … on the page. */
export function letter(query: number): string {
  return String.fromCharCode(65 + query);
}
