using BenchmarkDotNet.Running;
using Pharos.Bench.Alerts;
using Pharos.Bench.Application;
using Pharos.Bench.Compare;
using Pharos.Bench.Queries;
using Pharos.Bench.Series;

// `compare` measures whole servers side by side; `alerts` floods of alerts beside Alertmanager; `blocks` tells bytes a sample and codec speeds; `store` the costs of series and samples in it; `queries` times the engine alone; `allocations` counts bytes a request of the application package; everything else are micro benchmarks, chosen by --filter.
if (args is ["compare", .. var rest]) return await CompareCommand.RunAsync(rest);
if (args is ["alerts", .. var floods]) return await AlertsCommand.RunAsync(floods);
if (args is ["store", ..]) return await StoreCommand.RunAsync(args);
if (args is ["blocks", ..]) return BlocksCommand.Run(args);
if (args is ["allocations"]) return await AllocationsCommand.RunAsync();
if (args is ["queries", .. var queries]) return await QueriesCommand.RunAsync(queries);
BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args);
return 0;
