using System.Diagnostics;
using System.Text;
using Pharos.Server.Config.Yaml;

namespace Pharos.Tests.Server.Config.Yaml;

public sealed class YamlReaderTests
{
    [Fact]
    public void Places_are_those_of_an_editor()
    {
        var (node, _) = SomeYaml.Read("a:\n  - b: \"x\"\n");

        var item = (YamlMapping)((YamlSequence)((YamlMapping)node!).Find("a")!.Value).Items[0];
        var value = (YamlScalar)item.Find("b")!.Value;
        Assert.Equal((2, 8), (value.Line, value.Column));
        Assert.Equal((2, 9), (value.ContentLine, value.ContentColumn));
    }

    [Fact]
    public void The_content_of_a_block_begins_below_its_mark()
    {
        var (node, _) = SomeYaml.Read("a: |\n\n    text\n");

        var value = (YamlScalar)((YamlMapping)node!).Find("a")!.Value;
        Assert.Equal((3, 5), (value.ContentLine, value.ContentColumn));
    }

    [Fact]
    public void A_merged_key_yields_to_one_written_beside_it()
    {
        var (node, faults) = SomeYaml.Read("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  x: 3\n");

        var use = (YamlMapping)((YamlMapping)node!).Find("use")!.Value;
        Assert.Empty(faults);
        Assert.Equal("3", ((YamlScalar)use.Find("x")!.Value).Text);
        Assert.Equal("2", ((YamlScalar)use.Find("y")!.Value).Text);
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "x.yml:2:1: key \"a\" is written twice (first in line 1); keep one")]
    [InlineData("{[a]: 1}", "x.yml:1:2: a list cannot be a key; write a name, and put values with { or [ in quotes")]
    [InlineData("a: *nope\n", "x.yml:1:4: alias \"*nope\" has no anchor above it; write \"&nope\" where the value is, or the value itself")]
    [InlineData("a: !!binary '?'\n", "x.yml:1:4: \"?\" is no base64; write the text itself, without !!binary")]
    [InlineData("a: !mine x\n", "x.yml:1:4: tag \"!mine\" means nothing here; remove it")]
    [InlineData("<<: [1]\n", "x.yml:1:6: \"<<\" merges mappings, not \"1\"; write an alias of a mapping")]
    [InlineData("a: 1\n---\nb: 2\n", "x.yml:2:1: warning: a second YAML document begins here and is not read; put everything into the first, or into files of its own")]
    public void A_fault_is_told_with_its_place_and_mend(string text, string expected)
    {
        Assert.Equal([expected], SomeYaml.Read(text).Faults);
    }

    [Theory]
    [InlineData("a: [1, 2\nb: 3")]
    [InlineData("a: \"open")]
    [InlineData("a: b: c")]
    [InlineData("a: @x")]
    [InlineData("%YAML 9.9\n---\na: 1")]
    public void Broken_syntax_is_one_fault_with_a_place(string text)
    {
        var (node, faults) = SomeYaml.Read(text);

        Assert.Null(node);
        Assert.Matches(@"^x\.yml:\d+:\d+: YAML cannot be read", Assert.Single(faults));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)':', (byte)' ', 0xff }, "x.yml:1:4: byte 0xff is no text; save the file as UTF-8 without control characters")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0 }, "x.yml:2:1: byte 0x00 is no text; save the file as UTF-8 without control characters")]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'a', 0 }, "x.yml:1:1: is UTF-16; save it as UTF-8")]
    public void Bytes_that_are_no_text_are_pointed_at(byte[] bytes, string expected)
    {
        Assert.Equal([expected], SomeYaml.Read(bytes).Faults);
    }

    [Fact]
    public void Aliases_of_aliases_cost_nothing_and_are_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 10; i++) bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        var text = bomb.ToString();
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();

        var (node, faults) = SomeYaml.Read(text);

        var allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        Assert.Null(node);
        Assert.Contains("holds more than 2000000 values when its aliases are written out", Assert.Single(faults));
        Assert.InRange(allocatedBytes, 0, 1 << 20);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Deep_nesting_is_refused_before_the_stack_is_used_up(char bracket)
    {
        var (node, faults) = SomeYaml.Read(new string(bracket, 100_000));

        Assert.Null(node);
        Assert.Contains("nested deeper than 64 levels", Assert.Single(faults));
    }

    [Fact]
    public void A_file_above_the_bound_is_refused_unread()
    {
        var (node, faults) = SomeYaml.Read(new byte[YamlReader.MaxBytes + 1]);

        Assert.Null(node);
        Assert.Equal(["x.yml: is 16 MiB long; at most 16 MiB are read; split it"], faults);
    }

    [Fact]
    public void Ten_megabytes_of_lines_are_read_in_seconds()
    {
        var text = new StringBuilder("labels:\n");
        for (var i = 0; text.Length < 10 << 20; i++) text.Append($"  label_number_{i}: value of label number {i}\n");
        var watch = Stopwatch.StartNew();

        var (node, faults) = SomeYaml.Read(text.ToString());

        Assert.NotNull(node);
        Assert.Empty(faults);
        Assert.True(watch.Elapsed < Patience.Limit, $"{watch.Elapsed}");
    }

    [Fact]
    public void Any_bytes_end_in_a_node_or_a_fault()
    {
        var random = new Random(7);
        var alphabet = "a:-[]{}&*!|>'\"%@`#,? \n\t<<0~\\"u8.ToArray();
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = new byte[random.Next(1, 60)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = random.Next(50) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];

            SomeYaml.Read(bytes); // Throws nothing.
        }
    }

    [Fact]
    public void A_quoted_text_may_go_on_without_deeper_indentation()
    {
        var (node, faults) = SomeYaml.Read("list:\n  - a: \"x{\n      b='c'\n    }\"\n    d: \"y\n  z\"\n");

        Assert.Empty(faults);
        var item = (YamlMapping)((YamlSequence)((YamlMapping)node!).Find("list")!.Value).Items[0];
        Assert.Equal("x{ b='c' }", ((YamlScalar)item.Find("a")!.Value).Text);
        Assert.Equal("y z", ((YamlScalar)item.Find("d")!.Value).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~")]
    public void An_empty_document_is_nothing(string text)
    {
        var (node, faults) = SomeYaml.Read(text);

        Assert.Null(node);
        Assert.Empty(faults);
    }
}
