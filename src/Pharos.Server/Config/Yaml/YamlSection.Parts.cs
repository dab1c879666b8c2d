using Pharos.Model.Labels;
using Pharos.Server.Text;

namespace Pharos.Server.Config.Yaml;

/// <summary>The parts of a section that are sections, lists, labels, paths or secrets themselves.</summary>
sealed partial class YamlSection
{
    /// <summary>The mapping below a key, to be closed by the caller; null when absent.</summary>
    public YamlSection? Section(string key) => Find(key) is { } node ? new(Source, File, node, PathOf(key)) { UnknownKeysAreWarnings = UnknownKeysAreWarnings, DoubledDollars = DoubledDollars } : null;

    /// <summary>The mapping below a key of which several read some keys each: the same one for all of them, closed together with this.</summary>
    public YamlSection? Shared(string key)
    {
        if (!shared.TryGetValue(key, out var section)) shared.Add(key, section = Section(key));
        return section;
    }

    /// <summary>The mappings of a list. An empty or null one is a fault: nobody writes it on purpose.</summary>
    public IReadOnlyList<YamlSection> Sections(string key, string noun)
    {
        var sections = new List<YamlSection>();
        foreach (var (item, index) in Items(key).Select((item, index) => (item, index)))
        {
            var section = new YamlSection(Source, File, item, $"{PathOf(key)}[{index}]") { UnknownKeysAreWarnings = UnknownKeysAreWarnings, DoubledDollars = DoubledDollars };
            if (item is YamlScalar { IsNull: true }) section.Error($"empty {noun}; write it, or remove the \"-\"");
            else sections.Add(section);
        }
        return sections;
    }

    /// <summary>The texts of a list; a single text is no list.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Scalars(key).Select(scalar => scalar.Text)];

    public IReadOnlyList<YamlScalar> Scalars(string key) => [.. ScalarsOf(key, Items(key))];

    /// <summary>Names and texts, in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string key)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var entry in Entries(key))
        {
            if (entry.Value is YamlScalar value) pairs.Add(new(entry.Key.Text, value.IsNull ? "" : value.Text));
            else Error(entry.Value, $"{key}.{entry.Key.Text}: {entry.Value.Describe()} stands where one value belongs; write a single value");
        }
        return pairs;
    }

    /// <summary>Names and lists of texts, in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Lists(string key)
    {
        var pairs = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach (var entry in Entries(key))
        {
            if (entry.Value is YamlSequence list) pairs.Add(new(entry.Key.Text, [.. ScalarsOf($"{key}.{entry.Key.Text}", list.Items).Select(scalar => scalar.Text)]));
            else if (entry.Value is YamlScalar { IsNull: true }) pairs.Add(new(entry.Key.Text, []));
            else Error(entry.Value, $"{key}.{entry.Key.Text}: {entry.Value.Describe()} is no list; write [{(entry.Value as YamlScalar)?.Text ?? "..."}]");
        }
        return pairs;
    }

    /// <summary>Labels with their places. Names are checked; values are any text.</summary>
    public IReadOnlyList<YamlEntry> LabelEntries(string key, NameValidation scheme)
    {
        var labels = new List<YamlEntry>();
        foreach (var entry in Entries(key))
        {
            if (!scheme.IsValidLabelName(entry.Key.Text))
            {
                Error(entry.Key, $"{key}: {entry.Key.Describe()} is no label name; write letters, digits and underscores, not beginning with a digit");
            }
            else if (entry.Value is YamlScalar)
            {
                labels.Add(entry);
            }
            else
            {
                Error(entry.Value, $"{key}.{entry.Key.Text}: {entry.Value.Describe()} is no label value; write a text");
            }
        }
        return labels;
    }

    public LabelSet Labels(string key, NameValidation scheme = NameValidation.Utf8) =>
        LabelSet.From(LabelEntries(key, scheme).Select(entry => new Label(entry.Key.Text, ((YamlScalar)entry.Value) is { IsNull: false } value ? value.Text : "")));

    public IReadOnlyList<YamlEntry> Entries(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlMapping { Entries: var entries }:
                return entries;
            case var other:
                Error(key, $"{other.Describe()} is no mapping; write names and values (name: value)");
                return [];
        }
    }

    /// <summary>The path of a file that is used when the time comes; it need not exist now. Null when absent.</summary>
    public string? FilePath(string key) => Text(key) is { Length: > 0 } written ? ConfigPaths.ResolveFile(this, key, written) : null;

    /// <summary>Patterns of files, absolute ones; files that come or go below them are a change of the configuration.</summary>
    public IReadOnlyList<string> FilePatterns(string key)
    {
        var patterns = new List<string>();
        foreach (var written in Scalars(key))
        {
            var star = written.Text.IndexOf('*', StringComparison.Ordinal);
            if (star >= 0 && written.Text.IndexOf('/', star) >= 0)
            {
                ErrorAt(written.Line, written.Column, key, $"{written.Describe()} has a wildcard before the last \"/\"; write it in the last part only");
            }
            else if (written.Text.Length > 0)
            {
                var pattern = ConfigPaths.ResolvePattern(this, key, written.Text);
                var isOneFile = pattern.AsSpan().IndexOfAny("*?[") < 0;
                if (Source.IsStrict && isOneFile && !System.IO.File.Exists(pattern)) ErrorAt(written.Line, written.Column, key, $"{written.Describe()} does not exist; create the file, or name another");
                patterns.Add(pattern);
            }
        }
        Source.Patterns.AddRange(patterns);
        return patterns;
    }

    /// <summary>A secret that stands in the file itself, with variables put in; null when absent.</summary>
    public Secret? Secret(string key)
    {
        if (Text(key) is not { } written) return null;
        var unset = new List<string>();
        var value = EnvironmentText.Expand(written, Source.Environment, unset, DoubledDollars);
        if (unset.Count == 0) return Config.Secret.Inline(value);
        var names = string.Join(", ", unset.Select(name => $"${name}"));
        Lacking(key, $"environment variable {names} is not set; set it, or give the secret by a file, in which no \"$\" is read");
        return Config.Secret.Unavailable($"{PathOf(key)}: environment variable {names} is not set");
    }

    /// <summary>A secret by its file; null when absent. The file is read when the secret is needed.</summary>
    public Secret? SecretFile(string key)
    {
        if (FilePath(key) is not { } file) return null;
        if (Source.IsStrict && !CanRead(file)) Lacking(key, $"\"{Text(key)}\" cannot be read; create the file, or name another");
        return Config.Secret.FromFile(file);
    }

    /// <summary>A secret given inline or by a file, at most one of both.</summary>
    public Secret? SecretOrFile(string key, string fileKey)
    {
        var inline = Secret(key);
        var byFile = SecretFile(fileKey);
        if (inline is not null && byFile is not null) Error(fileKey, $"{key} and {fileKey} are both written; keep one");
        return inline ?? byFile;
    }

    /// <summary>An address with variables put in, with scheme http or https and a host; null when absent or wrong (told).</summary>
    public Uri? Url(string key)
    {
        if (ExpandedText(key) is not { Length: > 0 } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            Error(key, $"\"{ShownAddress.Shown(text)}\" is no http address; write one such as \"http://host:port/path\"");
            return null;
        }
        if (url.Host.Length == 0)
        {
            Error(key, $"\"{ShownAddress.Shown(text)}\" has no host; write one such as \"http://host:port/path\"");
            return null;
        }
        return url;
    }

    /// <summary>Text of an address, with variables put in.</summary>
    public string? ExpandedText(string key)
    {
        if (Text(key) is not { } written) return null;
        var unset = new List<string>();
        var text = EnvironmentText.Expand(written, Source.Environment, unset, DoubledDollars);
        foreach (var name in unset) Lacking(key, $"environment variable ${name} is not set; set it");
        return text;
    }

    public IReadOnlyList<YamlNode> Items(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequence { Items: var items }:
                return items;
            case var other:
                Error(key, $"{other.Describe()} is no list; write \"- ...\" lines or [ ... ]");
                return [];
        }
    }

    IEnumerable<YamlScalar> ScalarsOf(string key, IReadOnlyList<YamlNode> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is YamlScalar { IsNull: true } nothing) yield return new("", isPlain: false, nothing.Line, nothing.Column, nothing.Line, nothing.Column);
            else if (items[i] is YamlScalar scalar) yield return scalar;
            else Error(items[i], $"{key}[{i}]: {items[i].Describe()} stands where one value belongs; write a single value");
        }
    }

    static bool CanRead(string file)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(file);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
