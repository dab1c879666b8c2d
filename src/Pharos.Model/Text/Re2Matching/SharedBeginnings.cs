using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>Writes alternatives that begin alike as one beginning with alternatives behind it: <c>web-1|web-2</c> as <c>web-(1|2)</c>.</summary>
static class SharedBeginnings
{
    /// <summary>Deeper than this, alternatives stay as they are: the walk over nodes uses the thread's stack.</summary>
    const int MaxDepth = 400;

    /// <summary>One alternative from the given item on.</summary>
    readonly record struct Option(IReadOnlyList<Re2Node> Items, int From)
    {
        public Re2Node? First => From < Items.Count ? Items[From] : null;
    }

    /// <param name="keepsOrder">Only neighbours share, and only what matches one code point in one way; else the groups could differ.</param>
    /// <param name="depth">How deep the walk over nodes is already.</param>
    public static Re2Node Of(AlternationNode alternation, bool keepsOrder, int depth)
    {
        if (depth > MaxDepth) return alternation;
        var options = new List<Option>(alternation.Options.Count);
        Collect(alternation, options, intoGroups: !keepsOrder);
        return Share(options, keepsOrder, depth);
    }

    static void Collect(Re2Node node, List<Option> options, bool intoGroups)
    {
        while (intoGroups && node is GroupNode group) node = group.Inner;
        if (node is AlternationNode alternation && (intoGroups || options.Count == 0))
        {
            foreach (var option in alternation.Options)
            {
                if (intoGroups) Collect(option, options, intoGroups);
                else options.Add(Whole(option));
            }
        }
        else options.Add(Whole(node));
    }

    static Option Whole(Re2Node node) => new(node is SequenceNode sequence ? sequence.Items : [node], 0);

    static Re2Node Share(List<Option> options, bool keepsOrder, int depth)
    {
        if (!keepsOrder) options = Gathered(options);
        var written = new List<Re2Node>();
        for (var i = 0; i < options.Count;)
        {
            var until = i + 1;
            if (options[i].First is { } first && (!keepsOrder || first is SetNode or AnchorNode))
            {
                while (until < options.Count && first.Equals(options[until].First)) until++;
            }
            written.Add(until == i + 1 || depth > MaxDepth ? Rest(options[i]) : Joined(options.GetRange(i, until - i), keepsOrder, depth));
            i = depth > MaxDepth ? i + 1 : until;
        }
        return written.Count == 1 ? written[0] : new AlternationNode(written) { IsShared = true };
    }

    /// <summary>Those that begin with the same item stand together, in the order in which each kind came first.</summary>
    static List<Option> Gathered(List<Option> options)
    {
        var kinds = new Dictionary<Re2Node, List<Option>>();
        var ended = new List<Option>();
        foreach (var option in options)
        {
            if (option.First is not { } first)
            {
                if (ended.Count == 0) ended.Add(option); // One that ends here is as good as several.
                continue;
            }
            if (!kinds.TryGetValue(first, out var kind)) kinds.Add(first, kind = []);
            kind.Add(option);
        }
        return [.. kinds.Values.SelectMany(kind => kind), .. ended];
    }

    static Re2Node Joined(List<Option> alike, bool keepsOrder, int depth)
    {
        var model = alike[0];
        var common = 1;
        while (model.From + common < model.Items.Count && IsShared(common)) common++;
        var items = new List<Re2Node>(common + 1);
        for (var i = 0; i < common; i++) items.Add(model.Items[model.From + i]);
        items.Add(Share(alike.ConvertAll(option => option with { From = option.From + common }), keepsOrder, depth + 1));
        return new SequenceNode(items);

        bool IsShared(int offset)
        {
            var item = model.Items[model.From + offset];
            return (!keepsOrder || item is SetNode or AnchorNode)
                && alike.TrueForAll(option => option.From + offset < option.Items.Count && option.Items[option.From + offset].Equals(item));
        }
    }

    static Re2Node Rest(Option option) => option.Items.Count - option.From == 1
        ? option.Items[option.From]
        : new SequenceNode([.. option.Items.Skip(option.From)]);
}
