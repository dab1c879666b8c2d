using Pharos.Server.Doors;
using Pharos.Tests.Server.Metrics.Api;

namespace Pharos.Tests.Server.Hosting;

/// <summary>What holds for each door of the running server, whichever room has it.</summary>
public sealed class EveryDoorTests(EveryDoorTests.OpenServer open) : IClassFixture<EveryDoorTests.OpenServer>
{
    public sealed class OpenServer : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void It_declares_what_it_needs()
    {
        var silent = open.Server.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Door>() is null).Select(endpoint => endpoint.DisplayName);

        Assert.True(open.Server.Endpoints.Count > 50);
        Assert.Empty(silent);
    }

    [Fact]
    public void It_is_in_the_documentation_as_it_is()
    {
        var path = Path.Combine(Root(), "docs", "http-api.md");
        var page = DoorPage.Write(open.Server.Endpoints.Select(DoorTable.Of));
        if (Environment.GetEnvironmentVariable("PHAROS_WRITE_DOCS") == "1") File.WriteAllText(path, page);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, $"docs/http-api.md is not what the server declares; renew it: {DoorPage.Renewal}");
    }

    [Fact]
    public async Task What_changes_something_takes_nothing_from_another_site_by_any_method_and_the_rest_does()
    {
        var faults = new List<string>();
        foreach (var door in open.Server.Endpoints.Select(DoorTable.Of).Where(door => !door.TakesAll))
        {
            foreach (var method in door.Methods)
            {
                foreach (var (name, value) in ((string, string)[])[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "http://evil.example"), ("Sec-Fetch-Site", "same-origin")])
                {
                    using var request = new HttpRequestMessage(new(method), DoorAddress.Of(door));
                    request.Headers.Add(name, value);
                    using var answer = await open.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
                    // A HEAD has no text to look at; nothing else is forbidden to everybody.
                    var isRefused = (int)answer.StatusCode == 403 && (method == "HEAD" || (await answer.Content.ReadAsStringAsync(Cancellation)).Contains("another site", StringComparison.Ordinal));
                    if (isRefused != (door.ChangesState && value != "same-origin")) faults.Add($"{method} {door.Path} from {name}: {value} is {(int)answer.StatusCode}");
                }
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pharos.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
