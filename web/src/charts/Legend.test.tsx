import { fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { show } from '../../testing/show';
import { draw } from './columns';
import { Legend } from './Legend';

const series = (name: string, ...values: string[]) => ({ metric: { __name__: name }, values: values.map((value, i): [number, string] => [i, value]) });

function Shown({ severalQueries = false }: { severalQueries?: boolean }) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [drawing] = useState(() => draw([[series('low', '9', '1'), series('high', '2', '30'), series('gone', '5', 'NaN')]], 0, 1000, 1000, 10));
  return <Legend drawing={drawing} hidden={hidden} onHidden={setHidden} severalQueries={severalQueries} />;
}

const lines = () => screen.getAllByRole('button').map((line) => `${line.textContent}${line.getAttribute('aria-pressed') === 'true' ? '' : ' hidden'}`);

it('has the highest last value first, and the figures of each line', () => {
  show(<Shown />);

  expect(lines()).toEqual(['high', 'low', 'gone']);
  const row = screen.getByRole('row', { name: /low/ });
  expect(within(row).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['low', '1', '5', '9', '1']);
});

it('a click leaves one line, another on it brings all back', async () => {
  const { user } = show(<Shown />);

  await user.click(screen.getByRole('button', { name: 'low' }));
  expect(lines()).toEqual(['high hidden', 'low', 'gone hidden']);
  await user.click(screen.getByRole('button', { name: 'high' }));
  expect(lines()).toEqual(['high', 'low hidden', 'gone hidden']);
  await user.click(screen.getByRole('button', { name: 'high' }));
  expect(lines()).toEqual(['high', 'low', 'gone']);
});

it('with Ctrl one line goes and comes', () => {
  show(<Shown />);

  fireEvent.click(screen.getByRole('button', { name: 'low' }), { ctrlKey: true });
  expect(lines()).toEqual(['high', 'low hidden', 'gone']);
  fireEvent.click(screen.getByRole('button', { name: 'low' }), { ctrlKey: true });
  expect(lines()).toEqual(['high', 'low', 'gone']);
});

it('tells which query a line is of where there are several', () => {
  show(<Shown severalQueries />);

  expect(lines()[0]).toBe('A high');
});
