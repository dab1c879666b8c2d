using Pharos.Model.Labels;

namespace Pharos.Tests.Model.Labels;

public sealed class LabelSetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_000)]
    public void Labels_are_sorted_the_last_of_a_name_wins_and_an_empty_value_removes(int count)
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var source = Enumerable.Range(0, count).Select(_ => new Label($"n{random.Next(count)}", random.Next(4) == 0 ? "" : $"v{random.Next(10)}")).ToList();
            var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in source)
            {
                if (value.Length == 0) expected.Remove(name);
                else expected[name] = value;
            }

            Assert.Equal(expected.Select(pair => new Label(pair.Key, pair.Value)), LabelSet.From(source));
            Assert.Equal(expected.Select(pair => new Label(pair.Key, pair.Value)), LabelSet.From(source.Select(label => label))); // Not a list.
        }
    }
}
