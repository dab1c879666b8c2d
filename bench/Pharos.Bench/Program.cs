using BenchmarkDotNet.Running;
using Pharos.Bench.Compare;
using Pharos.Bench.Series;

// `compare` measures whole servers side by side; `blocks` tells bytes a sample and codec speeds; everything else are micro benchmarks, chosen by --filter.
if (args is ["compare", .. var rest]) return await CompareCommand.RunAsync(rest);
if (args is ["blocks", ..]) return BlocksCommand.Run(args);
BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args);
return 0;
