using System.CommandLine;
using Pharos.Server.Cli;
using Pharos.Server.Commands;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Commands;

namespace Pharos.Tests.Server.Hosting.Commands;

public sealed class ServeOptionsReaderTests
{
    /// <summary>Compose files and units pass on variables that may be empty.</summary>
    [Fact]
    public void A_flag_with_an_empty_value_is_the_default()
    {
        string[] empty = ["--config.file=", "--storage.tsdb.path=", "--web.config.file=", "--enable-feature=", "--web.external-url=", "--web.route-prefix=", "--web.user-assets=", "--web.listen-address="];

        Assert.Empty(CommandCatalogue.Parse(["serve", .. empty]).Errors);
        var (options, faults) = Read(empty);

        Assert.Empty(faults);
        Assert.Equal((Path.GetFullPath("data"), null, "", ""), (options.Storage.DataFolder, options.WebConfigFile, options.Web.RoutePrefix, options.Web.ExternalPath));
        Assert.DoesNotContain(options.Notes, note => note.Contains("--enable-feature", StringComparison.Ordinal));
        Assert.NotEmpty(options.Web.Listen);
    }

    [Theory]
    [InlineData("--storage.tsdb.retention.time=", "--storage.tsdb.retention.time: \"\" cannot be used; write a duration such as \"15d\" or \"30s\"")]
    [InlineData("--storage.tsdb.retention.size=", "--storage.tsdb.retention.size: \"\" cannot be used; write a size such as \"10GB\"")]
    [InlineData("--log.level=", "--log.level: \"\" cannot be used; write debug, info, warn or error")]
    [InlineData("--query.max-samples=", "--query.max-samples: \"\" cannot be used; write a whole number")]
    public void A_value_that_cannot_be_empty_is_told(string argument, string fault) => Assert.Equal(fault, Read(argument).Faults[0]);

    [Fact]
    public void A_login_in_the_external_address_stands_in_no_alert_and_no_flag()
    {
        var (options, faults) = Read("--web.external-url=https://me:hidden@mon.example:8443/x/");

        Assert.Empty(faults);
        Assert.Equal(("https://mon.example:8443/x", "https://mon.example:8443/x", "/x"), (options.Web.ExternalUrl, options.Metrics.Flags["web.external-url"], options.Web.ExternalPath));
        Assert.DoesNotContain("hidden", Read("--web.external-url=ftp://me:hidden@mon.example/").Faults[0], StringComparison.Ordinal);
    }

    /// <summary>Who listens, who guards and who watches itself get the addresses as they are here, and read no text again.</summary>
    [Fact]
    public void Addresses_are_read_once_and_the_memory_is_shared_out()
    {
        var (options, faults) = Read("--web.listen-address=:9191", "--web.listen-address=[::1]:9192");

        Assert.Empty(faults);
        Assert.Equal([new("", 9191), new("::1", 9192)], options.Web.Listen);
        Assert.Equal(":9191,[::1]:9192", options.Metrics.Flags["web.listen-address"]);
        var bounded = Read(new ServeArguments(Memory: "256MB")).Options;
        Assert.Equal((bounded.Memory!.Value.HeapBytes / 64, bounded.Memory.Value.HeapBytes, bounded.Memory.Value.SeriesBytes), (bounded.Query.MaxSamples, bounded.Metrics.HeapBytes!.Value, bounded.Storage.SeriesBytes));
    }

    /// <summary>A value with an equals sign at its end is no empty one.</summary>
    [Fact]
    public void An_equals_sign_may_end_a_value() => Assert.Equal("a=", Read("--web.cors.origin=a=").Options.Web.CorsOrigin);

    static (ServeOptions Options, IReadOnlyList<string> Faults) Read(params string[] arguments) => Read(new ServeArguments(Listen: []), arguments);

    static (ServeOptions Options, IReadOnlyList<string> Faults) Read(ServeArguments own, params string[] arguments)
    {
        var parsed = CommandCatalogue.Parse(["serve", .. arguments]);
        Assert.Empty(parsed.Errors);
        var options = parsed.CommandResult.Command.Options.ToDictionary(option => option.Name.TrimStart('-'), StringComparer.Ordinal);
        var reader = new ServeOptionsReader(new FlagValues(parsed, options));
        return (reader.Read(own), reader.Faults);
    }
}
