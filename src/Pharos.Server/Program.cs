using Pharos.Server.Cli;


return await CommandCatalogue.Parse(args).InvokeAsync();
