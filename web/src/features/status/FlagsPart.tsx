import { useQuery } from '@tanstack/react-query';
import { matches } from '../../ui/filter';
import { FilterField, useAddressValue } from '../../ui/FilterField';
import { Card, Empty, Fetched, uiClasses } from '../../ui/parts';
import { flagsQuery } from './api';

export function FlagsPart() {
  const query = useQuery(flagsQuery);
  const [filter, setFilter] = useAddressValue('filter');
  return (
    <Fetched query={query} what="flags">
      {(flags) => {
        const shown = Object.entries(flags).filter(([name, value]) => matches(filter, `--${name}`, value)).sort(([a], [b]) => a.localeCompare(b));
        return (
          <Card flush title="Command-line flags" aside={<FilterField label="Filter flags" value={filter} onChange={setFilter} />}>
            {shown.length === 0 ? <Empty title={filter === '' ? 'No flags' : `No flag matches “${filter}”`} /> : (
              <table className={uiClasses.table}>
                <thead><tr><th scope="col">Flag</th><th scope="col">Value</th></tr></thead>
                <tbody>{shown.map(([name, value]) => <tr key={name}><td className="mono">--{name}</td><td className="mono">{value === '' ? <span className="soft">empty</span> : value}</td></tr>)}</tbody>
              </table>
            )}
          </Card>
        );
      }}
    </Fetched>
  );
}
