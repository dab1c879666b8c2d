import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { plural } from '../../format/numbers';
import { formatTook, momentOf, printDuration } from '../../format/time';
import { exploreLink } from '../../links/explore';
import { alertsByRuleLink } from '../../links/links';
import { matches, textOf } from '../../ui/filter';
import { FilterField, useAddressValue } from '../../ui/FilterField';
import { Card, Empty, Fetched, LabelList, Page, Since, uiClasses, useNow } from '../../ui/parts';
import { StatusWord } from '../../ui/StatusMark';
import { type Rule, type RuleGroup, ruleGroupsQuery } from './api';
import classes from './rules.module.css';

/** Every rule in the order in which it is evaluated: when it last was, how long that took, and what went wrong. */
export function RulesPage() {
  const query = useQuery(ruleGroupsQuery);
  const now = useNow();
  const [filter, setFilter] = useAddressValue('filter');
  const [failing, setFailing] = useAddressValue('failing');
  return (
    <Page title="Rules" actions={<>
      <Switch size="xs" label="Only failing" checked={failing === '1'} onChange={(event) => setFailing(event.currentTarget.checked ? '1' : '')} />
      <FilterField label="Filter rules" value={filter} onChange={setFilter} />
    </>}>
      <Fetched query={query} what="rules">
        {(groups) => {
          const shown = groups
            .map((group) => ({ group, rules: group.rules.filter((rule) => (failing !== '1' || rule.health === 'err') && matches(filter, rule.name, rule.query, group.name, group.file, textOf(rule.labels))) }))
            .filter(({ rules }) => rules.length > 0);
          if (groups.length === 0) return <Card><Empty title="No rules"><span>Write recording and alerting rules into a file that <code>rule_files</code> in prometheus.yml names.</span></Empty></Card>;
          if (shown.length === 0) return <Card><Empty title={failing === '1' ? 'No rule fails' : `No rule matches “${filter}”`} /></Card>;
          return shown.map(({ group, rules }) => <Group key={`${group.file} ${group.name}`} group={group} rules={rules} now={now} />);
        }}
      </Fetched>
    </Page>
  );
}

function Group({ group, rules, now }: { group: RuleGroup; rules: Rule[]; now: number }) {
  const isSlow = group.evaluationTime > group.interval;
  return (
    <Card flush title={group.name} aside={<>
      {group.file} · {plural(group.rules.length, 'rule')} · every {printDuration(group.interval * 1000)} · last <Since ms={momentOf(group.lastEvaluation)} now={now} ago />, took {formatTook(group.evaluationTime)}
      {isSlow && <> <StatusWord status="pending" word="slower than its interval" /></>}
    </>}>
      <div className={uiClasses.scroll}>
        <table className={`${uiClasses.table} ${classes.rules}`}>
          <caption className="visually-hidden">Rules of the group {group.name}</caption>
          <thead><tr><th scope="col">Health</th><th scope="col">Rule</th><th scope="col" data-number>Last</th><th scope="col" data-number>Took</th></tr></thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={`${rule.type} ${rule.name} ${rule.query} ${textOf(rule.labels)}`}>
                <td><StatusWord status={rule.health === 'ok' ? 'ok' : rule.health === 'err' ? 'firing' : 'unknown'} word={rule.health === 'err' ? 'fails' : rule.health} /></td>
                <td>
                  <div><span className="soft small">{rule.type === 'alerting' ? 'alert' : 'record'}</span> <strong>{rule.type === 'alerting' ? <Link href={alertsByRuleLink(rule.name)}>{rule.name}</Link> : <Link href={exploreLink(rule.name)}>{rule.name}</Link>}</strong>
                    {rule.type === 'alerting' && rule.duration > 0 && <span className="soft small"> for {printDuration(rule.duration * 1000)}</span>}</div>
                  <Link href={exploreLink(rule.query)} className="mono">{rule.query}</Link>
                  {rule.labels !== undefined && Object.keys(rule.labels).length > 0 && <div className={classes.labels}><LabelList labels={rule.labels} /></div>}
                  {rule.lastError !== undefined && rule.lastError !== '' && <div className={classes.error}>{rule.lastError}</div>}
                </td>
                <td data-number><Since ms={momentOf(rule.lastEvaluation)} now={now} ago /></td>
                <td data-number>{formatTook(rule.evaluationTime)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
