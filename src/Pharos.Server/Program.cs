using Pharos.Server.Commands;


return await CommandCatalogue.Parse(args).InvokeAsync();
