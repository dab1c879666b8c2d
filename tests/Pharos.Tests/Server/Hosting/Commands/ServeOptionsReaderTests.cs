using System.CommandLine;
using Pharos.Server.Cli;
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
        Assert.Equal((Path.GetFullPath("data"), null, "", ""), (options.DataFolder, options.WebConfigFile, options.RoutePrefix, options.ExternalPath));
        Assert.Empty(options.Features);
        Assert.NotEmpty(options.Listen);
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
        Assert.Equal(("https://mon.example:8443/x", "https://mon.example:8443/x", "/x"), (options.ExternalUrl, options.Flags["web.external-url"], options.ExternalPath));
        Assert.DoesNotContain("hidden", Read("--web.external-url=ftp://me:hidden@mon.example/").Faults[0], StringComparison.Ordinal);
    }

    /// <summary>A value with an equals sign at its end is no empty one.</summary>
    [Fact]
    public void An_equals_sign_may_end_a_value() => Assert.Equal("a=", Read("--web.cors.origin=a=").Options.CorsOrigin);

    static (ServeOptions Options, IReadOnlyList<string> Faults) Read(params string[] arguments)
    {
        var parsed = CommandCatalogue.Parse(["serve", .. arguments]);
        Assert.Empty(parsed.Errors);
        var options = parsed.CommandResult.Command.Options.ToDictionary(option => option.Name.TrimStart('-'), StringComparer.Ordinal);
        var reader = new ServeOptionsReader(new FlagValues(parsed, options));
        return (reader.Read(new(null, [], null, null, null)), reader.Faults);
    }
}
