using Pharos.Server.Cli;

return await CommandCatalogue.Root().Parse(args).InvokeAsync();
