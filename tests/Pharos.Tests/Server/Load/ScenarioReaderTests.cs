using Pharos.Server.Config;
using Pharos.Server.Load;


namespace Pharos.Tests.Server.Load;

public sealed class ScenarioReaderTests : IDisposable
{
    readonly string file = Path.Combine(Directory.CreateTempSubdirectory("pharos-load-").FullName, "load.yml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Fact]
    public void A_scenario_is_read_as_written()
    {
        var (steps, faults) = Read("""
            base: http://shop:8000/v1/
            steps:
              - path: /products
              - name: buy
                weight: 2.5
                path: /orders
                headers: {Content-Type: application/json}
                body: '{"n": ${between 1 4}}'
                save: {order: id}
                then:
                  - {think: 250ms, path: '/payments/${order}', method: put, expect: [404, 409]}
            """);

        Assert.Empty(faults);
        Assert.Equal(["GET /products", "buy"], steps.Select(step => step.Name));
        Assert.Equal("http://shop:8000/v1/products", steps[0].Requests[0].Address.Render(new Dictionary<string, string>()));
        Assert.Equal((2.5, 2, HttpMethod.Post), (steps[1].Weight, steps[1].Requests.Count, steps[1].Requests[0].Method));
        var pay = steps[1].Requests[1];
        Assert.Equal((HttpMethod.Put, TimeSpan.FromMilliseconds(250)), (pay.Method, pay.Think));
        Assert.Equal([404, 409], pay.Expected.Order());
        Assert.Equal("http://shop:8000/v1/payments/17", pay.Address.Render(new Dictionary<string, string> { ["order"] = "17" }));
    }

    [Fact]
    public void The_command_line_names_another_address()
    {
        var (steps, _) = Read("base: http://a\nsteps: [{path: /x}]\n", new Uri("http://b:1"));

        Assert.Equal("http://b:1/x", steps[0].Requests[0].Address.Render(new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData("", "no steps; write \"steps:\" and under it \"- path: /\"")]
    [InlineData("steps: []", "no steps; write \"steps:\" and under it \"- path: /\"")]
    [InlineData("steps: [{path: /}]", "no address; write \"base: http://host:port\", or name it on the command line")]
    [InlineData("base: ftp://x\nsteps: [{path: /}]", "base: \"ftp://x\" is no http address; write one such as \"http://host:port/path\"")]
    [InlineData("base: http://x\nsteps: {path: /}", "steps: a mapping is no list; write \"- ...\" lines or [ ... ]")]
    [InlineData("base: http://x\nsteps: [1]", "steps[0]: \"1\" is no mapping; write keys and values (key: value)")]
    [InlineData("base: http://x\nsteps: [{path: x}]", "steps[0].path: does not begin with \"/\"; write the path behind the base, such as \"/api/search?q=x\"")]
    [InlineData("base: http://x\nsteps: [{weight: 0}]", "steps[0].weight: must be above 0 and at most 1000000; a step without weight is never chosen, so remove it")]
    [InlineData("base: http://x\nsteps: [{weight: -1}]", "steps[0].weight: must be above 0 and at most 1000000; a step without weight is never chosen, so remove it")]
    [InlineData("base: http://x\nsteps: [{weight: .nan}]", "steps[0].weight: \".nan\" is no number; write digits such as 0.5")]
    [InlineData("base: http://x\nsteps: [{method: 'GET /'}]", "steps[0].method: \"GET /\" is no method; write GET, POST, PUT, PATCH, DELETE or HEAD")]
    [InlineData("base: http://x\nsteps: [{headers: {'a b': c}}]", "steps[0].headers: \"a b\" is no name of a header; write letters, digits and \"-\"")]
    [InlineData("base: http://x\nsteps: [{headers: {a: \"b\\r\\nc: d\"}}]", "steps[0].headers: the value of a has a line break or another control character; remove it")]
    [InlineData("base: http://x\nsteps: [{headers: {content-length: 3}}]", "steps[0].headers: content-length follows from the body; remove it")]
    [InlineData("base: http://x\nsteps: [{path: '/${order}'}]", "steps[0].path: \"${order}\" is not understood; write ${pick a b}, ${between 1 400}, ${env NAME}, or a name that an earlier request of the step saves")]
    [InlineData("base: http://x\nsteps: [{expect: [ok]}]", "steps[0]: expect: \"ok\" is no status; write numbers from 100 to 599, such as [404]")]
    [InlineData("base: http://x\nsteps: [{then: [{think: 5}]}]", "steps[0].then[0].think: \"5\" has no unit; write a duration such as \"5s\" (ms, s, m, h, d, w, y)")]
    [InlineData("base: http://x\nsteps: [{then: [{think: 2h}]}]", "steps[0].then[0].think: is longer than 1 hour; write a shorter pause")]
    [InlineData("base: http://x\nsteps: [{pathh: /}]", "steps[0]: unknown key \"pathh\"; did you mean \"path\"?")]
    [InlineData("base: http://x\nsteps: [{path: [/]}]", "steps[0].path: a list stands where one value belongs; write a single value")]
    [InlineData("steps: [{", "YAML cannot be read")]
    public void A_fault_is_told_with_its_place(string yaml, string expected)
    {
        var (_, faults) = Read(yaml);

        Assert.Contains(faults, fault => fault.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_hostile_file_is_refused_soon()
    {
        Assert.NotEmpty(Read("a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"{(char)('a' + i)}: &{(char)('a' + i)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i - 1)}", 9))}]\n"))).Faults);
        Assert.NotEmpty(Read($"base: http://x\nsteps: {new string('[', 10_000)}").Faults);
        Assert.NotEmpty(Read($"base: http://x\nsteps: [{string.Join(',', Enumerable.Repeat("{path: /}", 2_000))}]").Faults);
        var source = new ConfigSource { IsStrict = true };
        ScenarioReader.Read(source, Path.Combine(Path.GetDirectoryName(file)!, "absent.yml"), null);
        Assert.Contains("cannot be read", source.Diagnostics[0].Message);
    }

    (IReadOnlyList<LoadStep> Steps, IReadOnlyList<string> Faults) Read(string yaml, Uri? baseAddress = null)
    {
        File.WriteAllText(file, yaml);
        var source = new ConfigSource { IsStrict = true };
        var steps = ScenarioReader.Read(source, file, baseAddress);
        return (steps, [.. source.Diagnostics.Select(diagnostic => diagnostic.Message)]);
    }
}
