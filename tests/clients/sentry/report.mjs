// Reports an error with a cause to the DSN of the first argument, as Sentry's own client for Node does it.
import * as Sentry from '@sentry/node';

Sentry.init({ dsn: process.argv[2], release: 'shop@1.2.3', environment: 'production' });
Sentry.setTag('region', 'eu');
Sentry.setUser({ id: 'user-456' });
Sentry.addBreadcrumb({ category: 'Shop', message: 'Looked up 7', level: 'info' });
try {
  throw new Error('payment failed', { cause: new Error('card terminal') });
} catch (error) {
  Sentry.captureException(error);
}
if (!(await Sentry.flush(10_000))) throw new Error('the report was not sent');
