using BenchmarkDotNet.Running;
using Pharos.Bench.Compare;

// `compare` measures whole servers side by side; everything else are micro benchmarks, chosen by --filter.
if (args is ["compare", .. var rest]) return await CompareCommand.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args);
return 0;
